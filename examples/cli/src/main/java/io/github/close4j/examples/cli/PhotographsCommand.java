package io.github.close4j.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "photographs",
    mixinStandardHelpOptions = true,
    description = "The world of photographs: its model, its study.",
    subcommands = {PhotographModelCommand.class, PhotographTablesCommand.class})
final class PhotographsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected one of model, tables, found none");
  }
}
