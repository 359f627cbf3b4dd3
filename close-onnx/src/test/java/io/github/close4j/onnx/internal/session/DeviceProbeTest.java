package io.github.close4j.onnx.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.InferenceException;
import io.github.close4j.onnx.InferenceOptions;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said where CUDA cannot be used; these tests run on the artifact without CUDA. */
class DeviceProbeTest {
  @BeforeEach
  void withoutCuda() {
    assumeFalse(
        OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA),
        "this ONNX Runtime is built for CUDA");
  }

  @Test
  void cudaWithoutItsArtifactIsOneClearError() {
    InferenceException refused =
        assertThrows(InferenceException.class, () -> Device.cuda(0).chosen());
    String version = OrtEnvironment.getEnvironment().getVersion();
    assertTrue(
        refused
            .getMessage()
            .startsWith(
                "CUDA device 0 cannot be used: expected an ONNX Runtime built for CUDA, found "
                    + version),
        refused.getMessage());
    assertTrue(refused.getMessage().contains("onnxruntime_gpu"), refused.getMessage());
    assertTrue(refused.getMessage().endsWith(DeviceProbe.HELP), refused.getMessage());
  }

  /** As where the artifact is there and its libraries are not. */
  @Test
  void failingToLoadTheProviderIsOurException() {
    Set<OrtProvider> pretended = Set.of(OrtProvider.CPU, OrtProvider.CUDA);
    InferenceException refused =
        assertThrows(
            InferenceException.class, () -> DeviceProbe.require(Device.cuda(3), pretended));
    assertTrue(refused.getMessage().startsWith("CUDA device 3 cannot be used: "));
    assertTrue(refused.getMessage().contains(DeviceProbe.HELP), refused.getMessage());
    assertInstanceOf(OrtException.class, refused.getCause());
  }

  @Test
  void automaticSaysWhyItIsTheProcessor() {
    Device active = Device.auto().chosen();
    assertEquals(Device.cpu(), active);
    assertTrue(active.reason().startsWith("CUDA device 0 cannot be used: "), active.reason());
    assertTrue(
        active.toString().startsWith("CPU (CUDA device 0 cannot be used: "), active::toString);
    assertEquals("", Device.cpu().chosen().reason());
    assertThrows(
        IllegalArgumentException.class,
        () -> new Sessions<>("model", InferenceOptions.defaults().device(Device.auto())));
  }

  @Test
  void optionsHaveOnnxRuntimesNames() {
    Device cuda = Device.cuda(1);
    assertEquals(
        Map.of(
            "arena_extend_strategy",
            "kNextPowerOfTwo",
            "cudnn_conv_algo_search",
            "HEURISTIC",
            "use_tf32",
            "0"),
        DeviceProbe.providerOptions(cuda));
    assertEquals(
        Map.of(
            "gpu_mem_limit",
            "4000000000",
            "arena_extend_strategy",
            "kSameAsRequested",
            "cudnn_conv_algo_search",
            "HEURISTIC",
            "use_tf32",
            "1"),
        DeviceProbe.providerOptions(
            cuda.memoryLimitBytes(4_000_000_000L).exactArena(true).tensorFloat32(true)));
  }

  /** Messages that ONNX Runtime gave users. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.12: \
          cannot open shared object file: No such file or directory \
          | the library libcublasLt.so.12 is missing
          Failed to load library /tmp/onnxruntime-java1/libonnxruntime_providers_cuda.so with error: \
          libcudnn.so.9: cannot open shared object file | the library libcudnn.so.9 is missing
          cuDNN is unavailable or disabled for CUDA Execution Provider: dlopen failed for libcudnn.so: \
          libcudnn.so: cannot open shared object file | the library libcudnn.so is missing
          CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=0 \
          | the NVIDIA driver is missing, or too old for the CUDA libraries
          CUDA failure 100: no CUDA-capable device is detected ; GPU=32767 \
          | no GPU is visible to this process
          CUDA failure 101: invalid device ordinal ; GPU=0 | there is no GPU of that number
          LoadLibrary failed with error 126 "" when trying to load \
          "onnxruntime_providers_cuda.dll" | a DLL of CUDA or cuDNN is missing from the PATH
          OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library \
          | ONNX Runtime's CUDA library cannot be loaded
          something new | ONNX Runtime refuses it
          """)
  void reasonsAreNamed(String message, String reason) {
    assertEquals(reason, DeviceProbe.reason(message));
  }
}
