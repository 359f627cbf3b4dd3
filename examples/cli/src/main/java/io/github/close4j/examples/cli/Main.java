package io.github.close4j.examples.cli;

import io.github.close4j.internal.io.FileFailure;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/**
 * The program: {@code caption}, {@code train}, {@code evaluate}, {@code calibrate}, {@code sweep},
 * {@code gap}, {@code fit}, {@code new}, {@code fetch}, {@code import}, {@code export}, {@code
 * precision}, {@code scenes}, {@code photographs}.
 */
@Command(
    name = "close",
    mixinStandardHelpOptions = true,
    version = "close 0.1.0-SNAPSHOT",
    description = "Captions pictures with a T5 that was trained on text alone.",
    subcommands = {
      CaptionCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      CalibrateCommand.class,
      SweepCommand.class,
      GapCommand.class,
      FitCommand.class,
      NewCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      PrecisionCommand.class,
      ScenesCommand.class,
      PhotographsCommand.class
    })
public final class Main {
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private Main() {}

  /**
   * Runs the program and ends this process: exit code 0 on success, 1 on failure, 2 on misuse.
   *
   * @param arguments the command line
   */
  public static void main(String[] arguments) {
    System.setProperty("java.awt.headless", "true");
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .addSubcommand(FetchCommand.commandLine())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((exception, command, parsed) -> report(command, exception))
        .setParameterExceptionHandler((exception, arguments) -> misuse(exception));
  }

  private static int report(CommandLine command, Exception exception) {
    String message =
        exception instanceof IOException ? FileFailure.reason(exception) : exception.getMessage();
    command.getErr().println("error: " + (message == null ? exception.toString() : message));
    return FAILED;
  }

  private static int misuse(ParameterException exception) {
    CommandLine command = exception.getCommandLine();
    command
        .getErr()
        .printf(
            "error: %s (see '%s --help')%n",
            exception.getMessage(), command.getCommandSpec().qualifiedName());
    return MISUSED;
  }
}
