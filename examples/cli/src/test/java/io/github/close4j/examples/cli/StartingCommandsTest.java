package io.github.close4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.adapter.AdapterFile;
import io.github.close4j.adapter.CovarianceNoise;
import io.github.close4j.adapter.LinearAdapter;
import io.github.close4j.adapter.MeanShift;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.onnx.pretrained.ModelHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** {@code new} and {@code fit}, which make what {@code train} and {@code caption} start from. */
final class StartingCommandsTest {
  private static final int DIMENSION = 256;

  @TempDir private Path directory;

  private static void assertSucceeded(CommandRun run) {
    assertEquals(0, run.exitCode(), run::toString);
  }

  private static void assertRefused(int exitCode, String problem, CommandRun run) {
    assertEquals(exitCode, run.exitCode(), run::toString);
    assertEquals(1, run.err().size(), run::toString);
    assertTrue(run.err().get(0).contains(problem), run::toString);
  }

  private Path vectors(String name, int rows, int dimension, long seed) {
    EmbeddingBatch batch = EmbeddingBatch.allocate(rows, dimension);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < batch.values().length; i++) {
      batch.values()[i] = (float) random.nextGaussian();
    }
    batch.normalize();
    Path file = directory.resolve(name);
    batch.write(file);
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"new", "init"})
  void aNewModelIsTheBuiltInOneAndCaptions(String command) {
    Path model = directory.resolve("model");
    CommandRun made = CommandRun.of(command, "--built-in", "scenes", "--output", model);
    assertSucceeded(made);
    assertEquals(
        List.of("model: " + model, "next: close caption --model " + model + " PICTURE"),
        made.err());

    CommandRun ofIt = CommandRun.of("caption", "--model", model, "--scenes", 2);
    assertSucceeded(ofIt);
    assertEquals(CommandRun.of("caption", "--scenes", 2).out(), ofIt.out());
    assertRefused(1, "expected a path for a new model", CommandRun.of(command, "--output", model));
  }

  @Test
  void aNewModelNeedsBothClipAndT5() {
    CommandRun half =
        CommandRun.of("new", "--clip", directory, "--output", directory.resolve("model"));
    assertRefused(2, "--t5", half);
    CommandRun neither =
        CommandRun.of(
            "new", "--clip", directory, "--t5", directory, "--output", directory.resolve("model"));
    assertRefused(1, "expected one of [model.safetensors", neither);
    assertFalse(Files.exists(directory.resolve("model")));
  }

  @ParameterizedTest
  @CsvSource({
    "mean-shift, MeanShift",
    "linear, LinearAdapter",
    "covariance, CovarianceNoise",
    "shrunk-covariance, CovarianceNoise"
  })
  void whatIsFittedIsTrainedWith(String kind, String type) throws IOException {
    Path adapter = directory.resolve("adapter.safetensors");
    Path model = directory.resolve("model");
    assertSucceeded(
        CommandRun.of(
            "fit",
            kind,
            "--text",
            vectors("text.safetensors", 3 * DIMENSION, DIMENSION, 1),
            "--image",
            vectors("image.safetensors", 3 * DIMENSION, DIMENSION, 2),
            "--output",
            adapter));

    ModalityAdapter fitted = AdapterFile.load(adapter);
    assertEquals(type, fitted.getClass().getSimpleName());
    Path captions = Files.writeString(directory.resolve("captions.txt"), "a red star\na circle\n");
    assertSucceeded(
        CommandRun.of(
            "train",
            "--built-in",
            "scenes",
            "--captions",
            captions,
            "--adapter",
            adapter,
            "--max-steps",
            1,
            "--output",
            model));
    ModelDirectory trained = ModelDirectory.open(model);
    assertEquals("1", trained.provenance().get("steps"));
    assertTrue(
        trained.provenance().get("adapter").startsWith(type), trained.provenance()::toString);
  }

  @Test
  void picturesWithCaptionsAreEncodedByTheModelsClip() {
    Path pictures = directory.resolve("pictures");
    assertSucceeded(CommandRun.of("scenes", "pictures", "--output", pictures, "--count", 6));
    Path adapter = directory.resolve("adapter.safetensors");
    Path captions = pictures.resolve("captions.jsonl");

    CommandRun fit =
        CommandRun.of(
            "fit",
            "--built-in",
            "scenes",
            "mean-shift",
            "--references",
            captions,
            "--output",
            adapter);

    assertSucceeded(fit);
    assertInstanceOf(MeanShift.class, AdapterFile.load(adapter));
    assertTrue(fit.err().get(0).contains("fitted to 6 pairs"), fit::toString);
    assertTrue(fit.err().get(1).contains("close train --adapter " + adapter), fit::toString);
  }

  @Test
  void ridgeIsOfTheLinearAdapterAlone() {
    Path text = vectors("text.safetensors", 5, DIMENSION, 1);
    Path image = vectors("image.safetensors", 5, DIMENSION, 2);
    Path adapter = directory.resolve("adapter.safetensors");
    Object[] few = {"fit", "linear", "--text", text, "--image", image, "--output", adapter};
    assertRefused(1, "give more pairs or a larger ridge", CommandRun.of(few));
    assertFalse(Files.exists(adapter));
    few[1] = "covariance";
    assertRefused(1, "take the shrunk covariance", CommandRun.of(few));

    assertSucceeded(
        CommandRun.of(
            "fit", "linear", "--ridge", 1, "--text", text, "--image", image, "--output", adapter));
    assertInstanceOf(LinearAdapter.class, AdapterFile.load(adapter));
    assertRefused(
        2,
        "--ridge for linear alone, found mean-shift",
        CommandRun.of(
            "fit",
            "mean-shift",
            "--ridge",
            1,
            "--text",
            text,
            "--image",
            image,
            "--output",
            adapter));
    assertNotEquals(CovarianceNoise.class, AdapterFile.load(adapter).getClass());
  }

  @ParameterizedTest
  @ValueSource(strings = {"fit", "gap"})
  void pairsComeFromOnePlace(String command) {
    Path text = vectors("text.safetensors", 9, DIMENSION, 1);
    Path image = vectors("image.safetensors", 9, DIMENSION, 2);
    List<Object> start =
        command.equals("fit")
            ? List.of("fit", "mean-shift", "--output", directory.resolve("a.safetensors"))
            : List.of("gap");
    assertRefused(2, "found neither or both", with(start));
    assertRefused(2, "found neither or both", with(start, "--text", text));
    assertRefused(
        2,
        "found neither or both",
        with(start, "--text", text, "--image", image, "--references", text));
    assertRefused(
        2,
        "expected no CLIP beside vectors, found --model",
        with(start, "--text", text, "--image", image, "--model", directory));
    assertRefused(
        2,
        "expected no CLIP beside vectors, found --clip",
        with(start, "--text", text, "--image", image, "--clip", directory));
    assertRefused(
        2,
        "expected --model or --clip, found both",
        with(start, "--references", text, "--clip", directory, "--model", directory));
    Path other = vectors("other.safetensors", 8, DIMENSION, 3);
    assertRefused(1, "of one shape", with(start, "--text", text, "--image", other));
  }

  private static CommandRun with(List<Object> start, Object... more) {
    Object[] all = new Object[start.size() + more.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = i < start.size() ? start.get(i) : more[i - start.size()];
    }
    return CommandRun.of(all);
  }

  @Test
  void aPretrainedModelIsAFolderOrAHubsNameInTheCache() throws IOException {
    Path cache = directory.resolve("cache");
    String commit = "0123456789abcdef0123456789abcdef01234567";
    Path repository = cache.resolve("models--openai--clip-vit-base-patch32");
    Path snapshot = Files.createDirectories(repository.resolve("snapshots").resolve(commit));
    Files.writeString(snapshot.resolve("config.json"), "{}");
    Files.createDirectories(repository.resolve("refs"));
    Files.writeString(repository.resolve("refs/main"), commit);
    PretrainedFolder clip = new PretrainedFolder("clip", ModelHub.in(cache));

    assertEquals(snapshot, clip.convert("openai/clip-vit-base-patch32"));
    assertEquals(directory, clip.convert(directory.toString()));

    String absent =
        assertThrows(TypeConversionException.class, () -> clip.convert("openai/clip-vit-large"))
            .getMessage();
    assertTrue(absent.contains("'close fetch clip openai/clip-vit-large' fetches it"), absent);
    String folder =
        assertThrows(
                TypeConversionException.class,
                () -> clip.convert(directory.resolve("no/such/folder").toString()))
            .getMessage();
    assertTrue(folder.contains("expected a directory, found none"), folder);
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThrows(TypeConversionException.class, () -> clip.convert(file.toString()));
    assertThrows(TypeConversionException.class, () -> clip.convert("../clip"));
  }
}
