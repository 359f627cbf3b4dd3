package io.github.close4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.examples.run.RunFile;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.training.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train}, {@code evaluate} and {@code sweep}, with the built-in model to start from. */
final class TrainingCommandsTest {
  @TempDir private Path directory;

  private static void assertSucceeded(CommandRun run) {
    assertEquals(0, run.exitCode(), run::toString);
  }

  private Path pictures() {
    Path pictures = directory.resolve("pictures");
    assertSucceeded(CommandRun.of("scenes", "pictures", "--output", pictures, "--count", 6));
    return pictures.resolve("captions.jsonl");
  }

  @Test
  void aRunFileRepeatsARunOfItsOwnOptions() throws IOException {
    Path captions = pictures();
    Path first = directory.resolve("first");
    assertSucceeded(
        CommandRun.of(
            "train",
            "--built-in",
            "scenes",
            "--captions",
            captions,
            "--output",
            first,
            "--epochs",
            1,
            "--seed",
            5,
            "--threads",
            1,
            "--validation",
            "captions=" + captions,
            "--evaluation",
            "captions=" + captions));
    Path second = directory.resolve("second");
    Path runFile = directory.resolve("first.run/run.json");

    assertSucceeded(CommandRun.of("train", "--run", runFile, "--output", second));

    assertTrue(
        RunFile.read(runFile).base().model().path().startsWith(directory),
        "what a run starts from must outlast the process");
    assertArrayEquals(
        Files.readAllBytes(first.resolve(ModelFolder.T5_WEIGHTS)),
        Files.readAllBytes(second.resolve(ModelFolder.T5_WEIGHTS)));
    assertEquals(
        Evaluation.read(directory.resolve("first.run/evaluation.json")),
        Evaluation.read(directory.resolve("second.run/evaluation.json")));
    assertTrue(Files.exists(directory.resolve("second.run/report.html")));

    Files.writeString(captions, "{\"captions\": [\"a star\"]}\n");
    CommandRun refused =
        CommandRun.of("train", "--run", runFile, "--output", directory.resolve("third"));
    assertEquals(1, refused.exitCode());
    assertTrue(refused.err().get(0).contains("captions.jsonl: expected SHA-256"));
  }

  @Test
  void picturesTheirVectorsAndWhatWasSaidOfThemScoreTheSame() throws IOException {
    Path captions = pictures();
    Path results = directory.resolve("results.json");
    Path report = directory.resolve("report.json");
    CommandRun ofPictures =
        CommandRun.of(
            "evaluate",
            "--built-in",
            "scenes",
            "--references",
            captions,
            "--results",
            results,
            "--report",
            report);
    assertSucceeded(ofPictures);
    assertEquals(6, Evaluation.read(report).examples().size());

    Path vectors = directory.resolve("vectors.safetensors");
    CommandRun ofFreshVectors =
        CommandRun.of(
            "evaluate",
            "--built-in",
            "scenes",
            "--references",
            captions,
            "--save-vectors",
            vectors);
    assertSucceeded(ofFreshVectors);
    assertEquals(ofPictures.out(), ofFreshVectors.out());

    CommandRun ofVectors =
        CommandRun.of(
            "evaluate",
            "--built-in",
            "scenes",
            "--references",
            captions,
            "--image-vectors",
            vectors);
    assertSucceeded(ofVectors);
    assertEquals(ofPictures.out(), ofVectors.out());

    Path page = directory.resolve("page.html");
    CommandRun ofPredictions =
        CommandRun.of(
            "evaluate", "--references", captions, "--predictions", results, "--report", page);
    assertSucceeded(ofPredictions);
    assertEquals(ofPictures.out(), ofPredictions.out());
    assertTrue(Files.readString(page).contains("CIDEr-D"));
  }

  /** The built-in model's words are those of scenes: what else it read would be one word to it. */
  @Test
  void wordsThatTheModelDoesNotKnowAreRefusedAndNothingIsLeft() throws IOException {
    Path captions =
        write(
            "captions.csv",
            "image,caption\n1.jpg,\"A man, on a horse, rides over a field.\"\n"
                + "1.jpg,Two dogs and a cat sleep on a sofa.\n");
    Path output = directory.resolve("model");
    CommandRun refused =
        CommandRun.of("train", "--built-in", "scenes", "--captions", captions, "--output", output);
    assertEquals(1, refused.exitCode(), refused::toString);
    String message = refused.err().get(0);
    assertTrue(message.contains("what T5 is to say: expected at most 10% of tokens"), message);
    assertTrue(message.contains("'rides'"), message);
    assertTrue(message.contains("--clip and --t5"), message);
    assertTrue(Files.notExists(output), refused::toString);

    Path known = write("known.csv", "image,caption\n1.jpg,A red star\n1.jpg,A star on the left\n");
    assertSucceeded(
        CommandRun.of(
            "train",
            "--built-in",
            "scenes",
            "--captions",
            known,
            "--output",
            output,
            "--epochs",
            1));

    Path pairs =
        write(
            "pairs.tsv",
            "sentence_A\tsentence_B\tentailment_label\na red star\ta star\tENTAILMENT\n");
    CommandRun labels =
        CommandRun.of(
            "train",
            "--built-in",
            "scenes",
            "--task",
            "entailment",
            "--corpus",
            "pairs=" + pairs,
            "--output",
            directory.resolve("labels"));
    assertEquals(1, labels.exitCode(), labels::toString);
    assertTrue(
        labels.err().get(0).contains("found 100.0%, such as 'entailment'"), labels::toString);
  }

  @Test
  void everyTaskTrainsFromItsCorpusAndIsEvaluated() throws IOException {
    Path captions = write("c.jsonl", "{\"id\": 7, \"captions\": [\"a red star\", \"one star\"]}");
    Path lines = write("style.txt", "a large red star and so on");
    Path pairs =
        write(
            "pairs.jsonl",
            "{\"sentence1\": \"a red star\", \"sentence2\": \"a star\","
                + " \"gold_label\": \"entailment\"}");
    Path questions =
        write(
            "questions.json",
            "{\"questions\": [{\"question_id\": 70, \"image_id\": 7, \"question\": \"a star\"}]}");
    Path annotations =
        write(
            "annotations.json",
            "{\"annotations\": [{\"question_id\": 70, \"answers\": [{\"answer\": \"red\"}]}]}");
    Path explanations =
        write(
            "explanations.json",
            "[{\"img_id\": 7, \"question\": \"a star\", \"answers\": [\"red\"],"
                + " \"explanation\": [\"a red star\", 0.5]}]");
    Files.createDirectory(directory.resolve("articles"));
    Path article = write("articles/1.txt", "a star is red\n");
    Path news =
        write(
            "news.json",
            "[{\"id\": 1, \"image_path\": \"1.jpg\", \"caption\": \"a star\","
                + " \"article_path\": \"1.txt\"}]");

    train("captioning-multiple", "captions=" + captions);
    train("style", "captions=" + lines, "--max-words", 3);
    train(
        "vqa",
        "questions=" + questions,
        "--corpus",
        "annotations=" + annotations,
        "--corpus",
        "captions=" + captions);
    train("vqa-e", "explanations=" + explanations);
    train("news", "news=" + news, "--corpus", "articles=" + article.getParent());

    CommandRun labels =
        CommandRun.of(
            "evaluate",
            "--task",
            "entailment",
            "--corpus",
            "pairs=" + pairs,
            "--predictions",
            write("labels.json", "[{\"pair_id\": 1, \"label\": \"Entailment\"}]"));
    assertEquals(List.of("examples: 1", "accuracy: 100.0"), labels.out(), labels::toString);
    CommandRun answers =
        CommandRun.of(
            "evaluate",
            "--task",
            "vqa",
            "--corpus",
            "questions=" + questions,
            "--corpus",
            "annotations=" + annotations,
            "--corpus",
            "captions=" + captions,
            "--predictions",
            write("answers.json", "[{\"question_id\": 70, \"answer\": \"Red.\"}]"));
    assertEquals("VQA accuracy: 33.3", answers.out().get(1), answers::toString);
  }

  /** What has no prediction raises no score in silence. */
  @Test
  void missingPredictionsAreCountedOrRefused() throws IOException {
    Path captions =
        write(
            "c.jsonl",
            "{\"id\": 7, \"captions\": [\"a red star\"]}\n{\"id\": 8, \"captions\": [\"a dog\"]}\n"
                + "{\"id\": 9, \"captions\": [\"a cat\"]}");
    CommandRun some =
        CommandRun.of(
            "evaluate",
            "--references",
            captions,
            "--predictions",
            write(
                "captions.json",
                "[{\"image_id\": 7, \"caption\": \"a red star\"},"
                    + " {\"image_id\": 9, \"caption\": \"\"}]"));
    assertSucceeded(some);
    assertEquals("examples: 2 of 3, 1 has no prediction", some.out().get(0), some::toString);
    assertTrue(some.out().contains("examples without a word: 1"), some::toString);
    CommandRun unknown =
        CommandRun.of(
            "evaluate",
            "--references",
            captions,
            "--predictions",
            write("unknown.json", "[{\"image_id\": 70, \"caption\": \"a\"}]"));
    assertEquals(1, unknown.exitCode());
    assertTrue(unknown.err().get(0).contains("prediction of id 70"), unknown::toString);

    Path questions =
        write(
            "questions.json",
            "{\"questions\": [{\"question_id\": 70, \"image_id\": 7, \"question\": \"a star\"},"
                + " {\"question_id\": 71, \"image_id\": 7, \"question\": \"a dog\"}]}");
    Path annotations =
        write(
            "annotations.json",
            "{\"annotations\": [{\"question_id\": 70, \"answers\": [{\"answer\": \"red\"}]},"
                + " {\"question_id\": 71, \"answers\": [{\"answer\": \"no\"}]}]}");
    CommandRun answers =
        CommandRun.of(
            "evaluate",
            "--task",
            "vqa",
            "--corpus",
            "questions=" + questions,
            "--corpus",
            "annotations=" + annotations,
            "--corpus",
            "captions=" + captions,
            "--predictions",
            write("answers.json", "[{\"question_id\": 70, \"answer\": \"red\"}]"));
    assertEquals(1, answers.exitCode());
    assertEquals(List.of(), answers.out(), answers::toString);
    assertTrue(
        answers
            .err()
            .get(0)
            .contains("expected one for each of 2 questions, found none for 1, such as id 71"),
        answers::toString);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private void train(String task, String corpus, Object... more) {
    Object[] words = new Object[9 + more.length];
    Object[] first = {
      "train",
      "--task",
      task,
      "--output",
      directory.resolve(task),
      "--epochs",
      1,
      "--corpus",
      corpus
    };
    System.arraycopy(first, 0, words, 0, first.length);
    System.arraycopy(more, 0, words, first.length, more.length);
    assertSucceeded(CommandRun.of(words));
  }

  @Test
  void aSweepTellsTheBestNoise() throws IOException {
    Path captions = pictures();
    CommandRun run =
        CommandRun.of(
            "sweep",
            "--built-in",
            "scenes",
            "--captions",
            captions,
            "--evaluation",
            "captions=" + captions,
            "--epochs",
            1,
            "--noise-levels",
            "0,0.05",
            "--seeds",
            "1,2",
            "--output",
            directory.resolve("s"));

    assertSucceeded(run);
    assertEquals("| σ | mean CIDEr-D | ± sd | seed 1 | seed 2 |", run.out().get(0));
    assertTrue(run.out().get(5).startsWith("Best by mean CIDEr-D: σ 0.0"), run::toString);
    assertTrue(Files.exists(directory.resolve("s/sweep.html")));
  }
}
