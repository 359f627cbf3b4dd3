package io.github.close4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
    assertThrows(IllegalArgumentException.class, () -> Device.cpu().memoryLimitBytes(1));
    assertThrows(IllegalArgumentException.class, () -> Device.cpu().exactArena(true));
    assertThrows(IllegalArgumentException.class, () -> Device.cpu().tensorFloat32(true));
    assertEquals("CUDA device 2", Device.cuda(2).toString());
  }

  @Test
  void devicesAreEqualIfTheSameIsAskedOfThem() {
    assertEquals(Device.cpu(), Device.cpu());
    assertEquals(Device.cuda(1).exactArena(true), Device.cuda(1).exactArena(true));
    assertEquals(Device.cuda(1).hashCode(), Device.cuda(1).hashCode());
    assertNotEquals(Device.cuda(1), Device.cuda(0));
    assertNotEquals(Device.cuda(0), Device.cuda(0).tensorFloat32(true));
    assertNotEquals(Device.cuda(0), Device.cuda(0).memoryLimitBytes(1));
    assertNotEquals(Device.cuda(0), Device.auto());
    assertNotEquals(Device.cpu(), Device.auto());
  }

  @Test
  void captionerSaysWhatItRunsOn() {
    Path model = TinyModel.write(temporary, TinyModel.PROJECTION);
    CaptionInput input = CaptionInput.ofVector(ramp());
    InferenceOptions options = InferenceOptions.defaults().threads(1);
    try (Captioner cpu = Captioner.open(model, options);
        Captioner auto = Captioner.open(model, options.device(Device.auto()))) {
      assertEquals("CPU", cpu.device().toString());
      Caption expected = cpu.caption(input);
      assertEquals(expected.text(), auto.caption(input).text());
      assertTrue(
          auto.device().isCuda()
              || auto.device().toString().startsWith("CPU (CUDA device 0 cannot be used: "),
          auto.device()::toString);
    }
  }

  /** Never the processor in its place. */
  @Test
  void cudaThatCannotBeUsedIsNotOpened() {
    assumeFalse(
        OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA),
        "this ONNX Runtime is built for CUDA");
    Path model = TinyModel.write(temporary, TinyModel.PROJECTION);
    InferenceException refused =
        assertThrows(
            InferenceException.class,
            () -> Captioner.open(model, InferenceOptions.defaults().device(Device.cuda(0))));
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
