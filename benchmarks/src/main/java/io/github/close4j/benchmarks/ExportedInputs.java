package io.github.close4j.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.github.close4j.onnx.Decoding;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;

/** The inputs of an exported captioning graph. */
final class ExportedInputs implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final Map<String, OnnxTensor> tensors = new HashMap<>();

  void floats(String name, float[] values, long... shape) throws OrtException {
    tensors.put(name, OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape));
  }

  /** The numbers of a decoding of a fixed length, greedy or by length-normalised score. */
  void decoding(Decoding decoding) throws OrtException {
    number("max_new_tokens", decoding.maxNewTokens());
    number("min_new_tokens", decoding.minNewTokens());
    if (decoding.beams() > 1) {
      floats("length_penalty", new float[] {decoding.lengthPenalty()});
    }
  }

  private void number(String name, long value) throws OrtException {
    tensors.put(
        name,
        OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[] {value}), new long[0]));
  }

  Map<String, OnnxTensor> tensors() {
    return tensors;
  }

  @Override
  public void close() {
    tensors.values().forEach(OnnxTensor::close);
  }
}
