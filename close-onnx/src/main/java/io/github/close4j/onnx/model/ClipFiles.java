package io.github.close4j.onnx.model;

import io.github.close4j.image.ImagePreprocessing;
import java.nio.file.Path;

/**
 * A CLIP on disk.
 *
 * @param config its dimensions
 * @param preprocessing how pictures are prepared for it
 * @param weights a safetensors file with Hugging Face's tensor names
 * @param tokenizer its {@code tokenizer.json}
 */
public record ClipFiles(
    ClipConfig config, ImagePreprocessing preprocessing, Path weights, Path tokenizer) {}
