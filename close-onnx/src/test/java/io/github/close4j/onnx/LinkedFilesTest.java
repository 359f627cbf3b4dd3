package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.close4j.UnusableFileException;
import io.github.close4j.adapter.MeanShift;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.onnx.internal.checkpoint.Checkpoints;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.pretrained.ModelImport;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Models whose files stand behind symbolic links do what they do without, in every layout and for
 * every kind of file.
 */
class LinkedFilesTest {
  @TempDir Path temporary;

  /** JUnit warns of links that leave the folder that it deletes. */
  @AfterEach
  void removeLinks() throws IOException {
    try (Stream<Path> files = Files.walk(temporary)) {
      for (Path link : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(LinkLayout.class)
  void aModelDirectoryCaptionsAndExports(LinkLayout layout) throws IOException, OrtException {
    Path plain = TinyModel.write(temporary, TinyModel.PROJECTION);
    Path linked = layout.of(plain, temporary.resolve("links"));
    assertEquals(captions(plain), captions(linked));
    assertArrayEquals(vectors(plain), vectors(linked));
    Path adapted = temporary.resolve("adapted");
    ModelDirectory.open(linked)
        .withImageAdapter(adapted, MeanShift.randomDirection(TinyModel.CLIP_DIM, 0.5, 1));
    assertEquals(1, captions(adapted).size());
    Path graphs = temporary.resolve("graphs");
    ModelDirectory.open(linked).exportOnnx(graphs, Decoding.greedy());
    assertLoads(layout.of(graphs, temporary.resolve("linked-graphs")), layout);
    assertLoads(graphs, LinkLayout.FOLDER);
  }

  /**
   * ONNX Runtime itself wants the data where the graph is; a link to the folder leaves it there.
   */
  private static void assertLoads(Path graphs, LinkLayout layout) throws OrtException {
    if (layout == LinkLayout.FOLDER) {
      try (OrtSession session =
          OrtEnvironment.getEnvironment()
              .createSession(graphs.resolve("captioner.onnx").toString())) {
        assertTrue(session.getInputNames().contains("pixels"));
      }
    }
  }

  private static List<String> captions(Path model) {
    try (Captioner captioner = Captioner.open(model)) {
      return captioner.alternatives(CaptionInput.of(picture()), Decoding.beam(3)).stream()
          .map(Caption::text)
          .limit(1)
          .toList();
    }
  }

  private static float[] vectors(Path model) {
    try (ClipEncoder encoder = ClipEncoder.open(model, InferenceOptions.defaults().threads(1))) {
      EmbeddingBatch texts = encoder.texts(List.of("w3 w4", "w9"));
      return texts.values();
    }
  }

  private static BufferedImage picture() {
    BufferedImage image = new BufferedImage(40, 32, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 40; x++) {
      image.setRGB(x, x % 32, 0x2040F0 * x);
    }
    return image;
  }

  @ParameterizedTest
  @EnumSource(LinkLayout.class)
  void foldersOfTransformersEncodeAndAreImported(LinkLayout layout) throws IOException {
    Path clip = layout.of(Checkpoints.path("clip-quick-gelu"), temporary.resolve("clip"));
    Path t5 = layout.of(Checkpoints.path("t5-v10"), temporary.resolve("t5"));
    Path close = layout.of(Checkpoints.path("close"), temporary.resolve("close"));
    assertArrayEquals(vectors(Checkpoints.path("clip-quick-gelu")), vectors(clip));
    Path plain =
        ModelImport.authorsCheckpoint(
                Checkpoints.path("close/model.json"),
                Checkpoints.path("close/state-ep8.pth"),
                Checkpoints.path("clip-quick-gelu"),
                Checkpoints.path("t5-v10"),
                temporary.resolve("plain"))
            .path();
    Path model = temporary.resolve("model");
    ModelImport.authorsCheckpoint(
        close.resolve("model.json"), close.resolve("state-ep8.pth"), clip, t5, model);
    for (String name : List.of(ModelFolder.CLIP_WEIGHTS, ModelFolder.T5_WEIGHTS)) {
      assertEquals(-1, Files.mismatch(plain.resolve(name), model.resolve(name)), name);
    }
    assertEquals(captions(plain), captions(model));
  }

  /** In 16 bits, weights are read in place out of files of 16 bits as well. */
  @ParameterizedTest
  @EnumSource(
      value = LinkLayout.class,
      names = {"HUB_CACHE", "SCATTERED"})
  void shardsAndOtherPrecisionsAreRead(LinkLayout layout) throws IOException {
    Path plain = temporary.resolve("plain");
    Path model = temporary.resolve("model");
    ModelImport.untrained(Checkpoints.path("clip-gelu"), Checkpoints.path("t5-v11"), 3, plain);
    ModelImport.untrained(
        layout.of(Checkpoints.path("clip-gelu"), temporary.resolve("a")),
        layout.of(Checkpoints.path("t5-v11"), temporary.resolve("b")),
        3,
        model);
    Path linked = layout.of(model, temporary.resolve("c"));
    for (Precision precision : Precision.values()) {
      InferenceOptions options = InferenceOptions.defaults().threads(1).precision(precision);
      try (Captioner one = Captioner.open(plain, options);
          Captioner other = Captioner.open(linked, options)) {
        assertEquals(one.caption(picture()), other.caption(picture()), precision.name());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = LinkLayout.class,
      names = {"HUB_CACHE", "MOUNTED_VOLUME", "SCATTERED"})
  void exportedGraphsWithDataBesideThemAreImported(LinkLayout layout) throws IOException {
    Path plainClip = ExportedModels.clip(temporary, "clip");
    Path plainT5 = ExportedModels.t5(temporary, "t5-pair");
    Path plainPrefix = ExportedModels.prefix(temporary, "projection");
    ExternalData.moveOut(plainClip.resolve("vision_model.onnx"), "vision_model.onnx_data", 0);
    ExternalData.moveOut(plainT5.resolve("encoder_model.onnx"), "encoder_model.onnx_data", 0);
    Path folder = Files.createDirectory(temporary.resolve("prefix"));
    Files.copy(plainPrefix, folder.resolve("prefix.safetensors"));
    Path plain = temporary.resolve("plain");
    ModelImport.exportedGraphs(plainClip, plainT5, plainPrefix, plain);
    Path model = temporary.resolve("model");
    ModelImport.exportedGraphs(
        layout.of(plainClip, temporary.resolve("a")),
        layout.of(plainT5, temporary.resolve("b")),
        layout.of(folder, temporary.resolve("c")).resolve("prefix.safetensors"),
        model);
    assertEquals(captions(plain), captions(model));
    assertEquals(captions(plain), captions(layout.of(model, temporary.resolve("d"))));
  }

  @Test
  void aVolumeThatIsReplacedUnderAnOpenModelDoesNotChangeIt() throws IOException {
    Path plain = TinyModel.write(temporary, TinyModel.PROJECTION);
    Path mounted = LinkLayout.MOUNTED_VOLUME.of(plain, temporary.resolve("links"));
    try (Captioner before = Captioner.open(plain);
        Captioner captioner = Captioner.open(mounted)) {
      CaptionInput input = CaptionInput.of(picture());
      Path data = mounted.resolve("..data");
      Path other = Files.createDirectory(mounted.resolve("..2026_03_04"));
      Files.delete(data);
      Files.createSymbolicLink(data, other.getFileName());
      assertEquals(
          before.caption(input, Decoding.greedy()), captioner.caption(input, Decoding.greedy()));
      MoreFiles.deleteRecursively(
          mounted.resolve("..2026_01_02"), RecursiveDeleteOption.ALLOW_INSECURE);
      assertEquals(
          before.caption(input, Decoding.beam(2)), captioner.caption(input, Decoding.beam(2)));
    }
  }

  @Test
  void hashesAreCheckedBehindLinks() throws IOException {
    Path plain = TinyModel.write(temporary, TinyModel.PROJECTION);
    Path linked = LinkLayout.HUB_CACHE.of(plain, temporary.resolve("links"));
    Path blob = linked.resolve(ModelFolder.T5_WEIGHTS).toRealPath();
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length - 1] ^= 1;
    Files.write(blob, bytes);
    UnusableFileException refusal =
        assertThrows(UnusableFileException.class, () -> Captioner.open(linked));
    assertEquals(linked.resolve(ModelFolder.T5_WEIGHTS), refusal.file());
    assertTrue(refusal.getMessage().contains("expected SHA-256"), refusal.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "captioner.json",
    "clip.safetensors",
    "prefix.safetensors",
    "clip-tokenizer.json",
  })
  void aLinkToNothingInAModelDirectorySaysSo(String name) throws IOException {
    Path model = TinyModel.write(temporary, TinyModel.PROJECTION);
    assertSaysWhereTheLinkLeads(model.resolve(name), () -> Captioner.open(model));
    Files.delete(model.resolve(name));
    assertSaysWhereTheLinkLeads(model.resolve(name), () -> ClipEncoder.open(model));
  }

  @ParameterizedTest
  @CsvSource({
    "clip-gelu, config.json",
    "clip-gelu, preprocessor_config.json",
    "clip-gelu, tokenizer.json",
    "clip-gelu, model.safetensors",
  })
  void aLinkToNothingInAFolderOfTransformersSaysSo(String folder, String name) throws IOException {
    Path clip = Checkpoints.copy(folder, temporary);
    assertSaysWhereTheLinkLeads(clip.resolve(name), () -> ClipEncoder.open(clip));
  }

  @Test
  void aLinkToNothingAmongExportedDataSaysSo() throws IOException {
    Path clip = ExportedModels.clip(temporary, "clip");
    ExternalData.moveOut(clip.resolve("vision_model.onnx"), "vision_model.onnx_data", 0);
    assertSaysWhereTheLinkLeads(
        clip.resolve("vision_model.onnx_data"),
        clip.resolve("vision_model.onnx"),
        () -> ClipEncoder.open(clip));
  }

  private static void assertSaysWhereTheLinkLeads(Path file, Runnable open) throws IOException {
    assertSaysWhereTheLinkLeads(file, file, open);
  }

  private static void assertSaysWhereTheLinkLeads(Path file, Path refused, Runnable open)
      throws IOException {
    Files.deleteIfExists(file);
    Files.createSymbolicLink(file, Path.of("../blobs/gone"));
    assertRefused(refused, "found a link to ../blobs/gone, where nothing is", open);
    Files.delete(file);
    Files.createSymbolicLink(file, file.getFileName());
    assertRefused(
        refused, "found a link to " + file.getFileName() + ", which leads back to itself", open);
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of(".."));
    assertRefused(refused, "found a link to .., a folder", open);
  }

  private static void assertRefused(Path file, String expected, Runnable open) {
    UnusableFileException refusal = assertThrows(UnusableFileException.class, open::run);
    assertEquals(file, refusal.file());
    assertTrue(refusal.getMessage().endsWith(expected), refusal.getMessage());
  }

  @Test
  void aFolderBehindALinkToNothingSaysSo() throws IOException {
    Path model = temporary.resolve("model");
    Files.createSymbolicLink(model, Path.of("unmounted"));
    UnusableFileException refusal =
        assertThrows(UnusableFileException.class, () -> Captioner.open(model));
    assertTrue(
        refusal.getMessage().endsWith(model + " is a link to unmounted, where nothing is"),
        refusal.getMessage());
  }

  @Test
  void aLinkInThePlaceOfANewModelIsRefusedAtOnce() throws IOException {
    Path output = temporary.resolve("new");
    Files.createSymbolicLink(output, Path.of("nowhere"));
    assertThrows(IllegalArgumentException.class, () -> ModelFolder.requireAbsent(output));
  }
}
