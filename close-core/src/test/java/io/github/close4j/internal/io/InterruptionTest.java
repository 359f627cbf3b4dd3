package io.github.close4j.internal.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An interrupt is never taken for a fault of a file, and leaves nothing half-written. */
class InterruptionTest {
  @TempDir private Path directory;

  @AfterEach
  void leaveNoInterruptToTheNextTest() {
    assertFalse(Thread.interrupted());
  }

  static Stream<IOException> interrupts() {
    return Stream.of(
        new ClosedByInterruptException(),
        new FileLockInterruptionException(),
        new InterruptedIOException());
  }

  @ParameterizedTest
  @MethodSource("interrupts")
  void anInterruptHasNoReasonAndSetsTheThreadsState(IOException interrupt) {
    CancellationException cancelled =
        assertThrows(CancellationException.class, () -> FileFailure.reason(interrupt));
    assertTrue(Thread.interrupted());
    assertEquals(interrupt, cancelled.getCause());
  }

  static Stream<IOException> timeouts() {
    return Stream.of(
        new SocketTimeoutException(),
        new SocketTimeoutException("Read timed out"),
        new InterruptedIOException("timeout"));
  }

  @ParameterizedTest
  @MethodSource("timeouts")
  void whoRanOutOfTimeWasNotInterrupted(IOException timeout) {
    assertEquals(String.valueOf(timeout.getMessage()), FileFailure.reason(timeout));
  }

  @Test
  void aStreamThatSaysSoAndLeavesTheStateWasInterrupted() {
    Thread.currentThread().interrupt();
    assertThrows(
        CancellationException.class,
        () -> FileFailure.reason(new InterruptedIOException("interrupted")));
    assertTrue(Thread.interrupted());
  }

  @Test
  void otherFailuresOfAnInterruptedThreadKeepTheirReason() {
    Thread.currentThread().interrupt();
    assertEquals("disk full", FileFailure.reason(new IOException("disk full")));
    assertTrue(Thread.interrupted());
  }

  @Test
  void filesAreNotBlamed() throws IOException {
    Path weights = directory.resolve("weights.safetensors");
    new Safetensors.Writer(DataType.F32).add("a", new float[] {1, 2}, 2).write(weights);

    assertCancelled(() -> Safetensors.open(weights));
    assertCancelled(() -> WholeFile.sha256(weights));

    assertArrayEquals(new float[] {1, 2}, Safetensors.open(weights).tensor("a").toFloatArray());
  }

  @Test
  void whatIsBeingWrittenDisappearsAndWhatWasThereStays() throws IOException {
    Path old = Files.writeString(directory.resolve("old.txt"), "old");
    assertCancelled(() -> WholeFile.write(old, "new"));
    assertCancelled(() -> WholeFile.write(directory.resolve("new.txt"), "new"));

    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(Stream.of(old).toList(), files.toList());
    }
    assertEquals("old", Files.readString(old));
    assertDoesNotThrow(() -> WholeFile.write(old, "new"));
  }

  private static void assertCancelled(Executable action) {
    Thread.currentThread().interrupt();
    Throwable thrown = assertThrows(Throwable.class, action);
    assertTrue(Thread.interrupted(), "stayed interrupted");
    assertInstanceOf(CancellationException.class, thrown);
  }
}
