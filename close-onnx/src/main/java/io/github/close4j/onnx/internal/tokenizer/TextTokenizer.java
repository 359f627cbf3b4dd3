package io.github.close4j.onnx.internal.tokenizer;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.UsableFile;
import io.github.close4j.onnx.internal.natives.NativeLibrary;
import io.github.close4j.onnx.internal.natives.UnpackedLibrary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A Hugging Face tokenizer read from a local {@code tokenizer.json}. Thread-safe.
 *
 * <p>Texts are encoded with the special tokens that the file's post-processor adds. A text that is
 * too long loses tokens before its last one, so that the end token stays.
 */
public final class TextTokenizer implements AutoCloseable {
  private static final NativeLibrary LIBRARY =
      new NativeLibrary("the tokenizers' library", TextTokenizer::unpacked, LibUtils::checkStatus);

  static {
    // The library otherwise asks a cloud's metadata address where it runs, and may look for
    // updates.
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    LibraryLogging.start();
  }

  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false");

  private final HuggingFaceTokenizer tokenizer;
  private final int maxLength;

  private TextTokenizer(HuggingFaceTokenizer tokenizer, int maxLength) {
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
  }

  /**
   * Opens a tokenizer and checks that it ends a text as the model does: the tokenizer of the other
   * model, or one without a post-processor, would go unnoticed and make nonsense.
   *
   * @param file a {@code tokenizer.json}, or another of {@link TokenizerFiles}
   * @param maxLength longest encoding in tokens, special tokens included
   * @param endTokenId the model's end token
   * @return the tokenizer; the caller closes it
   * @throws UnusableFileException if the file is missing, is no tokenizer, or is another model's
   * @throws IllegalArgumentException if {@code maxLength < 1}
   */
  public static TextTokenizer open(Path file, int maxLength, int endTokenId) {
    TextTokenizer tokenizer = open(file, maxLength);
    long[] ids = tokenizer.encode("");
    if (ids.length > 0 && ids[ids.length - 1] == endTokenId) {
      return tokenizer;
    }
    tokenizer.close();
    throw new UnusableFileException(
        file,
        "expected a text to end with the model's end token %d, found %s"
            .formatted(endTokenId, ids.length == 0 ? "no token" : "token " + ids[ids.length - 1]));
  }

  /**
   * Opens a tokenizer of any model.
   *
   * @param file a {@code tokenizer.json}, or another of {@link TokenizerFiles}
   * @param maxLength longest encoding in tokens, special tokens included
   * @return the tokenizer; the caller closes it
   * @throws UnusableFileException if the file is missing or is no tokenizer
   * @throws io.github.close4j.onnx.InferenceException if the native library cannot be loaded
   * @throws IllegalArgumentException if {@code maxLength < 1}
   */
  public static TextTokenizer open(Path file, int maxLength) {
    if (maxLength < 1) {
      throw new IllegalArgumentException("maxLength: expected at least 1, found " + maxLength);
    }
    UsableFile.require(file, "a tokenizer.json");
    LIBRARY.require();
    try {
      String made = TokenizerFiles.made(file);
      HuggingFaceTokenizer tokenizer =
          made == null
              ? HuggingFaceTokenizer.newInstance(file, OPTIONS)
              : HuggingFaceTokenizer.newInstance(
                  new ByteArrayInputStream(made.getBytes(StandardCharsets.UTF_8)), OPTIONS);
      return new TextTokenizer(tokenizer, maxLength);
    } catch (UnusableFileException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new UnusableFileException(file, "expected a tokenizer.json: " + e.getMessage(), e);
    }
  }

  private static UnpackedLibrary unpacked() {
    Platform platform = Platform.detectPlatform("tokenizers");
    String file =
        "native/lib/%s/cpu/%s"
            .formatted(platform.getClassifier(), System.mapLibraryName("tokenizers"));
    return new UnpackedLibrary(
        Utils.getEngineCacheDir("tokenizers").toAbsolutePath(),
        "ENGINE_CACHE_DIR",
        UnpackedLibrary.resource(file),
        true);
  }

  /** Token ids of a text, at most {@code maxLength} of them. */
  public long[] encode(String text) {
    return truncate(tokenizer.encode(text).getIds());
  }

  /** Token ids of several texts, an array a text, in their order. */
  public List<long[]> encode(Collection<String> texts) {
    return encodeWhole(texts).stream().map(this::truncate).toList();
  }

  private List<long[]> encodeWhole(Collection<String> texts) {
    if (texts.isEmpty()) {
      return List.of();
    }
    Encoding[] encodings = tokenizer.batchEncode(List.copyOf(texts));
    return Arrays.stream(encodings).map(Encoding::getIds).toList();
  }

  /**
   * Token ids of several texts as a matrix.
   *
   * @param ids [rows,length], row-major, filled up behind the shorter texts
   * @param isToken 1 for a token and 0 for what is filled up, as {@code ids}
   * @param rows the texts
   * @param length the longest text's tokens, at least 1
   * @param unread [rows], how many tokens each text lost because it was too long
   */
  public record Batch(long[] ids, long[] isToken, int rows, int length, int[] unread) {
    /** How many of the texts were too long. */
    public long cutTexts() {
      return Arrays.stream(unread).filter(tokens -> tokens > 0).count();
    }
  }

  /** Token ids of several texts as a matrix, filled up with {@code padding}. */
  public Batch batch(Collection<String> texts, long padding) {
    List<long[]> whole = encodeWhole(texts);
    int[] unread = whole.stream().mapToInt(ids -> Math.max(0, ids.length - maxLength)).toArray();
    List<long[]> encoded = whole.stream().map(this::truncate).toList();
    int longest = encoded.stream().mapToInt(ids -> ids.length).max().orElse(1);
    long[] ids = new long[encoded.size() * longest];
    long[] isToken = new long[ids.length];
    Arrays.fill(ids, padding);
    for (int row = 0; row < encoded.size(); row++) {
      int from = row * longest;
      int length = encoded.get(row).length;
      System.arraycopy(encoded.get(row), 0, ids, from, length);
      Arrays.fill(isToken, from, from + length, 1);
    }
    return new Batch(ids, isToken, encoded.size(), longest, unread);
  }

  /** The text of token ids; special tokens are left out. */
  public String decode(long[] ids) {
    return tokenizer.decode(ids, true);
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private long[] truncate(long[] ids) {
    if (ids.length <= maxLength) {
      return ids;
    }
    long[] kept = Arrays.copyOf(ids, maxLength);
    kept[maxLength - 1] = ids[ids.length - 1];
    return kept;
  }
}
