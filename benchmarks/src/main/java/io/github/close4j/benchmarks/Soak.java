package io.github.close4j.benchmarks;

import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.InferenceOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Captions from several threads for a long time, with seeded random inputs, batches and ways of
 * decoding, and checks that every caption is the one that a single thread made first, that memory
 * does not grow, and that closing leaves nothing: {@code MODEL PHOTOS MINUTES THREADS [unpacked]}.
 *
 * <p>Exits with 1 if a caption differs, a call fails, or a thread is left.
 */
public final class Soak {
  private static final long SEED = 20261124;
  private static final int MOST_PHOTOS = 12;

  /** More than one, so that operations and pictures are shared out among threads. */
  private static final int THREADS_A_CAPTIONER = 2;

  private static final int SECONDS_A_MEASUREMENT = 5;
  private static final int MEASUREMENTS_A_LINE = 60 / SECONDS_A_MEASUREMENT;
  private static final int COLLECTIONS = 3;
  private static final double BYTES_A_MEGABYTE = 1 << 20;
  private static final double SECONDS_A_MINUTE = 60;

  private final Captioner captioner;
  private final SoakCatalogue catalogue;
  private final Instant start = Instant.now();
  private final Instant end;
  private final AtomicLong captions = new AtomicLong();
  private final Queue<String> mismatches = new ConcurrentLinkedQueue<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Trend resident = new Trend();

  private Soak(Captioner captioner, SoakCatalogue catalogue, Duration duration) {
    this.captioner = captioner;
    this.catalogue = catalogue;
    this.end = start.plus(duration);
  }

  /**
   * Runs.
   *
   * @param args model directory, folder of photographs, minutes, threads, and {@code unpacked} for
   *     a captioner without packed weights, which is what a large model needs
   * @throws IOException if a file cannot be read
   * @throws InterruptedException if it is interrupted
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<Path> photos = FullSizeCaptioning.photographs(Path.of(args[1]));
    SoakCatalogue catalogue =
        new SoakCatalogue(photos.subList(0, Math.min(MOST_PHOTOS, photos.size())));
    Duration duration = Duration.ofMinutes(Long.parseLong(args[2]));
    int threads = Integer.parseInt(args[3]);
    boolean isPacked = args.length < 5 || !args[4].equals("unpacked");
    InferenceOptions options = InferenceOptions.defaults().packedWeights(isPacked);
    Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
    print("before opening");
    try (Captioner captioner = Captioner.open(Path.of(args[0]), options.threads(1))) {
      catalogue.prepare(captioner);
    }
    print("%d captions made by one thread".formatted(catalogue.size()));
    Soak soak;
    try (Captioner captioner =
        Captioner.open(Path.of(args[0]), options.threads(THREADS_A_CAPTIONER))) {
      soak = new Soak(captioner, catalogue, duration);
      soak.run(threads);
      print("before closing");
    }
    List<String> left = left(before);
    print("after closing");
    boolean isSound = soak.mismatches.isEmpty() && soak.failures.isEmpty() && left.isEmpty();
    System.out.printf(
        "%s: %d captions, %d mismatches, %d failures, resident memory %+.2f MB/min over the last two"
            + " thirds, threads left: %s%n",
        isSound ? "SOUND" : "NOT SOUND",
        soak.captions.get(),
        soak.mismatches.size(),
        soak.failures.size(),
        soak.resident.slopeOfLastTwoThirds(),
        left);
    soak.mismatches.stream().limit(20).forEach(System.out::println);
    soak.failures.stream().limit(20).forEach(System.out::println);
    System.exit(isSound ? 0 : 1);
  }

  private void run(int threads) throws IOException, InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    for (int i = 0; i < threads; i++) {
      SplittableRandom random = new SplittableRandom(SEED + i);
      pool.execute(() -> work(random));
    }
    pool.shutdown();
    for (int i = 1; !pool.awaitTermination(SECONDS_A_MEASUREMENT, TimeUnit.SECONDS); i++) {
      double minutes =
          Duration.between(start, Instant.now()).toMillis() / 1000.0 / SECONDS_A_MINUTE;
      resident.add(minutes, ProcessStatus.residentMegabytes());
      if (i % MEASUREMENTS_A_LINE == 0) {
        print(
            "%6.1f min, %d captions, %d mismatches"
                .formatted(minutes, captions.get(), mismatches.size()));
      }
    }
  }

  private void work(SplittableRandom random) {
    try {
      while (Instant.now().isBefore(end)) {
        SoakCatalogue.Call call = catalogue.draw(random);
        mismatches.addAll(catalogue.mismatches(captioner, call));
        captions.addAndGet(call.inputs().size());
      }
    } catch (RuntimeException e) {
      failures.add(e.toString());
    }
  }

  /** Java's threads that were not there before. */
  private static List<String> left(Set<Thread> before) {
    List<String> names = new ArrayList<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (!before.contains(thread) && !thread.getThreadGroup().getName().equals("system")) {
        names.add(thread.getName());
      }
    }
    return names;
  }

  private static void print(String when) throws IOException {
    System.out.printf(
        "%s: resident %.1f MB, heap %.1f MB, %.0f threads%n",
        when, ProcessStatus.residentMegabytes(), heapMegabytes(), ProcessStatus.threads());
  }

  /** After a collection; one is passed over while native code holds an array, so more are tried. */
  private static double heapMegabytes() {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      double used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      least = Math.min(least, used);
    }
    return least / BYTES_A_MEGABYTE;
  }
}
