package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.training.corpus.CaptionedImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A training that starts from folders as transformers writes them and as Hugging Face's cache keeps
 * them: all files behind links, tokenizers as spiece.model and as vocab.json with merges.txt.
 */
final class FolderTrainingTest {
  private static final Path FOLDERS =
      Path.of("../close-onnx/src/test/resources/io/github/close4j/onnx/folders");

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"t5-plain", "t5-gated"})
  void foldersBehindLinksAreTrainedFrom(String t5) throws IOException {
    Path plain = directory.resolve("plain");
    Path linked = directory.resolve("linked");
    train(FOLDERS.resolve("clip"), FOLDERS.resolve(t5), plain);
    train(cached("clip"), cached(t5), linked);
    try (Stream<Path> files = Files.list(plain)) {
      for (Path file : files.toList()) {
        assertEquals(-1, Files.mismatch(file, linked.resolve(file.getFileName())), file.toString());
      }
    }
    assertEquals(caption(plain), caption(linked));
  }

  @Test
  void aModelDirectoryBehindLinksIsTrainedFrom() throws IOException {
    Path model = directory.resolve("model");
    train(FOLDERS.resolve("clip"), FOLDERS.resolve("t5-plain"), model);
    Path again = directory.resolve("again");
    trained(CaptionTrainer.from(links(model, directory.resolve("cache"))), again);
    assertTrue(caption(again).logProbability() < 0);
  }

  private static void train(Path clip, Path t5, Path output) {
    assertThrows(IllegalStateException.class, () -> CaptionTrainer.from(clip, t5).keepPrefix());
    trained(CaptionTrainer.from(clip, t5), output);
  }

  private static void trained(CaptionTrainer trainer, Path output) {
    ModelDirectory model =
        trainer
            .options(TrainingOptions.defaults().epochs(1).batchSize(2).threads(1))
            .vectorCache(output.resolveSibling(output.getFileName() + "-vectors"))
            .train(
                TrainingTask.CAPTIONING_SINGLE.examples(
                    CaptionedImage.of(List.of("a dog runs", "the calm lake"))),
                output);
    assertEquals("1", model.provenance().get("steps"));
  }

  private static Caption caption(Path model) {
    try (Captioner captioner = Captioner.open(model)) {
      BufferedImage picture = new BufferedImage(40, 32, BufferedImage.TYPE_INT_RGB);
      return captioner.caption(CaptionInput.of(picture), Decoding.greedy().maxNewTokens(5));
    }
  }

  private Path cached(String name) throws IOException {
    return links(FOLDERS.resolve(name), directory.resolve("models--x--" + name));
  }

  /** {@code snapshots/abc/NAME -> ../../blobs/SHA-256}. */
  private static Path links(Path folder, Path cache) throws IOException {
    Path snapshot = Files.createDirectories(cache.resolve("snapshots/abc"));
    Path blobs = Files.createDirectories(cache.resolve("blobs"));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String hash = MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
        Path blob = blobs.resolve(hash);
        if (!Files.exists(blob)) {
          Files.copy(file, blob);
        }
        Files.createSymbolicLink(
            snapshot.resolve(file.getFileName()), Path.of("../../blobs").resolve(hash));
      }
    }
    return snapshot;
  }
}
