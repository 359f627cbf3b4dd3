package io.github.close4j.metric;

import com.google.common.io.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The rows of a file that src/test/python/caption_metrics_golden.py made. */
record MetricGolden(List<List<String>> rows) {

  static MetricGolden read(String name) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (String line :
        Resources.readLines(
            Resources.getResource(MetricGolden.class, name), StandardCharsets.UTF_8)) {
      rows.add(Arrays.asList(line.split("\t", -1)));
    }
    return new MetricGolden(rows);
  }

  List<List<String>> ofKind(String kind) {
    return rows.stream().filter(row -> row.get(1).equals(kind)).toList();
  }

  List<String> only(String kind) {
    List<List<String>> found = ofKind(kind);
    if (found.size() != 1) {
      throw new AssertionError(kind + ": expected one row, found " + found.size());
    }
    return found.get(0);
  }

  /** Where a metric's scores stand among the numbers of a row. */
  int column(String metric) {
    return only("metrics").indexOf(metric) - 2;
  }
}
