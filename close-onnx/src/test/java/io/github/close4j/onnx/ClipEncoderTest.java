package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CLIP's vectors as an application gets them. */
class ClipEncoderTest {
  private static final float TOLERANCE = 1e-4f;
  private static final int CONTEXT = 16;

  @TempDir Path temporary;
  private ClipEncoder encoder;

  @BeforeEach
  void open() {
    Path directory = TinyModel.write(temporary, TinyModel.PROJECTION);
    encoder = ClipEncoder.open(directory, InferenceOptions.defaults().threads(1));
  }

  @AfterEach
  void close() {
    encoder.close();
  }

  @Test
  void textsHaveTheVectorsOfTransformers() {
    Safetensors cases = TinyModel.golden(temporary, "clip-cases.safetensors");
    long[] ids = TinyModel.longs(cases.tensor("text_ids"));
    List<String> texts = new ArrayList<>();
    for (int row = 0; row < ids.length / CONTEXT; row++) {
      StringBuilder words = new StringBuilder();
      for (int i = row * CONTEXT + 1; ids[i] != 59; i++) {
        words.append("w").append(ids[i]).append(' ');
      }
      texts.add(words.toString());
    }
    float[] expected = cases.tensor("quick_gelu.text").toFloatArray();
    ClipFiles files = ModelFolder.open(clip()).clip();
    try (ClipFeatures features = ClipFeatures.open(files, InferenceOptions.defaults().threads(1))) {
      assertArrayEquals(expected, features.texts(texts).values(), TOLERANCE);
    }
    EmbeddingBatch directions = EmbeddingBatch.wrap(expected, TinyModel.CLIP_DIM);
    directions.normalize();
    assertArrayEquals(directions.values(), encoder.texts(texts).values(), TOLERANCE);
  }

  @Test
  void longTextsAreCutAndKeepTheirEnd() {
    String fits = "w7 ".repeat(CONTEXT - 2);
    assertArrayEquals(
        encoder.texts(List.of(fits)).values(),
        encoder.texts(List.of(fits + "w8 w9 ".repeat(100))).values());
  }

  @Test
  void vectorsDoNotDependOnTheBatch() {
    Random random = new Random(5);
    List<String> texts = new ArrayList<>();
    List<BufferedImage> images = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      texts.add(TinyModel.words(random.longs(random.nextInt(20), 1, 58).toArray()));
      images.add(picture(random));
    }
    assertRowsAlone(texts, encoder.texts(texts), text -> encoder.texts(List.of(text)));
    assertRowsAlone(images, encoder.images(images), image -> encoder.images(List.of(image)));
  }

  private <T> void assertRowsAlone(
      List<T> inputs,
      EmbeddingBatch together,
      java.util.function.Function<T, EmbeddingBatch> alone) {
    assertEquals(inputs.size(), together.rows());
    for (int i = 0; i < inputs.size(); i++) {
      assertArrayEquals(
          alone.apply(inputs.get(i)).values(),
          TinyModel.row(together.values(), TinyModel.CLIP_DIM, i),
          TOLERANCE,
          "row " + i);
    }
  }

  /** Directions are those of 32 bits, nearly, and not the same numbers. */
  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FLOAT16", "INT8"})
  void otherPrecisionsAreNear(Precision precision) {
    Random random = new Random(6);
    List<String> texts = List.of("w5 w6", "w7", "w8 w9 w10 w11");
    List<BufferedImage> images = List.of(picture(random), picture(random), picture(random));
    InferenceOptions options =
        InferenceOptions.defaults().threads(1).batchSize(2).precision(precision);
    try (ClipEncoder other = ClipEncoder.open(clip(), options)) {
      assertNear(encoder.texts(texts), other.texts(texts));
      assertNear(encoder.images(images), other.images(images));
    }
  }

  private static void assertNear(EmbeddingBatch expected, EmbeddingBatch found) {
    assertFalse(Arrays.equals(expected.values(), found.values()), "computed in 32 bits");
    for (int row = 0; row < expected.rows(); row++) {
      double cosine = 0;
      for (int i = row * TinyModel.CLIP_DIM; i < (row + 1) * TinyModel.CLIP_DIM; i++) {
        cosine += (double) expected.values()[i] * found.values()[i];
      }
      assertTrue(cosine > 0.999, "row " + row + ": cosine " + cosine);
    }
  }

  @Test
  void saysWhatItRunsOn() {
    assertEquals("CPU", encoder.device().toString());
    InferenceOptions options = InferenceOptions.defaults().threads(1).device(Device.auto());
    try (ClipEncoder automatic = ClipEncoder.open(clip(), options)) {
      assertTrue(
          automatic.device().isCuda()
              || automatic.device().toString().startsWith("CPU (CUDA device 0 cannot be used: "),
          automatic.device()::toString);
    }
  }

  /** Never the processor in its place. */
  @Test
  void cudaThatCannotBeUsedIsNotOpened() {
    assumeFalse(
        OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA),
        "this ONNX Runtime is built for CUDA");
    InferenceOptions options = InferenceOptions.defaults().device(Device.cuda(0));
    InferenceException refused =
        assertThrows(InferenceException.class, () -> ClipEncoder.open(clip(), options));
    assertTrue(refused.getMessage().contains("onnxruntime_gpu"), refused.getMessage());
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    InferenceOptions options = InferenceOptions.defaults();
    assertThrows(IllegalArgumentException.class, () -> options.threads(-1));
    assertThrows(IllegalArgumentException.class, () -> options.batchSize(0));
  }

  private Path clip() {
    return temporary.resolve("model");
  }

  @Test
  void nothingGivesNothing() {
    assertEquals(0, encoder.texts(List.of()).rows());
    assertEquals(0, encoder.images(List.of()).rows());
  }

  @Test
  void nullIsRefused() {
    assertThrows(NullPointerException.class, () -> encoder.texts(Collections.singletonList(null)));
    assertThrows(NullPointerException.class, () -> encoder.images(Collections.singletonList(null)));
  }

  @Test
  void closesTwiceAndRefusesLaterUse() {
    encoder.close();
    encoder.close();
    assertThrows(IllegalStateException.class, () -> encoder.texts(List.of("w3")));
    assertThrows(IllegalStateException.class, () -> encoder.images(List.of()));
  }

  private static BufferedImage picture(Random random) {
    BufferedImage picture = new BufferedImage(40, 33, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        picture.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    return picture;
  }
}
