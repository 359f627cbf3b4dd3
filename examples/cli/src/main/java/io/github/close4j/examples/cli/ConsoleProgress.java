package io.github.close4j.examples.cli;

import io.github.close4j.examples.cli.ProgressDisplay.Phase;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.TrainingOptions;
import java.io.Console;
import java.io.PrintStream;
import java.nio.file.Path;
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
        isOnTerminal()
            ? new ProgressDisplay.Bars()
            : new ProgressDisplay.Lines(System.err::println, InstantSource.system()));
  }

  ConsoleProgress(PrintStream out, ProgressDisplay display) {
    this.out = out;
    this.display = display;
  }

  /** Whether standard input and output are a terminal, which is all that Java tells. */
  @SuppressWarnings("SystemConsoleNull") // Null up to release 21; from 22 on isTerminal tells.
  static boolean isOnTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // From release 22 on there is a console even where there is no terminal.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  private void show(Phase current, long done, long total, String words) {
    if (phase != current) {
      display.end();
      display.begin(current, done, total);
      phase = current;
    }
    display.show(done, total, words);
    if (done == total) {
      close();
    }
  }

  /** A step of a training was taken; its loss is shown smoothed. */
  void showStep(long step, long totalSteps, double loss) {
    smoothedLoss =
        Double.isNaN(smoothedLoss) ? loss : SMOOTHING * smoothedLoss + (1 - SMOOTHING) * loss;
    show(Phase.TRAINING, step, totalSteps, String.format(Locale.ROOT, "loss %.3f", smoothedLoss));
  }

  /** Pictures were read. */
  void showPictures(long done, long total) {
    show(Phase.PICTURES, done, total, "");
  }

  @Override
  public void onStep(Step step) {
    showStep(step.step(), step.totalSteps(), step.loss());
  }

  @Override
  public void onEncoding(long done, long total) {
    show(Phase.ENCODING, done, total, "");
  }

  @Override
  public void onValidating(long done, long total) {
    show(Phase.VALIDATION, done, total, "");
  }

  @Override
  public void onStart(TrainingOptions options, String device, String reason) {
    line(
        "device: %s, threads %d%s (%s)"
            .formatted(device, options.threads(), options.bfloat16() ? ", bfloat16" : "", reason));
  }

  @Override
  public void onEncoder(String device) {
    line("CLIP encodes on: " + device);
  }

  @Override
  public void onCutTexts(long cut, long total) {
    line(
        "%d of %d texts were longer than the model reads: their ends were left out"
            .formatted(cut, total));
  }

  @Override
  public void onResumed(Path checkpoint, int epoch, long step) {
    line("resumed at step %d from %s".formatted(step, checkpoint));
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
    for (int i = 0; i < validated.shown().size(); i++) {
      String expected = String.join(" / ", validated.shown().get(i).targets());
      line("  %s -> %s".formatted(expected, validated.said().get(i)));
    }
  }

  @Override
  public void onStoppedEarly(int epoch, int bestEpoch) {
    line("stopped after epoch %d; the best was %d".formatted(epoch, bestEpoch));
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
