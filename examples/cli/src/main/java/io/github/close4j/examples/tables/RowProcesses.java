package io.github.close4j.examples.tables;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Runs jobs in JVMs of their own, a few beside each other: libtorch's threads and its random
 * generator belong to a process.
 */
final class RowProcesses {

  /**
   * A job for a JVM of its own.
   *
   * @param name what it is called
   * @param arguments its command line, after the program's class
   * @param log where its output goes
   */
  record Job(String name, List<String> arguments, Path log) {}

  private final Class<?> program;
  private final int atOnce;
  private final Set<Process> running = ConcurrentHashMap.newKeySet();

  /**
   * Processes.
   *
   * @param program the class with {@code main}
   * @param atOnce how many jobs run beside each other
   */
  RowProcesses(Class<?> program, int atOnce) {
    this.program = program;
    this.atOnce = atOnce;
    Runtime.getRuntime().addShutdownHook(new Thread(() -> running.forEach(Process::destroy)));
  }

  /**
   * Runs jobs to their ends, in this order as places become free.
   *
   * @param finished told the name of each job that ended well
   * @throws IllegalStateException if a job failed; the others are finished first
   */
  void run(List<Job> jobs, Consumer<String> finished) throws InterruptedException {
    ExecutorService places = Executors.newFixedThreadPool(atOnce);
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (Job job : jobs) {
        futures.add(
            places.submit(
                () -> {
                  runOne(job);
                  finished.accept(job.name());
                  return null;
                }));
      }
      IllegalStateException failure = null;
      for (Future<?> future : futures) {
        try {
          future.get();
        } catch (ExecutionException e) {
          Throwable cause = e.getCause() == null ? e : e.getCause();
          failure =
              failure == null ? new IllegalStateException(cause.getMessage(), cause) : failure;
        }
      }
      if (failure != null) {
        throw failure;
      }
    } finally {
      places.shutdownNow();
    }
  }

  private void runOne(Job job) throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // One thread of work each: a collector with threads of its own would take the neighbour's core.
    command.addAll(List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
    command.add(program.getName());
    command.addAll(job.arguments());
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(job.log().toFile());
      builder.environment().put("OMP_NUM_THREADS", "1");
      Process process = builder.start();
      running.add(process);
      int exit;
      try {
        exit = process.waitFor();
      } finally {
        process.destroy(); // still alive only if this thread was interrupted
        running.remove(process);
      }
      if (exit != 0) {
        throw new IllegalStateException(
            "%s: expected exit code 0, found %d; see %s".formatted(job.name(), exit, job.log()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a process for " + job.name(), e);
    }
  }
}
