package io.github.close4j.examples.tables;

import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.examples.clip.SceneClip;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.onnx.internal.model.PrefixConfig;
import io.github.close4j.training.CaptionTraining;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.TrainingVectors;
import java.nio.file.Path;
import java.util.List;

/**
 * One training, of a T5 from random weights: no text-only row has anything else to start from.
 *
 * @param files where CLIP and the tokenizer are
 * @param size of T5
 * @param adapter changes the vectors
 * @param options how to train
 */
record RowTraining(
    StudyFiles files, T5Size size, ModalityAdapter adapter, TrainingOptions options) {

  private static final int MAX_TEXT_TOKENS = 32;
  private static final int BEAMS = 5;

  /** On one thread: a seed must give the same weights on every machine. */
  static TrainingOptions options(double learningRate, int epochs, int batchSize, long seed) {
    return TrainingOptions.builder()
        .learningRate(learningRate)
        .epochs(epochs)
        .batchSize(batchSize)
        .threads(1)
        .seed(seed)
        .build();
  }

  void run(
      List<TrainingExample> examples,
      TrainingVectors vectors,
      Path output,
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
    new CaptionTraining(
            config, files.clip(), files.t5Tokenizer(), null, adapter, options, DataType.F32)
        .run(examples, vectors, output, listener);
  }
}
