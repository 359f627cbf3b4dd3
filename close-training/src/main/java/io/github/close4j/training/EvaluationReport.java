package io.github.close4j.training;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.github.close4j.internal.io.WholeFile;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of an evaluation.
 *
 * @param data what was evaluated on, split included, such as {@code COCO val2014}
 * @param scores the score of the whole by metric, as {@link
 *     io.github.close4j.metric.CaptionMetric#title} names them; a fraction, never times 100
 * @param examples each prediction with its scores, in the predictions' order
 */
public record EvaluationReport(
    String data, Map<String, Double> scores, List<ScoredExample> examples) {
  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /**
   * Copies map and list; the map keeps its order.
   *
   * @param data see the record
   * @param scores see the record
   * @param examples see the record
   */
  public EvaluationReport {
    scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
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
  public record ScoredExample(
      String id, String prediction, List<String> references, Map<String, Double> scores) {

    /**
     * Copies list and map; the map keeps its order.
     *
     * @param id see the record
     * @param prediction see the record
     * @param references see the record
     * @param scores see the record
     */
    public ScoredExample {
      references = List.copyOf(references);
      scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
    }
  }

  /**
   * Writes the report as JSON, whole or not at all.
   *
   * @param file the file; replaced if it exists
   * @throws UncheckedIOException if the file cannot be written
   */
  public void write(Path file) {
    WholeFile.write(file, text -> JSON.toJson(this, text));
  }

  /**
   * Reads a report that {@link #write} wrote.
   *
   * @param file the file
   * @return the report, equal to the one written
   * @throws IllegalArgumentException if the file is missing or no report
   * @throws UncheckedIOException if the file cannot be read
   */
  public static EvaluationReport read(Path file) {
    try (Reader text = Files.newBufferedReader(file)) {
      @Nullable Written written = JSON.fromJson(text, Written.class);
      if (written == null || written.isIncomplete()) {
        throw noReport(file, "a field is missing", null);
      }
      return written.toReport();
    } catch (JsonParseException | NumberFormatException e) {
      throw noReport(file, String.valueOf(e.getMessage()), e);
    } catch (NoSuchFileException e) {
      throw noReport(file, "there is no file", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static IllegalArgumentException noReport(
      Path file, String reason, @Nullable Exception cause) {
    return new IllegalArgumentException(
        file + ": expected a report of an evaluation: " + reason, cause);
  }

  /** A report as it stands in a file, where any part may be missing. */
  private record Written(
      @Nullable String data,
      @Nullable Map<String, @Nullable Double> scores,
      @Nullable List<@Nullable WrittenExample> examples) {

    boolean isIncomplete() {
      return data == null
          || scores == null
          || scores.containsValue(null)
          || examples == null
          || examples.stream().anyMatch(example -> example == null || example.isIncomplete());
    }

    EvaluationReport toReport() {
      List<ScoredExample> scored = new ArrayList<>();
      examples.forEach(example -> scored.add(example.toExample()));
      return new EvaluationReport(data, scores, scored);
    }
  }

  /** An example as it stands in a file. */
  private record WrittenExample(
      @Nullable String id,
      @Nullable String prediction,
      @Nullable List<@Nullable String> references,
      @Nullable Map<String, @Nullable Double> scores) {

    boolean isIncomplete() {
      return id == null
          || prediction == null
          || references == null
          || references.contains(null)
          || scores == null
          || scores.containsValue(null);
    }

    ScoredExample toExample() {
      return new ScoredExample(id, prediction, references, scores);
    }
  }
}
