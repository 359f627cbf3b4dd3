package io.github.close4j.training;

import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.onnx.model.CaptionerConfig;
import io.github.close4j.onnx.model.ClipFiles;
import io.github.close4j.onnx.model.ModelDirectory;
import io.github.close4j.onnx.tokenizer.TextTokenizer;
import io.github.close4j.onnx.weights.DataType;
import io.github.close4j.onnx.weights.SafetensorsWriter;
import io.github.close4j.onnx.weights.TensorSource;
import io.github.close4j.training.network.CaptionNetwork;
import io.github.close4j.training.task.TrainingExample;
import io.github.close4j.training.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Trains a captioner on text alone (Gu et al. 2023): text → CLIP text vectors → modality adapter →
 * T5 and prefix → model directory.
 *
 * @param config dimensions of the captioner to make
 * @param clip the frozen CLIP; its files become part of the model
 * @param t5Tokenizer T5's {@code tokenizer.json}; becomes part of the model
 * @param t5Weights the T5 to start from, or null for random weights
 * @param adapter disturbs the vectors while training
 * @param options how to train
 * @param weightType how the trained weights are stored
 */
public record CaptionTraining(
    CaptionerConfig config,
    ClipFiles clip,
    Path t5Tokenizer,
    @Nullable TensorSource t5Weights,
    ModalityAdapter adapter,
    TrainingOptions options,
    DataType weightType) {

  private static final int LONGEST_TARGET = 512;

  /**
   * Runs the training and writes the model, without checkpoints and validation.
   *
   * @param examples the task
   * @param vectors where the examples' vectors come from
   * @param output the model directory to make; must not exist
   * @param listener told how the run goes
   * @return the model
   * @throws IllegalArgumentException if there are no examples, or {@code output} exists
   * @throws NonFiniteLossException if the loss stops being a number
   * @throws java.io.UncheckedIOException if the model cannot be written
   */
  public ModelDirectory run(
      List<TrainingExample> examples,
      TrainingVectors vectors,
      Path output,
      TrainingListener listener) {
    return run(TrainingRun.of(examples, vectors, output), listener);
  }

  /**
   * Runs the training and writes the model.
   *
   * @param run what is read, and where is written
   * @param listener told how the run goes
   * @return the model
   * @throws IllegalArgumentException if the output exists; if the working directory holds
   *     checkpoints and the run is not to be resumed, or holds those of another run
   * @throws NonFiniteLossException if the loss stops being a number
   * @throws java.io.UncheckedIOException if a file cannot be written
   */
  public ModelDirectory run(TrainingRun run, TrainingListener listener) {
    // Asked first: hours of training must not end in a refusal.
    ModelDirectory.requireAbsent(run.output());
    TorchRuntime.initialize(options.threads(), options.seed());
    List<TrainingExample> examples = run.examples();
    EmbeddingBatch rows = run.vectors().of(examples, listener);
    try (CaptionNetwork network = startingNetwork();
        TextTokenizer tokenizer = TextTokenizer.open(t5Tokenizer, LONGEST_TARGET)) {
      long steps =
          new CaptionTrainer(adapter, options, config.t5(), tokenizer, listener)
              .train(network, examples, rows);
      return ModelDirectory.write(
          run.output(),
          config,
          provenance(examples, steps),
          directory -> writeFiles(network, directory));
    }
  }

  private CaptionNetwork startingNetwork() {
    return t5Weights == null
        ? CaptionNetwork.random(config, options.dropout(), options.seed())
        : CaptionNetwork.fromT5(config, options.dropout(), options.seed(), t5Weights);
  }

  private void writeFiles(CaptionNetwork network, Path directory) throws IOException {
    clip.writeTo(directory);
    Files.copy(t5Tokenizer, directory.resolve(ModelDirectory.T5_TOKENIZER));
    new SafetensorsWriter(weightType)
        .addAll(network.exportT5())
        .write(directory.resolve(ModelDirectory.T5_WEIGHTS));
    new SafetensorsWriter(weightType)
        .addAll(network.exportPrefix())
        .write(directory.resolve(ModelDirectory.PREFIX_WEIGHTS));
  }

  private Map<String, String> provenance(List<TrainingExample> examples, long steps) {
    Map<String, String> provenance = new TreeMap<>();
    provenance.put("adapter", adapter.toString());
    provenance.put("examples", Integer.toString(examples.size()));
    provenance.put("examplesSha256", TextHash.sha256(examples));
    provenance.put("steps", Long.toString(steps));
    provenance.put("epochs", Integer.toString(options.epochs()));
    provenance.put("batchSize", Integer.toString(options.batchSize()));
    provenance.put("learningRate", Double.toString(options.learningRate()));
    provenance.put("schedule", options.schedule().toString());
    provenance.put("dropout", Double.toString(options.dropout()));
    provenance.put("seed", Long.toString(options.seed()));
    return provenance;
  }
}
