package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.github.close4j.onnx.Decoding;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** An input of a graph on the Java heap; made native for the time of a run. */
public interface InputTensor {

  /** Makes the native tensor; the caller closes it. */
  OnnxTensor create(OrtEnvironment environment) throws OrtException;

  /** A float input; its elements, row-major, are read during the run. */
  static InputTensor of(float[] values, long... shape) {
    return environment -> OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
  }

  /** An integer input; its elements, row-major, are read during the run. */
  static InputTensor of(long[] values, long... shape) {
    return environment -> OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
  }

  /** An integer scalar. */
  static InputTensor of(long value) {
    return of(new long[] {value});
  }

  /** An integer scalar. */
  static InputTensor of(int value) {
    return of((long) value);
  }

  /** A float scalar. */
  static InputTensor of(float value) {
    return of(new float[] {value});
  }

  /**
   * The numbers of a decoding that are inputs of its graph, not part of it: all that a captioning
   * graph reads beside vectors, pictures and texts.
   *
   * @return a map that others may be added to
   */
  static Map<String, InputTensor> of(Decoding decoding, int vocabularySize) {
    Map<String, InputTensor> inputs = new HashMap<>();
    inputs.put("max_new_tokens", of(decoding.maxNewTokens()));
    if (decoding.minNewTokens() > 0) {
      inputs.put("min_new_tokens", of(decoding.minNewTokens()));
    }
    Float lengthPenalty = decoding.isLengthNormalized() ? decoding.lengthPenalty() : null;
    if (lengthPenalty != null) {
      inputs.put("length_penalty", of((float) lengthPenalty));
    }
    Long seed = decoding.seed();
    if (seed != null) {
      int topK = decoding.topK() == 0 ? vocabularySize : Math.min(decoding.topK(), vocabularySize);
      inputs.put("temperature", of(decoding.temperature()));
      inputs.put("top_k", of(new long[] {topK}, 1));
      inputs.put("top_p", of(decoding.topP()));
      float[] uniforms = uniforms(seed, decoding.maxNewTokens());
      inputs.put("uniforms", of(uniforms, uniforms.length));
    }
    return inputs;
  }

  /** A named algorithm: the same seed gives the same numbers on every Java runtime. */
  private static float[] uniforms(long seed, int count) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    float[] uniforms = new float[count];
    for (int i = 0; i < count; i++) {
      uniforms[i] = random.nextFloat();
    }
    return uniforms;
  }
}
