package io.github.close4j.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** The results as a Markdown table: one line for an adapter, a dimension and a batch size. */
final class AdapterTable {
  private static final String ALLOCATED = "gc.alloc.rate.norm";
  private static final int BYTES_MOVED = 2 * Float.BYTES;

  private final Map<String, RunResult> results = new HashMap<>();

  /** In place on all threads, under the same keys. */
  private final Map<String, RunResult> onAllThreads = new HashMap<>();

  private AdapterTable(Collection<RunResult> all) {
    for (RunResult result : all) {
      (result.getParams().getThreads() == 1 ? results : onAllThreads)
          .put(
              key(
                  result.getPrimaryResult().getLabel(),
                  result.getParams().getParam("adapter"),
                  result.getParams().getParam("dimension"),
                  result.getParams().getParam("rows")),
              result);
    }
  }

  static AdapterTable of(Collection<RunResult> results) {
    return new AdapterTable(results);
  }

  List<String> lines() {
    double bytesPerMicrosecond = BYTES_MOVED * MachineLimitBenchmark.COPIED / time(limit("copy"));
    double addsPerMicrosecond = MachineLimitBenchmark.MULTIPLY_ADDS / time(limit("multiplyAdd"));
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "The machine, one thread: copies %.1f GB/s (read and written), %.1f G multiply-adds/s.",
            bytesPerMicrosecond / 1000, addsPerMicrosecond / 1000));
    lines.add("");
    lines.add(
        "| adapter | batch | in place | into buffer | PyTorch | plain loops | PyTorch / in place"
            + " | share of the machine's limit | bytes allocated a call"
            + " | in place, all threads together |");
    lines.add("|---|---|---|---|---|---|---|---|---|---|");
    for (RunResult result : results.values().stream().filter(AdapterTable::isInPlace).toList()) {
      lines.add(line(result, bytesPerMicrosecond, addsPerMicrosecond));
    }
    lines.subList(4, lines.size()).sort(null);
    return lines;
  }

  private String line(RunResult inPlace, double bytesPerMicrosecond, double addsPerMicrosecond) {
    String adapter = inPlace.getParams().getParam("adapter");
    String dimension = inPlace.getParams().getParam("dimension");
    String rows = inPlace.getParams().getParam("rows");
    int width = Integer.parseInt(dimension);
    double components = (double) width * Integer.parseInt(rows);
    double least =
        Math.max(
            components * BYTES_MOVED / bytesPerMicrosecond,
            components * AdapterKind.valueOf(adapter).multiplyAdds(width) / addsPerMicrosecond);
    RunResult torch = results.get(key("reference", adapter, dimension, rows));
    return format(
        "| %s | %5s x %4s | %s | %s | %s | %s | %s | %.0f%% | %.0f | %s |",
        adapter.toLowerCase(Locale.ROOT).replace('_', ' '),
        rows,
        dimension,
        show(inPlace),
        show(results.get(key("intoBuffer", adapter, dimension, rows))),
        show(torch),
        show(results.get(key("plainLoops", adapter, dimension, rows))),
        torch == null ? "-" : format("%.2f", time(torch) / time(inPlace)),
        100 * least / time(inPlace),
        allocated(inPlace),
        together(onAllThreads.get(key("inPlace", adapter, dimension, rows))));
  }

  /** Time a batch where every thread adapts its own: that of one batch by the number of threads. */
  private static String together(@Nullable RunResult result) {
    if (result == null) {
      return "-";
    }
    int threads = result.getParams().getThreads();
    return format("%.2f on %d", time(result) / threads, threads);
  }

  private RunResult limit(String name) {
    RunResult result = results.get(key(name, null, null, null));
    if (result == null) {
      throw new IllegalStateException("results: expected " + name + ", found none");
    }
    return result;
  }

  private static boolean isInPlace(RunResult result) {
    return result.getPrimaryResult().getLabel().equals("inPlace");
  }

  private static double time(RunResult result) {
    return result.getPrimaryResult().getScore();
  }

  private static double allocated(RunResult result) {
    Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
    return allocated == null ? Double.NaN : allocated.getScore();
  }

  private static String show(@Nullable RunResult result) {
    return result == null
        ? "-"
        : format("%.2f ± %.2f", time(result), result.getPrimaryResult().getScoreError());
  }

  private static String key(
      String name, @Nullable String adapter, @Nullable String dimension, @Nullable String rows) {
    return name + '/' + adapter + '/' + dimension + '/' + rows;
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
