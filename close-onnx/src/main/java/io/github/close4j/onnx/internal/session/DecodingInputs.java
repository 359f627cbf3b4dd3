package io.github.close4j.onnx.internal.session;

import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.Sampling;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The numbers of a decoding that are inputs of its graph, not part of it. */
public final class DecodingInputs {
  private DecodingInputs() {}

  /**
   * All inputs that a captioning graph has beside vectors, pictures and texts.
   *
   * @param decoding the decoding
   * @param vocabularySize number of tokens
   * @return inputs by name
   */
  public static Map<String, InputTensor> of(Decoding decoding, int vocabularySize) {
    Map<String, InputTensor> inputs = new HashMap<>();
    inputs.put("max_new_tokens", InputTensor.of(decoding.maxNewTokens()));
    if (decoding.minNewTokens() > 0) {
      inputs.put("min_new_tokens", InputTensor.of(decoding.minNewTokens()));
    }
    if (decoding.beams() > 1 && decoding.rule() == Decoding.BeamRule.LENGTH_NORMALIZED) {
      inputs.put("length_penalty", InputTensor.of(decoding.lengthPenalty()));
    }
    Sampling sampling = decoding.sampling();
    if (sampling != null) {
      int topK = sampling.topK() == 0 ? vocabularySize : Math.min(sampling.topK(), vocabularySize);
      inputs.put("temperature", InputTensor.of(sampling.temperature()));
      inputs.put("top_k", InputTensor.of(new long[] {topK}, 1));
      inputs.put("top_p", InputTensor.of(sampling.topP()));
      float[] uniforms = uniforms(sampling.seed(), decoding.maxNewTokens());
      inputs.put("uniforms", InputTensor.of(uniforms, uniforms.length));
    }
    return inputs;
  }

  /** A named algorithm: the same seed gives the same numbers on every Java runtime. */
  private static float[] uniforms(long seed, int count) {
    RandomGenerator random =
        java.util.random.RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    float[] uniforms = new float[count];
    for (int i = 0; i < count; i++) {
      uniforms[i] = random.nextFloat();
    }
    return uniforms;
  }
}
