package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.onnx.model.ModelDirectory;
import io.github.close4j.onnx.weights.Safetensors;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CLIP's vectors as an application gets them. */
class ClipEncoderTest {
  private static final float TOLERANCE = 1e-4f;
  private static final int CONTEXT = 16;

  @TempDir Path temporary;
  private ClipEncoder encoder;

  @BeforeEach
  void open() {
    Path directory = TinyModel.write(temporary, TinyModel.PROJECTION);
    encoder = ClipEncoder.open(ModelDirectory.open(directory).clip(), 1);
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
    assertArrayEquals(expected, encoder.texts(texts).values(), TOLERANCE);
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
