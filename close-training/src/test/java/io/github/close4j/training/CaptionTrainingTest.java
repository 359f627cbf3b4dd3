package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.close4j.adapter.ExampleNoise;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.model.PrefixConfig;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import io.github.close4j.training.corpus.CaptionedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CaptionTrainingTest {
  private static final List<String> CAPTIONS =
      List.of("A red cat", "the blue bird runs", "one small dog", "two green dog sits", "big bird");

  @TempDir private Path directory;
  private ClipFiles clip;
  private Path tokenizer;

  @BeforeEach
  void writeTinyModel() throws IOException {
    clip = TinyModel.clip(directory);
    tokenizer = TinyModel.t5Tokenizer(directory);
  }

  private CaptionTraining training(ModalityAdapter adapter, TrainingOptions.Builder options) {
    return new CaptionTraining(
        TinyModel.config(PrefixConfig.projection()),
        clip,
        tokenizer,
        null,
        adapter,
        options.threads(1).build(),
        DataType.F32);
  }

  private static TrainingOptions.Builder options() {
    return TrainingOptions.builder().epochs(3).batchSize(2);
  }

  private static List<TrainingExample> examples() {
    return TrainingTask.CAPTIONING_SINGLE.examples(CaptionedImage.of(CAPTIONS));
  }

  private TextVectorCache vectors() {
    return new TextVectorCache(clip, 1, directory.resolve("vectors"));
  }

  @Test
  void whatWasTrainedOnTextSaysItsCaptionsInLowerCase() {
    ModelFolder model =
        training(new GaussianNoise(0.01), options().epochs(300).dropout(0).learningRate(0.01))
            .run(examples(), vectors(), directory.resolve("model"), TrainingListener.NONE);

    assertEquals("900", model.provenance().get("steps"));
    assertEquals(TextHash.sha256(examples()), model.provenance().get("examplesSha256"));
    try (Captioner captioner = Captioner.open(directory.resolve("model"));
        ClipFeatures encoder = ClipFeatures.open(clip, InferenceOptions.defaults().threads(1))) {
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
      training(new GaussianNoise(0.1), options().seed(4))
          .run(examples(), vectors(), directory.resolve(name), TrainingListener.NONE);
    }
    training(new GaussianNoise(0.1), options().seed(5))
        .run(examples(), vectors(), directory.resolve("other"), TrainingListener.NONE);

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
            throw new AssertionError("training does not evaluate");
          }
        };
    training(spy, options()).run(examples(), vectors(), directory.resolve("m"), p -> {});

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
  void aTargetThatExistsIsRefusedBeforeAnythingIsDone() throws IOException {
    Path output = Files.createDirectory(directory.resolve("existing"));
    TrainingVectors unasked =
        (all, listener) -> {
          throw new AssertionError("encoded first");
        };

    assertThrows(
        IllegalArgumentException.class,
        () ->
            training(new GaussianNoise(0), options())
                .run(examples(), unasked, output, TrainingListener.NONE));
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

    assertEquals(different.size(), different.stream().map(TextHash::sha256).distinct().count());
  }

  @Test
  void noExamplesAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            training(new GaussianNoise(0), options())
                .run(List.of(), vectors(), directory.resolve("m"), TrainingListener.NONE));
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
        NonFiniteLossException.class,
        () ->
            training(broken, options())
                .run(examples(), vectors(), directory.resolve("m"), TrainingListener.NONE));

    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(
          List.of(
              "tiny-clip-tokenizer.json",
              "tiny-clip.safetensors",
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
    training(new GaussianNoise(0.04), options())
        .run(examples, vectors(), directory.resolve("m"), TrainingListener.NONE);

    try (Captioner captioner = Captioner.open(directory.resolve("m"))) {
      CaptionInput asked = CaptionInput.ofVector(unit()).withText("is a cat");
      assertEquals(1, captioner.caption(List.of(asked), captioner.decoding()).get(0).size());
    }
  }

  private static float[] unit() {
    float[] vector = new float[TinyModel.CLIP_DIM];
    vector[3] = 1;
    return vector;
  }
}
