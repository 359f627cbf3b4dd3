package io.github.close4j.examples.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.close4j.examples.report.HtmlPage.Picture;
import io.github.close4j.examples.report.RunHistory.Curve;
import io.github.close4j.training.Evaluation;
import io.github.close4j.training.TrainingRecorder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

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
    RunHistory history = RunHistory.read(log);
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

  private static List<Picture> curves(RunHistory history) {
    List<Picture> pictures = new ArrayList<>();
    Curve loss = averaged(history.ofSteps("loss"));
    if (!loss.isEmpty()) {
      LineChart chart = new LineChart("Loss", "step", "nats a token");
      chart.line("training", loss.steps(), loss.values());
      Curve validation = history.validationLoss();
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

  private static void addCurve(List<Picture> pictures, String title, Curve curve) {
    Curve drawn = averaged(curve);
    if (Arrays.stream(drawn.values()).anyMatch(Double::isFinite)) {
      LineChart chart = new LineChart(title, "step", "");
      chart.line(title, drawn.steps(), drawn.values());
      pictures.add(new Picture(title + " by step", chart.png()));
    }
  }

  /** Means of neighbours, so that a long run's curve is a curve. */
  private static Curve averaged(Curve curve) {
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
    return new Curve(steps, values);
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
    report.scores().forEach((name, score) -> scores.add(List.of(name, Numbers.of(score))));
    page.numbers(List.of("metric", "score"), scores);
    page.paragraph("The first of %d examples:".formatted(report.examples().size()));
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
    scores.forEach((name, score) -> cells.add(name + " " + Numbers.of(score)));
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
}
