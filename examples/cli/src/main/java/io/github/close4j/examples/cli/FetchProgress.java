package io.github.close4j.examples.cli;

import io.github.close4j.examples.cli.ProgressDisplay.Phase;
import java.util.function.Consumer;
import java.util.function.ObjDoubleConsumer;

/** How files come: on a terminal a bar for each, elsewhere a line when one is there. */
final class FetchProgress implements ObjDoubleConsumer<String>, AutoCloseable {
  private static final int PERCENT = 100;

  private final Consumer<String> lines;
  private final ProgressDisplay display;
  private String shown = "";

  FetchProgress(Consumer<String> lines) {
    this(
        lines,
        ConsoleProgress.isOnTerminal() ? new ProgressDisplay.Bars() : new ProgressDisplay.None());
  }

  FetchProgress(Consumer<String> lines, ProgressDisplay display) {
    this.lines = lines;
    this.display = display;
  }

  @Override
  public synchronized void accept(String file, double share) {
    long percent = (long) (PERCENT * share);
    if (!file.equals(shown)) {
      display.end();
      display.begin(Phase.FETCHING, percent, PERCENT);
      shown = file;
    }
    display.show(percent, PERCENT, file);
    if (share >= 1) {
      close();
      lines.accept("fetched " + file);
    }
  }

  /** Ends what is shown of a file. Closing again does nothing. */
  @Override
  public synchronized void close() {
    display.end();
    shown = "";
  }
}
