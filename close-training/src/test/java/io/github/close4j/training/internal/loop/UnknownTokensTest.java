package io.github.close4j.training.internal.loop;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.close4j.training.TinyModel;
import io.github.close4j.training.TrainingExample;
import io.github.close4j.training.TrainingTask;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnknownTokensTest {
  private static final Path DATA = Path.of("../../shared/data");

  @TempDir private Path directory;
  private Path tiny;

  @BeforeEach
  void writeTokenizer() throws IOException {
    tiny = TinyModel.modelDirectory(directory).resolve("t5-tokenizer.json");
  }

  private static List<TrainingExample> captions(List<String> captions) {
    return TrainingTask.CAPTIONING_SINGLE.examples(
        captions.stream().map(caption -> CaptionedImage.of(List.of(caption))).toList());
  }

  private static void refuse(List<String> captions, Path tokenizer) {
    UnknownTokens.refuse(captions(captions), UnknownTokens::targets, "targets", tokenizer);
  }

  private static void assertRefused(String part, Runnable check) {
    Exception thrown = assertThrows(IllegalArgumentException.class, check::run);
    assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
  }

  @Test
  void aTenthMayBeUnknownAndNoMore() {
    refuse(List.of("A red cat sits on the left of a zebra"), tiny);
    assertRefused(
        "found 11.1%, such as 'zebra'",
        () -> refuse(List.of("A red cat sits on the left of zebra"), tiny));
    refuse(List.of("the red cat", "the cat", "a dog", "a big small dog", "zebra"), tiny);
  }

  @Test
  void theMessageTellsFileShareWordsAndWhatToDo() {
    List<String> captions =
        List.of("A zebra and a giraffe", "One zebra", "a " + "x".repeat(40), "a \ud83e\udd92");
    Exception thrown = assertThrows(IllegalArgumentException.class, () -> refuse(captions, tiny));
    assertTrue(
        thrown
            .getMessage()
            .startsWith("targets: expected at most 10% of tokens that " + tiny + " does not know"),
        thrown.getMessage());
    assertTrue(
        thrown.getMessage().contains("found 45.5%, such as 'zebra', 'giraffe', "),
        thrown.getMessage());
    assertTrue(thrown.getMessage().contains("'xxxxxxxxxxxxxxxxxxxxxxxx…'"), thrown.getMessage());
    assertTrue(thrown.getMessage().contains("'\ud83e\udd92'"), thrown.getMessage());
    assertTrue(thrown.getMessage().contains("from(clip, t5), or --clip and --t5"));
  }

  @Test
  void eachSideIsLookedAt() {
    List<TrainingExample> examples =
        List.of(
            new TrainingExample(List.of("a dog"), "Is zebra giraffe?", List.of("one", "llama")));
    assertRefused(
        "found 50.0%, such as 'llama'",
        () -> UnknownTokens.refuse(examples, UnknownTokens::targets, "targets", tiny));
    assertRefused(
        "such as 'zebra', 'giraffe?'",
        () -> UnknownTokens.refuse(examples, UnknownTokens::text, "text", tiny));
    UnknownTokens.refuse(examples, TrainingExample::clipTexts, "CLIP", tiny);
    UnknownTokens.refuse(captions(List.of("a dog")), UnknownTokens::text, "text", tiny);
  }

  /** A sorted corpus is looked at in all its parts. */
  @Test
  void ofManyTextsSomeAreLookedAt() {
    List<String> captions = new ArrayList<>(Collections.nCopies(90_000, "a red dog"));
    captions.addAll(Collections.nCopies(10_000, "zebra zebra zebra"));
    refuse(captions, tiny);
    captions.addAll(Collections.nCopies(10_000, "zebra zebra zebra"));
    assertRefused("found 18.2%", () -> refuse(captions, tiny));
  }

  /** Byte-level BPE has no token for what it does not know, whatever its file calls one. */
  @Test
  void aTokenizerThatKnowsEveryByteKnowsAll() {
    Path clip = DATA.resolve("tokenizers/clip-vit-l14/tokenizer.json");
    assumeTrue(Files.exists(clip), () -> "skipped: no tokenizers at " + DATA);
    refuse(List.of("\ud83e\udd92\ue000", "\u72ac\u304c\u8d70\u308b", "<|endoftext|>"), clip);
  }

  @Test
  void t5KnowsEnglishAndGermanAndNoOtherScript() {
    Path t5 = DATA.resolve("tokenizers/t5/tokenizer.json");
    Path clip = DATA.resolve("tokenizers/clip-vit-l14/tokenizer.json");
    assumeTrue(Files.exists(t5), () -> "skipped: no tokenizers at " + DATA);
    List<String> coco =
        Corpus.captions(DATA.resolve("coco/captions_val2017.json.gz")).read().stream()
            .flatMap(image -> image.captions().stream())
            .toList();
    refuse(coco, t5);
    refuse(coco, clip);
    assertRefused("found 69.8%, such as 'in', 'with', 'to', 'man'", () -> refuse(coco, tiny));
    refuse(List.of("Zwei Mädchen spielen am Strand mit einem großen Ball."), t5);
    refuse(List.of("A dog runs over the green grass of a park \ud83d\udc36"), t5);
    List<String> russian = List.of("Собака бежит по зелёной траве.");
    assertRefused("such as '", () -> refuse(russian, t5));
    refuse(russian, clip);
    assertRefused("found 50.0%", () -> refuse(List.of("一只狗在绿色的草地上奔跑。"), t5));
  }
}
