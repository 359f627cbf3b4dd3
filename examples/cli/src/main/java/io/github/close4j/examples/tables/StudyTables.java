package io.github.close4j.examples.tables;

import io.github.close4j.metric.ModalityGap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Prints what is finished of a study as Markdown, with the paper's numbers beside. */
final class StudyTables {
  /** The parts whose tasks are compared with training on images, as columns of one table. */
  private static final List<StudyPart> MAIN =
      List.of(
          StudyPart.CAPTIONING_SINGLE,
          StudyPart.CAPTIONING_MULTIPLE,
          StudyPart.ENTAILMENT,
          StudyPart.QUESTIONS);

  private final StudyWorld world;
  private final Results results;
  private final Consumer<String> lines;

  StudyTables(Results results, Consumer<String> lines) {
    this.world = results.world();
    this.results = results;
    this.lines = lines;
  }

  /** What stands in a cell: this study's number and the paper's. */
  private static String cell(String here, String paper) {
    return here + " / " + paper;
  }

  /** The tables of parts, as far as the world has them; the gap stands above captions. */
  void print(Set<StudyPart> parts, Optional<ModalityGap> gap) {
    if (parts.contains(StudyPart.CAPTIONING_SINGLE)) {
      gap(gap);
      noiseCurve();
    }
    if (MAIN.stream().skip(1).anyMatch(parts::contains)) {
      mainTable();
      checks();
    }
    for (StudyPart part : StudyPart.values()) {
      if (parts.contains(part) && !world.tasks(part).isEmpty()) {
        printOwnTable(part);
      }
    }
  }

  private void printOwnTable(StudyPart part) {
    switch (part) {
      case CAPTIONING_SINGLE, CAPTIONING_MULTIPLE, ENTAILMENT, QUESTIONS -> {}
      case DOMAINS -> domains();
      case SHIFTS -> shifts();
      case ADAPTERS -> adapters();
      case SIZES -> sizes();
      case STYLES -> styles();
    }
  }

  private void heading(String title, List<String> columns) {
    lines.accept("");
    lines.accept("**" + title + "**");
    lines.accept("");
    lines.accept("| " + String.join(" | ", columns) + " |");
    lines.accept("|---".repeat(columns.size()) + "|");
  }

  private void row(List<String> cells) {
    lines.accept("| " + String.join(" | ", cells) + " |");
  }

  private static String sigma(double noise) {
    return String.format(Locale.ROOT, "σ %.2f", noise);
  }

  private void gap(Optional<ModalityGap> gap) {
    heading(
        "CLIP, on the pictures that models are judged on and the first caption of each",
        List.of(
            "",
            "image to text, R@1, %",
            "R@10, %",
            "text to image, R@1, %",
            "R@10, %",
            "distance of the means",
            "cosine of a pair",
            "of unrelated texts"));
    List<String> cells = new ArrayList<>(List.of("here"));
    cells.addAll(gap.map(StudyTables::cells).orElse(List.of("–", "–", "–", "–", "–", "–", "–")));
    row(cells);
    row(
        List.of(
            "the paper (ViT-L/14 on COCO)",
            "",
            "",
            "",
            "",
            "",
            PaperResults.PAIR_COSINE,
            PaperResults.UNRELATED_TEXT_COSINE));
  }

  private static List<String> cells(ModalityGap gap) {
    Stream<String> recalls =
        DoubleStream.of(
                gap.imageToTextRecallAt1(),
                gap.imageToTextRecallAt10(),
                gap.textToImageRecallAt1(),
                gap.textToImageRecallAt10())
            .mapToObj(recall -> String.format(Locale.ROOT, "%.1f", 100 * recall));
    Stream<String> lengths =
        DoubleStream.of(gap.meanDifferenceNorm(), gap.pairCosine(), gap.unrelatedTextCosine())
            .mapToObj(length -> String.format(Locale.ROOT, "%.2f", length));
    return Stream.concat(recalls, lengths).toList();
  }

  /** The one task of each part that the main table has a column of. */
  private List<StudyPart> columns() {
    return MAIN.stream().filter(part -> !world.tasks(part).isEmpty()).toList();
  }

  private StudyTask task(StudyPart part) {
    return world.tasks(part).get(0);
  }

  private void mainTable() {
    List<String> names = new ArrayList<>(List.of("model"));
    for (StudyPart part : columns()) {
      boolean isOfText = part == StudyPart.ENTAILMENT || part == StudyPart.QUESTIONS;
      names.add(task(part).title() + (isOfText ? ", accuracy" : ", CIDEr-D"));
    }
    heading("Training on text against training on images (here / the paper)", names);
    double fixed = StudySettings.FIXED_NOISE;
    mainRow("text, no noise", task -> noisy(task, 0), PaperResults.NO_NOISE);
    mainRow("text, " + sigma(fixed), task -> noisy(task, fixed), PaperResults.FIXED_NOISE);
    mainRow("text, tuned σ", this::tuned, PaperResults.TUNED_NOISE);
    mainRow("images", task -> score(StudyRow.ofImages(task, 1)), PaperResults.IMAGES);
  }

  private void mainRow(
      String name, Function<StudyTask, String> here, Map<StudyPart, String> paper) {
    List<String> cells = new ArrayList<>(List.of(name));
    for (StudyPart part : columns()) {
      cells.add(cell(here.apply(task(part)), PaperResults.of(paper, part)));
    }
    row(cells);
  }

  private String noisy(StudyTask task, double noise) {
    return score(StudyRow.ofText(task, RowAdapter.noise(noise), 1));
  }

  private String tuned(StudyTask task) {
    return results.isTuned(task)
        ? "%s (%s)"
            .formatted(score(StudyPart.tunedRow(task, 1, results)), sigma(results.tunedNoise(task)))
        : new Spread(List.of()).toString();
  }

  private String score(StudyRow row) {
    return test(row, Probe.SCORE);
  }

  private String test(StudyRow row, String score) {
    return results.test(row, score).toString();
  }

  private void checks() {
    List<StudyTask> tasks =
        Stream.of(StudyPart.ENTAILMENT, StudyPart.QUESTIONS)
            .flatMap(part -> world.tasks(part).stream())
            .toList();
    if (tasks.isEmpty()) {
      return;
    }
    heading(
        "Checks of the tasks with text, tuned σ",
        List.of("task", "accuracy", "with another picture", "always the most frequent answer"));
    for (StudyTask task : tasks) {
      if (results.isTuned(task)) {
        StudyRow row = StudyPart.tunedRow(task, 1, results);
        row(List.of(task.title(), score(row), test(row, Probe.BLIND), test(row, Probe.MAJORITY)));
        kinds(row).forEach(kind -> kindRow(row, kind));
      }
    }
  }

  /** The kinds of a row's texts, if there are several. */
  private List<String> kinds(StudyRow row) {
    List<String> kinds =
        results.of(row).stream()
            .flatMap(result -> result.test().keySet().stream())
            .filter(name -> name.startsWith(Probe.KIND))
            .filter(name -> !name.endsWith(Probe.BLIND) && !name.endsWith(Probe.MAJORITY))
            .sorted()
            .toList();
    return kinds.size() < 2 ? List.of() : kinds;
  }

  private void kindRow(StudyRow row, String kind) {
    row(
        List.of(
            "– " + kind.substring(Probe.KIND.length()),
            test(row, kind),
            test(row, kind + " " + Probe.BLIND),
            test(row, kind + " " + Probe.MAJORITY)));
  }

  private void noiseCurve() {
    StudyTask task = world.captioning();
    heading("Noise, " + task.title(), captionColumns("σ"));
    for (double level : task.noiseLevels()) {
      captionRow(
          String.format(Locale.ROOT, "%.2f", level),
          StudyRow.ofText(task, RowAdapter.noise(level), 1));
    }
    captionRow("images", StudyRow.ofImages(task, 1));
  }

  private List<String> captionColumns(String first, String... more) {
    return Stream.of(Stream.of(first, "CIDEr-D"), world.captionScores().stream(), Stream.of(more))
        .flatMap(columns -> columns)
        .toList();
  }

  private void captionRow(String name, StudyRow row, String... more) {
    List<String> cells = new ArrayList<>(List.of(name, score(row)));
    world.captionScores().forEach(score -> cells.add(test(row, score)));
    cells.addAll(List.of(more));
    row(cells);
  }

  private void domains() {
    heading("Captions of several corpora as text", captionColumns("trained on", "tuned σ"));
    for (StudyTask task : world.tasks(StudyPart.DOMAINS)) {
      for (double level : List.of(0.0, StudySettings.FIXED_NOISE)) {
        captionRow(
            task.title() + ", " + sigma(level),
            StudyRow.ofText(task, RowAdapter.noise(level), 1),
            "");
      }
      if (results.isTuned(task)) {
        captionRow(
            task.title() + ", tuned σ",
            StudyPart.tunedRow(task, 1, results),
            sigma(results.tunedNoise(task)));
      }
    }
  }

  /** A row of captioning and an adapter that goes with the tuned σ. */
  private void adaptedRow(String name, DoubleFunction<RowAdapter> adapter, String paper) {
    StudyTask task = world.captioning();
    if (results.isTuned(task)) {
      RowAdapter tuned = adapter.apply(results.tunedNoise(task));
      captionRow(name, StudyRow.ofText(task, tuned, 1), paper);
    }
  }

  private void shifts() {
    heading("Shifts, captioning single, tuned σ", captionColumns("text vectors", "the paper's"));
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
    heading("Learned adapters, captioning single", captionColumns("adapter", "the paper's"));
    adaptedRow("noise alone, tuned σ", RowAdapter::noise, PaperResults.NO_ADAPTER);
    for (PictureSet pairs : StudyPart.PAIRS) {
      adaptedRow(
          "covariance, " + world.pairs(pairs),
          s -> RowAdapter.covariance(pairs),
          PaperResults.of(PaperResults.COVARIANCE, pairs));
      adaptedRow(
          "linear, " + world.pairs(pairs),
          s -> RowAdapter.linear(pairs, s),
          PaperResults.of(PaperResults.LINEAR, pairs));
    }
  }

  private void sizes() {
    heading("T5 of three sizes, captioning single, tuned σ", captionColumns("T5", "the paper's"));
    StudyTask task = world.captioning();
    if (results.isTuned(task)) {
      StudyRow base = StudyPart.tunedRow(task, 1, results);
      for (T5Size size : T5Size.values()) {
        captionRow(
            PictureSet.title(size), base.withSize(size), PaperResults.of(PaperResults.SIZE, size));
      }
    }
  }

  private void styles() {
    heading("Styles, tuned σ of plain captioning", captionColumns("trained on", "in style, %"));
    if (results.isTuned(world.captioning())) {
      for (StudyTask task : world.tasks(StudyPart.STYLES)) {
        StudyRow row = StudyPart.styledRow(task, 1, results);
        captionRow(task.title(), row, test(row, Probe.IN_STYLE));
      }
    }
  }
}
