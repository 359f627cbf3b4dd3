package io.github.close4j.onnx.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.close4j.UnusableFileException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an invalid file must meet with: our exception, clear, and bought with little memory. */
public final class Refusals {
  /**
   * The files of these tests have less than a megabyte; sizes that they falsely declare reach the
   * exabytes.
   */
  private static final long MOST_BYTES = 32_000_000;

  private static final int LONGEST_MESSAGE = 1500;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Refusals() {}

  /**
   * Opens an invalid file.
   *
   * @param mutant what was done to it, for the report
   * @param within the file, or the directory of files that contradict one another
   * @param telling the message must contain one of these; an empty list asks for nothing
   */
  public static void assertRefused(
      String mutant, Path within, List<String> telling, Runnable open) {
    long before = allocated();
    Throwable thrown = thrown(open);
    long used = allocated() - before;
    UnusableFileException refusal =
        assertInstanceOf(UnusableFileException.class, thrown, mutant + ": " + thrown);
    String message = refusal.getMessage();
    String report = mutant + ": " + message;
    assertTrue(refusal.file().startsWith(within), report);
    assertTrue(message.startsWith(refusal.file() + ": "), report);
    String reason = message.substring(refusal.file().toString().length());
    assertTrue(telling.isEmpty() || telling.stream().anyMatch(reason::contains), report);
    assertTrue(saysExpectedAndFound(reason.toLowerCase(Locale.ROOT)), report);
    assertTrue(message.length() <= LONGEST_MESSAGE, report);
    assertTrue(used <= MOST_BYTES, report + " after " + used + " bytes");
  }

  /** "but was" is Gson's word for found. */
  private static boolean saysExpectedAndFound(String reason) {
    return reason.contains("expected") && (reason.contains("found") || reason.contains("but was"));
  }

  /** Errors too: a stack overflow or a lack of memory is what these tests look for. */
  private static @Nullable Throwable thrown(Runnable open) {
    try {
      open.run();
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  private static long allocated() {
    return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
