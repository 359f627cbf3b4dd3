package io.github.close4j.training;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Hashes of texts; where one ends and the next begins counts. */
final class TextHash {
  private TextHash() {}

  static void put(Hasher hasher, List<String> texts) {
    hasher.putInt(texts.size());
    texts.forEach(text -> hasher.putInt(text.length()).putString(text, StandardCharsets.UTF_8));
  }

  /** SHA-256 of all that examples are made of, in their order, in hexadecimal. */
  static String sha256(List<TrainingExample> examples) {
    Hasher hasher = Hashing.sha256().newHasher();
    for (TrainingExample example : examples) {
      String text = example.text();
      put(hasher, example.clipTexts());
      put(hasher, text == null ? List.of() : List.of(text));
      put(hasher, example.targets());
    }
    return hasher.hash().toString();
  }
}
