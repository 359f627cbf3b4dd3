package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/** An input of a graph on the Java heap; made native for the time of a run. */
public interface InputTensor {

  /**
   * Makes the native tensor.
   *
   * @param environment ONNX Runtime's environment
   * @return the tensor; the caller closes it
   * @throws OrtException if ONNX Runtime fails
   */
  OnnxTensor create(OrtEnvironment environment) throws OrtException;

  /**
   * A float input.
   *
   * @param values the elements, row-major; read during the run
   * @param shape the dimensions
   * @return the input
   */
  static InputTensor of(float[] values, long... shape) {
    return environment -> OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
  }

  /**
   * An integer input.
   *
   * @param values the elements, row-major; read during the run
   * @param shape the dimensions
   * @return the input
   */
  static InputTensor of(long[] values, long... shape) {
    return environment -> OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
  }

  /**
   * An integer scalar.
   *
   * @param value the number
   * @return the input
   */
  static InputTensor of(long value) {
    return of(new long[] {value});
  }

  /**
   * An integer scalar.
   *
   * @param value the number
   * @return the input
   */
  static InputTensor of(int value) {
    return of((long) value);
  }

  /**
   * A float scalar.
   *
   * @param value the number
   * @return the input
   */
  static InputTensor of(float value) {
    return of(new float[] {value});
  }
}
