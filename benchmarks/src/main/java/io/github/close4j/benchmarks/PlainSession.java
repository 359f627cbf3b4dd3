package io.github.close4j.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Sessions of exported graphs with ONNX Runtime's own API, as the captioner sets them up. */
final class PlainSession {
  private PlainSession() {}

  /**
   * Opens a graph.
   *
   * @param profile where a profile's name begins, or null for none
   */
  static OrtSession open(Path graph, GpuOptions.Where where, @Nullable Path profile)
      throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtCUDAProviderOptions cuda =
            where == GpuOptions.Where.CUDA ? new OrtCUDAProviderOptions(0) : null) {
      if (cuda != null) {
        cuda.add("use_tf32", "0");
        options.addCUDA(cuda);
      }
      if (profile != null) {
        options.enableProfiling(profile.toString());
      }
      return OrtEnvironment.getEnvironment().createSession(graph.toString(), options);
    }
  }
}
