package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.adapter.ExampleNoise;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.adapter.MeanShift;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.ClipEncoder;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.internal.loop.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CaptionTrainerTest {
  private static final List<String> CAPTIONS =
      List.of("A red cat", "the blue bird runs", "one small dog", "two green dog sits", "big bird");

  @TempDir private Path directory;
  private Path base;

  @BeforeEach
  void writeTinyModel() throws IOException {
    base = TinyModel.modelDirectory(directory);
  }

  private CaptionTrainer trainer(ModalityAdapter adapter, TrainingOptions options) {
    return CaptionTrainer.from(base)
        .fromRandomWeights()
        .adapter(adapter)
        .options(options.threads(1))
        .vectorCache(directory.resolve("vectors"));
  }

  private static TrainingOptions options() {
    return TrainingOptions.defaults().epochs(3).batchSize(2);
  }

  private static List<TrainingExample> examples() {
    return TrainingTask.CAPTIONING_SINGLE.examples(CaptionedImage.of(CAPTIONS));
  }

  @Test
  void whatWasTrainedOnTextSaysItsCaptionsInLowerCase() {
    ModelDirectory model =
        trainer(new GaussianNoise(0.01), options().epochs(300).dropout(0).learningRate(0.01))
            .train(examples(), directory.resolve("model"));

    assertEquals("900", model.provenance().get("steps"));
    assertEquals(Fingerprint.sha256(examples()), model.provenance().get("examplesSha256"));
    try (Captioner captioner = Captioner.open(directory.resolve("model"));
        ClipEncoder encoder = ClipEncoder.open(directory.resolve("model"))) {
      for (String caption : CAPTIONS) {
        float[] vector = encoder.texts(List.of(caption)).values();
        assertEquals(
            caption.toLowerCase(Locale.ROOT),
            captioner.caption(CaptionInput.ofVector(vector)).text());
      }
    }
  }

  @Test
  void aSeedGivesTheSameModelEveryTime() throws IOException {
    for (String name : List.of("first", "second")) {
      trainer(new GaussianNoise(0.1), options().seed(4)).train(examples(), directory.resolve(name));
    }
    trainer(new GaussianNoise(0.1), options().seed(5))
        .train(examples(), directory.resolve("other"));

    for (String file : List.of(ModelFolder.T5_WEIGHTS, ModelFolder.PREFIX_WEIGHTS)) {
      byte[] first = Files.readAllBytes(directory.resolve("first").resolve(file));
      assertArrayEquals(first, Files.readAllBytes(directory.resolve("second").resolve(file)));
      assertFalse(
          Arrays.equals(first, Files.readAllBytes(directory.resolve("other").resolve(file))));
    }
  }

  @Test
  void theAdapterMeetsEveryExampleOnceAnEpochWithNoiseOfItsOwn() {
    List<Float> draws = new ArrayList<>();
    ModalityAdapter spy =
        new ModalityAdapter() {
          @Override
          public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {
            assertEquals(batch.rows(), noise.rows());
            float[] draw = new float[1];
            for (int row = 0; row < noise.rows(); row++) {
              noise.gaussian(row, draw, 0, 1);
              draws.add(draw[0]);
            }
          }

          @Override
          public void adaptForEvaluation(EmbeddingBatch batch) {
            assertEquals(1, batch.rows(), "one vector shows whether it fits");
          }
        };
    trainer(spy, options()).train(examples(), directory.resolve("m"));

    Set<Float> expected = new TreeSet<>();
    float[] draw = new float[1];
    for (int epoch = 0; epoch < 3; epoch++) {
      for (int example = 0; example < CAPTIONS.size(); example++) {
        ExampleNoise.of(1, epoch, new long[] {example}).gaussian(0, draw, 0, 1);
        expected.add(draw[0]);
      }
    }
    assertEquals(15, draws.size());
    assertEquals(expected, new TreeSet<>(draws));
  }

  @Test
  void wordsThatTheBaseDoesNotKnowAreRefusedBeforeAnythingIsDone() {
    List<String> known = List.of("a red cat");
    List<String> unknown = List.of("a zebra grazes");
    Path output = directory.resolve("m");
    Path vectors = directory.resolve("vectors");
    Map<String, TrainingExample> refused =
        Map.of(
            "what T5 is to say: ", new TrainingExample(known, null, unknown),
            "what T5 reads: ", new TrainingExample(known, "Is a zebra here?", known),
            "what CLIP reads: ", new TrainingExample(unknown, null, known));
    refused.forEach(
        (side, example) -> {
          CaptionTrainer trainer =
              trainer(new GaussianNoise(0), options()).workingDirectory(directory.resolve("work"));
          Exception thrown =
              assertThrows(
                  IllegalArgumentException.class, () -> trainer.train(List.of(example), output));
          assertTrue(thrown.getMessage().startsWith(side), thrown.getMessage());
          assertTrue(thrown.getMessage().contains("'zebra'"), thrown.getMessage());
        });
    assertFalse(Files.exists(output) || Files.exists(vectors));
    assertFalse(Files.exists(directory.resolve("work")));

    // CLIP reads nothing where the vectors come from elsewhere.
    trainer(new GaussianNoise(0), options())
        .vectors(
            all -> {
              EmbeddingBatch rows = EmbeddingBatch.allocate(all.size(), TinyModel.CLIP_DIM);
              Arrays.fill(rows.values(), 0.25f);
              return rows;
            })
        .train(List.of(refused.get("what CLIP reads: ")), output);
  }

  @Test
  void aTargetThatExistsIsRefusedBeforeAnythingIsDone() throws IOException {
    Path output = Files.createDirectory(directory.resolve("existing"));
    CaptionTrainer trainer =
        trainer(new GaussianNoise(0), options())
            .vectors(
                all -> {
                  throw new AssertionError("encoded first");
                });

    assertThrows(IllegalArgumentException.class, () -> trainer.train(examples(), output));
  }

  @Test
  void theHashOfExamplesTellsTextsTargetsAndTheirOrderApart() {
    TrainingExample plain = new TrainingExample(List.of("a", "b"), null, List.of("c"));
    List<List<TrainingExample>> different =
        List.of(
            List.of(plain),
            List.of(plain, plain),
            List.of(new TrainingExample(List.of("a"), "b", List.of("c"))),
            List.of(new TrainingExample(List.of("a"), null, List.of("b", "c"))),
            List.of(new TrainingExample(List.of("ab"), null, List.of("c"))),
            List.of(new TrainingExample(List.of("b", "a"), null, List.of("c"))));

    assertEquals(different.size(), different.stream().map(Fingerprint::sha256).distinct().count());
  }

  @Test
  void anAdapterOfAnotherClipIsRefusedBeforeTextsAreEncoded() {
    int dimension = TinyModel.CLIP_DIM + 1;
    CaptionTrainer trainer =
        CaptionTrainer.from(base)
            .adapter(new MeanShift(new float[dimension]).then(new GaussianNoise(0.04)))
            .vectors(
                none -> {
                  throw new AssertionError("encoded");
                });

    String refusal =
        assertThrows(
                IllegalArgumentException.class,
                () -> trainer.train(examples(), directory.resolve("trained")))
            .getMessage();

    assertTrue(refusal.contains("for CLIP's vectors of " + TinyModel.CLIP_DIM), refusal);
    assertTrue(refusal.contains("expected dimension " + dimension), refusal);
  }

  @Test
  void noExamplesAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> trainer(new GaussianNoise(0), options()).train(List.of(), directory.resolve("m")));
  }

  @Test
  void aLossThatIsNoNumberStopsTheRunAndLeavesNothingBehind() throws IOException {
    ModalityAdapter broken =
        new ModalityAdapter() {
          @Override
          public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {
            batch.values()[0] = Float.NaN;
          }

          @Override
          public void adaptForEvaluation(EmbeddingBatch batch) {}
        };

    assertThrows(
        ArithmeticException.class,
        () -> trainer(broken, options()).train(examples(), directory.resolve("m")));

    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(
          List.of(
              "tiny-clip-tokenizer.json",
              "tiny-clip.safetensors",
              "tiny-model",
              "tiny-t5-tokenizer.json",
              "vectors"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void multipleTargetsAndTextTrainToo() {
    List<TrainingExample> examples =
        List.of(
            new TrainingExample(List.of("a cat"), "two dog", List.of("one", "two small")),
            new TrainingExample(List.of("a dog", "big dog"), "is a", List.of("red")));
    trainer(new GaussianNoise(0.04), options()).train(examples, directory.resolve("m"));

    try (Captioner captioner = Captioner.open(directory.resolve("m"))) {
      CaptionInput asked = CaptionInput.ofVector(unit()).withText("is a cat");
      assertEquals(1, captioner.caption(List.of(asked), captioner.decoding()).get(0).size());
    }
  }

  /** An adapter of one's own, as one writes it first: without a name. */
  private static final class Nameless implements ModalityAdapter {
    private final float shift;

    Nameless(float shift) {
      this.shift = shift;
    }

    @Override
    public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {
      adaptForEvaluation(batch);
    }

    @Override
    public void adaptForEvaluation(EmbeddingBatch batch) {
      batch.values()[0] += shift;
      batch.normalize();
    }
  }

  /** One with a name, in which that of a nameless part stands. */
  private record Wrapped(ModalityAdapter part) implements ModalityAdapter {
    @Override
    public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {
      part.adaptForTraining(batch, noise);
    }

    @Override
    public void adaptForEvaluation(EmbeddingBatch batch) {
      part.adaptForEvaluation(batch);
    }
  }

  @Test
  void equalRunsOfAnAdapterWithoutANameWriteEqualModels() throws IOException {
    for (boolean wrapped : new boolean[] {false, true}) {
      Set<String> written = new TreeSet<>();
      for (int run = 0; run < 2; run++) {
        ModalityAdapter own = new Nameless(0.1f);
        Path output = directory.resolve(wrapped + "-" + run);
        trainer(wrapped ? new Wrapped(own) : own, options()).train(examples(), output);
        written.add(Files.readString(output.resolve(ModelFolder.MANIFEST)));
      }
      assertEquals(1, written.size());
    }
    assertEquals(
        Nameless.class.getName(),
        ModelFolder.open(directory.resolve("false-0")).provenance().get("adapter"));
    assertEquals("GaussianNoise[noiseStdDev=0.04]", Fingerprint.name(new GaussianNoise(0.04)));
  }

  /** One whose name holds what Java calls a lambda and an array. */
  private record Mapped(DoubleUnaryOperator map, float[] weights, String text)
      implements ModalityAdapter {
    @Override
    public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {}

    @Override
    public void adaptForEvaluation(EmbeddingBatch batch) {}
  }

  /** Names as they stand in {@code captioner.json}: nothing of one process alone. */
  @Test
  void noNameHoldsWhatChangesFromProcessToProcess() {
    String here = CaptionTrainerTest.class.getName();
    assertEquals(
        "Mapped[map=%s$$Lambda, weights=[F, text=noise@0.08]".formatted(here),
        Fingerprint.name(new Mapped(value -> 2 * value, new float[2], "noise@0.08")));
    ModalityAdapter anonymous =
        new ModalityAdapter() {
          @Override
          public void adaptForTraining(EmbeddingBatch batch, ExampleNoise noise) {}

          @Override
          public void adaptForEvaluation(EmbeddingBatch batch) {}
        };
    assertEquals(
        anonymous.getClass().getName() + " then GaussianNoise[noiseStdDev=0.04]",
        Fingerprint.name(anonymous.then(new GaussianNoise(0.04))));
  }

  @Test
  void aRunWithAnAdapterWithoutANameGoesOnIfTheAdapterDoesTheSame() {
    CaptionTrainer first =
        trainer(new Nameless(0.1f), options()).workingDirectory(directory.resolve("work"));
    first.train(examples(), directory.resolve("first"));

    CaptionTrainer same =
        trainer(new Nameless(0.1f), options()).workingDirectory(directory.resolve("work")).resume();
    assertEquals("9", same.train(examples(), directory.resolve("same")).provenance().get("steps"));

    CaptionTrainer other =
        trainer(new Nameless(0.2f), options()).workingDirectory(directory.resolve("work")).resume();
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> other.train(examples(), directory.resolve("other")));
    assertTrue(refused.getMessage().contains("of another run: adapter:"), refused.getMessage());
  }

  @Test
  void weightsAreWrittenInSixteenBitsIfAsked() throws IOException {
    trainer(new GaussianNoise(0.1), options()).train(examples(), directory.resolve("f32"));
    trainer(new GaussianNoise(0.1), options().weightPrecision(Precision.FLOAT16))
        .train(examples(), directory.resolve("f16"));

    float[] exact = sharedWeights("f32");
    float[] rounded = sharedWeights("f16");
    assertFalse(Arrays.equals(exact, rounded));
    assertArrayEquals(exact, rounded, 4 / 2048f);
    assertThrows(IllegalArgumentException.class, () -> options().weightPrecision(Precision.INT8));
  }

  private float[] sharedWeights(String model) {
    return ModelFolder.open(directory.resolve(model))
        .weights(ModelFolder.T5_WEIGHTS)
        .tensor("shared.weight")
        .toFloatArray();
  }

  @Test
  void withoutACacheTheModelIsTheSame() throws IOException {
    trainer(new GaussianNoise(0.1), options()).train(examples(), directory.resolve("cached"));
    CaptionTrainer.from(base)
        .fromRandomWeights()
        .adapter(new GaussianNoise(0.1))
        .options(options().threads(1))
        .train(examples(), directory.resolve("uncached"));

    assertArrayEquals(
        Files.readAllBytes(directory.resolve("cached").resolve(ModelFolder.T5_WEIGHTS)),
        Files.readAllBytes(directory.resolve("uncached").resolve(ModelFolder.T5_WEIGHTS)));
  }

  @Test
  void anImageAdapterOfTheBaseIsNotTakenOver() {
    Path adapted = directory.resolve("adapted");
    ModelDirectory.open(base).withImageAdapter(adapted, new MeanShift(unit()));

    CaptionTrainer.from(adapted)
        .options(options().threads(1))
        .train(examples(), directory.resolve("m"));

    try (Captioner captioner = Captioner.open(directory.resolve("m"))) {
      assertFalse(Double.isNaN(captioner.caption(CaptionInput.ofVector(unit())).logProbability()));
    }
  }

  private static float[] unit() {
    float[] vector = new float[TinyModel.CLIP_DIM];
    vector[3] = 1;
    return vector;
  }
}
