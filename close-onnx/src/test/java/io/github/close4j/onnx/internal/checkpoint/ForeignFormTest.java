package io.github.close4j.onnx.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.ClipEncoder;
import io.github.close4j.onnx.pretrained.ModelImport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no folder of transformers, or lacks its content, is named, with what to do. */
final class ForeignFormTest {
  private static final String POINTER =
      "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 1710540580\n"
          .formatted("0".repeat(64));

  @TempDir private Path directory;

  /** Files that stand where weights should, and what the message must tell of them. */
  private static final String FORMS =
      """
      tf_model.h5|weights of TensorFlow alone|from_tf=True
      tf_model.h5.index.json|weights of TensorFlow alone|from_tf=True
      model.ckpt.index|weights of TensorFlow alone|from_tf=True
      flax_model.msgpack|weights of Flax alone|from_flax=True
      flax_model.msgpack.index.json|weights of Flax alone|from_flax=True
      adapter_model.safetensors|a PEFT adapter (LoRA)|merge_and_unload()
      adapter_config.json|a PEFT adapter (LoRA)|merge_and_unload()
      open_clip_pytorch_model.bin|open_clip's form|model_type clip
      open_clip_model.safetensors|open_clip's form|model_type clip
      open_clip_config.json|open_clip's form|model_type clip
      quantize_config.json|quantised weights|take the original model
      model_index.json|a pipeline of diffusers|several models
      """;

  static Stream<String> forms() {
    return FORMS.lines();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void foldersOfOtherFormsAreNamed(String form) throws IOException {
    String[] parts = form.split("\\|");
    for (String name : List.of("clip-gelu", "t5-v10")) {
      Path folder = Checkpoints.copy(name, directory);
      Files.writeString(folder.resolve(parts[0]), "{}");
      open(name, folder); // Beside whole weights it does no harm.
      Files.deleteIfExists(folder.resolve("pytorch_model.bin"));
      Files.delete(folder.resolve("model.safetensors"));
      assertTells(folder, () -> open(name, folder), parts);
      Files.delete(folder.resolve("config.json"));
      assertTells(folder, () -> open(name, folder), parts);
    }
  }

  private static void assertTells(Path file, Runnable open, String... parts) {
    UnusableFileException refusal = assertThrows(UnusableFileException.class, open::run);
    assertEquals(file, refusal.file());
    for (String part : parts) {
      assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
    }
    assertTrue(refusal.getMessage().contains("expected "), refusal.getMessage());
  }

  private static void open(String name, Path folder) {
    if (name.startsWith("clip")) {
      ClipCheckpoint.open(folder);
    } else {
      T5Checkpoint.open(folder);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model_cfg\": {\"embed_dim\": 512, \"vision_cfg\": {}}, \"preprocess_cfg\": {}}",
        "{\"embed_dim\": 512, \"vision_cfg\": {\"layers\": 12}, \"text_cfg\": {}}"
      })
  void settingsOfOpenClipAreNamed(String settings) throws IOException {
    Path clip = Checkpoints.copy("clip-gelu", directory);
    Path config = Files.writeString(clip.resolve("config.json"), settings);
    assertTells(config, () -> ClipEncoder.open(clip), "open_clip's form", "model_type clip");
  }

  @ParameterizedTest
  @CsvSource({
    "clip-gelu, '{\"quant_method\": \"bitsandbytes\", \"load_in_4bit\": true}', bitsandbytes",
    "clip-gelu, '{\"quant_method\": \"gptq\", \"bits\": 4}', gptq",
    "t5-v11, '{\"quant_method\": \"awq\"}', awq",
    "t5-v11, '{\"load_in_8bit\": true}', no method named",
  })
  void quantisedModelsAreNamed(String name, String settings, String method) throws IOException {
    Path folder = Checkpoints.copy(name, directory);
    Path config = folder.resolve("config.json");
    String json = Files.readString(config);
    Files.writeString(config, "{\"quantization_config\": " + settings + "," + json.substring(1));
    assertTells(
        config, () -> open(name, folder), "quantised weights", "(" + method + ")", "original");
    Files.writeString(config, "{\"quantization_config\": null," + json.substring(1));
    open(name, folder);
  }

  /** Every file of a folder that a clone without Git LFS may leave as a pointer. */
  @ParameterizedTest
  @CsvSource({
    "clip-gelu, model.safetensors",
    "clip-gelu, tokenizer.json",
    "clip-gelu, config.json",
    "clip-gelu, preprocessor_config.json",
    "t5-v10, model.safetensors",
    "t5-v10, tokenizer.json",
    "t5-v11, model-00001-of-00002.safetensors",
    "t5-v11, model-00002-of-00002.safetensors",
    "t5-v11, model.safetensors.index.json",
  })
  void pointersOfGitLfsAreNamed(String name, String file) throws IOException {
    Path folder = Checkpoints.copy(name, directory);
    Path pointer = Files.writeString(folder.resolve(file), POINTER);
    Consumer<Path> whole =
        path ->
            PretrainedParts.open(
                name.startsWith("clip") ? path : Checkpoints.path("clip-gelu"),
                name.startsWith("t5") ? path : Checkpoints.path("t5-v10"));
    assertTells(pointer, () -> whole.accept(folder), "a pointer of Git LFS", "git lfs pull");
  }

  @Test
  void pointersInPlaceOfPytorchFilesAreNamed() throws IOException {
    Path t5 = Checkpoints.copy("t5-v10", directory);
    Files.delete(t5.resolve("model.safetensors"));
    Path weights = Files.writeString(t5.resolve("pytorch_model.bin"), POINTER);
    assertTells(weights, () -> T5Checkpoint.open(t5), "a pointer of Git LFS", "git lfs pull");
    Path state = Files.writeString(directory.resolve("state-ep8.pth"), POINTER);
    assertTells(
        state,
        () ->
            ModelImport.authorsCheckpoint(
                Checkpoints.path("close/model.json"),
                state,
                Checkpoints.path("clip-quick-gelu"),
                Checkpoints.path("t5-v10"),
                directory.resolve("model")),
        "a pointer of Git LFS");
  }

  /** Tar files of the first versions, and pickles of other protocols than torch.save's own. */
  @Test
  void olderPytorchFilesAreNamed() throws IOException {
    byte[] tar = new byte[1024];
    byte[] mark = "ustar".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(mark, 0, tar, 257, mark.length);
    Path oldest = Files.write(directory.resolve("oldest.pth"), tar);
    byte[] pickle = Files.readAllBytes(Checkpoints.path("pickles/views-legacy.pth"));
    pickle[1] = 4;
    Path newer = Files.write(directory.resolve("newer.bin"), pickle);
    for (Path file : List.of(oldest, newer)) {
      assertTells(file, () -> WeightFiles.open(file), "since 1.6", "torch.save(torch.load(FILE");
    }
  }

  @Test
  void torchScriptIsNamed() throws IOException {
    Path file = directory.resolve("ViT-L-14.pt");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.setMethod(ZipOutputStream.STORED);
      for (String name : List.of("model/data.pkl", "model/constants.pkl", "model/code/a.py")) {
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(0);
        entry.setCrc(new CRC32().getValue());
        zip.putNextEntry(entry);
        zip.closeEntry();
      }
    }
    assertTells(file, () -> WeightFiles.open(file), "a TorchScript program", "state_dict()");
  }

  @Test
  void missingShardsAreNamedTogether() throws IOException {
    Path t5 = Checkpoints.copy("t5-v11", directory);
    Path index = t5.resolve("model.safetensors.index.json");
    Files.delete(t5.resolve("model-00002-of-00002.safetensors"));
    assertTells(
        index,
        () -> T5Checkpoint.open(t5),
        "expected 2 shards beside it, found no file for [model-00002-of-00002.safetensors]");
    Files.delete(t5.resolve("model-00001-of-00002.safetensors"));
    assertTells(
        index,
        () -> T5Checkpoint.open(t5),
        "[model-00001-of-00002.safetensors, model-00002-of-00002.safetensors]");
    Files.createSymbolicLink(
        t5.resolve("model-00001-of-00002.safetensors"), Path.of("../blobs/gone"));
    assertTells(
        index, () -> T5Checkpoint.open(t5), "found a link to ../blobs/gone, where nothing is");
  }

  @Test
  void aTokenizerThatIsMissingTellsWhatMayStandInItsPlace() throws IOException {
    Path clip = Checkpoints.copy("clip-gelu", directory);
    Path t5 = Checkpoints.copy("t5-v10", directory);
    Files.delete(clip.resolve("tokenizer.json"));
    Files.delete(t5.resolve("tokenizer.json"));
    assertTells(
        clip.resolve("tokenizer.json"), () -> ClipCheckpoint.open(clip), "or vocab.json in its");
    assertTells(
        t5.resolve("tokenizer.json"), () -> T5Checkpoint.open(t5), "or spiece.model in its");
  }

  @Test
  void weightsOfOtherTypesAreNamed() throws IOException {
    Path clip = Checkpoints.copy("clip-gelu", directory);
    Path file = clip.resolve("model.safetensors");
    Safetensors saved = Safetensors.open(file);
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    for (String name : saved.names()) {
      if (name.equals("visual_projection.weight")) {
        float[] values = saved.tensor(name).toFloatArray();
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
          doubles[i] = values[i];
        }
        writer.add(name, doubles, saved.tensor(name).shape());
      } else {
        writer.add(name, saved.tensor(name));
      }
    }
    writer.write(file);
    assertTells(
        file,
        () -> ClipCheckpoint.open(clip),
        "tensor 'visual_projection.weight': expected floats, found F64");
  }
}
