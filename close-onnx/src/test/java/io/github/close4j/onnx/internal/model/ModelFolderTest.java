package io.github.close4j.onnx.internal.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.StoredTensor;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.TinyModel;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model directory is sound, or is refused when it opens; it appears whole, or not at all. */
class ModelFolderTest {
  @TempDir Path temporary;

  @Test
  void readsWhatWasWritten() {
    Path directory = TinyModel.write(temporary, TinyModel.SPLIT);
    ModelFolder model = ModelFolder.open(directory);
    assertEquals(TinyModel.config(TinyModel.SPLIT), model.config());
    assertEquals(Map.of("made by", "model_golden.py"), model.provenance());
    assertEquals(directory.resolve("clip.safetensors"), model.clip().weights());
  }

  // Damage ------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        ModelFolder.MANIFEST,
        ModelFolder.CLIP_WEIGHTS,
        ModelFolder.CLIP_TOKENIZER,
        ModelFolder.T5_WEIGHTS,
        ModelFolder.T5_TOKENIZER,
        ModelFolder.PREFIX_WEIGHTS
      })
  void missingChangedAndTruncatedFilesAreRefusedByName(String name) throws IOException {
    Path directory = TinyModel.write(temporary, TinyModel.PROJECTION);
    Path file = directory.resolve(name);
    byte[] sound = Files.readAllBytes(file);

    byte[] changed = sound.clone();
    changed[changed.length / 2] ^= 1;
    Files.write(file, changed);
    assertRefused(directory, name);

    Files.write(file, java.util.Arrays.copyOf(sound, sound.length - 1 - sound.length / 3));
    assertRefused(directory, name);

    Files.write(file, new byte[0]);
    assertRefused(directory, name);

    Files.delete(file);
    assertRefused(directory, name, "found no file");

    Files.createDirectory(file);
    assertRefused(directory, name, "found a folder");

    Files.delete(file);
    Files.write(file, sound);
    Captioner.open(directory).close();
  }

  @Test
  void whatIsNoDirectoryIsRefused() throws IOException {
    assertRefused(temporary.resolve("absent"), ModelFolder.MANIFEST, "found no file");
    assertRefused(Files.createFile(temporary.resolve("file")), ModelFolder.MANIFEST);
  }

  @ParameterizedTest
  @CsvSource({
    "clip-tokenizer.json, t5-tokenizer.json",
    "clip.safetensors, t5.safetensors",
    "t5.safetensors, prefix.safetensors"
  })
  void swappedFilesAreRefused(String one, String other) throws IOException {
    Path directory = TinyModel.write(temporary, TinyModel.PROJECTION);
    Path aside = temporary.resolve("aside");
    Files.move(directory.resolve(one), aside);
    Files.move(directory.resolve(other), directory.resolve(one));
    Files.move(aside, directory.resolve(other));
    assertRefused(directory, ".", "expected SHA-256");
  }

  /** The hashes fit, as they were taken after the mistake; the content does not. */
  @Test
  void tokenizersSwappedBeforeWritingAreRefused() {
    Path directory =
        write(
            model -> {
              TinyModel.fill(model);
              Files.writeString(model.resolve("t5-tokenizer.json"), TinyModel.clipTokenizer());
              Files.writeString(model.resolve("clip-tokenizer.json"), TinyModel.t5Tokenizer());
            });
    assertRefused(directory, "t5-tokenizer.json", "end token 1", "found token 59");
    ModelFolder model = ModelFolder.open(directory);
    UnusableFileException refused =
        assertThrows(
            UnusableFileException.class,
            () -> ClipFeatures.open(model.clip(), InferenceOptions.defaults().threads(1)));
    assertTrue(refused.getMessage().contains("clip-tokenizer.json: expected"));
  }

  @ParameterizedTest
  @CsvSource({
    "t5.safetensors, shared.weight, '[60, 32]'",
    "t5.safetensors, decoder.block.1.layer.2.DenseReluDense.wo.weight, '[32, 64]'",
    "clip.safetensors, visual_projection.weight, '[64, 32]'",
    "clip.safetensors, text_model.embeddings.position_embedding.weight, '[16, 32]'",
    "prefix.safetensors, weight, '[128, 64]'",
    "prefix.safetensors, bias, '[128]'"
  })
  void tensorsMissingOrOfAnotherShapeAreRefusedByName(String file, String tensor, String shape) {
    Path missing = write(model -> change(model, file, tensor, false));
    assertRefused(missing, file, "expected a tensor '" + tensor + "', found none");
    Path other = write(model -> change(model, file, tensor, true));
    assertRefused(other, file, "tensor '" + tensor + "'", "expected shape " + shape, "found [3]");
  }

  /**
   * Caches and copies may be closed to others; a model that is made of them is a file of its own.
   */
  @Test
  void whoMayReadASourceSaysNothingOfTheModel() throws IOException {
    assumeTrue(
        Files.getFileStore(temporary).supportsFileAttributeView("posix"), "skipped: no modes");
    Path plain = Files.writeString(temporary.resolve("plain"), "");
    Path closed = TinyModel.write(temporary, TinyModel.PROJECTION);
    try (Stream<Path> files = Files.list(closed)) {
      for (Path file : files.toList()) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      }
    }
    ModelFolder model = ModelFolder.open(closed);
    Path adapted = temporary.resolve("adapted");
    model.withImageAdapter(adapted, ImageAdapter.none());
    Path filled = Files.createDirectory(temporary.resolve("filled"));
    model.clip().writeTo(filled);
    for (Path folder : List.of(adapted, filled)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          assertEquals(
              Files.getPosixFilePermissions(plain),
              Files.getPosixFilePermissions(file),
              file.toString());
        }
      }
    }
  }

  // The manifest --------------------------------------------------------------------------------

  /** Values that no shape depends on. */
  @ParameterizedTest
  @CsvSource({
    "'\"meanRed\": 0.48145467', '\"meanRed\": 0.58145467'",
    "'\"heads\": 4', '\"heads\": 8'",
    "'\"QUICK_GELU\"', '\"GELU\"'",
    "'\"padTokenId\": 0', '\"padTokenId\": 3'",
    "'\"relativeMaxDistance\": 16', '\"relativeMaxDistance\": 17'",
    "'\"maxNewTokens\": 20', '\"maxNewTokens\": 21'",
    "'\"noRepeatNgram\": 0', '\"lengthPenalty\": 1, \"noRepeatNgram\": 0'"
  })
  void changedConfigurationIsRefused(String from, String to) throws IOException {
    assertManifestRefused(from, to, "captionerSha256");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"formatVersion\": 4', '\"formatVersion\": 3', 'formatVersion: expected 4, found 3'",
    "'\"dModel\": 32', '\"dModel\": -32', 't5.dModel: expected a positive number, found -32'",
    "'\"dModel\": 32', '\"dModel\": 32.5', 'dModel'",
    "'\"dModel\": 32', '\"dModel\": \"wide\"', 'dModel: expected a whole number'",
    "'\"dModel\": 32', '\"dModel\": [32]', 'dModel'",
    "'\"dModel\": 32', '\"dModel\": null', 'dModel'",
    "'\"dModel\": 32', '\"dModel\": 99999999999', 'dModel'",
    "'\"dModel\": 32,', '', 'dModel'",
    "'\"QUICK_GELU\"', '\"SWISH\"', 'expected one of [RELU, GELU, GELU_TANH, QUICK_GELU, SILU]'",
    "'\"NONE\"', 'null', 'imageAdapter'",
    "'\"layerNormEps\": 1.0E-6', '\"layerNormEps\": NaN', 'malformed'",
    "'\"beams\": 5', '\"beams\": 65', 'beams: expected 1 to 64, found 65'",
    "'\"beams\": 5', '\"beams\": 0', 'beams: expected 1 to 64, found 0'",
    "'\"noRepeatNgram\": 0', '\"noRepeatNgram\": 0, \"topK\": 1', 'without a seed'",
    "'\"noRepeatNgram\": 0', '\"noRepeatNgram\": 0, \"rule\": 1', 'rule'",
    "'\"captioner\":', '\"captions\":', 'captioner: expected an object, found nothing'",
    "'\"sha256\":', '\"sha512\":', 'sha256: expected an object, found nothing'",
    "'\"provenance\":', '\"origin\":', 'provenance: expected an object, found nothing'",
    "'\"made by\": \"model_golden.py\"', '\"made by\": null', 'made by'",
    "'\"t5.safetensors\":', '\"../t5.safetensors\":', '../t5.safetensors'",
    "'\"t5.safetensors\":', '\"/etc/hosts\": \"0\", \"t5.safetensors\":', '/etc/hosts'",
    "'{', '[', 'expected a JSON object, found'",
    "'\"formatVersion\"', 'formatVersion', 'malformed'"
  })
  void wrongManifestIsRefused(String from, String to, String expected) throws IOException {
    assertManifestRefused(from, to, expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "null", "[]", "7", "\"captioner\"", "{}", "{\"formatVersion\":1}"})
  void otherJsonIsRefused(String text) throws IOException {
    Path directory = TinyModel.write(temporary, TinyModel.PROJECTION);
    Files.writeString(directory.resolve(ModelFolder.MANIFEST), text);
    assertRefused(directory, ModelFolder.MANIFEST);
  }

  @Test
  void deepLongAndBinaryManifestsAreRefused() throws IOException {
    Path directory = TinyModel.write(temporary, TinyModel.PROJECTION);
    Path manifest = directory.resolve(ModelFolder.MANIFEST);
    Files.writeString(manifest, "{\"captioner\":" + "[".repeat(100_000));
    assertRefused(directory, ModelFolder.MANIFEST);
    Files.writeString(manifest, " ".repeat((1 << 20) + 1));
    assertRefused(directory, ModelFolder.MANIFEST, "1048576 bytes");
    Files.write(manifest, new byte[] {(byte) 0xff, (byte) 0xfe, 0, '{'});
    assertRefused(directory, ModelFolder.MANIFEST);
  }

  @Test
  void onlyFilesOfTheModelHaveAPath() {
    ModelFolder model = ModelFolder.open(TinyModel.write(temporary, TinyModel.PROJECTION));
    assertThrows(IllegalArgumentException.class, () -> model.file("../secret"));
    assertThrows(IllegalArgumentException.class, () -> model.weights("/etc/passwd"));
  }

  // Writing -----------------------------------------------------------------------------------

  @Test
  void writesNoDirectoryThatIsThere() throws IOException {
    Path there = Files.createDirectory(temporary.resolve("there"));
    assertThrows(IllegalArgumentException.class, () -> writeTo(there, TinyModel::fill));
    assertEquals(List.of(), list(there));
  }

  @Test
  void failureLeavesNothingBehind() throws IOException {
    Path target = temporary.resolve("deep/below/model");
    assertThrows(
        UncheckedIOException.class,
        () ->
            writeTo(
                target,
                model -> {
                  TinyModel.fill(model);
                  throw new FileAlreadyExistsException("disk full");
                }));
    assertEquals(List.of(), list(temporary));
    assertThrows(
        IllegalStateException.class,
        () ->
            writeTo(
                target,
                model -> {
                  TinyModel.fill(model);
                  throw new IllegalStateException("training failed");
                }));
    assertEquals(List.of(), list(temporary));
    IllegalArgumentException incomplete =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                writeTo(
                    target,
                    model -> {
                      TinyModel.fill(model);
                      Files.delete(model.resolve(ModelFolder.T5_WEIGHTS));
                    }));
    assertTrue(incomplete.getMessage().contains(ModelFolder.T5_WEIGHTS));
    assertEquals(List.of(), list(temporary));
  }

  @Test
  void successLeavesTheModelAlone() throws IOException {
    writeTo(temporary.resolve("deep/model"), TinyModel::fill);
    assertEquals(List.of(temporary.resolve("deep")), list(temporary));
    assertEquals(List.of(temporary.resolve("deep/model")), list(temporary.resolve("deep")));
    assertEquals(6, list(temporary.resolve("deep/model")).size());
  }

  private int written;

  private Path write(ModelFolder.Filler filler) {
    Path target = temporary.resolve("model" + written++);
    writeTo(target, filler);
    return target;
  }

  private static void writeTo(Path target, ModelFolder.Filler filler) {
    ModelFolder.write(target, TinyModel.config(TinyModel.PROJECTION), Map.of(), filler);
  }

  /** Leaves a tensor out, or puts one of shape [3] in its place. */
  private static void change(Path model, String file, String tensor, boolean replace)
      throws IOException {
    TinyModel.fill(model);
    Safetensors sound = Safetensors.open(model.resolve(file));
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    for (String name : sound.names()) {
      if (!name.equals(tensor)) {
        StoredTensor stored = sound.tensor(name);
        writer.add(name, stored.toFloatArray(), stored.shape());
      } else if (replace) {
        writer.add(name, new float[3], 3);
      }
    }
    writer.write(model.resolve(file));
  }

  private void assertManifestRefused(String from, String to, String expected) throws IOException {
    Path directory = TinyModel.write(temporary, TinyModel.PROJECTION);
    Path file = directory.resolve(ModelFolder.MANIFEST);
    String manifest = Files.readString(file);
    assertTrue(manifest.contains(from), manifest);
    int at = manifest.indexOf(from);
    Files.writeString(
        file, manifest.substring(0, at) + to + manifest.substring(at + from.length()));
    assertRefused(directory, ModelFolder.MANIFEST, expected);
  }

  private static void assertRefused(Path directory, String file, String... parts) {
    UnusableFileException refused =
        assertThrows(UnusableFileException.class, () -> Captioner.open(directory));
    assertTrue(refused.file().toString().contains(file), refused.getMessage());
    assertTrue(refused.getMessage().startsWith(refused.file() + ": "), refused.getMessage());
    for (String part : parts) {
      assertTrue(refused.getMessage().contains(part), refused.getMessage());
    }
    assertFalse(refused.getMessage().endsWith("null"), refused.getMessage());
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
