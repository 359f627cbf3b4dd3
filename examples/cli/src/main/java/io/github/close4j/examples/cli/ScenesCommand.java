package io.github.close4j.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "scenes",
    mixinStandardHelpOptions = true,
    description = "The scenes world: its pictures, its model, its study.",
    subcommands = {ScenePicturesCommand.class, SceneModelCommand.class, SceneTablesCommand.class})
final class ScenesCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "expected one of pictures, model, tables, found none");
  }
}
