package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.InferenceException;
import io.github.close4j.onnx.internal.graph.TrialGraphs;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds out whether a GPU can be used, by using it, and says in one clause why not. */
public final class DeviceProbe {
  /** Where README tells what to do; a stable anchor. */
  static final String HELP = "see close-onnx/README.md#cuda-cannot-be-used";

  private static final Pattern MISSING_LIBRARY =
      Pattern.compile("([\\w.+-]+\\.so[.\\d]*): cannot open shared object file");

  /** Words of CUDA and of ONNX Runtime, and their meaning; the first that is found counts. */
  private static final List<Reason> REASONS =
      List.of(
          new Reason(
              "driver version is insufficient",
              "the NVIDIA driver is missing, or too old for the CUDA libraries"),
          new Reason("no CUDA-capable device", "no GPU is visible to this process"),
          new Reason("invalid device ordinal", "there is no GPU of that number"),
          new Reason("out of memory", "the GPU's memory is full"),
          new Reason(
              "LoadLibrary failed with error 126",
              "a DLL of CUDA or cuDNN is missing from the PATH"),
          new Reason(
              "libonnxruntime_providers_cuda.so", "ONNX Runtime's CUDA library cannot be loaded"),
          new Reason(
              "Failed to load shared library", "ONNX Runtime's CUDA library cannot be loaded"));

  private record Reason(String words, String meaning) {}

  private DeviceProbe() {}

  /**
   * Makes a GPU compute a product.
   *
   * @throws InferenceException if it cannot; the message names the missing library, driver or
   *     artifact
   */
  public static void require(Device cuda) {
    OnnxRuntimeLibrary.require();
    require(cuda, OrtEnvironment.getAvailableProviders());
  }

  static void require(Device cuda, Set<OrtProvider> available) {
    if (!available.contains(OrtProvider.CUDA)) {
      throw new InferenceException(
          ("%s cannot be used: expected an ONNX Runtime built for CUDA, found %s for %s; put"
                  + " com.microsoft.onnxruntime:onnxruntime_gpu in place of onnxruntime, %s")
              .formatted(cuda, OrtEnvironment.getEnvironment().getVersion(), available, HELP),
          null);
    }
    compute(cuda);
  }

  private static void compute(Device cuda) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      addTo(options, cuda);
      options.addConfigEntry("session.disable_cpu_ep_fallback", "1");
      try (OrtSession session = environment.createSession(TrialGraphs.cube().bytes(), options);
          OnnxTensor x =
              OnnxTensor.createTensor(
                  environment, FloatBuffer.wrap(new float[] {3}), new long[] {1, 1, 1, 1});
          OrtSession.Result result = session.run(Map.of("x", x))) {
        float product = ((OnnxTensor) result.get(0)).getFloatBuffer().get();
        if (product != 27) {
          throw new InferenceException(
              "%s: expected 3 · 3 · 3 = 27, found %s".formatted(cuda, product), null);
        }
      }
    } catch (OrtException e) {
      String said = String.valueOf(e.getMessage());
      throw new InferenceException(
          "%s cannot be used: %s, %s; ONNX Runtime says: %s"
              .formatted(cuda, reason(said), HELP, said),
          e);
    }
  }

  /** The reason in what ONNX Runtime says, in one clause; a missing library is named. */
  static String reason(String message) {
    Matcher library = MISSING_LIBRARY.matcher(message);
    if (library.find()) {
      return "the library " + library.group(1) + " is missing";
    }
    return REASONS.stream()
        .filter(reason -> message.contains(reason.words()))
        .map(Reason::meaning)
        .findFirst()
        .orElse("ONNX Runtime refuses it");
  }

  /** Lets a session run on a GPU. */
  static void addTo(OrtSession.SessionOptions session, Device cuda) throws OrtException {
    try (OrtCUDAProviderOptions options = new OrtCUDAProviderOptions(cuda.index())) {
      for (Map.Entry<String, String> option : providerOptions(cuda).entrySet()) {
        options.add(option.getKey(), option.getValue());
      }
      session.addCUDA(options);
    }
  }

  /** ONNX Runtime's names and values; the number of the GPU goes apart. */
  static Map<String, String> providerOptions(Device cuda) {
    Map<String, String> options = new TreeMap<>();
    if (cuda.memoryLimitBytes() > 0) {
      options.put("gpu_mem_limit", Long.toString(cuda.memoryLimitBytes()));
    }
    options.put(
        "arena_extend_strategy", cuda.exactArena() ? "kSameAsRequested" : "kNextPowerOfTwo");
    options.put("use_tf32", cuda.tensorFloat32() ? "1" : "0");
    // The default tries all algorithms anew for every size of batch, and may choose another one
    // every time: neither the first answer of a size nor its last bits are to depend on that.
    options.put("cudnn_conv_algo_search", "HEURISTIC");
    return options;
  }
}
