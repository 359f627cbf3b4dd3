package io.github.close4j.examples.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.close4j.training.internal.record.RunLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a log tells of a run, as curves and tables. */
final class RunHistory {
  private final List<JsonObject> steps;
  private final List<JsonObject> validations;

  private RunHistory(List<JsonObject> steps, List<JsonObject> validations) {
    this.steps = steps;
    this.validations = validations;
  }

  /** Values at steps. */
  record Curve(double[] steps, double[] values) {
    boolean isEmpty() {
      return steps.length == 0;
    }
  }

  static RunHistory read(Path log) {
    List<JsonObject> lines = RunLog.read(log);
    return new RunHistory(named(lines, "step"), named(lines, "validation"));
  }

  private static List<JsonObject> named(List<JsonObject> lines, String event) {
    return lines.stream().filter(line -> line.get("event").getAsString().equals(event)).toList();
  }

  long stepsTaken() {
    return steps.isEmpty() ? 0 : RunLog.step(steps.get(steps.size() - 1));
  }

  /** A number of every step: {@code loss}, {@code learningRate}, {@code gradientNorm}. */
  Curve ofSteps(String name) {
    return curve(steps, name);
  }

  Curve validationLoss() {
    return curve(validations, "loss");
  }

  Set<String> scoreNames() {
    Set<String> names = new LinkedHashSet<>();
    validations.forEach(line -> names.addAll(line.getAsJsonObject("scores").keySet()));
    return names;
  }

  Curve score(String name) {
    double[] at = validations.stream().mapToDouble(RunLog::step).toArray();
    double[] values =
        validations.stream()
            .mapToDouble(line -> number(line.getAsJsonObject("scores").get(name)))
            .toArray();
    return new Curve(at, values);
  }

  private static Curve curve(List<JsonObject> lines, String name) {
    double[] at = lines.stream().mapToDouble(RunLog::step).toArray();
    double[] values = lines.stream().mapToDouble(line -> number(line.get(name))).toArray();
    return new Curve(at, values);
  }

  private static double number(JsonElement value) {
    return value == null || value.isJsonNull() ? Double.NaN : value.getAsDouble();
  }

  /** A row a validation: epoch, step, loss and scores; the best so far has a mark. */
  List<List<String>> validationRows() {
    List<List<String>> rows = new ArrayList<>();
    for (JsonObject line : validations) {
      List<String> row = new ArrayList<>();
      row.add(line.get("epoch").getAsString() + (line.get("best").getAsBoolean() ? " *" : ""));
      row.add(line.get("step").getAsString());
      row.add(Numbers.of(number(line.get("loss"))));
      for (String name : scoreNames()) {
        row.add(Numbers.of(number(line.getAsJsonObject("scores").get(name))));
      }
      rows.add(row);
    }
    return rows;
  }

  /** A row an example that was shown at the last validation. */
  List<List<String>> lastShown() {
    List<List<String>> rows = new ArrayList<>();
    if (!validations.isEmpty()) {
      for (JsonElement shown : validations.get(validations.size() - 1).getAsJsonArray("shown")) {
        JsonObject example = shown.getAsJsonObject();
        rows.add(
            List.of(
                example.get("given").getAsString(),
                example.get("text").getAsString(),
                example.get("expected").getAsString(),
                example.get("said").getAsString()));
      }
    }
    return rows;
  }
}
