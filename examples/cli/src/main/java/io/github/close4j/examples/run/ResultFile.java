package io.github.close4j.examples.run;

import com.google.gson.stream.JsonWriter;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.training.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
   * @param skipped is told of each prediction that cannot be used, or null to end the reading there
   * @return texts by ids in the file's order, at least one; an empty text is a prediction
   * @throws UnusableFileException if the file is no such list, has no prediction or two of one id,
   *     or if one cannot be used and nobody is to be told
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  public Map<String, String> read(Path file, @Nullable Consumer<? super String> skipped) {
    Map<String, String> predictions = new LinkedHashMap<>();
    for (Map.Entry<String, String> pair :
        CorpusFiles.read(Corpus.pairs(file, idField, textField), skipped)) {
      if (predictions.put(pair.getKey(), pair.getValue()) != null) {
        throw new UnusableFileException(
            file, "prediction of id " + pair.getKey() + ": expected one, found another");
      }
    }
    return predictions;
  }

  /**
   * Writes a file, whole or not at all; ids that are whole numbers are written as such.
   *
   * @param predictions texts by ids
   * @param file the file; replaced if it exists
   * @throws java.io.UncheckedIOException if the file cannot be written
   */
  public void write(Map<String, String> predictions, Path file) {
    WholeFile.write(
        file,
        text -> {
          JsonWriter json = new JsonWriter(text);
          json.beginArray();
          for (Map.Entry<String, String> prediction : predictions.entrySet()) {
            json.beginObject();
            writeId(json.name(idField), prediction.getKey());
            json.name(textField).value(prediction.getValue());
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
