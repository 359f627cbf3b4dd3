package io.github.close4j.training;

import com.google.common.collect.Lists;
import com.google.errorprone.annotations.CheckReturnValue;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.metric.MetricScores;
import io.github.close4j.metric.VqaAccuracy;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.VisualQuestion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * What a model said, compared with what people said of the same things.
 *
 * <p>Predictions are given as a map from ids to texts, whose order is kept; an empty text is a
 * prediction, of no words. A caption or label that is missing is left out, so that a part of a
 * split can be evaluated: {@code examples} holds those that were scored, of {@code asked}. An
 * answer that is missing is refused, since VQA's accuracy is of all questions. CIDEr's document
 * frequencies are those of the references that take part, as in pycocoevalcap.
 *
 * @param data what was evaluated on, split included, such as {@code COCO val2014}
 * @param asked how many pictures, questions or pairs with references there were, each of which
 *     might have had a prediction
 * @param scores the score of the whole by metric, such as {@code CIDEr-D}; a fraction, never times
 *     100
 * @param examples each prediction with its scores, in the predictions' order
 */
@CheckReturnValue
public record Evaluation(
    String data, int asked, Map<String, Double> scores, List<Example> examples) {
  private static final String ACCURACY = "accuracy";
  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /** Copies map and list; the map keeps its order. */
  public Evaluation {
    scores = inOrder(scores);
    examples = List.copyOf(examples);
  }

  /**
   * A prediction and its scores.
   *
   * @param id what the prediction is about
   * @param prediction what the model said
   * @param references what people said
   * @param scores the prediction's own score by metric
   */
  public record Example(
      String id, String prediction, List<String> references, Map<String, Double> scores) {
    /** Copies list and map; the map keeps its order. */
    public Example {
      references = List.copyOf(references);
      scores = inOrder(scores);
    }
  }

  private static Map<String, Double> inOrder(Map<String, Double> scores) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(scores));
  }

  /**
   * Scores captions.
   *
   * @param data what is evaluated on, split included
   * @param captions a caption by each picture's id
   * @param references pictures with ids and what people said of them
   * @param metrics the metrics, in the order in which their scores are given
   * @return the evaluation
   * @throws IllegalArgumentException if there is no caption, one of an id without references, or
   *     two pictures of one id
   */
  public static Evaluation captions(
      String data,
      Map<String, String> captions,
      Collection<CaptionedImage> references,
      Collection<CaptionMetric> metrics) {
    Map<String, List<String>> byId = new HashMap<>();
    for (CaptionedImage image : references) {
      if (image.id() != null) {
        put(byId, image.id(), image.captions());
      }
    }
    List<List<String>> found = references(captions, byId);
    return of(
        data, byId.size(), captions, found, scores(List.copyOf(captions.values()), found, metrics));
  }

  private static Map<String, MetricScores> scores(
      List<String> captions, List<List<String>> references, Collection<CaptionMetric> metrics) {
    Map<String, MetricScores> scores = new LinkedHashMap<>();
    CaptionMetric.scores(metrics, captions, references)
        .forEach((metric, score) -> scores.put(metric.title(), score));
    return scores;
  }

  /**
   * A scorer for the {@linkplain CaptionTrainer#validation validation} of captions: an example's
   * targets are the references.
   *
   * @param metrics the metrics, such as {@link CaptionMetric#CIDER_D}
   * @return gives each metric's score of the whole under its title
   */
  public static BiFunction<List<TrainingExample>, List<String>, Map<String, Double>> captionScores(
      CaptionMetric... metrics) {
    List<CaptionMetric> all = List.of(metrics);
    return (examples, said) ->
        ofWhole(scores(said, Lists.transform(examples, TrainingExample::targets), all));
  }

  /**
   * Scores answers to questions, by both rules of VQA's accuracy.
   *
   * @param data what is evaluated on, split included
   * @param answers an answer by each question's id
   * @param questions questions and people's answers
   * @return the evaluation
   * @throws IllegalArgumentException if a question has no answer, an answer's id no question, or
   *     two questions have one id
   */
  public static Evaluation answers(
      String data, Map<String, String> answers, Collection<VisualQuestion> questions) {
    Map<String, List<String>> byId = new HashMap<>();
    questions.forEach(question -> put(byId, question.id(), question.answers()));
    List<List<String>> found = references(answers, byId);
    requireAll(answers, byId.keySet());
    Map<String, MetricScores> scores = new LinkedHashMap<>();
    for (VqaAccuracy accuracy : VqaAccuracy.values()) {
      scores.put(accuracy.title(), accuracy.score(List.copyOf(answers.values()), found));
    }
    return of(data, byId.size(), answers, found, scores);
  }

  /**
   * Scores entailment labels: a label is right if it is the pair's, in capitals or not, blanks
   * around it aside. (CLOSE, section 3; the labels it trains on are lower-cased.)
   *
   * @param data what is evaluated on, split included
   * @param labels what the model said of each pair, by its id
   * @param labelById each pair's label
   * @return the evaluation, whose score is called {@code accuracy}
   * @throws IllegalArgumentException if there is no prediction, or one of an id without a label
   */
  public static Evaluation entailment(
      String data, Map<String, String> labels, Map<String, String> labelById) {
    Map<String, List<String>> byId = new HashMap<>();
    labelById.forEach((id, label) -> byId.put(id, List.of(label)));
    List<List<String>> found = references(labels, byId);
    List<Example> examples = new ArrayList<>();
    double right = 0;
    for (Map.Entry<String, String> label : labels.entrySet()) {
      List<String> reference = found.get(examples.size());
      double score = normal(label.getValue()).equals(normal(reference.get(0))) ? 1 : 0;
      right += score;
      examples.add(
          new Example(label.getKey(), label.getValue(), reference, Map.of(ACCURACY, score)));
    }
    return new Evaluation(
        data, labelById.size(), Map.of(ACCURACY, right / examples.size()), examples);
  }

  private static String normal(String label) {
    return label.strip().toLowerCase(Locale.ROOT);
  }

  private static void put(Map<String, List<String>> byId, String id, List<String> references) {
    if (byId.putIfAbsent(id, references) != null) {
      throw new IllegalArgumentException(
          "references of id " + id + ": expected one entry, found another");
    }
  }

  private static void requireAll(Map<String, String> predictions, Set<String> ids) {
    List<String> missing =
        ids.stream().filter(id -> !predictions.containsKey(id)).sorted().toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "predictions: expected one for each of %d questions, found none for %d, such as id %s"
              .formatted(ids.size(), missing.size(), missing.get(0)));
    }
  }

  private static List<List<String>> references(
      Map<String, String> predictions, Map<String, List<String>> byId) {
    if (predictions.isEmpty()) {
      throw new IllegalArgumentException("predictions: expected at least one, found none");
    }
    List<List<String>> found = new ArrayList<>();
    for (String id : predictions.keySet()) {
      List<String> references = byId.get(id);
      if (references == null) {
        throw new IllegalArgumentException(
            "prediction of id " + id + ": expected references, found none");
      }
      found.add(references);
    }
    return found;
  }

  private static Evaluation of(
      String data,
      int asked,
      Map<String, String> predictions,
      List<List<String>> references,
      Map<String, MetricScores> scores) {
    List<Example> examples = new ArrayList<>();
    for (Map.Entry<String, String> prediction : predictions.entrySet()) {
      int place = examples.size();
      Map<String, Double> own = new LinkedHashMap<>();
      scores.forEach((metric, score) -> own.put(metric, score.perExample().get(place)));
      examples.add(
          new Example(prediction.getKey(), prediction.getValue(), references.get(place), own));
    }
    return new Evaluation(data, asked, ofWhole(scores), examples);
  }

  private static Map<String, Double> ofWhole(Map<String, MetricScores> scores) {
    Map<String, Double> whole = new LinkedHashMap<>();
    scores.forEach((metric, score) -> whole.put(metric, score.corpus()));
    return whole;
  }

  /**
   * How many were scored, in words: {@code 6}, or {@code 4 of 6, 2 have no prediction}.
   *
   * @return the words
   */
  public String scored() {
    int missing = asked - examples.size();
    return missing == 0
        ? Integer.toString(asked)
        : "%d of %d, %d %s no prediction"
            .formatted(examples.size(), asked, missing, missing == 1 ? "has" : "have");
  }

  /**
   * Writes the evaluation as JSON, whole or not at all.
   *
   * @param file the file; replaced if it exists
   * @throws java.io.UncheckedIOException if the file cannot be written
   */
  public void write(Path file) {
    JsonObject json = new JsonObject();
    json.addProperty("data", data);
    json.addProperty("asked", asked);
    json.add("scores", json(scores));
    JsonArray all = new JsonArray();
    for (Example example : examples) {
      JsonObject one = new JsonObject();
      one.addProperty("id", example.id);
      one.addProperty("prediction", example.prediction);
      JsonArray references = new JsonArray();
      example.references.forEach(references::add);
      one.add("references", references);
      one.add("scores", json(example.scores));
      all.add(one);
    }
    json.add("examples", all);
    WholeFile.write(file, text -> JSON.toJson(json, text));
  }

  private static JsonObject json(Map<String, Double> scores) {
    JsonObject json = new JsonObject();
    scores.forEach(json::addProperty);
    return json;
  }

  /**
   * Reads an evaluation that {@link #write} wrote.
   *
   * @param file the file
   * @return the evaluation, equal to the one written
   * @throws io.github.close4j.UnusableFileException if the file is missing or no such file
   */
  public static Evaluation read(Path file) {
    Json json = Json.read(file);
    List<Example> examples = new ArrayList<>();
    for (Json one : json.objects("examples")) {
      examples.add(
          new Example(
              one.text("id"),
              one.text("prediction"),
              one.texts("references"),
              one.numbersByName("scores")));
    }
    return new Evaluation(
        json.text("data"), json.integer("asked"), json.numbersByName("scores"), examples);
  }
}
