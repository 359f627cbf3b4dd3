package io.github.close4j.benchmarks;

import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.Precision;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** What the programs of the GPU's benchmark are told; {@code gpu/run.sh} calls them. */
final class GpuOptions {
  /** Tokens of every caption: the end token is not allowed before, so that all do the same work. */
  static final int TOKENS = 20;

  @Option(names = "--model", required = true, description = "Model directory.")
  Path model;

  @Option(names = "--pictures", description = "Folder of JPEG files.")
  Path pictures;

  @Option(names = "--pixels", description = "The pictures as CLIP's tower reads them.")
  Path pixels;

  @Option(names = "--device", description = "CPU or CUDA; default ${DEFAULT-VALUE}.")
  Where where = Where.CUDA;

  @Option(names = "--precision", description = "Default ${DEFAULT-VALUE}.")
  Precision precision = Precision.FLOAT32;

  @Option(names = "--batches", split = ",", description = "Inputs a call.")
  List<Integer> batches = List.of(1, 8, 64, 256);

  @Option(names = "--decodings", split = ",", description = "GREEDY, BEAM.")
  List<FixedLength> decodings = List.of(FixedLength.values());

  @Option(names = "--seconds", description = "Seconds that a setting is measured for, at least.")
  double seconds = 4;

  @Option(names = "--rounds", description = "Calls that a setting is measured for, at least.")
  int rounds = 10;

  @Option(names = "--out", required = true, description = "File that JSON lines are added to.")
  Path out;

  /** Where graphs run. */
  enum Where {
    CPU,
    CUDA
  }

  /** The two ways of decoding, both of {@link #TOKENS} tokens. */
  enum FixedLength {
    GREEDY(Decoding.greedy()),
    BEAM(Decoding.beam(5).lengthNormalized(1));

    private final Decoding decoding;

    FixedLength(Decoding decoding) {
      this.decoding = decoding.maxNewTokens(TOKENS).minNewTokens(TOKENS);
    }

    Decoding decoding() {
      return decoding;
    }
  }

  Device device() {
    return where == Where.CUDA ? Device.cuda(0) : Device.cpu();
  }

  InferenceOptions captioner(int batch) {
    return InferenceOptions.defaults().device(device()).precision(precision).batchSize(batch);
  }
}
