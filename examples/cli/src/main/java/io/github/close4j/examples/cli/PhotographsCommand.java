package io.github.close4j.examples.cli;

import picocli.CommandLine.Command;

@Command(
    name = "photographs",
    mixinStandardHelpOptions = true,
    description = "Makes and judges models of photographs.",
    subcommands = {PhotographModelCommand.class})
final class PhotographsCommand {}
