package io.github.close4j.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures that are decoded at once share what there is: none takes the heap from the others. */
class DecodingMemoryTest {
  private static final long MEGABYTE = 1 << 20;

  private final DecodingMemory memory = new DecodingMemory("decoding", 10 * MEGABYTE);

  @Test
  void aLargePictureWaitsForTheOthers() throws Exception {
    DecodingMemory.Part small = memory.hold(MEGABYTE, "small", "one");
    CompletableFuture<DecodingMemory.Part> large =
        CompletableFuture.supplyAsync(() -> memory.hold(10 * MEGABYTE, "large", "one"));
    Thread.yield();
    assertFalse(large.isDone());
    small.close();
    large.get().close();
    memory.hold(10 * MEGABYTE, "another", "one").close();
  }

  @Test
  void aPictureThatNeverFitsIsRefusedWithWhatItNeeds() {
    String message =
        assertThrows(
                ImageDecodingException.class,
                () -> memory.hold(11 * MEGABYTE, "scan.png", "one of 4000 x 900").close())
            .getMessage();
    long heap = Runtime.getRuntime().maxMemory() / MEGABYTE;
    assertEquals(
        "scan.png: expected a picture that fits into memory, found one of 4000 x 900 that needs"
            + " about 11 MB; the heap has "
            + heap
            + " MB, of which decoding may take 10 (java -Xmx sets the heap)",
        message);
  }

  @Test
  void whoWaitsCanBeInterrupted() {
    DecodingMemory.Part all = memory.hold(10 * MEGABYTE, "all", "one");
    Thread.currentThread().interrupt();
    assertThrows(CancellationException.class, () -> memory.hold(1, "late", "one").close());
    assertTrue(Thread.interrupted());
    all.close();
  }

  @Test
  void whatGrowsWaitsForThoseWhoGetDone() throws Exception {
    DecodingMemory.Part done = memory.hold(6 * MEGABYTE, "done", "one");
    CompletableFuture<DecodingMemory.Part> growing = CompletableFuture.supplyAsync(() -> grown(6));
    Thread.yield();
    assertFalse(growing.isDone());
    done.close();
    growing.get().close();
    memory.hold(10 * MEGABYTE, "all", "one").close();
  }

  private DecodingMemory.Part grown(int megabytes) {
    DecodingMemory.Part part = memory.empty();
    for (int i = 0; i < megabytes; i++) {
      part.grow(MEGABYTE, "growing", "one");
    }
    return part;
  }

  /** Of those who wait for each other one is refused, which lets the other go on. */
  @Test
  void ofTwoThatWaitForEachOtherOneIsRefused() throws Exception {
    DecodingMemory.Part one = memory.hold(5 * MEGABYTE, "one", "one");
    DecodingMemory.Part other = memory.hold(5 * MEGABYTE, "other", "one");
    List<String> refusals = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture.allOf(
            CompletableFuture.runAsync(() -> growAndClose(one, refusals)),
            CompletableFuture.runAsync(() -> growAndClose(other, refusals)))
        .get();
    assertEquals(1, refusals.size());
    assertTrue(
        refusals.get(0).contains("needs about 8 MB; other pictures under way hold the 10 MB"),
        refusals::toString);
    memory.hold(10 * MEGABYTE, "all", "one").close();
  }

  private static void growAndClose(DecodingMemory.Part part, List<String> refusals) {
    try {
      part.grow(3 * MEGABYTE, "growing", "one");
    } catch (ImageDecodingException e) {
      refusals.add(e.getMessage());
    }
    part.close();
  }

  /** More threads than cores, whose parts grow to sizes that never fit together. */
  @Test
  void manyThatGrowAllGetDone() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    AtomicInteger refused = new AtomicInteger();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      int megabytes = 1 + i % 9;
      all.add(
          threads.submit(
              () -> {
                try {
                  grown(megabytes).close();
                } catch (ImageDecodingException e) {
                  refused.incrementAndGet();
                }
              }));
    }
    threads.shutdown();
    for (Future<?> one : all) {
      one.get();
    }
    assertTrue(refused.get() < 2000, "some get done");
    memory.hold(10 * MEGABYTE, "all", "one").close();
  }

  /** Streams of lengths about those of the pieces that they are read in. */
  @ParameterizedTest
  @ValueSource(
      ints = {1, 65_535, 65_536, 65_537, 131_072, 131_073, 1_000_000, 3_145_728, 3_145_729})
  void aStreamIsReadWhole(int length) throws IOException {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    for (long most : new long[] {length, length + 1L, 10L * length + 70_000}) {
      ImageLimits limits = ImageLimits.defaults().maxEncodedBytes(most);
      try (EncodedBytes read =
          EncodedBytes.of(new ByteArrayInputStream(content), "stream", limits)) {
        assertArrayEquals(content, read.bytes());
      }
    }
    if (length > 1) {
      ImageLimits limits = ImageLimits.defaults().maxEncodedBytes(length - 1L);
      assertThrows(
          ImageDecodingException.class,
          () -> EncodedBytes.of(new ByteArrayInputStream(content), "stream", limits).close());
    }
    DecodingMemory.ENCODED.hold(DecodingMemory.heapBytes() / 4, "all", "one").close();
  }

  @Test
  void aFullHeapIsNoError() {
    InputStream stream =
        new InputStream() {
          @Override
          public int read() {
            throw new OutOfMemoryError("Java heap space");
          }
        };
    ImageDecodingException thrown =
        assertThrows(
            ImageDecodingException.class, () -> ImageDecoder.decode(stream, "upload").flush());
    assertTrue(thrown.getMessage().contains("fits into memory"), thrown.getMessage());
    assertTrue(thrown.getCause() instanceof OutOfMemoryError);
  }

  /** A collector can take a heap for full that is not, while other threads decode. */
  @Test
  void aPictureThatFindsTheHeapFullIsReadOnceMoreAlone() throws IOException {
    byte[] png = noise(40, 30, "png");
    List<Boolean> isAlone = new ArrayList<>();
    ImageDecoder.Source source = () -> EncodedBytes.of(png, "one", ImageLimits.defaults());
    int width =
        ImageDecoder.read(
            source,
            "one",
            ImageLimits.defaults(),
            StoredPicture::bytesOfImage,
            picture -> {
              isAlone.add(!DecodingMemory.DECODING.hasFree());
              if (isAlone.size() == 1) {
                throw new OutOfMemoryError("Java heap space");
              }
              return picture.image().getWidth();
            });
    assertEquals(40, width);
    assertEquals(List.of(false, true), isAlone);
    assertTrue(DecodingMemory.DECODING.hasFree());
  }

  /** What failed holds nothing any more. */
  @Test
  void failuresGiveBackWhatTheyHeld() throws IOException {
    byte[] cut = Arrays.copyOf(noise(900, 700, "png"), 100_000);
    for (int i = 0; i < 1000; i++) {
      assertThrows(ImageDecodingException.class, () -> ImageDecoder.decode(cut, "cut").flush());
    }
    DecodingMemory.DECODING.hold(DecodingMemory.heapBytes() / 2 - MEGABYTE, "all", "one").close();
    DecodingMemory.ENCODED.hold(DecodingMemory.heapBytes() / 4 - MEGABYTE, "all", "one").close();
  }

  /**
   * Sixteen threads of a Java with a small heap decode pictures that would fill it several times;
   * one that does not fit at all is among them.
   */
  @Test
  void sixteenThreadsShareASmallHeap(@TempDir Path folder) throws Exception {
    Files.write(folder.resolve("a.png"), noise(2000, 1500, "png"));
    Files.write(folder.resolve("b.jpg"), noise(2000, 1500, "jpg"));
    Files.write(folder.resolve("c.bmp"), noise(2000, 1500, "bmp"));
    Files.write(folder.resolve("d.gif"), flat(1800, 1200, "gif"));
    Files.write(folder.resolve("e.png"), flat(6000, 4000, "png"));
    List<String> command =
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-Xmx96m",
            // G1 warns on standard output when it waits for native code that holds an array.
            "-Xlog:disable",
            "-Djava.awt.headless=true",
            "-cp",
            System.getProperty("java.class.path"),
            SmallHeap.class.getName(),
            folder.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertEquals("64 decoded, 16 refused", output.strip());
  }

  /** What the Java with a small heap does. */
  static final class SmallHeap {
    private SmallHeap() {}

    public static void main(String[] arguments) throws Exception {
      List<Path> files;
      try (Stream<Path> folder = Files.list(Path.of(arguments[0]))) {
        files = folder.sorted().toList();
      }
      ExecutorService threads = Executors.newFixedThreadPool(16);
      List<Future<?>> results = new ArrayList<>();
      for (int i = 0; i < 80; i++) {
        Path file = files.get(i % files.size());
        results.add(threads.submit(() -> ImageDecoder.decode(file).getWidth()));
      }
      threads.shutdown();
      int decoded = 0;
      int refused = 0;
      for (Future<?> result : results) {
        try {
          result.get();
          decoded++;
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof ImageDecodingException)
              || !e.getMessage().contains("of 6000 x 4000 that needs about 68 MB")) {
            throw e;
          }
          refused++;
        }
      }
      System.out.printf("%d decoded, %d refused%n", decoded, refused);
    }
  }

  private static byte[] noise(int width, int height, String format) throws IOException {
    return encoded(Pictures.madeColour(width, height), format);
  }

  private static byte[] flat(int width, int height, String format) throws IOException {
    int type =
        format.equals("gif") ? BufferedImage.TYPE_BYTE_INDEXED : BufferedImage.TYPE_3BYTE_BGR;
    return encoded(new BufferedImage(width, height, type), format);
  }

  private static byte[] encoded(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, format, out));
    return out.toByteArray();
  }
}
