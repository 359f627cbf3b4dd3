package io.github.close4j.training.internal.loop;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.github.close4j.UnusableFileException;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.Precision;
import io.github.close4j.onnx.internal.model.ClipFiles;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * CLIP's text features, computed once and kept on disk. A file's name is a hash of CLIP's weights,
 * its tokenizer, the precision and the texts, so a changed model or corpus never meets stale
 * vectors.
 *
 * <p>Differs from the reference, which runs CLIP on every caption in every epoch: CLIP is frozen,
 * so the features are the same each time.
 */
public final class TextVectorCache {
  private static final int BATCH_SIZE = 256;
  private static final String FEATURES = "features";
  private static final String CUT_TEXTS = "cutTexts";

  private final ClipFiles clip;
  private final InferenceOptions options;
  private final @Nullable Path directory;

  /** Keeps nothing if the directory is null. */
  public TextVectorCache(ClipFiles clip, InferenceOptions options, @Nullable Path directory) {
    this.clip = clip;
    this.options = options;
    this.directory = directory;
  }

  /** The examples' vectors, a row of norm 1 for each; owned by the caller. */
  public EmbeddingBatch of(List<TrainingExample> examples, TrainingListener listener) {
    Map<String, Integer> rowOfText = new LinkedHashMap<>();
    for (TrainingExample example : examples) {
      example.clipTexts().forEach(text -> rowOfText.putIfAbsent(text, rowOfText.size()));
    }
    Encoded encoded = features(List.copyOf(rowOfText.keySet()), listener);
    if (encoded.cutTexts > 0) {
      listener.onCutTexts(encoded.cutTexts, rowOfText.size());
    }
    float[] features = encoded.features;
    int dimension = clip.config().projectionDim();
    EmbeddingBatch vectors = EmbeddingBatch.allocate(examples.size(), dimension);
    for (int i = 0; i < examples.size(); i++) {
      // The mean of unnormalised features has the direction of their sum.
      for (String text : examples.get(i).clipTexts()) {
        int row = Objects.requireNonNull(rowOfText.get(text));
        for (int c = 0; c < dimension; c++) {
          vectors.values()[i * dimension + c] += features[row * dimension + c];
        }
      }
    }
    vectors.normalize();
    return vectors;
  }

  /** Features of texts, row by row, and how many of the texts were too long for CLIP. */
  private static final class Encoded {
    private final float[] features;
    private final long cutTexts;

    Encoded(float[] features, long cutTexts) {
      this.features = features;
      this.cutTexts = cutTexts;
    }
  }

  private Encoded features(List<String> texts, TrainingListener listener) {
    if (directory == null) {
      return encode(texts, listener);
    }
    try {
      Files.createDirectories(directory);
      Path file = directory.resolve("clip-texts-" + key(texts) + ".safetensors");
      if (!Files.exists(file)) {
        Encoded encoded = encode(texts, listener);
        new Safetensors.Writer(DataType.F32)
            .add(FEATURES, encoded.features, texts.size(), clip.config().projectionDim())
            .metadata(CUT_TEXTS, Long.toString(encoded.cutTexts))
            .write(file);
        return encoded;
      }
      return read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep vectors in " + directory, e);
    }
  }

  private static Encoded read(Path file) {
    Safetensors kept = Safetensors.open(file);
    String cutTexts = kept.metadata().get(CUT_TEXTS);
    try {
      return new Encoded(
          kept.tensor(FEATURES).toFloatArray(), Long.parseLong(String.valueOf(cutTexts)));
    } catch (NumberFormatException e) {
      throw new UnusableFileException(
          file, "metadata: expected the number %s, found %s".formatted(CUT_TEXTS, cutTexts), e);
    }
  }

  private Encoded encode(List<String> texts, TrainingListener listener) {
    int dimension = clip.config().projectionDim();
    float[] features = new float[Math.multiplyExact(texts.size(), dimension)];
    try (ClipFeatures encoder = ClipFeatures.open(clip, options)) {
      listener.onEncoder(encoder.device().toString());
      for (int from = 0; from < texts.size(); from += BATCH_SIZE) {
        int to = Math.min(from + BATCH_SIZE, texts.size());
        float[] rows = encoder.texts(texts.subList(from, to)).values();
        System.arraycopy(rows, 0, features, from * dimension, rows.length);
        listener.onEncoding(to, texts.size());
      }
      return new Encoded(features, encoder.cutTexts());
    }
  }

  private String key(List<String> texts) throws IOException {
    Hasher hasher = Hashing.sha256().newHasher();
    for (Path file : clip.files()) {
      hasher.putBytes(MoreFiles.asByteSource(file).hash(Hashing.sha256()).asBytes());
    }
    Fingerprint.put(hasher, texts);
    // The device is none of it: it changes last bits, as the number of threads may.
    if (options.precision() != Precision.FLOAT32) {
      hasher.putUnencodedChars(options.precision().name());
    }
    return hasher.hash().toString().substring(0, 32);
  }
}
