package io.github.close4j.onnx.internal.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.Uninterruptibles;
import io.github.close4j.image.ClipImageProcessor;
import io.github.close4j.image.ImageDecodingException;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.TinyModel;
import io.github.close4j.onnx.internal.model.ClipConfig;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures prepared at once are those prepared one after the other. */
@Timeout(60) // Against threads that wait for one another in vain.
final class PictureBatchesTest {
  private static final int EDGE = 32;
  private static final ClipConfig.Preprocessing PREPROCESSING =
      ClipConfig.Preprocessing.clipDefaults(EDGE);

  @TempDir private Path temporary;

  @ParameterizedTest
  @CsvSource({"0,13", "1,13", "2,1", "2,2", "3,13", "8,5", "64,100", "4,0"})
  void theOrderIsThatOfTheInputs(int threads, int count) {
    ClipImageProcessor processor = PREPROCESSING.processor();
    int length = processor.outputLength();
    float[] expected = new float[count * length];
    for (int i = 0; i < count; i++) {
      processor.process(picture(i), expected, i * length);
    }
    try (PictureBatches batches = new PictureBatches(PREPROCESSING, threads)) {
      for (int repetition = 0; repetition < 3; repetition++) {
        assertArrayEquals(expected, batches.pixels(decoded(pictures(count)), new Termination()));
      }
    }
  }

  @Test
  void asManyAreDecodedAtOnceAsThereAreThreads() {
    int threads = 3;
    CyclicBarrier barrier = new CyclicBarrier(threads);
    Set<Thread> workers = ConcurrentHashMap.newKeySet();
    List<Supplier<BufferedImage>> pictures = new ArrayList<>();
    for (int i = 0; i < 2 * threads; i++) {
      BufferedImage picture = picture(i);
      pictures.add(
          () -> {
            workers.add(Thread.currentThread());
            // Passed only when as many pictures are under way.
            await(barrier);
            return picture;
          });
    }
    try (PictureBatches batches = new PictureBatches(PREPROCESSING, threads)) {
      batches.pixels(decoded(pictures), new Termination());
    }
    assertEquals(threads, workers.size());
  }

  @Test
  void withOneThreadPicturesAreReadOneAfterTheOther() {
    AtomicInteger underWay = new AtomicInteger();
    Supplier<BufferedImage> picture =
        () -> {
          assertEquals(1, underWay.incrementAndGet());
          BufferedImage decoded = picture(1);
          underWay.decrementAndGet();
          return decoded;
        };
    try (PictureBatches batches = new PictureBatches(PREPROCESSING, 1)) {
      batches.pixels(decoded(List.of(picture, picture, picture)), new Termination());
    }
  }

  @Test
  void theFirstFailureInOrderIsThrownWhenAllWorkHasEnded() {
    RuntimeException first = new IllegalStateException("first");
    CountDownLatch secondFailed = new CountDownLatch(1);
    AtomicInteger underWay = new AtomicInteger();
    List<Supplier<BufferedImage>> pictures = pictures(20);
    pictures.set(
        4,
        () -> {
          // It fails later than the one behind it.
          Uninterruptibles.awaitUninterruptibly(secondFailed);
          throw first;
        });
    pictures.set(
        5,
        () -> {
          secondFailed.countDown();
          throw new IllegalStateException("second");
        });
    List<Supplier<BufferedImage>> counted = new ArrayList<>();
    for (Supplier<BufferedImage> picture : pictures) {
      counted.add(
          () -> {
            underWay.incrementAndGet();
            try {
              return picture.get();
            } finally {
              underWay.decrementAndGet();
            }
          });
    }
    try (PictureBatches batches = new PictureBatches(PREPROCESSING, 4)) {
      Throwable thrown =
          assertThrows(
              IllegalStateException.class,
              () -> batches.pixels(decoded(counted), new Termination()));
      assertSame(first, thrown);
      assertEquals(0, underWay.get());
    }
  }

  @Test
  void aCaptionerNamesTheFirstPictureThatCannotBeReadAndGoesOn() throws Exception {
    Path broken = Files.writeString(temporary.resolve("broken.png"), "no picture");
    Path missing = temporary.resolve("missing.png");
    Path model = TinyModel.write(temporary, TinyModel.PROJECTION);
    try (Captioner captioner = Captioner.open(model, InferenceOptions.defaults().threads(3))) {
      List<CaptionInput> inputs = new ArrayList<>();
      pictures(9).forEach(picture -> inputs.add(CaptionInput.of(picture.get())));
      List<List<Caption>> sound = captioner.caption(inputs, Decoding.greedy());
      inputs.add(3, CaptionInput.of(broken));
      inputs.add(6, CaptionInput.of(missing));
      ImageDecodingException refusal =
          assertThrows(
              ImageDecodingException.class, () -> captioner.caption(inputs, Decoding.greedy()));
      assertTrue(refusal.getMessage().contains("broken.png"), refusal.getMessage());
      inputs.remove(6);
      inputs.remove(3);
      assertEquals(sound, captioner.caption(inputs, Decoding.greedy()));
    }
  }

  @Test
  void closingEndsTheThreads() throws InterruptedException {
    Path model = TinyModel.write(temporary, TinyModel.PROJECTION);
    Set<Thread> workers = ConcurrentHashMap.newKeySet();
    try (Captioner captioner = Captioner.open(model, InferenceOptions.defaults().threads(4))) {
      List<CaptionInput> inputs =
          pictures(16).stream().map(picture -> CaptionInput.of(picture.get())).toList();
      captioner.caption(inputs, Decoding.greedy());
      workers.addAll(pictureThreads());
      assertFalse(workers.isEmpty());
    }
    for (Thread worker : workers) {
      worker.join(TimeUnit.SECONDS.toMillis(30));
      assertFalse(worker.isAlive(), worker.getName());
    }
    assertEquals(List.of(), pictureThreads());
  }

  private static List<Thread> pictureThreads() {
    String prefix = PictureBatches.THREAD_NAMES.replace("%d", "");
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .toList();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | java.util.concurrent.BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<PictureBatches.Picture> decoded(List<Supplier<BufferedImage>> pictures) {
    return pictures.stream().map(PictureBatches.Picture::of).toList();
  }

  private static List<Supplier<BufferedImage>> pictures(int count) {
    return new ArrayList<>(
        IntStream.range(0, count)
            .<Supplier<BufferedImage>>mapToObj(i -> () -> picture(i))
            .toList());
  }

  private static BufferedImage picture(int seed) {
    BufferedImage picture = new BufferedImage(40 + seed, 50, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        picture.setRGB(x, y, x * 7919 * (seed + 1) + y * 104_729);
      }
    }
    return picture;
  }
}
