package io.github.close4j.training.internal.network;

import io.github.close4j.training.internal.torch.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Decoding with a network in training; slower than a graph, and ready at any step. */
public final class StepwiseDecoder {
  private StepwiseDecoder() {}

  /**
   * Says the likeliest token until each target has its end token: token ids without start and end.
   * The network's dropout is turned off, and the batch has one target an example, which is not
   * read.
   */
  public static List<long[]> greedy(
      CaptionNetwork network, CaptionNetwork.Input batch, int maxTokens) {
    long end = network.config().t5().endTokenId();
    List<long[]> said =
        decode(network, batch, maxTokens, logits -> logits.argmax(new LongOptional(1), false));
    return said.stream().map(ids -> without(end, ids)).toList();
  }

  /**
   * Draws a text for each target of the batch, each token by its probability: token ids with the
   * end token, unless it did not come in time. The network's dropout is turned off; targets are not
   * read.
   */
  public static List<long[]> sampled(
      CaptionNetwork network, CaptionNetwork.Input batch, int maxTokens, RandomGenerator random) {
    return decode(network, batch, maxTokens, logits -> drawn(logits, random));
  }

  private static long[] without(long end, long[] ids) {
    int last = ids.length - 1;
    return last >= 0 && ids[last] == end ? Arrays.copyOf(ids, last) : ids;
  }

  /** Logits [N,V] -> a token of each row [N], where its share of all probability falls. */
  private static Tensor drawn(Tensor logits, RandomGenerator random) {
    float[] points = new float[(int) logits.size(0)];
    for (int i = 0; i < points.length; i++) {
      points[i] = random.nextFloat();
    }
    Tensor sums = logits.to(ScalarType.Float).softmax(-1).cumsum(-1);
    // Rounded sums may end below 1, or above.
    Tensor scaled = Tensors.of(points, points.length, 1).mul(sums.narrow(1, -1, 1));
    Scalar last = new Scalar(logits.size(1) - 1); // of a double, the result would be one too
    return torch.searchsorted(sums, scaled).clamp_max(last).squeeze(1);
  }

  @SuppressWarnings("try") // the guard turns gradients off within it
  private static List<long[]> decode(
      CaptionNetwork network,
      CaptionNetwork.Input batch,
      int maxTokens,
      UnaryOperator<Tensor> choice) {
    long end = network.config().t5().endTokenId();
    // Row-major [rows, maxTokens + 1]; the first column is the start token.
    long[][] said = new long[batch.targets()][maxTokens + 1];
    int[] lengths = new int[said.length];
    for (long[] row : said) {
      row[0] = network.config().t5().padTokenId();
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      CaptionNetwork.Encoded encoded = network.encode(batch);
      int[] unfinished = IntStream.range(0, said.length).toArray();
      for (int length = 1; length <= maxTokens && unfinished.length > 0; length++) {
        long[] next = next(network, encoded, said, unfinished, length, choice);
        for (int i = 0; i < unfinished.length; i++) {
          said[unfinished[i]][length] = next[i];
          lengths[unfinished[i]] = length;
        }
        int last = length;
        unfinished = Arrays.stream(unfinished).filter(row -> said[row][last] != end).toArray();
      }
    }
    return IntStream.range(0, said.length)
        .mapToObj(row -> Arrays.copyOfRange(said[row], 1, 1 + lengths[row]))
        .toList();
  }

  /** The next token of each of the rows. */
  @SuppressWarnings("try") // the scope frees what is made within it
  private static long[] next(
      CaptionNetwork network,
      CaptionNetwork.Encoded encoded,
      long[][] said,
      int[] rows,
      int length,
      UnaryOperator<Tensor> choice) {
    try (PointerScope scope = new PointerScope()) {
      long[] ids = new long[rows.length * length];
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(said[rows[i]], 0, ids, i * length, length);
      }
      Tensor logits = network.nextLogits(encoded.rows(rows), Tensors.of(ids, rows.length, length));
      return Tensors.toLongs(choice.apply(logits));
    }
  }
}
