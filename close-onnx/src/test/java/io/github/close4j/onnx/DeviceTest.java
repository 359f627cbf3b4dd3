package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The choice of a device, as an application makes it. */
class DeviceTest {
  @TempDir Path temporary;

  @Test
  void numbersAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> Device.cuda(-1));
    assertThrows(IllegalArgumentException.class, () -> Device.cuda(0).memoryLimitBytes(-1));
    assertThrows(
        IllegalArgumentException.class, () -> new ActiveDevice(Device.auto(), "undecided"));
    assertEquals("CUDA device 2", Device.cuda(2).toString());
  }

  @Test
  void captionerSaysWhatItRunsOn() {
    Path model = TinyModel.write(temporary, TinyModel.PROJECTION);
    CaptionInput input = CaptionInput.ofVector(ramp());
    CaptionerOptions options = CaptionerOptions.defaults().threads(1);
    try (Captioner cpu = Captioner.open(model, options);
        Captioner auto = Captioner.open(model, options.device(Device.auto()))) {
      assertEquals("CPU", cpu.device().description());
      Caption expected = cpu.caption(input);
      assertEquals(expected.text(), auto.caption(input).text());
      assertTrue(
          auto.device().device() instanceof CudaDevice
              || auto.device().description().startsWith("CPU (CUDA device 0 cannot be used: "),
          auto.device()::description);
    }
  }

  /** Never the processor in its place. */
  @Test
  void cudaThatCannotBeUsedIsNotOpened() {
    assumeFalse(
        OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA),
        "this ONNX Runtime is built for CUDA");
    Path model = TinyModel.write(temporary, TinyModel.PROJECTION);
    DeviceException refused =
        assertThrows(
            DeviceException.class,
            () -> Captioner.open(model, CaptionerOptions.defaults().device(Device.cuda(0))));
    assertTrue(refused.getMessage().contains("onnxruntime_gpu"), refused.getMessage());
  }

  private static float[] ramp() {
    float[] vector = new float[TinyModel.CLIP_DIM];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = i - 20;
    }
    return vector;
  }
}
