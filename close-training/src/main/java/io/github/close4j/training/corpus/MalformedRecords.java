package io.github.close4j.training.corpus;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What to do about records that cannot be used: stop at the first, or count and skip them. */
public final class MalformedRecords {
  private final @Nullable Consumer<? super String> report;
  private final AtomicLong skipped = new AtomicLong();

  private MalformedRecords(@Nullable Consumer<? super String> report) {
    this.report = report;
  }

  /**
   * Stops at the first malformed record with a {@link MalformedRecordException}.
   *
   * @return the rule
   */
  public static MalformedRecords stop() {
    return new MalformedRecords(null);
  }

  /**
   * Skips malformed records and counts them.
   *
   * @param report is given a line for each, naming file, place and reason
   * @return the rule, with a count of its own
   */
  public static MalformedRecords skip(Consumer<? super String> report) {
    return new MalformedRecords(report);
  }

  /**
   * How many records were skipped so far.
   *
   * @return 0 or more
   */
  public long skipped() {
    return skipped.get();
  }

  void add(Path file, String place, String reason) {
    if (report == null) {
      throw new MalformedRecordException(file, place, reason);
    }
    skipped.incrementAndGet();
    report.accept(MalformedRecordException.message(file, place, reason));
  }
}
