package io.github.close4j.examples.tables;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.examples.world.SceneModels;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.training.CaptionTrainer;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.internal.loop.NewModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Trains a row's model, judges it, keeps the result and drops the model. */
final class RowRun {
  private static final int EVALUATION_BATCH = 64;
  private static final int MAX_TEXT_TOKENS = 32;
  private static final int BEAMS = 5;

  private final StudyRow row;
  private final StudyWorld world;
  private final StudyTask task;
  private final StudyFiles files;
  private final StudyData data;
  private final TrainingListener listener;

  private long steps;

  RowRun(
      StudyRow row, StudyWorld world, StudyFiles files, StudyData data, TrainingListener listener) {
    this.row = row;
    this.world = world;
    this.task = world.task(row.task());
    this.files = files;
    this.data = data;
    this.listener = listener;
  }

  RowResult run() {
    Path model = files.model(row.name());
    remove(model);
    train(model);
    Map<String, Double> validation;
    Map<String, Double> test;
    InferenceOptions options = InferenceOptions.defaults().threads(1).batchSize(EVALUATION_BATCH);
    try (Captioner captioner = Captioner.open(model, options)) {
      validation = judge(captioner, PictureSet.VALIDATION);
      test = judge(captioner, PictureSet.TEST);
    }
    RowResult result = new RowResult(row, validation, test, steps, processorSeconds());
    files.keep(result);
    remove(model);
    return result;
  }

  private void train(Path model) {
    PictureExamples examples = task.training().get();
    ModalityAdapter adapter =
        row.adapter()
            .make(
                world.clip().config().projectionDim(),
                pairs -> data.statistics(pairs, TrainingListener.NONE));
    // On one thread: a seed must give the same weights on every machine.
    TrainingOptions options =
        TrainingOptions.defaults()
            .learningRate(task.learningRate())
            .epochs(world.settings().epochs())
            .batchSize(task.kind().batchSize())
            .threads(1)
            .seed(row.seed());
    try {
      SceneModels.trainFromScratch(
          new NewModel(config(), world.clip(), files.t5Tokenizer(), DataType.F32),
          row.seed(),
          trainer ->
              withVectors(trainer, examples)
                  .adapter(adapter)
                  .options(options)
                  .listener(step -> steps = step.step())
                  .listener(listener),
          examples.examples(),
          model);
    } catch (IOException e) {
      throw new UncheckedIOException(
          row.name() + ": cannot be trained: " + FileFailure.reason(e), e);
    }
  }

  private CaptionerConfig config() {
    ClipFiles clip = world.clip();
    return new CaptionerConfig(
        clip.config(),
        clip.preprocessing(),
        world.t5(row.size()),
        CaptionerConfig.Prefix.projection(),
        ImageAdapter.Kind.NONE,
        Decoding.beam(BEAMS),
        MAX_TEXT_TOKENS);
  }

  private CaptionTrainer withVectors(CaptionTrainer trainer, PictureExamples examples) {
    return row.source() == StudyRow.Source.TEXT
        ? trainer.vectorCache(files.vectors())
        : trainer.vectors(all -> StudyData.rows(images(PictureSet.TRAINING), examples.pictures()));
  }

  private Map<String, Double> judge(Captioner captioner, PictureSet set) {
    Probe probe = task.probe().apply(set);
    EmbeddingBatch images = images(set);
    Map<String, Double> scores =
        new LinkedHashMap<>(probe.score().apply(answers(captioner, probe, images, 0)));
    if (probe.hasText()) {
      // Far enough away in the set to be another picture.
      List<String> blind = answers(captioner, probe, images, images.rows() / 2);
      probe
          .score()
          .apply(blind)
          .forEach(
              (name, score) -> {
                if (name.equals(Probe.SCORE)) {
                  scores.put(Probe.BLIND, score);
                } else if (name.startsWith(Probe.KIND)) {
                  scores.putIfAbsent(name + " " + Probe.BLIND, score);
                }
              });
    }
    return scores;
  }

  private List<String> answers(Captioner captioner, Probe probe, EmbeddingBatch images, int shift) {
    List<CaptionInput> inputs = new ArrayList<>();
    for (int i = 0; i < probe.pictures().size(); i++) {
      int picture = (probe.pictures().get(i) + shift) % images.rows();
      CaptionInput input = CaptionInput.ofVector(images.row(picture));
      inputs.add(probe.hasText() ? input.withText(probe.texts().get(i)) : input);
    }
    Decoding decoding = captioner.decoding().maxNewTokens(task.kind().maxTokens());
    List<String> answers = new ArrayList<>();
    for (List<Caption> hypotheses : captioner.caption(inputs, decoding)) {
      answers.add(hypotheses.get(0).text());
    }
    return answers;
  }

  private EmbeddingBatch images(PictureSet set) {
    return data.images(set, TrainingListener.NONE);
  }

  private static double processorSeconds() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(duration -> duration.toMillis() / 1000.0)
        .orElse(Double.NaN);
  }

  private static void remove(Path directory) {
    try {
      if (Files.exists(directory)) {
        MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          directory + ": cannot be removed: " + FileFailure.reason(e), e);
    }
  }
}
