package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.Uninterruptibles;
import io.github.close4j.image.ImageDecodingException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An interrupt of the calling thread, or a time limit, ends a call wherever it is; nothing is
 * blamed for it, and nobody else is disturbed.
 */
// Against calls that do not end, and do not heed interrupts.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InterruptTest {
  private static final Decoding SHORT = Decoding.beam(3).maxNewTokens(6);

  /** Minutes of work, unless it is stopped. */
  private static final Decoding ENDLESS = Decoding.beam(5).maxNewTokens(4096).minNewTokens(4096);

  @TempDir Path temporary;
  private Path model;
  private Path file;
  private byte[] png;

  @BeforeEach
  void write() throws IOException {
    model = TinyModel.write(temporary, TinyModel.PROJECTION);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture(), "png", out);
    png = out.toByteArray();
    file = Files.write(temporary.resolve("picture.png"), png);
  }

  @AfterEach
  void leaveNoInterruptToTheNextTest() {
    assertFalse(Thread.interrupted());
  }

  // Before the call ---------------------------------------------------------------------------

  @Test
  void anInterruptedThreadIsRefusedAndStaysInterrupted() {
    try (Captioner captioner = open(0);
        ClipEncoder clip = ClipEncoder.open(model)) {
      // Nothing has run yet: these are first captions, with graphs to prepare.
      assertCancelled(() -> captioner.caption(file));
      assertCancelled(() -> captioner.caption(picture()));
      assertCancelled(() -> captioner.caption(new ByteArrayInputStream(png)));
      assertCancelled(() -> captioner.caption(CaptionInput.of(png).withText("w3 w4"), SHORT));
      assertCancelled(() -> captioner.alternatives(CaptionInput.ofVector(vector()), SHORT));
      assertCancelled(() -> captioner.caption(List.of(), SHORT));
      assertCancelled(() -> captioner.caption(List.of(), SHORT, new Cancellation()));
      assertCancelled(() -> clip.texts(List.of("w1")));
      assertCancelled(() -> clip.texts(List.of()));
      assertCancelled(() -> clip.images(List.of(picture())));
      assertCancelled(() -> Captioner.open(model));
      assertCancelled(() -> ClipEncoder.open(model));
      assertCancelled(() -> ModelDirectory.open(model));

      assertEquals(captioner.caption(file), captioner.caption(picture()));
      assertEquals(1, clip.texts(List.of("w1")).rows());
    }
  }

  // While pictures are read -------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"1,1", "1,5", "4,1", "4,5"})
  void aStreamThatBlocksIsLeftBehind(int threads, int pictures) throws Exception {
    BlockedStream stream = new BlockedStream(png);
    Captioner captioner = open(threads);
    List<CaptionInput> inputs = new ArrayList<>(sound(pictures));
    inputs.set(pictures / 2, CaptionInput.of(stream));
    Caller caller = new Caller(() -> captioner.caption(inputs, SHORT));
    stream.begun.await();

    caller.interrupt();

    caller.assertCancelled();
    // The stream is still blocked, and nobody minds.
    assertEquals(9, captioner.caption(sound(9), SHORT).size());
    captioner.close();
    stream.release();
    stream.reader().join();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void manyBlockedStreamsDoNotHoldUpOthers(int threads) throws Exception {
    Captioner captioner = open(threads);
    List<BlockedStream> streams = new ArrayList<>();
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      BlockedStream stream = new BlockedStream(png);
      streams.add(stream);
      callers.add(new Caller(() -> captioner.caption(stream)));
      stream.begun.await();
    }

    assertEquals(9, captioner.caption(sound(9), SHORT).size());

    // Every second one is interrupted; the others get their captions.
    for (int i = 0; i < 12; i += 2) {
      callers.get(i).interrupt();
      callers.get(i).assertCancelled();
    }
    Caption expected = captioner.caption(picture());
    for (int i = 1; i < 12; i += 2) {
      streams.get(i).release();
      assertEquals(expected, callers.get(i).result());
    }
    captioner.close();
    streams.forEach(BlockedStream::release);
  }

  /** A pipe clears the state of the thread that it was interrupted on, and says nothing. */
  @Test
  void aStreamThatHeedsInterruptsEnds() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicReference<Thread> reader = new AtomicReference<>();
    try (PipedOutputStream silent = new PipedOutputStream();
        PipedInputStream pipe =
            new PipedInputStream(silent) {
              @Override
              public synchronized int read(byte[] bytes, int from, int length) throws IOException {
                reader.set(Thread.currentThread());
                begun.countDown();
                return super.read(bytes, from, length);
              }
            }) {
      Captioner captioner = open(2);
      Caller caller = new Caller(() -> captioner.caption(pipe));
      begun.await();

      caller.interrupt();

      caller.assertCancelled();
      captioner.close();
      reader.get().join();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void aTimeLimitHoldsWhilePicturesAreRead(int threads) throws Exception {
    BlockedStream stream = new BlockedStream(png);
    try (Captioner captioner = open(threads)) {
      List<CaptionInput> inputs = new ArrayList<>(sound(3));
      inputs.add(CaptionInput.of(stream));
      Cancellation limit = Cancellation.after(Duration.ofMillis(100));

      CancellationException stopped =
          assertThrows(CancellationException.class, () -> captioner.caption(inputs, SHORT, limit));

      assertTrue(stopped.getMessage().contains("PT0.1S"), stopped.getMessage());
      assertFalse(Thread.currentThread().isInterrupted());
      assertEquals(2, captioner.caption(sound(2), SHORT).size());
    } finally {
      stream.release();
    }
  }

  @Test
  void cancellingHoldsWhilePicturesAreRead() throws Exception {
    BlockedStream stream = new BlockedStream(png);
    try (Captioner captioner = open(2)) {
      Cancellation cancellation = new Cancellation();
      Caller caller =
          new Caller(
              () -> captioner.caption(List.of(CaptionInput.of(stream)), SHORT, cancellation));
      stream.begun.await();
      cancellation.cancel();
      caller.assertStopped();
    } finally {
      stream.release();
    }
  }

  /** The common pool may be full of the application's tasks. */
  @Test
  void aTimeLimitNeedsNoCommonPool() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    int parallelism = ForkJoinPool.commonPool().getParallelism();
    CountDownLatch full = new CountDownLatch(parallelism);
    for (int i = 0; i < parallelism; i++) {
      ForkJoinPool.commonPool()
          .execute(
              () -> {
                full.countDown();
                Uninterruptibles.awaitUninterruptibly(over);
              });
    }
    full.await();
    try (Captioner captioner = open(1)) {
      Cancellation limit = Cancellation.after(Duration.ofMillis(100));
      assertThrows(
          CancellationException.class,
          () -> captioner.caption(List.of(CaptionInput.ofVector(vector())), ENDLESS, limit));
    } finally {
      over.countDown();
    }
  }

  @Test
  void aBadPictureIsStillNamedAfterwards() throws Exception {
    try (Captioner captioner = open(3)) {
      assertCancelled(() -> captioner.caption(temporary.resolve("absent.png")));
      ImageDecodingException refusal =
          assertThrows(
              ImageDecodingException.class,
              () -> captioner.caption(temporary.resolve("absent.png")));
      assertTrue(refusal.getMessage().contains("absent.png"));
    }
  }

  @Test
  void aStreamCannotCloseTheCaptionerThatReadsIt() {
    try (Captioner captioner = open(2)) {
      AtomicReference<Throwable> refusal = new AtomicReference<>();
      InputStream closing =
          new FilterInputStream(new ByteArrayInputStream(png)) {
            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
              if (refusal.get() == null) {
                refusal.set(assertThrows(IllegalStateException.class, captioner::close));
              }
              return super.read(bytes, from, length);
            }
          };
      assertNotNull(captioner.caption(closing));
      assertNotNull(refusal.get());
    }
  }

  // While ONNX Runtime runs -------------------------------------------------------------------

  @Test
  void aRunStops() throws Exception {
    try (Captioner captioner = open(1)) {
      List<CaptionInput> inputs = Collections.nCopies(40, CaptionInput.ofVector(vector()));
      List<List<Caption>> expected = captioner.caption(inputs, SHORT);
      Caller caller = new Caller(() -> captioner.caption(inputs, ENDLESS));
      Caller other = new Caller(() -> captioner.caption(inputs, ENDLESS));
      caller.awaitIn("ai.onnxruntime.OrtSession");
      other.awaitIn("ai.onnxruntime.OrtSession");

      caller.interrupt();

      caller.assertCancelled();
      assertEquals(expected, captioner.caption(inputs, SHORT));
      assertTrue(other.isAlive());
      other.interrupt();
      other.assertCancelled();
    }
  }

  // At any moment -----------------------------------------------------------------------------

  /** Each repetition interrupts a little later; the call does what it should or is cancelled. */
  @Test
  void openingAndAFirstCaptionAreCancelledAtAnyMoment() throws Exception {
    Caption expected;
    try (Captioner captioner = open(2)) {
      expected = captioner.caption(file);
    }
    atAnyMoment(
        () -> {
          try (Captioner captioner = open(2)) {
            return captioner.caption(file);
          }
        },
        expected::equals);
  }

  @Test
  void encodingIsCancelledAtAnyMoment() throws Exception {
    List<BufferedImage> pictures = Collections.nCopies(5, picture());
    List<String> texts = List.of("w1 w2", "w3");
    float[] images;
    float[] words;
    try (ClipEncoder clip = ClipEncoder.open(model)) {
      images = clip.images(pictures).values().clone();
      words = clip.texts(texts).values().clone();
    }
    atAnyMoment(
        () -> {
          try (ClipEncoder clip = ClipEncoder.open(model)) {
            assertTrue(Arrays.equals(words, clip.texts(texts).values()));
            return clip.images(pictures).values();
          }
        },
        found -> Arrays.equals(images, (float[]) found));
  }

  @Test
  void aCaptionerThatIsSharedStaysGoodAtAnyMoment() throws Exception {
    try (Captioner captioner = open(2)) {
      List<CaptionInput> inputs = sound(5);
      List<List<Caption>> expected = captioner.caption(inputs, SHORT);
      atAnyMoment(() -> captioner.caption(inputs, SHORT), expected::equals);
      assertEquals(expected, captioner.caption(inputs, SHORT));
    }
  }

  private static void atAnyMoment(Work work, Predicate<Object> isRight) throws Exception {
    int cancelled = 0;
    int finished = 0;
    for (int spins = 100; finished < 3; spins += spins / 4) {
      Caller caller = new Caller(work);
      for (int i = 0; i < spins; i++) {
        Thread.onSpinWait();
      }
      caller.interrupt();
      if (caller.wasCancelled()) {
        cancelled++;
      } else {
        assertTrue(isRight.test(caller.result()));
        finished++;
      }
    }
    assertTrue(cancelled > 0);
  }

  // Threads and streams -----------------------------------------------------------------------

  private interface Work {
    Object run() throws Exception;
  }

  /** A thread that makes a call, and what came of it. */
  private static final class Caller {
    private final AtomicReference<Object> result = new AtomicReference<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicBoolean stayedInterrupted = new AtomicBoolean();
    private final Thread thread;

    Caller(Work work) {
      thread =
          new Thread(
              () -> {
                try {
                  result.set(work.run());
                } catch (Throwable e) {
                  failure.set(e);
                }
                stayedInterrupted.set(Thread.currentThread().isInterrupted());
              },
              "caller");
      thread.setDaemon(true);
      thread.start();
    }

    void interrupt() {
      thread.interrupt();
    }

    boolean isAlive() {
      return thread.isAlive();
    }

    void awaitIn(String className) {
      while (Arrays.stream(thread.getStackTrace())
          .noneMatch(frame -> frame.getClassName().equals(className))) {
        assertTrue(thread.isAlive());
        Thread.onSpinWait();
      }
    }

    Object result() throws InterruptedException {
      thread.join();
      if (failure.get() != null) {
        throw new AssertionError(failure.get());
      }
      return result.get();
    }

    boolean wasCancelled() throws InterruptedException {
      thread.join();
      if (failure.get() == null) {
        return false;
      }
      assertCancelled();
      return true;
    }

    void assertStopped() throws InterruptedException {
      thread.join();
      if (!(failure.get() instanceof CancellationException)) {
        throw new AssertionError("expected a cancellation, found", failure.get());
      }
    }

    void assertCancelled() throws InterruptedException {
      assertStopped();
      assertTrue(stayedInterrupted.get(), "stayed interrupted");
    }
  }

  /** A picture that does not come until it is released, whatever happens. */
  private static final class BlockedStream extends FilterInputStream {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicReference<Thread> reader = new AtomicReference<>();

    BlockedStream(byte[] picture) {
      super(new ByteArrayInputStream(picture));
    }

    @Override
    public int read() throws IOException {
      block();
      return super.read();
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      block();
      return super.read(bytes, from, length);
    }

    private void block() {
      reader.set(Thread.currentThread());
      begun.countDown();
      Uninterruptibles.awaitUninterruptibly(released);
    }

    void release() {
      released.countDown();
    }

    Thread reader() {
      return reader.get();
    }
  }

  private Captioner open(int threads) {
    return Captioner.open(model, InferenceOptions.defaults().threads(threads));
  }

  private List<CaptionInput> sound(int count) {
    return Collections.nCopies(count, CaptionInput.of(file));
  }

  private static float[] vector() {
    float[] vector = new float[TinyModel.CLIP_DIM];
    vector[3] = 1;
    return vector;
  }

  private static BufferedImage picture() {
    BufferedImage picture = new BufferedImage(90, 70, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        picture.setRGB(x, y, x * 7919 + y * 104_729);
      }
    }
    return picture;
  }

  private static void assertCancelled(Work call) {
    Thread.currentThread().interrupt();
    Throwable thrown = assertThrows(Throwable.class, call::run);
    assertTrue(Thread.interrupted(), "stayed interrupted");
    assertInstanceOf(CancellationException.class, thrown);
  }
}
