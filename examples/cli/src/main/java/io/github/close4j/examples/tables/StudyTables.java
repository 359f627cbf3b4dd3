package io.github.close4j.examples.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;

/** Prints what is finished of a study as Markdown, with the paper's numbers beside. */
final class StudyTables {
  private static final List<StudyTask> TASKS =
      List.of(
          StudyTask.CAPTIONING_SINGLE,
          StudyTask.CAPTIONING_MULTIPLE,
          StudyTask.ENTAILMENT,
          StudyTask.QUESTIONS);

  private final Results results;
  private final Consumer<String> lines;

  StudyTables(Results results, Consumer<String> lines) {
    this.results = results;
    this.lines = lines;
  }

  /** What stands in a cell: this study's number and the paper's. */
  private static String cell(Spread here, String paper) {
    return here + " / " + paper;
  }

  void print(StudyPart part) {
    switch (part) {
      case CAPTIONING_SINGLE -> noiseCurve();
      case CAPTIONING_MULTIPLE, ENTAILMENT -> {}
      case QUESTIONS -> {
        mainTable();
        checks();
      }
      case SHIFTS -> shifts();
      case ADAPTERS -> adapters();
      case SIZES -> sizes();
      case STYLES -> styles();
    }
  }

  private void heading(String title, String... columns) {
    lines.accept("");
    lines.accept("**" + title + "**");
    lines.accept("");
    lines.accept("| " + String.join(" | ", columns) + " |");
    lines.accept("|---".repeat(columns.length) + "|");
  }

  private void row(List<String> cells) {
    lines.accept("| " + String.join(" | ", cells) + " |");
  }

  private static String sigma(double noise) {
    return String.format(Locale.ROOT, "σ %.2f", noise);
  }

  private void mainTable() {
    heading(
        "Training on text against training on images (here / the paper)",
        "model",
        "captioning single, CIDEr-D",
        "captioning multiple, CIDEr-D",
        "entailment, accuracy",
        "question answering, accuracy");
    mainRow("text, no noise", 0, PaperResults.NO_NOISE);
    mainRow(
        "text, " + sigma(StudyPart.FIXED_NOISE), StudyPart.FIXED_NOISE, PaperResults.FIXED_NOISE);
    List<String> tuned = new ArrayList<>(List.of("text, tuned σ"));
    List<String> images = new ArrayList<>(List.of("images"));
    for (int i = 0; i < TASKS.size(); i++) {
      StudyTask task = TASKS.get(i);
      String paper = PaperResults.TUNED_NOISE.get(i);
      tuned.add(
          results.isTuned(task)
              ? cell(score(StudyPart.tunedRow(task, 1, results)), paper)
                  + " ("
                  + sigma(results.tunedNoise(task))
                  + ")"
              : cell(new Spread(List.of()), paper));
      images.add(cell(score(StudyRow.ofImages(task, 1)), PaperResults.IMAGES.get(i)));
    }
    row(tuned);
    row(images);
  }

  private void mainRow(String name, double noise, List<String> paper) {
    List<String> cells = new ArrayList<>(List.of(name));
    for (int i = 0; i < TASKS.size(); i++) {
      StudyRow row = StudyRow.ofText(TASKS.get(i), RowAdapter.noise(noise), 1);
      cells.add(cell(score(row), paper.get(i)));
    }
    row(cells);
  }

  private Spread score(StudyRow row) {
    return results.test(row, Probe.SCORE);
  }

  private void checks() {
    heading(
        "Checks of the two tasks with text, tuned σ",
        "task",
        "accuracy",
        "with another scene's picture",
        "always the most frequent answer");
    for (StudyTask task : List.of(StudyTask.ENTAILMENT, StudyTask.QUESTIONS)) {
      if (results.isTuned(task)) {
        StudyRow row = StudyPart.tunedRow(task, 1, results);
        row(
            List.of(
                task.title(),
                score(row).toString(),
                results.test(row, Probe.BLIND).toString(),
                results.test(row, Probe.MAJORITY).toString()));
      }
    }
  }

  private void noiseCurve() {
    heading("Noise, captioning single", slotColumns("σ"));
    for (double level : StudyPart.NOISE_CURVE) {
      slotRow(
          String.format(Locale.ROOT, "%.2f", level),
          StudyRow.ofText(StudyTask.CAPTIONING_SINGLE, RowAdapter.noise(level), 1));
    }
    slotRow("images", StudyRow.ofImages(StudyTask.CAPTIONING_SINGLE, 1));
  }

  private static String[] slotColumns(String first, String... more) {
    List<String> columns = new ArrayList<>(List.of(first, "CIDEr-D"));
    Probes.SLOTS.forEach(slot -> columns.add(Probes.title(slot)));
    columns.addAll(List.of(more));
    return columns.toArray(String[]::new);
  }

  private void slotRow(String name, StudyRow row, String... more) {
    List<String> cells = new ArrayList<>(List.of(name, score(row).toString()));
    Probes.SLOTS.forEach(slot -> cells.add(results.test(row, Probes.title(slot)).toString()));
    cells.addAll(List.of(more));
    row(cells);
  }

  /** A row of captioning with single captions and an adapter that goes with the tuned σ. */
  private void adaptedRow(String name, DoubleFunction<RowAdapter> adapter, String paper) {
    StudyTask task = StudyTask.CAPTIONING_SINGLE;
    if (results.isTuned(task)) {
      slotRow(name, StudyRow.ofText(task, adapter.apply(results.tunedNoise(task)), 1), paper);
    }
  }

  private void shifts() {
    heading("Shifts, captioning single, tuned σ", slotColumns("text vectors", "the paper's"));
    adaptedRow("not shifted", RowAdapter::noise, PaperResults.NO_SHIFT);
    adaptedRow("by the mean", s -> RowAdapter.meanShift(1, s), PaperResults.MEAN_SHIFT);
    adaptedRow("by minus the mean", s -> RowAdapter.meanShift(-1, s), PaperResults.MINUS_MEAN);
    for (double length : StudyPart.RANDOM_SHIFTS) {
      adaptedRow(
          "at random by " + length,
          s -> RowAdapter.randomShift(length, s),
          PaperResults.of(PaperResults.RANDOM_SHIFT, length));
    }
  }

  private void adapters() {
    heading("Learned adapters, captioning single", slotColumns("adapter", "the paper's"));
    adaptedRow("noise alone, tuned σ", RowAdapter::noise, PaperResults.NO_ADAPTER);
    for (SceneSet pairs : StudyPart.PAIRS) {
      String of =
          pairs == SceneSet.HELD_OUT_PAIRS
              ? ", held-out pairs (COCO)"
              : ", pairs of another distribution (CC3M)";
      adaptedRow(
          "covariance" + of,
          s -> RowAdapter.covariance(pairs),
          PaperResults.of(PaperResults.COVARIANCE, pairs));
      adaptedRow(
          "linear" + of,
          s -> RowAdapter.linear(pairs, s),
          PaperResults.of(PaperResults.LINEAR, pairs));
    }
  }

  private void sizes() {
    heading("T5 of three sizes, captioning single, tuned σ", slotColumns("T5", "the paper's"));
    if (results.isTuned(StudyTask.CAPTIONING_SINGLE)) {
      StudyRow base = StudyPart.tunedRow(StudyTask.CAPTIONING_SINGLE, 1, results);
      for (T5Size size : T5Size.values()) {
        slotRow(Probes.title(size), base.withSize(size), PaperResults.of(PaperResults.SIZE, size));
      }
    }
  }

  private void styles() {
    heading("Styles, tuned σ of plain captioning", slotColumns("trained on", "in style, %"));
    if (results.isTuned(StudyTask.CAPTIONING_SINGLE)) {
      StudyRow plain = StudyPart.tunedRow(StudyTask.CAPTIONING_SINGLE, 1, results);
      slotRow("plain captions", plain, "");
      for (StudyTask task : List.of(StudyTask.CHEERFUL, StudyTask.TELEGRAM)) {
        StudyRow row = StudyRow.ofText(task, plain.adapter(), 1);
        slotRow(task.title(), row, results.test(row, Probe.IN_STYLE).toString());
      }
    }
  }
}
