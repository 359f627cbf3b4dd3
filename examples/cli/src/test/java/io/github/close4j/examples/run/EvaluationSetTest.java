package io.github.close4j.examples.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.examples.run.CorpusFiles.Part;
import io.github.close4j.examples.world.BuiltInModel;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.training.Evaluation;
import io.github.close4j.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvaluationSetTest {
  @TempDir private Path directory;

  private EvaluationSet captions(String... lines) throws IOException {
    Path file = Files.write(directory.resolve("c.jsonl"), List.of(lines));
    return EvaluationSet.read(CorpusTask.CAPTIONING_SINGLE, CorpusFiles.captions(file), null);
  }

  @Test
  void whatHasNoIdHasItsPlaceForOne() throws IOException {
    EvaluationSet set =
        captions("{\"captions\": [\"a cat\"]}", "{\"id\": 40, \"captions\": [\"a dog\"]}");

    Evaluation evaluation = set.score(Map.of("1", "a cat", "40", "a dog"));

    assertEquals(1, evaluation.scores().get("BLEU-1"), 1e-9);
    assertSame(ResultFile.CAPTIONS, set.resultFile());
    assertEquals(2, set.size());
  }

  @Test
  void aPictureIsNamedAndInItsFolder() throws IOException {
    EvaluationSet unnamed = captions("{\"captions\": [\"a cat\"]}");
    assertThrows(IllegalArgumentException.class, () -> unnamed.pictures(directory));

    EvaluationSet outside = captions("{\"image\": \"../a.png\", \"captions\": [\"a cat\"]}");
    assertThrows(IllegalArgumentException.class, () -> outside.pictures(directory));

    assertEquals(
        1, captions("{\"image\": \"b/a.png\", \"captions\": [\"a\"]}").pictures(directory).size());
  }

  @Test
  void thereIsAVectorAPicture() throws IOException {
    EvaluationSet set = captions("{\"captions\": [\"a\"]}", "{\"captions\": [\"b\"]}");
    Path file = directory.resolve("v.safetensors");
    EmbeddingBatch.allocate(3, 4).write(file);

    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> set.vectors(file));

    assertTrue(refused.getMessage().endsWith("expected 2 vectors, found 3"), refused::getMessage);
  }

  /** The built-in model takes 32 tokens beside a picture. */
  @Test
  void questionsThatAreReadInPartAreCounted() throws IOException {
    String question = "{\"gold_label\": \"neutral\", \"sentence1\": \"A\", \"sentence2\": \"%s\"}";
    Path pairs =
        Files.write(
            directory.resolve("p.jsonl"),
            List.of(
                question.formatted("a red star"),
                question.formatted("a red star ".repeat(30).strip()),
                question.formatted("a blue circle ".repeat(30).strip())));
    EvaluationSet set =
        EvaluationSet.read(
            CorpusTask.ENTAILMENT,
            new CorpusFiles(Map.of(Part.PAIRS, InputFile.of(pairs)), List.of()),
            null);
    List<String> told = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(Step step) {}

          @Override
          public void onCutTexts(long cut, long total) {
            told.add(cut + " of " + total);
          }
        };
    try (Captioner captioner = Captioner.open(BuiltInModel.SCENES.directory())) {
      Path vectors = directory.resolve("v.safetensors");
      int dimension = ModelDirectory.open(BuiltInModel.SCENES.directory()).embeddingDimension();
      EmbeddingBatch rows = EmbeddingBatch.allocate(3, dimension);
      Arrays.fill(rows.values(), 1);
      rows.write(vectors);
      assertEquals(
          3, set.predict(captioner, set.vectors(vectors), Decoding.greedy(), listener).size());
    }
    assertEquals(List.of("2 of 3"), told);
  }

  @Test
  void aPairsPictureIsThatOfItsPremise() throws IOException {
    Path pairs =
        Files.writeString(
            directory.resolve("p.jsonl"),
            "{\"gold_label\": \"neutral\", \"sentence1\": \"A\", \"sentence2\": \"B\","
                + " \"pairID\": \"7.jpg#0r1n\", \"captionID\": \"7.jpg#0\"}\n");
    EvaluationSet set =
        EvaluationSet.read(
            CorpusTask.ENTAILMENT,
            new CorpusFiles(Map.of(Part.PAIRS, InputFile.of(pairs)), List.of()),
            null);

    assertEquals(1, set.pictures(directory).size());
    Evaluation evaluation = set.score(Map.of("7.jpg#0r1n", "neutral"));
    assertEquals(Map.of("accuracy", 1.0), evaluation.scores());
    assertSame(ResultFile.LABELS, set.resultFile());
  }

  @Test
  void aCorpusOfAnotherTaskIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("c.txt"), "a cat\n");

    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> EvaluationSet.read(CorpusTask.VQA, CorpusFiles.captions(file), null));

    assertEquals(
        "corpus of vqa: expected [captions, questions, annotations], found [captions]",
        refused.getMessage());
  }
}
