package io.github.close4j.training.internal.network;

import io.github.close4j.onnx.internal.model.T5Config;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A batch as the network reads it: B examples, each a CLIP vector and perhaps text, and M targets,
 * each of one of the examples. Arrays are kept and handed out, not copied.
 */
public final class NetworkInput {
  /** Label of positions that the loss leaves out. */
  public static final long IGNORED = -100;

  private final float[] vectors;
  private final int examples;
  private final long[] text;
  private final boolean[] textMask;
  private final int textLength;
  private final long[] exampleOfTarget;
  private final long[] decoderIds;
  private final long[] labels;
  private final int targetLength;

  /**
   * Pads a batch: adapted CLIP vectors [B, clipDim], token ids beside each (or none, for a task
   * without text), and token ids of each target, end token included, with the example that it
   * belongs to.
   */
  public NetworkInput(
      float[] vectors,
      int examples,
      List<long[]> texts,
      long[] exampleOfTarget,
      List<long[]> targets,
      T5Config config) {
    this.vectors = vectors;
    this.examples = examples;
    this.exampleOfTarget = exampleOfTarget;
    int pad = config.padTokenId();
    textLength = longest(texts);
    text = padded(texts, textLength, pad);
    textMask = new boolean[text.length];
    for (int i = 0; i < texts.size(); i++) {
      Arrays.fill(textMask, i * textLength, i * textLength + texts.get(i).length, true);
    }
    targetLength = longest(targets);
    labels = padded(targets, targetLength, IGNORED);
    decoderIds = shiftedRight(targets, targetLength, pad);
  }

  private static int longest(List<long[]> rows) {
    return rows.stream().mapToInt(row -> row.length).max().orElse(0);
  }

  private static long[] padded(List<long[]> rows, int length, long padding) {
    long[] all = new long[rows.size() * length];
    Arrays.fill(all, padding);
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, all, i * length, rows.get(i).length);
    }
    return all;
  }

  /** Start token first, then what is to be said, without its last token. */
  private static long[] shiftedRight(List<long[]> rows, int length, long start) {
    long[] all = new long[rows.size() * length];
    Arrays.fill(all, start);
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, all, i * length + 1, rows.get(i).length - 1);
    }
    return all;
  }

  float[] vectors() {
    return vectors;
  }

  int examples() {
    return examples;
  }

  int clipDim() {
    return vectors.length / examples;
  }

  boolean hasText() {
    return textLength > 0;
  }

  long[] text() {
    return text;
  }

  boolean[] textMask() {
    return textMask;
  }

  int textLength() {
    return textLength;
  }

  long[] exampleOfTarget() {
    return exampleOfTarget;
  }

  int targets() {
    return exampleOfTarget.length;
  }

  long[] decoderIds() {
    return decoderIds;
  }

  int targetLength() {
    return targetLength;
  }

  /**
   * What the logits are compared to, [targets, T]: the targets, {@link #IGNORED} after their ends.
   */
  public long[] labels() {
    return labels;
  }

  /** The target tokens without padding: what {@link CaptionNetwork#tokenLogits} is compared to. */
  public long[] tokens() {
    return Arrays.stream(labels).filter(label -> label != IGNORED).toArray();
  }

  /** Where {@link #tokens} stand in [targets, T]. */
  long[] tokenPositions() {
    return IntStream.range(0, labels.length)
        .filter(i -> labels[i] != IGNORED)
        .mapToLong(i -> i)
        .toArray();
  }

  /** Number of target tokens, end tokens included. */
  public int targetTokens() {
    return (int) Arrays.stream(labels).filter(label -> label != IGNORED).count();
  }
}
