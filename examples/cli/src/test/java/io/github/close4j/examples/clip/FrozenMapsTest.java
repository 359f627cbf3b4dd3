package io.github.close4j.examples.clip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.examples.backbone.BackboneFiles;
import io.github.close4j.examples.backbone.BackboneNetwork;
import io.github.close4j.examples.backbone.EfficientNetLite;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.training.internal.torch.Parameters;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FrozenMapsTest {
  private static final int EDGE = 64;

  /** More than are computed together. */
  private static final int PICTURES = 70;

  @TempDir private Path directory;

  private final List<Path> pictures = new ArrayList<>();
  private Parameters parameters;
  private FrozenMaps.Source source;

  @BeforeEach
  void open() throws IOException {
    for (int i = 0; i < PICTURES; i++) {
      BufferedImage picture = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = picture.createGraphics();
      graphics.setColor(Color.getHSBColor(i / (float) PICTURES, 1, 1));
      graphics.fillRect(i % 20, 0, 20, 30);
      graphics.dispose();
      pictures.add(directory.resolve(i + ".png"));
      ImageIO.write(picture, "png", pictures.get(i).toFile());
    }
    Safetensors file = Safetensors.open(BackboneFiles.write(0, directory));
    EfficientNetLite shape = EfficientNetLite.of(file);
    TorchRuntime.initialize(1, 1);
    parameters = Parameters.random(1);
    BackboneNetwork backbone = new BackboneNetwork(shape, parameters, "");
    backbone.set(shape.folded(file));
    source =
        new FrozenMaps.Source(
            pictures,
            new PictureAugmentation(EDGE, 127, 128),
            backbone,
            shape.beforeLastReduction(),
            3);
  }

  @AfterEach
  void close() {
    parameters.close();
  }

  private FrozenMaps maps(String run) {
    return new FrozenMaps(directory.resolve("maps"), run, source);
  }

  @Test
  void mapsComeInTheOrderAskedForAndDependOnPictureAndViewAlone() {
    FrozenMaps maps = maps("one");
    assertEquals(12, maps.views());
    assertArrayEquals(new long[] {4, 4, 112}, maps.shape());
    List<Integer> told = new ArrayList<>();
    maps.prepare(1, (done, total) -> told.add(done));
    assertEquals(List.of(64, 70), told);
    assertFalse(maps.has(0));

    short[] some = maps.read(1, List.of(69, 2, 69));
    int length = maps.length();
    short[] first = Arrays.copyOf(some, length);
    assertArrayEquals(first, Arrays.copyOfRange(some, 2 * length, 3 * length));
    short[] third = Arrays.copyOfRange(some, length, 2 * length);
    assertFalse(Arrays.equals(first, third));
    maps.prepare(0, (done, total) -> {});
    assertFalse(Arrays.equals(third, maps.read(0, List.of(2))), "another view");

    // Of fewer pictures, and so in other parts, each has the same map.
    FrozenMaps.Source fewer =
        new FrozenMaps.Source(
            pictures.subList(0, 3),
            source.augmentation(),
            source.backbone(),
            source.frozen(),
            source.seed());
    FrozenMaps ofFewer = new FrozenMaps(directory.resolve("fewer"), "two", fewer);
    ofFewer.prepare(1, (done, total) -> {});
    assertArrayEquals(third, ofFewer.read(1, List.of(2)));
  }

  @Test
  void whatIsThereIsUsedAgainUnlessItIsOfAnotherRun() {
    maps("one").prepare(0, (done, total) -> {});
    FrozenMaps again = maps("one");
    assertTrue(again.has(0));
    again.prepare(0, (done, total) -> assertEquals("nothing to compute", done));
    assertFalse(maps("another").has(0));
  }

  @Test
  void aFileThatIsCutShortIsNamed() throws IOException {
    FrozenMaps maps = maps("one");
    maps.prepare(0, (done, total) -> {});
    Path file = directory.resolve("maps/view-00.bf16");
    try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
      cut.setLength(Files.size(file) - 1);
    }
    maps.read(0, List.of(0, 68));
    UnusableFileException refused =
        assertThrows(UnusableFileException.class, () -> maps.read(0, List.of(69)));
    assertTrue(refused.getMessage().contains("view-00.bf16"), refused.getMessage());
  }
}
