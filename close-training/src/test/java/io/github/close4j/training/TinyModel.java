package io.github.close4j.training;

import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.internal.model.Activation;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ClipConfig;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.onnx.internal.model.T5Config;
import io.github.close4j.training.internal.loop.NewModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** A CLIP with random weights and dimensions of a few, and a T5 to train on it. */
public final class TinyModel {
  /** Length of the CLIP's vectors. */
  public static final int CLIP_DIM = 16;

  private static final int CLIP_VOCABULARY = 23;
  private static final int T5_VOCABULARY = 23;
  private static final int WIDTH = 8;
  private static final int INNER = 12;
  private static final int CONTEXT = 10;

  private final SplittableRandom random = new SplittableRandom(3);
  private final Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);

  private TinyModel() {}

  /** Dimensions of a captioner with the given prefix. */
  public static CaptionerConfig config(CaptionerConfig.Prefix prefix) {
    ClipConfig.Vision vision =
        new ClipConfig.Vision(8, 4, WIDTH, 1, 2, INNER, Activation.QUICK_GELU, 1e-5f);
    int end = CLIP_VOCABULARY - 1;
    ClipConfig.Text text =
        new ClipConfig.Text(
            CLIP_VOCABULARY,
            CONTEXT,
            WIDTH,
            1,
            2,
            INNER,
            Activation.QUICK_GELU,
            1e-5f,
            end,
            ClipConfig.Text.ReadAt.END_TOKEN);
    ClipConfig clip = new ClipConfig(CLIP_DIM, vision, text);
    return new CaptionerConfig(
        clip,
        ClipConfig.Preprocessing.clipDefaults(8),
        t5(),
        prefix,
        ImageAdapter.Kind.NONE,
        Decoding.greedy(),
        CONTEXT);
  }

  private static T5Config t5() {
    return t5(Activation.RELU, false, T5Config.OutputHead.TIED);
  }

  private static T5Config t5(Activation activation, boolean gated, T5Config.OutputHead head) {
    return new T5Config(
        WIDTH, 4, 2, INNER, activation, gated, 2, 2, T5_VOCABULARY, 8, 16, 1e-6f, 0, 1, head);
  }

  /** The same with a T5 of version 1.1. */
  public static CaptionerConfig withNewerT5(CaptionerConfig config) {
    return with(config, t5(Activation.GELU_TANH, true, T5Config.OutputHead.UNTIED));
  }

  /** The same with another feed-forward in its T5. */
  public static CaptionerConfig withFeedForward(
      CaptionerConfig config, Activation activation, boolean gated) {
    return with(config, t5(activation, gated, T5Config.OutputHead.TIED));
  }

  private static CaptionerConfig with(CaptionerConfig config, T5Config t5) {
    return new CaptionerConfig(
        config.clip(),
        config.preprocessing(),
        t5,
        config.prefix(),
        config.imageAdapter(),
        config.decoding(),
        config.maxTextTokens());
  }

  /** Writes the tiny CLIP's files. */
  static ClipFiles clip(Path directory) throws IOException {
    CaptionerConfig config = config(CaptionerConfig.Prefix.projection());
    Path weights = directory.resolve("tiny-clip.safetensors");
    new TinyModel().writeClip(config.clip(), weights);
    Path tokenizer = directory.resolve("tiny-clip-tokenizer.json");
    copy("clip-tokenizer.json", tokenizer);
    return new ClipFiles(config.clip(), config.preprocessing(), weights, tokenizer);
  }

  /** Makes a model directory: a captioner with random weights. */
  public static Path modelDirectory(Path directory) throws IOException {
    Path model = directory.resolve("tiny-model");
    new NewModel(
            config(CaptionerConfig.Prefix.projection()),
            clip(directory),
            t5Tokenizer(directory),
            DataType.F32)
        .writeUntrained(1, model);
    return model;
  }

  /** Writes T5's tokenizer. */
  static Path t5Tokenizer(Path directory) throws IOException {
    Path tokenizer = directory.resolve("tiny-t5-tokenizer.json");
    copy("t5-tokenizer.json", tokenizer);
    return tokenizer;
  }

  private static void copy(String resource, Path file) throws IOException {
    try (InputStream stream = TinyModel.class.getResourceAsStream(resource)) {
      Files.write(file, stream.readAllBytes());
    }
  }

  private void writeClip(ClipConfig config, Path file) {
    ClipConfig.Vision v = config.vision();
    String vision = "vision_model.";
    random(vision + "embeddings.class_embedding", WIDTH);
    random(vision + "embeddings.patch_embedding.weight", WIDTH, 3, v.patchSize(), v.patchSize());
    random(vision + "embeddings.position_embedding.weight", v.patches() + 1, WIDTH);
    norm(vision + "pre_layrnorm");
    norm(vision + "post_layernorm");
    layer(vision + "encoder.layers.0.");
    random("visual_projection.weight", CLIP_DIM, WIDTH);
    random("text_model.embeddings.token_embedding.weight", CLIP_VOCABULARY, WIDTH);
    random("text_model.embeddings.position_embedding.weight", CONTEXT, WIDTH);
    norm("text_model.final_layer_norm");
    layer("text_model.encoder.layers.0.");
    random("text_projection.weight", CLIP_DIM, WIDTH);
    writer.write(file);
  }

  private void layer(String prefix) {
    norm(prefix + "layer_norm1");
    norm(prefix + "layer_norm2");
    for (String projection : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
      linear(prefix + "self_attn." + projection, WIDTH, WIDTH);
    }
    linear(prefix + "mlp.fc1", WIDTH, INNER);
    linear(prefix + "mlp.fc2", INNER, WIDTH);
  }

  private void linear(String name, int in, int out) {
    random(name + ".weight", out, in);
    random(name + ".bias", out);
  }

  private void norm(String name) {
    random(name + ".weight", WIDTH);
    random(name + ".bias", WIDTH);
  }

  private void random(String name, long... shape) {
    int elements = 1;
    for (long dimension : shape) {
      elements *= (int) dimension;
    }
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = (float) (0.5 * random.nextGaussian());
    }
    writer.add(name, values, shape);
  }
}
