package io.github.close4j.examples.cli;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.Consumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how far a part of a run is. */
interface ProgressDisplay {

  /** A part of a run that takes a while. */
  enum Phase {
    PICTURES("Reading pictures", "pictures"),
    ENCODING("Encoding with CLIP", "texts"),
    TRAINING("Training", "steps"),
    VALIDATION("Validation", "examples"),
    FETCHING("Fetching", "%");

    private final String title;
    private final String unit;

    Phase(String title, String unit) {
      this.title = title;
      this.unit = unit;
    }
  }

  /** A phase begins, or goes on after something else was shown. */
  void begin(Phase phase, long done, long total);

  /** The phase is further; beside it a few words, which may be none. */
  void show(long done, long total, String words);

  /** Nothing more is shown of the phase. Ending again does nothing. */
  void end();

  /** Nothing. */
  final class None implements ProgressDisplay {
    @Override
    public void begin(Phase phase, long done, long total) {}

    @Override
    public void show(long done, long total, String words) {}

    @Override
    public void end() {}
  }

  /** A bar on standard error, for a terminal. */
  final class Bars implements ProgressDisplay {
    private static final int UPDATE_MILLIS = 500;

    private @Nullable ProgressBar bar;

    @Override
    public void begin(Phase phase, long done, long total) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(phase.title)
              .setUnit(" " + phase.unit, 1)
              .setInitialMax(total)
              // What was done before a checkpoint was not done at this rate.
              .startsFrom(done - 1, Duration.ZERO)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .showSpeed()
              .build();
    }

    @Override
    public void show(long done, long total, String words) {
      if (bar != null) {
        bar.stepTo(done);
        bar.setExtraMessage(" " + words);
      }
    }

    @Override
    public void end() {
      if (bar != null) {
        bar.close();
        bar = null;
      }
    }
  }

  /** A plain line now and then, and one at a phase's end, for log files. */
  final class Lines implements ProgressDisplay {
    private static final long MILLIS_BETWEEN = 30_000;
    private static final double MILLIS_A_SECOND = 1e3;

    private final Consumer<String> lines;
    private final InstantSource clock;
    private Phase phase = Phase.ENCODING;
    private long beganAt;
    private long doneBefore;
    private long lastShownAt;

    Lines(Consumer<String> lines, InstantSource clock) {
      this.lines = lines;
      this.clock = clock;
    }

    @Override
    public void begin(Phase begun, long done, long total) {
      phase = begun;
      beganAt = clock.millis();
      // The first report comes after a step that took time unseen: count from there.
      doneBefore = done;
      lastShownAt = beganAt;
    }

    @Override
    public void show(long done, long total, String words) {
      long now = clock.millis();
      if (now - lastShownAt >= MILLIS_BETWEEN || done == total) {
        lastShownAt = now;
        lines.accept(line(done, total, words, now));
      }
    }

    private String line(long done, long total, String words, long now) {
      StringBuilder line = new StringBuilder();
      line.append("%s: %d of %d %s".formatted(phase.title, done, total, phase.unit));
      double seconds = (now - beganAt) / MILLIS_A_SECOND;
      long doneHere = done - doneBefore;
      if (doneHere > 0 && seconds > 0) {
        double rate = doneHere / seconds;
        line.append(String.format(Locale.ROOT, ", %.2f %s/s", rate, phase.unit));
        line.append(", ").append(time((total - done) / rate)).append(" left");
      }
      if (!words.isEmpty()) {
        line.append(", ").append(words);
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
}
