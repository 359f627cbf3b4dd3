package io.github.close4j.examples.cli;

import io.github.close4j.examples.gap.VectorPairs;
import io.github.close4j.onnx.internal.checkpoint.ClipCheckpoint;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where pairs of text and picture come from: files of vectors, or pictures with captions. */
final class PairsOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "CLIP's vectors of texts: .npy or safetensors, [pairs, dimension].")
  private @Nullable Path text;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "CLIP's vectors of the pictures that the texts describe, row by row.")
  private @Nullable Path image;

  @Option(
      names = "--references",
      paramLabel = "FILE",
      description =
          "In place of vectors: JSONL with {\"image\": \"a.png\", \"captions\": [...]} a line. The "
              + "first caption counts. CLIP is that of --model, or --clip.")
  private @Nullable Path references;

  @Option(
      names = "--clip",
      paramLabel = "DIR",
      converter = PretrainedFolder.Clip.class,
      description =
          "The CLIP for --references: a folder, or its name on the Hugging Face hub if it is in the "
              + "cache.")
  private @Nullable Path clip;

  @Mixin private ModelOption model;

  VectorPairs read() {
    if (references == null && text != null && image != null) {
      refuseBesideVectors();
      return VectorPairs.read(text, image);
    }
    if (references != null && text == null && image == null) {
      return VectorPairs.encode(references, clipFiles());
    }
    throw misuse("expected --text and --image, or --references, found neither or both");
  }

  private ClipFiles clipFiles() {
    if (clip == null) {
      return ModelFolder.open(model.directory()).clip();
    }
    if (isGiven("--model")) {
      throw misuse("expected --model or --clip, found both");
    }
    return ClipCheckpoint.open(clip);
  }

  private void refuseBesideVectors() {
    List<String> found = Stream.of("--model", "--clip").filter(this::isGiven).toList();
    if (!found.isEmpty()) {
      throw misuse("expected no CLIP beside vectors, found " + String.join(" and ", found));
    }
  }

  private boolean isGiven(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  private ParameterException misuse(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }
}
