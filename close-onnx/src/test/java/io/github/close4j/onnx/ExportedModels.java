package io.github.close4j.onnx;

import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.onnx.internal.checkpoint.ExportedCaptioner;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The tiny models that {@code exported_golden.py} exported, with tokenizers beside them. */
public final class ExportedModels {
  private ExportedModels() {}

  /** One of the script's folders. */
  public static Path path(String name) {
    try {
      return Path.of(ExportedModels.class.getResource("/io/github/close4j/onnx/exported").toURI())
          .resolve(name);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A copy with a tokenizer, to be imported or changed. */
  public static Path copy(Path parent, String name, String tokenizer) {
    Path target = parent.resolve(name);
    if (Files.exists(target)) {
      return target;
    }
    try (Stream<Path> files = Files.walk(path(name))) {
      for (Path file : List.copyOf(files.toList())) {
        Files.copy(file, target.resolve(path(name).relativize(file)));
      }
      if (!Files.exists(target.resolve("tokenizer.json"))) {
        Files.writeString(target.resolve("tokenizer.json"), tokenizer);
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Path clip(Path parent, String name) {
    return copy(parent, name, TinyModel.clipTokenizer());
  }

  public static Path t5(Path parent, String name) {
    return copy(parent, name, TinyModel.t5Tokenizer());
  }

  /** The golden prefix of one of the kinds of input, and nothing else. */
  public static Path prefix(Path parent, String kind) {
    Safetensors golden = TinyModel.golden(parent, "prefix.safetensors");
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    Stream<String> names =
        Stream.concat(
            kind.contains("split") ? Stream.of() : Stream.of("weight", "bias"),
            kind.startsWith("constants-") ? Stream.of("constants") : Stream.of());
    names.forEach(name -> writer.add(name, golden.tensor(name)));
    Path file = parent.resolve("prefix-" + kind + ".safetensors");
    writer.write(file);
    return file;
  }

  /** A model directory of exported graphs with a golden prefix. */
  public static ModelFolder convert(Path parent, String clip, String t5, String kind) {
    return ExportedCaptioner.convert(
        clip(parent, clip),
        t5(parent, t5),
        prefix(parent, kind),
        Decoding.beam(5).maxNewTokens(20),
        32,
        parent.resolve("model-" + clip + "-" + t5 + "-" + kind));
  }

  /** All tensors of a source, written to a file. */
  public static void write(TensorSource tensors, Path file) {
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    tensors.names().forEach(name -> writer.add(name, tensors.tensor(name)));
    writer.write(file);
  }
}
