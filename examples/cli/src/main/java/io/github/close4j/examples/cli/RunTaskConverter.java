package io.github.close4j.examples.cli;

import io.github.close4j.examples.run.RunTask;
import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Tasks by the names that run files have for them. */
final class RunTaskConverter implements ITypeConverter<RunTask> {

  @Override
  public RunTask convert(String name) {
    try {
      return RunTask.of(name);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /** The names, for the help. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(RunTask.values()).map(RunTask::title).iterator();
    }
  }
}
