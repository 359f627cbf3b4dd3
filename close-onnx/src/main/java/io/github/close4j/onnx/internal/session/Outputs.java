package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;

/** The outputs of a run, while it lasts. */
public final class Outputs {
  private final OrtSession.Result result;

  Outputs(OrtSession.Result result) {
    this.result = result;
  }

  /**
   * A float output.
   *
   * @param name its name
   * @return a copy, row-major
   */
  public float[] floats(String name) {
    OnnxTensor tensor = tensor(name);
    float[] values = new float[elements(tensor)];
    tensor.getFloatBuffer().get(values);
    return values;
  }

  /**
   * An integer output.
   *
   * @param name its name
   * @return a copy, row-major
   */
  public long[] longs(String name) {
    OnnxTensor tensor = tensor(name);
    long[] values = new long[elements(tensor)];
    tensor.getLongBuffer().get(values);
    return values;
  }

  /**
   * The dimensions of an output.
   *
   * @param name its name
   * @return the dimensions, outermost first
   */
  public long[] shape(String name) {
    return tensor(name).getInfo().getShape();
  }

  private static int elements(OnnxTensor tensor) {
    return Math.toIntExact(tensor.getInfo().getNumElements());
  }

  private OnnxTensor tensor(String name) {
    return (OnnxTensor)
        result.get(name).orElseThrow(() -> new IllegalArgumentException("no output " + name));
  }
}
