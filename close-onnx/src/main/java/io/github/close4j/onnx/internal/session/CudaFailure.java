package io.github.close4j.onnx.internal.session;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What ONNX Runtime's words say about why CUDA cannot be used. */
final class CudaFailure {
  /** Where README tells what to do; a stable anchor. */
  static final String HELP = "see README.md#cuda-cannot-be-used";

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

  private CudaFailure() {}

  /** The reason in one clause; a missing library is named. */
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
}
