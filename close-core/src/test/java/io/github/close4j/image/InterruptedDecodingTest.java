package io.github.close4j.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoding on a thread that is interrupted ends; no picture is blamed for it, none is half. */
// Against reads that do not end.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InterruptedDecodingTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
  void aPictureIsNotDecodedOnAnInterruptedThread(String format) throws IOException {
    byte[] encoded = encoded(format);
    Path file = Files.write(directory.resolve("picture." + format), encoded);

    assertCancelled(() -> ImageDecoder.decode(encoded, "bytes"));
    assertCancelled(() -> ImageDecoder.decode(file));
    assertCancelled(() -> ImageDecoder.decode(new ByteArrayInputStream(encoded), "stream"));

    assertEquals(300, ImageDecoder.decode(file).getWidth());
  }

  /** Readers that hand over a picture as a whole tell how far they are often enough. */
  @ParameterizedTest
  @ValueSource(strings = {"png", "gif"})
  void decodingEndsOnTheWay(String format) throws IOException {
    ImageReader reader = ImageFormat.jdkReader(format, encoded(format));
    reader.addIIOReadProgressListener(
        new com.twelvemonkeys.imageio.util.ProgressListenerBase() {
          @Override
          public void imageProgress(ImageReader source, float percentage) {
            assertTrue(percentage < 20, "stopped at once");
            if (percentage > 2) {
              Thread.currentThread().interrupt();
            }
          }
        });
    assertThrows(CancellationException.class, () -> reader.read(0).flush());
    assertTrue(Thread.interrupted());
    reader.dispose();
  }

  /** Rows that are handed over one by one end with the next. */
  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp", "tiff"})
  void rowsEndOnTheWay(String format) throws IOException {
    byte[] encoded = encoded(format);
    StoredPicture picture = ImageFormat.of(encoded).orElseThrow().open(encoded);
    RowSink rows =
        (y, rgb) -> {
          assertTrue(y < 8, "stopped at once");
          if (y == 7) {
            Thread.currentThread().interrupt();
          }
        };
    assertThrows(CancellationException.class, () -> picture.read(rows));
    assertTrue(Thread.interrupted());
  }

  private interface Opening {
    InputStream open(Runnable begun) throws IOException;
  }

  @Test
  void aChannelThatBlocksIsLeft() throws Exception {
    Pipe pipe = Pipe.open();
    assertLeft(begun -> telling(begun, Channels.newInputStream(pipe.source())));
    pipe.sink().close();
  }

  @Test
  void aPipeThatBlocksIsLeft() throws Exception {
    try (PipedOutputStream silent = new PipedOutputStream()) {
      assertLeft(begun -> telling(begun, new PipedInputStream(silent)));
    }
  }

  private static InputStream telling(Runnable begun, InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read(byte[] bytes, int from, int length) throws IOException {
        begun.run();
        return super.read(bytes, from, length);
      }
    };
  }

  private static void assertLeft(Opening opening) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicReference<Boolean> interrupted = new AtomicReference<>();
    InputStream in = opening.open(begun::countDown);
    Thread decoding =
        new Thread(
            () -> {
              try {
                ImageDecoder.decode(in, "stream").flush();
              } catch (Throwable e) {
                failure.set(e);
              }
              interrupted.set(Thread.currentThread().isInterrupted());
            });
    decoding.setDaemon(true);
    decoding.start();
    begun.await();
    decoding.interrupt();
    decoding.join();
    assertInstanceOf(CancellationException.class, failure.get());
    assertTrue(interrupted.get());
  }

  private static byte[] encoded(String format) throws IOException {
    BufferedImage picture = new BufferedImage(300, 400, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 400; y++) {
      for (int x = 0; x < 300; x++) {
        picture.setRGB(x, y, x * 7919 + y * 104_729);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(picture, format, out));
    return out.toByteArray();
  }

  private static void assertCancelled(Executable action) {
    Thread.currentThread().interrupt();
    Throwable thrown = assertThrows(Throwable.class, action);
    assertTrue(Thread.interrupted(), "stayed interrupted");
    assertInstanceOf(CancellationException.class, thrown);
  }
}
