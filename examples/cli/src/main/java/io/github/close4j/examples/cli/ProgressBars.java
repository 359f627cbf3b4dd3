package io.github.close4j.examples.cli;

import io.github.close4j.training.TrainingListener.Progress;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar on standard error, for a terminal. */
final class ProgressBars implements ProgressDisplay {
  private static final int UPDATE_MILLIS = 500;

  private @Nullable ProgressBar bar;

  @Override
  public void begin(Progress first) {
    bar =
        new ProgressBarBuilder()
            .setTaskName(ProgressDisplay.title(first.phase()))
            .setUnit(" " + ProgressDisplay.unit(first.phase()), 1)
            .setInitialMax(first.total())
            // What was done before a checkpoint was not done at this rate.
            .startsFrom(first.done() - 1, Duration.ZERO)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .showSpeed()
            .build();
  }

  @Override
  public void show(Progress progress, String loss) {
    if (bar != null) {
      bar.stepTo(progress.done());
      bar.setExtraMessage(" " + loss);
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
