package io.github.close4j.training;

import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress bars on standard error: rate, time left, and the loss, smoothed over recent steps. */
public final class ConsoleProgress implements TrainingListener, AutoCloseable {
  private static final double SMOOTHING = 0.98;

  private @Nullable ProgressBar bar;
  private @Nullable Phase phase;
  private double smoothedLoss = Double.NaN;

  /** A listener without a bar yet; one appears with each phase. */
  public ConsoleProgress() {}

  @Override
  public void onProgress(Progress progress) {
    ProgressBar current = bar;
    if (current == null || phase != progress.phase()) {
      close();
      current = open(progress);
      bar = current;
      phase = progress.phase();
    }
    current.stepTo(progress.done());
    if (!Double.isNaN(progress.loss())) {
      smoothedLoss =
          Double.isNaN(smoothedLoss)
              ? progress.loss()
              : SMOOTHING * smoothedLoss + (1 - SMOOTHING) * progress.loss();
      current.setExtraMessage(String.format(Locale.ROOT, " loss %.3f", smoothedLoss));
    }
    if (progress.done() == progress.total()) {
      close();
    }
  }

  private static ProgressBar open(Progress progress) {
    boolean encoding = progress.phase() == Phase.ENCODING;
    return new ProgressBarBuilder()
        .setTaskName(encoding ? "Encoding with CLIP" : "Training")
        .setUnit(encoding ? " texts" : " steps", 1)
        .setInitialMax(progress.total())
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(500)
        .showSpeed()
        .build();
  }

  /** Ends the present bar. Closing again does nothing. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
