package io.github.close4j.training.internal.network;

import io.github.close4j.training.internal.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;

/** Greedy decoding with a network in training; slower than a graph, and ready at any step. */
public final class GreedyDecoder {
  private GreedyDecoder() {}

  /**
   * Says the likeliest token until each target has its end token: token ids without start and end.
   * The network's dropout is turned off, and the batch has one target an example, which is not
   * read.
   */
  @SuppressWarnings("try") // the guard turns gradients off within it
  public static List<long[]> decode(
      CaptionNetwork network, CaptionNetwork.Input batch, int maxTokens) {
    long end = network.config().t5().endTokenId();
    int rows = batch.targets();
    // Row-major [rows, maxTokens + 1]; the first column is the start token.
    long[][] said = new long[rows][maxTokens + 1];
    int[] lengths = new int[rows];
    Arrays.fill(lengths, -1);
    for (long[] row : said) {
      row[0] = network.config().t5().padTokenId();
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      CaptionNetwork.Encoded encoded = network.encode(batch);
      for (int length = 1; length <= maxTokens && !allKnown(lengths); length++) {
        long[] next = next(network, encoded, said, length);
        for (int row = 0; row < rows; row++) {
          said[row][length] = next[row];
          if (lengths[row] < 0 && next[row] == end) {
            lengths[row] = length - 1;
          }
        }
      }
    }
    List<long[]> tokens = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      int length = lengths[row] < 0 ? maxTokens : lengths[row];
      tokens.add(Arrays.copyOfRange(said[row], 1, 1 + length));
    }
    return tokens;
  }

  private static boolean allKnown(int[] lengths) {
    return Arrays.stream(lengths).allMatch(length -> length >= 0);
  }

  @SuppressWarnings("try") // the scope frees what is made within it
  private static long[] next(
      CaptionNetwork network, CaptionNetwork.Encoded encoded, long[][] said, int length) {
    try (PointerScope scope = new PointerScope()) {
      long[] ids = new long[said.length * length];
      for (int row = 0; row < said.length; row++) {
        System.arraycopy(said[row], 0, ids, row * length, length);
      }
      return Tensors.toLongs(
          network
              .nextLogits(encoded, Tensors.of(ids, said.length, length))
              .argmax(new LongOptional(1), false));
    }
  }
}
