package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.github.close4j.onnx.ActiveDevice;
import io.github.close4j.onnx.AutomaticDevice;
import io.github.close4j.onnx.CudaDevice;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.DeviceException;
import io.github.close4j.onnx.internal.graph.ProbeGraph;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds out whether a device can be used, by using it. */
public final class DeviceProbe {
  private DeviceProbe() {}

  /**
   * Chooses what to run on and tries it.
   *
   * @param device what was asked for
   * @return what runs
   * @throws DeviceException if CUDA was asked for and cannot be used; the message names the missing
   *     library, driver or artifact
   */
  public static ActiveDevice activate(Device device) {
    return activate(device, OrtEnvironment.getAvailableProviders());
  }

  static ActiveDevice activate(Device device, Set<OrtProvider> available) {
    if (device instanceof AutomaticDevice automatic) {
      try {
        return activate(automatic.preferred(), available);
      } catch (DeviceException e) {
        return new ActiveDevice(Device.cpu(), "CPU (" + e.getMessage() + ")");
      }
    }
    if (device instanceof CudaDevice cuda) {
      requireProvider(cuda, available);
      compute(cuda);
    }
    return new ActiveDevice(device, device.toString());
  }

  private static void requireProvider(CudaDevice cuda, Set<OrtProvider> available) {
    if (!available.contains(OrtProvider.CUDA)) {
      throw new DeviceException(
          ("%s cannot be used: expected an ONNX Runtime built for CUDA, found %s for %s; put"
                  + " com.microsoft.onnxruntime:onnxruntime_gpu in place of onnxruntime, %s")
              .formatted(
                  cuda, OrtEnvironment.getEnvironment().getVersion(), available, CudaFailure.HELP),
          null);
    }
  }

  private static void compute(CudaDevice cuda) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      addTo(options, cuda);
      options.addConfigEntry("session.disable_cpu_ep_fallback", "1");
      try (OrtSession session = environment.createSession(ProbeGraph.model().bytes(), options);
          OnnxTensor x =
              OnnxTensor.createTensor(
                  environment, FloatBuffer.wrap(new float[] {3}), new long[] {1, 1, 1, 1});
          OrtSession.Result result = session.run(Map.of("x", x))) {
        float product = ((OnnxTensor) result.get(0)).getFloatBuffer().get();
        if (product != 27) {
          throw new DeviceException(
              "%s: expected 3 · 3 · 3 = 27, found %s".formatted(cuda, product), null);
        }
      }
    } catch (OrtException e) {
      throw failure(cuda, e);
    }
  }

  private static DeviceException failure(CudaDevice cuda, OrtException e) {
    return new DeviceException(
        "%s cannot be used: %s, %s; ONNX Runtime says: %s"
            .formatted(cuda, CudaFailure.reason(e.getMessage()), CudaFailure.HELP, e.getMessage()),
        e);
  }

  /** Lets a session run on a GPU. */
  static void addTo(OrtSession.SessionOptions session, CudaDevice cuda) throws OrtException {
    try (OrtCUDAProviderOptions options = new OrtCUDAProviderOptions(cuda.index())) {
      for (Map.Entry<String, String> option : providerOptions(cuda).entrySet()) {
        options.add(option.getKey(), option.getValue());
      }
      session.addCUDA(options);
    }
  }

  /** ONNX Runtime's names and values; the number of the GPU goes apart. */
  static Map<String, String> providerOptions(CudaDevice cuda) {
    Map<String, String> options = new TreeMap<>();
    if (cuda.memoryLimitBytes() != CudaDevice.NO_LIMIT) {
      options.put("gpu_mem_limit", Long.toString(cuda.memoryLimitBytes()));
    }
    options.put(
        "arena_extend_strategy",
        switch (cuda.arenaGrowth()) {
          case POWER_OF_TWO -> "kNextPowerOfTwo";
          case AS_REQUESTED -> "kSameAsRequested";
        });
    options.put("use_tf32", cuda.tensorFloat32() ? "1" : "0");
    // The default tries all algorithms anew for every size of batch, and may choose another one
    // every time: neither the first answer of a size nor its last bits are to depend on that.
    options.put("cudnn_conv_algo_search", "HEURISTIC");
    return options;
  }
}
