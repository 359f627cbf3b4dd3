package io.github.close4j.examples.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.close4j.examples.report.HtmlPage.Picture;
import io.github.close4j.training.Evaluation;
import io.github.close4j.training.TrainingRecorder;
import io.github.close4j.training.internal.record.RunLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What is to be seen of a run: curves of loss, rate, gradients and validation, what was said of
 * held-out examples, the evaluation and the configuration.
 */
public final class RunReport {
  /** More than this many points cannot be told apart in a chart. */
  private static final int POINTS = 600;

  private static final int EXAMPLES = 20;

  private RunReport() {}

  /**
   * Adds the parts of a report to a page.
   *
   * @param page the page
   * @param log what {@link TrainingRecorder} logged
   * @throws java.io.UncheckedIOException if the log cannot be read
   */
  public static void addRun(HtmlPage page, Path log) {
    page.heading("Training");
    if (!Files.exists(log)) {
      page.paragraph("There is no log.");
      return;
    }
    History history = History.read(log);
    page.paragraph(history.stepsTaken() + " steps.");
    page.pictures(curves(history));
    List<List<String>> validations = history.validationRows();
    if (!validations.isEmpty()) {
      List<String> head = new ArrayList<>(List.of("epoch", "step", "loss"));
      head.addAll(history.scoreNames());
      page.heading("Validation on text");
      page.paragraph("An asterisk marks an epoch that no earlier one was better than.");
      page.numbers(head, validations);
    }
    List<List<String>> shown = history.lastShown();
    if (!shown.isEmpty()) {
      page.heading("Held-out examples after the last validation");
      page.words(List.of("read by CLIP", "text beside it", "expected", "said"), shown);
    }
  }

  private static List<Picture> curves(History history) {
    List<Picture> pictures = new ArrayList<>();
    History.Curve loss = averaged(history.ofSteps("loss"));
    if (!loss.isEmpty()) {
      LineChart chart = new LineChart("Loss", "step", "nats a token");
      chart.line("training", loss.steps(), loss.values());
      History.Curve validation = history.validationLoss();
      if (!validation.isEmpty()) {
        chart.line("validation", validation.steps(), validation.values());
      }
      pictures.add(new Picture("loss by step", chart.png()));
      addCurve(pictures, "Learning rate", history.ofSteps("learningRate"));
      addCurve(pictures, "Gradient norm", history.ofSteps("gradientNorm"));
    }
    for (String name : history.scoreNames()) {
      addCurve(pictures, name + " in validation", history.score(name));
    }
    return pictures;
  }

  private static void addCurve(List<Picture> pictures, String title, History.Curve curve) {
    History.Curve drawn = averaged(curve);
    if (Arrays.stream(drawn.values()).anyMatch(Double::isFinite)) {
      LineChart chart = new LineChart(title, "step", "");
      chart.line(title, drawn.steps(), drawn.values());
      pictures.add(new Picture(title + " by step", chart.png()));
    }
  }

  /** Means of neighbours, so that a long run's curve is a curve. */
  private static History.Curve averaged(History.Curve curve) {
    int points = curve.steps().length;
    if (points <= POINTS) {
      return curve;
    }
    double[] steps = new double[POINTS];
    double[] values = new double[POINTS];
    for (int i = 0; i < POINTS; i++) {
      int from = (int) ((long) points * i / POINTS);
      int to = (int) ((long) points * (i + 1) / POINTS);
      steps[i] = curve.steps()[to - 1];
      values[i] = Arrays.stream(curve.values(), from, to).average().orElse(Double.NaN);
    }
    return new History.Curve(steps, values);
  }

  /**
   * Adds an evaluation: scores of the whole, and the first examples with theirs.
   *
   * @param page the page
   * @param report the evaluation
   */
  public static void addEvaluation(HtmlPage page, Evaluation report) {
    page.heading("Evaluation on " + report.data());
    List<List<String>> scores = new ArrayList<>();
    report.scores().forEach((name, score) -> scores.add(List.of(name, shown(score))));
    page.numbers(List.of("metric", "score"), scores);
    page.paragraph("Scored: %s. The first of them:".formatted(report.scored()));
    List<List<String>> examples = new ArrayList<>();
    for (Evaluation.Example example : report.examples()) {
      if (examples.size() < EXAMPLES) {
        examples.add(
            List.of(
                example.id(),
                example.prediction(),
                String.join(" / ", example.references()),
                scores(example.scores())));
      }
    }
    page.words(List.of("id", "said", "people said", "scores"), examples);
  }

  private static String scores(Map<String, Double> scores) {
    List<String> cells = new ArrayList<>();
    scores.forEach((name, score) -> cells.add(name + " " + shown(score)));
    return String.join(", ", cells);
  }

  /**
   * Adds a configuration: a row a value, with where it stands in the file.
   *
   * @param page the page
   * @param configuration the run's file as JSON
   */
  public static void addConfiguration(HtmlPage page, JsonObject configuration) {
    List<List<String>> rows = new ArrayList<>();
    addRows(rows, "", configuration);
    page.heading("Configuration");
    page.words(List.of("setting", "value"), rows);
  }

  private static void addRows(List<List<String>> rows, String prefix, JsonObject object) {
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      String name = prefix + entry.getKey();
      JsonElement value = entry.getValue();
      if (value.isJsonObject()) {
        addRows(rows, name + ".", value.getAsJsonObject());
      } else {
        rows.add(List.of(name, value.isJsonPrimitive() ? value.getAsString() : value.toString()));
      }
    }
  }

  /** Four decimals; a bar where there is no number. */
  private static String shown(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "–";
  }

  /** What a log tells of a run, as curves and tables. */
  private static final class History {
    private final List<JsonObject> steps;
    private final List<JsonObject> validations;

    private History(List<JsonObject> steps, List<JsonObject> validations) {
      this.steps = steps;
      this.validations = validations;
    }

    /** Values at steps. */
    record Curve(double[] steps, double[] values) {
      boolean isEmpty() {
        return steps.length == 0;
      }
    }

    static History read(Path log) {
      List<JsonObject> lines = RunLog.read(log);
      return new History(named(lines, "step"), named(lines, "validation"));
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

    History.Curve validationLoss() {
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

    private static History.Curve curve(List<JsonObject> lines, String name) {
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
        row.add(shown(number(line.get("loss"))));
        for (String name : scoreNames()) {
          row.add(shown(number(line.getAsJsonObject("scores").get(name))));
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
}
