package io.github.close4j.examples.run;

import com.google.gson.stream.JsonWriter;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.training.Prediction;
import io.github.close4j.training.corpus.Corpora;
import io.github.close4j.training.corpus.MalformedRecords;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Files as COCO's and VQA's evaluation servers take them: a JSON list of predictions. */
public enum ResultFile {
  /** Captions: {@code [{"image_id": 42, "caption": "…"}]}. */
  CAPTIONS("image_id", "caption"),
  /** Answers: {@code [{"question_id": 42000, "answer": "…"}]}. */
  ANSWERS("question_id", "answer"),
  /**
   * Entailment labels, in the same form, for which no server has one: {@code [{"pair_id": "…",
   * "label": "…"}]}.
   */
  LABELS("pair_id", "label");

  /** A whole number that JSON can hold as it is written. */
  private static final Pattern NUMBER = Pattern.compile("0|[1-9]\\d{0,17}");

  private final String idField;
  private final String textField;

  ResultFile(String idField, String textField) {
    this.idField = idField;
    this.textField = textField;
  }

  /**
   * Reads a file, plain or gzip.
   *
   * @param file the file
   * @param malformed told of each prediction that cannot be used; stops the run or counts
   * @return the predictions in their order, at least one; an empty text is a prediction
   * @throws IllegalArgumentException if the file is no such list or has no prediction, or if one is
   *     malformed and {@code malformed} does not skip it
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  public List<Prediction> read(Path file, MalformedRecords malformed) {
    return Corpora.pairs(file, idField, textField).read(malformed).stream()
        .map(pair -> new Prediction(pair.getKey(), pair.getValue()))
        .toList();
  }

  /**
   * Writes a file, whole or not at all; ids that are whole numbers are written as such.
   *
   * @param predictions the predictions
   * @param file the file; replaced if it exists
   * @throws java.io.UncheckedIOException if the file cannot be written
   */
  public void write(List<Prediction> predictions, Path file) {
    WholeFile.write(
        file,
        text -> {
          JsonWriter json = new JsonWriter(text);
          json.beginArray();
          for (Prediction prediction : predictions) {
            json.beginObject();
            writeId(json.name(idField), prediction.id());
            json.name(textField).value(prediction.text());
            json.endObject();
          }
          json.endArray();
          json.flush();
        });
  }

  private static void writeId(JsonWriter json, String id) throws IOException {
    if (NUMBER.matcher(id).matches()) {
      json.value(Long.parseLong(id));
    } else {
      json.value(id);
    }
  }
}
