package io.github.close4j.examples.cli;

import io.github.close4j.training.TrainingListener.Progress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.Consumer;

/** A plain line now and then, and one at a phase's end, for log files. */
final class ProgressLines implements ProgressDisplay {
  private static final long MILLIS_BETWEEN = 30_000;
  private static final double MILLIS_A_SECOND = 1e3;

  private final Consumer<String> lines;
  private final InstantSource clock;
  private long beganAt;
  private long doneBefore;
  private long lastShownAt;

  ProgressLines(Consumer<String> lines, InstantSource clock) {
    this.lines = lines;
    this.clock = clock;
  }

  @Override
  public void begin(Progress first) {
    beganAt = clock.millis();
    // The first report comes after a step that took time unseen: count from there.
    doneBefore = first.done();
    lastShownAt = beganAt;
  }

  @Override
  public void show(Progress progress, String loss) {
    long now = clock.millis();
    if (now - lastShownAt >= MILLIS_BETWEEN || progress.done() == progress.total()) {
      lastShownAt = now;
      lines.accept(line(progress, loss, now));
    }
  }

  private String line(Progress progress, String loss, long now) {
    StringBuilder line = new StringBuilder();
    String unit = ProgressDisplay.unit(progress.phase());
    line.append(ProgressDisplay.title(progress.phase()))
        .append(": %d of %d %s".formatted(progress.done(), progress.total(), unit));
    double seconds = (now - beganAt) / MILLIS_A_SECOND;
    long done = progress.done() - doneBefore;
    if (done > 0 && seconds > 0) {
      double rate = done / seconds;
      line.append(String.format(Locale.ROOT, ", %.2f %s/s", rate, unit));
      line.append(", ").append(time((progress.total() - progress.done()) / rate)).append(" left");
    }
    if (!loss.isEmpty()) {
      line.append(", ").append(loss);
    }
    return line.toString();
  }

  private static String time(double seconds) {
    Duration left = Duration.ofSeconds(Math.round(seconds));
    return "%d:%02d:%02d".formatted(left.toHours(), left.toMinutesPart(), left.toSecondsPart());
  }

  @Override
  public void end() {
    // Each line stands for itself.
  }
}
