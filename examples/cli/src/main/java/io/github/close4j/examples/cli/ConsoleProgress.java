package io.github.close4j.examples.cli;

import io.github.close4j.training.TrainingListener;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * How a run goes, on standard error: rate, time left and loss, smoothed over recent steps; and a
 * few lines for the device, each validation and what was said of held-out examples.
 *
 * <p>On a terminal each phase has a bar that moves; elsewhere, as in a log file, there is a plain
 * line every half minute.
 */
public final class ConsoleProgress implements TrainingListener, AutoCloseable {
  private static final double SMOOTHING = 0.98;

  private final PrintStream out;
  private final ProgressDisplay display;
  private @Nullable Phase phase;
  private double smoothedLoss = Double.NaN;

  /** A listener that shows nothing yet. */
  public ConsoleProgress() {
    this(
        System.err,
        Terminal.isAttached()
            ? new ProgressBars()
            : new ProgressLines(System.err::println, InstantSource.system()));
  }

  ConsoleProgress(PrintStream out, ProgressDisplay display) {
    this.out = out;
    this.display = display;
  }

  @Override
  public void onProgress(Progress progress) {
    if (phase != progress.phase()) {
      display.end();
      display.begin(progress);
      phase = progress.phase();
    }
    display.show(progress, lossOf(progress));
    if (progress.done() == progress.total()) {
      close();
    }
  }

  private String lossOf(Progress progress) {
    if (Double.isNaN(progress.loss())) {
      return "";
    }
    smoothedLoss =
        Double.isNaN(smoothedLoss)
            ? progress.loss()
            : SMOOTHING * smoothedLoss + (1 - SMOOTHING) * progress.loss();
    return String.format(Locale.ROOT, "loss %.3f", smoothedLoss);
  }

  @Override
  public void onDevice(DeviceUsed device) {
    line(
        "device: %s, threads %d%s (%s)"
            .formatted(
                device.name(),
                device.threads(),
                device.bfloat16() ? ", bfloat16" : "",
                device.reason()));
  }

  @Override
  public void onEncoderDevice(EncoderDeviceUsed device) {
    line("CLIP encodes on: " + device.description());
  }

  @Override
  public void onResumed(Resumed resumed) {
    line("resumed at step %d from %s".formatted(resumed.step(), resumed.checkpoint()));
  }

  @Override
  public void onValidated(Validated validated) {
    StringJoiner scores = new StringJoiner(", ");
    scores.add(String.format(Locale.ROOT, "loss %.4f", validated.loss()));
    for (Map.Entry<String, Double> score : validated.scores().entrySet()) {
      scores.add(String.format(Locale.ROOT, "%s %.4f", score.getKey(), score.getValue()));
    }
    line(
        "epoch %d, validation: %s%s"
            .formatted(validated.epoch(), scores, validated.best() ? " (best)" : ""));
    for (ShownExample shown : validated.shown()) {
      line("  %s -> %s".formatted(String.join(" / ", shown.targets()), shown.generated()));
    }
  }

  @Override
  public void onStoppedEarly(StoppedEarly stopped) {
    line("stopped after epoch %d; the best was %d".formatted(stopped.epoch(), stopped.bestEpoch()));
  }

  /** A line for itself: a bar that is under way ends first, and another one begins after it. */
  private void line(String text) {
    close();
    out.println(text);
  }

  /** Ends what is shown of the present phase. Closing again does nothing. */
  @Override
  public void close() {
    display.end();
    phase = null;
  }
}
