package io.github.close4j.training.internal.loop;

import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.tokenizer.TokenizerFiles;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.internal.network.CaptionNetwork;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The model directory of a network: its weights beside the CLIP and the tokenizer that belong to
 * it.
 *
 * @param config the captioner's dimensions and defaults
 * @param clip its CLIP
 * @param t5Tokenizer T5's tokenizer, of a kind that {@link TokenizerFiles} knows
 * @param weights how the network's weights are written
 */
public record NewModel(CaptionerConfig config, ClipFiles clip, Path t5Tokenizer, DataType weights) {

  /** Writes the directory, whole or not at all; it must not exist. */
  public ModelFolder write(CaptionNetwork network, Map<String, String> provenance, Path output) {
    return ModelFolder.write(
        output,
        config,
        provenance,
        directory -> {
          clip.writeTo(directory);
          TokenizerFiles.write(t5Tokenizer, directory.resolve(ModelFolder.T5_TOKENIZER));
          Safetensors.Writer t5 = new Safetensors.Writer(weights);
          network.addT5To(t5);
          t5.write(directory.resolve(ModelFolder.T5_WEIGHTS));
          Safetensors.Writer prefix = new Safetensors.Writer(weights);
          network.addPrefixTo(prefix);
          prefix.write(directory.resolve(ModelFolder.PREFIX_WEIGHTS));
        });
  }

  /** What a trained network is made of, in words, numbers and hashes. */
  public static Map<String, String> provenance(
      TrainingOptions options,
      ModalityAdapter adapter,
      List<TrainingExample> examples,
      TrainingLoop.State end) {
    Map<String, String> provenance = new TreeMap<>();
    provenance.put("adapter", Fingerprint.name(adapter));
    provenance.put("examples", Integer.toString(examples.size()));
    provenance.put("examplesSha256", Fingerprint.sha256(examples));
    provenance.put("steps", Long.toString(end.step()));
    provenance.put("epochs", Integer.toString(options.epochs()));
    provenance.put("batchSize", Integer.toString(options.batchSize()));
    provenance.put("accumulation", Integer.toString(options.accumulation()));
    provenance.put("learningRate", Double.toString(options.learningRate()));
    provenance.put("schedule", options.schedule().toString());
    provenance.put("dropout", Double.toString(options.dropout()));
    provenance.put("samples", Integer.toString(options.samples()));
    provenance.put("seed", Long.toString(options.seed()));
    if (options.keepBest()) {
      provenance.put("bestEpoch", Integer.toString(end.bestEpoch()));
    }
    return provenance;
  }

  /** Writes a captioner of random weights, to train from. */
  public ModelFolder writeUntrained(long seed, Path output) {
    TorchRuntime.initialize(1, seed);
    try (CaptionNetwork network = CaptionNetwork.random(config, 0, seed)) {
      return write(network, Map.of("seed", Long.toString(seed)), output);
    }
  }

  /**
   * Requires room, by writing a file and by asking the file store.
   *
   * @throws UncheckedIOException if there is less, or nothing can be written
   */
  public static void requireRoom(Path path, long bytes) {
    Path existing = existing(path.toAbsolutePath().normalize());
    try {
      Files.delete(Files.createTempFile(existing, "probe", ".tmp"));
      long usable = Files.getFileStore(existing).getUsableSpace();
      if (usable < bytes) {
        throw new IOException("expected room for %d bytes, found %d".formatted(bytes, usable));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot write in " + existing + ": " + FileFailure.reason(e), e);
    }
  }

  /** The directory itself or the nearest one above it that is there. */
  private static Path existing(Path directory) {
    Path parent = directory.getParent();
    return parent == null || Files.isDirectory(directory) ? directory : existing(parent);
  }
}
