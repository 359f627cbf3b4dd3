package io.github.close4j.examples.scenes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SceneRendererTest {
  private static final int SIZE = SceneRenderer.PICTURE_SIZE;

  @Test
  void equalScenesGiveEqualPixels() {
    List<Scene> scenes = new SceneGenerator(31, Split.TRAIN).take(500);
    HashCode first = hash(scenes);
    assertEquals(first, hash(new SceneGenerator(31, Split.TRAIN).take(500)));
    assertNotEquals(first, hash(new SceneGenerator(32, Split.TRAIN).take(500)));
  }

  @Test
  void pixelsDoNotDependOnTheThread() {
    List<Scene> scenes = new SceneGenerator(33, Split.TRAIN).take(200);
    List<int[]> alone = scenes.stream().map(SceneRendererTest::pixels).toList();
    List<int[]> together = scenes.parallelStream().map(SceneRendererTest::pixels).toList();
    IntStream.range(0, 200).forEach(i -> assertArrayEquals(alone.get(i), together.get(i)));
  }

  @Test
  void thePictureIsOpaqueRgbOfTheStatedSize() {
    BufferedImage picture = SceneRenderer.render(new SceneGenerator(34, Split.TEST).next());
    assertEquals(SIZE, picture.getWidth());
    assertEquals(SIZE, picture.getHeight());
    assertEquals(BufferedImage.TYPE_INT_RGB, picture.getType());
  }

  @Test
  void theLookChangesThePictureAlone() {
    Scene scene = new SceneGenerator(35, Split.TRAIN).next();
    Set<HashCode> pictures = new HashSet<>();
    for (long look = 0; look < 50; look++) {
      pictures.add(
          hash(List.of(new Scene(scene.layout(), scene.objects(), scene.relation(), look))));
    }
    assertEquals(50, pictures.size());
  }

  @Test
  void everyObjectShowsItsColourAtItsCentre() {
    for (Scene scene : new SceneGenerator(36, Split.TRAIN).take(5_000)) {
      int[] pixels = pixels(scene);
      for (int i = 0; i < scene.objects().size(); i++) {
        SceneObject object = scene.objects().get(i);
        boolean hidden = scene.relation() == Relation.INSIDE && i == 1;
        int rgb = pixels[(int) object.y() * SIZE + (int) object.x()];
        // Tint 15 and noise 5 at most.
        assertTrue(hidden || distance(rgb, object.colour().rgb()) <= 20, scene::toString);
      }
    }
  }

  /** The masks of two shapes of the small size differ in at least 20 of their 64 × 64 pixels. */
  @Test
  void smallShapesDiffer() {
    Map<Shape, boolean[]> masks = new EnumMap<>(Shape.class);
    for (Shape shape : Shape.values()) {
      masks.put(shape, mask(shape));
    }
    for (Shape first : Shape.values()) {
      for (Shape second : Shape.values()) {
        long differing =
            IntStream.range(0, SIZE * SIZE)
                .filter(i -> masks.get(first)[i] != masks.get(second)[i])
                .count();
        assertTrue(
            first == second ? differing == 0 : differing >= 20,
            () -> first + ", " + second + ": " + differing);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Colour.class)
  void coloursStayApartUnderTheirTint(Colour colour) {
    for (Colour other : Colour.values()) {
      assertTrue(colour == other || distance(colour.rgb(), other.rgb()) > 2 * 20);
    }
  }

  private static boolean[] mask(Shape shape) {
    int[] pixels =
        pixels(
            new Scene(
                Layout.SINGLE,
                List.of(new SceneObject(shape, Colour.BLACK, Size.SMALL, 32, 32, 8)),
                null,
                4));
    boolean[] mask = new boolean[pixels.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = distance(pixels[i], Colour.BLACK.rgb()) <= 20;
    }
    return mask;
  }

  /** The greatest difference of a channel. */
  private static int distance(int rgb, int other) {
    List<Integer> differences = new ArrayList<>();
    for (int shift : new int[] {0, 8, 16}) {
      differences.add(Math.abs((rgb >> shift & 0xff) - (other >> shift & 0xff)));
    }
    return differences.stream().mapToInt(Integer::intValue).max().orElseThrow();
  }

  private static HashCode hash(List<Scene> scenes) {
    Hasher hasher = Hashing.murmur3_128().newHasher();
    for (Scene scene : scenes) {
      for (int pixel : pixels(scene)) {
        hasher.putInt(pixel);
      }
    }
    return hasher.hash();
  }

  private static int[] pixels(Scene scene) {
    int[] pixels = SceneRenderer.render(scene).getRGB(0, 0, SIZE, SIZE, null, 0, SIZE);
    return IntStream.of(pixels).map(pixel -> pixel & 0xffffff).toArray();
  }
}
