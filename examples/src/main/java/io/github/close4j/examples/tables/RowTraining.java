package io.github.close4j.examples.tables;

import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.examples.clip.SceneClip;
import io.github.close4j.onnx.model.CaptionerConfig;
import io.github.close4j.onnx.model.Decoding;
import io.github.close4j.onnx.model.ImageAdapter;
import io.github.close4j.onnx.model.ModelDirectory;
import io.github.close4j.onnx.model.PrefixConfig;
import io.github.close4j.onnx.weights.DataType;
import io.github.close4j.onnx.weights.Safetensors;
import io.github.close4j.training.CaptionTraining;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.TrainingVectors;
import io.github.close4j.training.task.TrainingExample;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One training, of a row or of the T5 that rows start from. */
final class RowTraining {
  private static final int MAX_TEXT_TOKENS = 32;
  private static final int BEAMS = 5;

  private RowTraining() {}

  /** One thread: a seed must give the same weights on every machine. */
  static TrainingOptions.Builder options(double learningRate, int epochs, long seed) {
    return TrainingOptions.builder()
        .learningRate(learningRate)
        .epochs(epochs)
        .threads(1)
        .seed(seed);
  }

  static void train(
      T5Size size,
      @Nullable Path startingModel,
      ModalityAdapter adapter,
      TrainingOptions options,
      StudyFiles files,
      Path output,
      List<TrainingExample> examples,
      TrainingVectors vectors,
      TrainingListener listener) {
    CaptionerConfig config =
        new CaptionerConfig(
            SceneClip.config(),
            SceneClip.preprocessing(),
            size.config(),
            PrefixConfig.projection(),
            ImageAdapter.Kind.NONE,
            Decoding.beam(BEAMS),
            MAX_TEXT_TOKENS);
    Safetensors start =
        startingModel == null
            ? null
            : Safetensors.open(startingModel.resolve(ModelDirectory.T5_WEIGHTS));
    new CaptionTraining(
            config, files.clip(), files.t5Tokenizer(), start, adapter, options, DataType.F32)
        .run(examples, vectors, output, listener);
  }
}
