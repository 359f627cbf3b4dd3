package io.github.close4j.training;

import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.SafetensorsWriter;
import io.github.close4j.internal.tensor.TensorSource;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import io.github.close4j.training.TrainingListener.DeviceUsed;
import io.github.close4j.training.internal.network.CaptionNetwork;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
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
  public ModelFolder run(
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
  public ModelFolder run(TrainingRun run, TrainingListener listener) {
    // Asked first: hours of training must not end in a refusal.
    ModelFolder.requireAbsent(run.output());
    requireWhatOptionsNeed(run);
    start(listener);
    EmbeddingBatch rows = vectors(run.examples(), run.vectors(), listener);
    try (CaptionNetwork network = startingNetwork();
        TextTokenizer tokenizer = TextTokenizer.open(t5Tokenizer, LONGEST_TARGET)) {
      WorkingDirectory.requireRoom(run.output(), modelBytes(network));
      Kept kept = kept(run, rows, network);
      RunState end = train(run, rows, network, tokenizer, kept, listener);
      if (options.keepBest() && kept.checkpoints != null) {
        kept.checkpoints.loadBest(network);
      }
      return ModelFolder.write(
          run.output(), config, provenance(run.examples(), end), d -> writeFiles(network, d));
    }
  }

  private void requireWhatOptionsNeed(TrainingRun run) {
    if (run.validation() == null && (options.keepBest() || options.earlyStopPatience() > 0)) {
      throw new IllegalArgumentException(
          "keepBest, earlyStopPatience: expected a validation, found none");
    }
    if (options.keepBest() && run.workingDirectory() == null) {
      throw new IllegalArgumentException("keepBest: expected a working directory, found none");
    }
  }

  private void start(TrainingListener listener) {
    TorchRuntime.initialize(options.threads(), options.seed());
    boolean hasCuda = TorchRuntime.hasCuda();
    if (options.device() == TrainingDevice.CUDA && !hasCuda) {
      throw new IllegalArgumentException(
          "device: expected a CUDA device, found none that libtorch can use");
    }
    boolean cuda = hasCuda && options.device() != TrainingDevice.CPU;
    if (cuda) {
      TorchRuntime.useCuda();
    }
    String reason =
        options.device() != TrainingDevice.AUTO
            ? "as asked for"
            : cuda ? "libtorch has CUDA" : "libtorch has no CUDA device";
    listener.onDevice(
        new DeviceUsed(cuda ? "cuda:0" : "cpu", options.threads(), options.bfloat16(), reason));
  }

  private EmbeddingBatch vectors(
      List<TrainingExample> examples, TrainingVectors source, TrainingListener listener) {
    EmbeddingBatch rows = source.of(examples, listener);
    int dimension = config.clip().projectionDim();
    if (rows.rows() != examples.size() || rows.dimension() != dimension) {
      throw new IllegalArgumentException(
          "vectors: expected %d of %d components, found %d of %d"
              .formatted(examples.size(), dimension, rows.rows(), rows.dimension()));
    }
    return rows;
  }

  /** Where a run is kept; neither without a working directory. */
  private record Kept(@Nullable WorkingDirectory directory, @Nullable Checkpoints checkpoints) {}

  private Kept kept(TrainingRun run, EmbeddingBatch rows, CaptionNetwork network) {
    Path path = run.workingDirectory();
    if (path == null) {
      return new Kept(null, null);
    }
    WorkingDirectory directory = WorkingDirectory.make(path);
    WorkingDirectory.requireRoom(directory.checkpoints(), checkpointBytes(network));
    Checkpoints checkpoints =
        new Checkpoints(directory.checkpoints(), Fingerprint.of(this, run, rows, network));
    checkpoints.deleteUnfinished();
    Path newest = checkpoints.newest();
    if (newest != null && !run.resume()) {
      throw new IllegalArgumentException(
          path + ": expected a working directory without checkpoints, found " + newest);
    }
    return new Kept(directory, checkpoints);
  }

  /** Two states, one of them in the making, each of weights and two moments, and the best. */
  private static long checkpointBytes(CaptionNetwork network) {
    return network.parameterCount() * Float.BYTES * 7;
  }

  private long modelBytes(CaptionNetwork network) {
    try {
      return network.parameterCount() * weightType.bytes() + Files.size(clip.weights());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + clip.weights() + ": " + e.getMessage(), e);
    }
  }

  private RunState train(
      TrainingRun run,
      EmbeddingBatch rows,
      CaptionNetwork network,
      TextTokenizer tokenizer,
      Kept kept,
      TrainingListener listener) {
    Validator validator = validator(run.validation(), tokenizer, listener);
    ExampleBatches batches =
        new ExampleBatches(run.examples(), rows, adapter, config.t5(), tokenizer);
    try (CaptionTrainer trainer = new CaptionTrainer(options, network, batches, listener)) {
      Path newest = kept.checkpoints == null ? null : kept.checkpoints.newest();
      if (newest != null) {
        trainer.resume(kept.checkpoints, newest);
      }
      return trainer.train(validator, kept.checkpoints, kept.directory);
    }
  }

  private @Nullable Validator validator(
      @Nullable Validation validation, TextTokenizer tokenizer, TrainingListener listener) {
    if (validation == null) {
      return null;
    }
    List<TrainingExample> examples = validation.examples();
    EmbeddingBatch rows = vectors(examples, validation.vectors(), listener);
    ExampleBatches batches = new ExampleBatches(examples, rows, adapter, config.t5(), tokenizer);
    return new Validator(
        validation, batches, tokenizer, options, config.decoding().maxNewTokens(), listener);
  }

  private CaptionNetwork startingNetwork() {
    return t5Weights == null
        ? CaptionNetwork.random(config, options.dropout(), options.seed())
        : CaptionNetwork.fromT5(config, options.dropout(), options.seed(), t5Weights);
  }

  private void writeFiles(CaptionNetwork network, Path directory) throws IOException {
    clip.writeTo(directory);
    Files.copy(t5Tokenizer, directory.resolve(ModelFolder.T5_TOKENIZER));
    new SafetensorsWriter(weightType)
        .addAll(network.exportT5())
        .write(directory.resolve(ModelFolder.T5_WEIGHTS));
    new SafetensorsWriter(weightType)
        .addAll(network.exportPrefix())
        .write(directory.resolve(ModelFolder.PREFIX_WEIGHTS));
  }

  private Map<String, String> provenance(List<TrainingExample> examples, RunState end) {
    Map<String, String> provenance = new TreeMap<>();
    provenance.put("adapter", adapter.toString());
    provenance.put("examples", Integer.toString(examples.size()));
    provenance.put("examplesSha256", TextHash.sha256(examples));
    provenance.put("steps", Long.toString(end.step()));
    provenance.put("epochs", Integer.toString(options.epochs()));
    provenance.put("batchSize", Integer.toString(options.batchSize()));
    provenance.put("accumulation", Integer.toString(options.accumulation()));
    provenance.put("learningRate", Double.toString(options.learningRate()));
    provenance.put("schedule", options.schedule().toString());
    provenance.put("dropout", Double.toString(options.dropout()));
    provenance.put("seed", Long.toString(options.seed()));
    if (options.keepBest()) {
      provenance.put("bestEpoch", Integer.toString(end.bestEpoch()));
    }
    return provenance;
  }
}
