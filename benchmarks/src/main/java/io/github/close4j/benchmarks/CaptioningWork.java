package io.github.close4j.benchmarks;

import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ClipConfig;
import io.github.close4j.onnx.internal.model.T5Config;
import java.util.List;

/**
 * What captioning a batch cannot do without: the floating-point work of its matrix products, and
 * the weights that must be read at least once for each product in turn.
 *
 * @param part whose work it is
 * @param flops operations of a batch, two a multiply-add
 * @param weights floats of weights read
 */
record CaptioningWork(String part, double flops, double weights) {

  /** The parts of one batch: pixels to vectors, encoder, steps of the decoder. */
  static List<CaptioningWork> of(CaptionerConfig config, int batch, int beams, int steps) {
    return List.of(
        vision(config.clip(), batch),
        encoder(config.t5(), batch * config.prefix().positions()),
        decoder(config.t5(), batch * beams, steps));
  }

  private static CaptioningWork vision(ClipConfig clip, int batch) {
    ClipConfig.Vision v = clip.vision();
    double tokens = v.patches() + 1.0;
    double hidden = v.hidden();
    double patches = 3.0 * v.patchSize() * v.patchSize() * hidden;
    double attention = 4 * hidden * hidden;
    double feedForward = 2 * hidden * v.feedForward();
    double whole = tokens * (attention + feedForward) + 2 * tokens * tokens * hidden;
    double last = tokens * attention / 2 + attention / 2 + feedForward + 2 * tokens * hidden;
    double products = tokens * patches + (v.layers() - 1) * whole + last;
    return new CaptioningWork(
        "CLIP's image tower",
        2 * batch * products,
        patches + v.layers() * (attention + feedForward) + hidden * clip.projectionDim());
  }

  private static CaptioningWork encoder(T5Config t5, int positions) {
    double layer = 4.0 * t5.dModel() * t5.inner() + feedForward(t5);
    double cross = 2.0 * t5.dModel() * t5.inner() * t5.decoderLayers();
    double weights = t5.encoderLayers() * layer + cross;
    return new CaptioningWork("T5's encoder", 2 * positions * weights, weights);
  }

  private static CaptioningWork decoder(T5Config t5, int rows, int steps) {
    double layer = 6.0 * t5.dModel() * t5.inner() + feedForward(t5);
    double weights = t5.decoderLayers() * layer + (double) t5.dModel() * t5.vocabularySize();
    return new CaptioningWork(
        "T5's decoder, %d steps".formatted(steps), 2.0 * rows * steps * weights, steps * weights);
  }

  private static double feedForward(T5Config t5) {
    int matrices = t5.gated() ? 3 : 2;
    return (double) matrices * t5.dModel() * t5.feedForward();
  }

  /** The least seconds a batch, of 4-byte weights. */
  double floor(MachineRates rates) {
    return Math.max(flops / rates.flops(), Float.BYTES * weights / rates.bytes());
  }
}
