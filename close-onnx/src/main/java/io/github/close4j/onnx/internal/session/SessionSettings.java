package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.close4j.onnx.ActiveDevice;
import io.github.close4j.onnx.CudaDevice;
import io.github.close4j.onnx.Device;
import org.jspecify.annotations.Nullable;

/**
 * How sessions use the machine.
 *
 * @param threads threads of one operation; 0 lets ONNX Runtime choose
 * @param arena whether memory of intermediate results is kept from run to run
 * @param packedWeights whether matrices are copied into the processor's preferred layout
 * @param device what they run on
 */
public record SessionSettings(
    int threads, boolean arena, boolean packedWeights, ActiveDevice device) {

  private static final ActiveDevice CPU = new ActiveDevice(Device.cpu(), "CPU");

  /**
   * On the processor.
   *
   * @param threads see the record
   * @param arena see the record
   * @param packedWeights see the record
   * @return the settings
   * @throws IllegalArgumentException if {@code threads < 0}
   */
  public static SessionSettings onCpu(int threads, boolean arena, boolean packedWeights) {
    return new SessionSettings(threads, arena, packedWeights, CPU);
  }

  /**
   * Checks the number of threads.
   *
   * @param threads see the record
   * @param arena see the record
   * @param packedWeights see the record
   * @param device see the record
   * @throws IllegalArgumentException if {@code threads < 0}
   */
  public SessionSettings {
    if (threads < 0) {
      throw new IllegalArgumentException("threads: expected 0 or more, found " + threads);
    }
  }

  /** The GPU, or null where the processor computes. */
  @Nullable CudaDevice cuda() {
    return device.device() instanceof CudaDevice cuda ? cuda : null;
  }

  void applyTo(OrtSession.SessionOptions options) throws OrtException {
    if (cuda() != null) {
      DeviceProbe.addTo(options, cuda());
    }
    options.setIntraOpNumThreads(threads);
    options.setCPUArenaAllocator(arena);
    if (!packedWeights) {
      options.addConfigEntry("session.disable_prepacking", "1");
    }
  }
}
