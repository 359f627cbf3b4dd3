package io.github.close4j.onnx.internal.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.github.close4j.UnusableFileException;
import io.github.close4j.onnx.internal.checkpoint.Checkpoints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tokenizers made of older files, against SentencePiece and transformers on tiny files (see {@code
 * folders_golden.py}), and against the {@code tokenizer.json} that the real models have beside
 * theirs.
 */
final class TokenizerFilesTest {
  private static final Path DATA = Path.of("../../shared/data");
  private static final int LONGEST = 512;
  private static final int RANDOM_TEXTS = 5_000;

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"clip/vocab.json, clip", "t5-plain/spiece.model, t5"})
  void idsOfTinyFilesAreThoseOfTheirMakers(String file, String name) throws IOException {
    Path tokenizer = Checkpoints.folder(file);
    Path written = directory.resolve("tokenizer.json");
    TokenizerFiles.write(tokenizer, written);
    JsonObject tokens =
        JsonParser.parseString(Files.readString(Checkpoints.folder("tokens.json")))
            .getAsJsonObject();
    for (Path made : List.of(tokenizer, written)) {
      try (TextTokenizer read = TextTokenizer.open(made, 77)) {
        for (JsonElement element : tokens.getAsJsonArray(name)) {
          String text = element.getAsJsonObject().get("text").getAsString();
          long[] ids =
              element.getAsJsonObject().getAsJsonArray("ids").asList().stream()
                  .mapToLong(JsonElement::getAsLong)
                  .toArray();
          assertArrayEquals(ids, read.encode(text), "'" + text + "'");
        }
      }
    }
  }

  /** A list's ids are its places; added tokens may lie behind the others or among them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'model': {'vocab': {'a': 0, 'b': 7}}} | 8",
        "{'model': {'vocab': [['a', 0.5], ['b', 0.5]]}} | 2",
        "{'model': {'vocab': [['a', 1]]}, 'added_tokens': [{'id': 4, 'content': 'x'}]} | 5",
        "{'model': {'vocab': {'a': 6}}, 'added_tokens': [{'id': 4, 'content': 'x'}]} | 7",
        "{'model': {'vocab': {'a': 6}}, 'added_tokens': []} | 7",
      })
  void theVocabularyHasRoomForTheHighestId(String document, int size) throws IOException {
    Path file = directory.resolve("tokenizer.json");
    Files.writeString(file, document.replace('\'', '"'));
    assertEquals(size, TokenizerFiles.vocabularySize(file));
  }

  @ParameterizedTest
  @CsvSource({"clip/vocab.json", "t5-plain/spiece.model"})
  void anOlderFileHasTheVocabularyOfWhatIsMadeOfIt(String file) {
    Path tokenizer = Checkpoints.folder(file);
    Path written = directory.resolve("tokenizer.json");
    TokenizerFiles.write(tokenizer, written);
    assertEquals(TokenizerFiles.vocabularySize(written), TokenizerFiles.vocabularySize(tokenizer));
  }

  @ParameterizedTest
  @CsvSource({"t5, 32100", "clip-vit-l14, 49408"})
  void realVocabulariesHaveTheirKnownSizes(String name, int size) {
    Path real = DATA.resolve("tokenizers").resolve(name).resolve("tokenizer.json");
    assumeTrue(Files.exists(real), "skipped: no " + real);
    assertEquals(size, TokenizerFiles.vocabularySize(real));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | model",
        "{'model': {}} | vocab",
        "{'model': {'vocab': 3}} | vocab",
        "{'model': {'vocab': {'a': 'b'}}} | model.vocab.a",
        "{'model': {'vocab': {'a': 0.5}}} | model.vocab.a",
        "{'model': {'vocab': {'a': -1}}} | no ids",
        "{'model': {'vocab': {}}} | no ids",
        "[] | object",
      })
  void aFileWithoutIdsIsRefused(String document, String problem) throws IOException {
    Path file = directory.resolve("tokenizer.json");
    Files.writeString(file, document.replace('\'', '"'));
    UnusableFileException thrown =
        assertThrows(UnusableFileException.class, () -> TokenizerFiles.vocabularySize(file));
    assertTrue(thrown.getMessage().startsWith(file.toString()), thrown.getMessage());
    assertTrue(thrown.getMessage().contains(problem), thrown.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"clip-vit-l14, 'vocab.json,merges.txt'", "t5, spiece.model"})
  void idsOfTheRealFilesAreThoseOfTheirTokenizerJson(String name, String files) throws IOException {
    Path real = DATA.resolve("tokenizers").resolve(name);
    Path captions = DATA.resolve("coco/captions_val2017.json.gz");
    assumeTrue(Files.exists(real) && Files.exists(captions), "skipped: no " + real);
    for (String file : files.split(",")) {
      Files.copy(real.resolve(file), directory.resolve(file));
    }
    List<String> texts = captions(captions);
    texts.addAll(odd());
    texts.addAll(random());
    try (TextTokenizer made = TextTokenizer.open(directory.resolve(files.split(",")[0]), LONGEST);
        TextTokenizer given = TextTokenizer.open(real.resolve("tokenizer.json"), LONGEST)) {
      List<long[]> expected = given.encode(texts);
      List<long[]> found = made.encode(texts);
      for (int i = 0; i < texts.size(); i++) {
        assertArrayEquals(expected.get(i), found.get(i), "'" + texts.get(i) + "'");
      }
      assertEquals(given.decode(expected.get(0)), made.decode(expected.get(0)));
    }
  }

  private static List<String> captions(Path file) throws IOException {
    try (Reader json =
        new InputStreamReader(
            new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8)) {
      List<String> captions = new ArrayList<>();
      JsonParser.parseReader(json)
          .getAsJsonObject()
          .getAsJsonArray("annotations")
          .forEach(a -> captions.add(a.getAsJsonObject().get("caption").getAsString()));
      return captions;
    }
  }

  private static List<String> odd() throws IOException {
    try (Reader json =
        new InputStreamReader(
            TokenizerFilesTest.class.getResourceAsStream("odd.json"), StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(json).getAsJsonArray().asList().stream()
          .map(element -> element.getAsJsonObject().get("text").getAsString())
          .toList();
    }
  }

  /** Code points of all planes that have characters, of special tokens and of spaces. */
  private static List<String> random() {
    Random random = new Random(20261129);
    List<String> pieces =
        List.of(
            " ",
            "  ",
            "\n",
            "\t",
            "<pad>",
            "</s>",
            "<extra_id_7>",
            "<|startoftext|>",
            "'s",
            "<|endoftext|>",
            "<|ENDOFTEXT|>",
            "\u00a0",
            "\u3000",
            "\u200b",
            "\u2581",
            "e\u0301");
    int[][] ranges = {
      {0x20, 0x7f},
      {0xa0, 0x250},
      {0x300, 0x370},
      {0x370, 0x600},
      {0x900, 0xe80},
      {0x1e00, 0x2c00},
      {0x3000, 0x9fff},
      {0xac00, 0xd7a3},
      {0xf900, 0xffef},
      {0x1f300, 0x1fa00},
      {0, 0x20}
    };
    return Stream.generate(
            () -> {
              StringBuilder text = new StringBuilder();
              for (int left = random.nextInt(24); left >= 0; left--) {
                int[] range = ranges[Math.min(random.nextInt(16), 15) % ranges.length];
                if (random.nextInt(5) == 0) {
                  text.append(pieces.get(random.nextInt(pieces.size())));
                } else {
                  text.appendCodePoint(range[0] + random.nextInt(range[1] - range[0]));
                }
              }
              return text.toString();
            })
        .limit(RANDOM_TEXTS)
        .toList();
  }

  // What nothing can be made of ----------------------------------------------------------------

  @Test
  void mergesMustStandBesideTheVocabularyAndFitIt() throws IOException {
    Path clip = Checkpoints.copy(Checkpoints.folder("clip"), directory);
    Path vocabulary = clip.resolve("vocab.json");
    Path merges = clip.resolve("merges.txt");
    assertEquals(List.of(vocabulary, merges), TokenizerFiles.of(vocabulary));
    String sound = Files.readString(merges);
    for (String line : List.of("a b c", "ab", "zzz zz</w>", "zz a</w>")) {
      Files.writeString(merges, sound + line + "\n");
      assertRefused(merges, "found '" + line + "'", vocabulary);
      assertRefused(merges, "makes a tokenizer.json", vocabulary);
    }
    Files.writeString(merges, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n");
    assertRefused(merges, "found a pointer of Git LFS", vocabulary);
    Files.delete(merges);
    assertRefused(merges, "expected the merges of vocab.json, found no file", vocabulary);
    Files.writeString(merges, sound);
    Files.writeString(vocabulary, "{\"a\": 0, \"<|endoftext|>\": 1}");
    assertRefused(vocabulary, "expected CLIP's token <|startoftext|>", vocabulary);
    Files.writeString(vocabulary, "{\"a\": \"0\"}");
    assertRefused(vocabulary, "a: expected a whole number", vocabulary);
  }

  @Test
  void otherSentencePieceModelsAreRefused() throws IOException {
    Path file = directory.resolve("spiece.model");
    byte[] sound = Files.readAllBytes(Checkpoints.folder("t5-plain/spiece.model"));
    Files.write(file, message(out -> out.writeByteArray(2, message(t -> t.writeEnum(3, 2)))));
    assertRefused(file, "model_type 2", file);
    Files.write(file, message(out -> out.writeByteArray(3, message(t -> t.writeBool(3, false)))));
    assertRefused(file, "add_dummy_prefix false", file);
    Files.write(file, message(out -> out.writeByteArray(1, piece("a", -1, 1))));
    assertRefused(file, "expected a piece </s>, found none among 1", file);
    Files.write(file, message(out -> out.writeByteArray(1, piece("</s>", -1, 3))));
    assertRefused(file, "expected a piece for what is unknown", file);
    Files.write(file, message(out -> out.writeByteArray(1, piece("<0x41>", -1, 6))));
    assertRefused(file, "piece '<0x41>': expected", file);
    Files.write(file, message(out -> out.writeByteArray(1, piece("a", Float.NaN, 1))));
    assertRefused(file, "found NaN", file);
    Files.write(file, Arrays.copyOf(sound, sound.length - 7));
    assertRefused(file, "expected a SentencePiece model, found other bytes", file);
    assertRefused(file, "makes a tokenizer.json", file);
    Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n");
    assertRefused(file, "found a pointer of Git LFS", file);
    Files.write(file, new byte[0]);
    assertRefused(file, "expected a piece </s>, found none among 0", file);
  }

  /** Whatever is changed in it, a file is read or refused in our own words. */
  @Test
  void damagedSentencePieceModelsAreReadOrRefused() throws IOException {
    Path file = directory.resolve("spiece.model");
    byte[] sound = Files.readAllBytes(Checkpoints.folder("t5-plain/spiece.model"));
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      byte[] changed = sound.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(file, changed);
      try (TextTokenizer tokenizer = TextTokenizer.open(file, 77)) {
        tokenizer.encode("a dog");
      } catch (UnusableFileException e) {
        assertEquals(file, e.file());
        refused++;
      }
    }
    assertTrue(refused > 100, refused + " refused");
  }

  @Test
  void sentinelsFollowThePiecesAsManyAsTheSettingsSay() throws IOException {
    Path t5 = Checkpoints.copy(Checkpoints.folder("t5-plain"), directory);
    Path file = t5.resolve("spiece.model");
    long first;
    try (TextTokenizer usual = TextTokenizer.open(file, 77)) {
      first = usual.encode("<extra_id_99>")[0];
      assertEquals(first + 99, usual.encode("<extra_id_0>")[0]);
    }
    Files.writeString(t5.resolve("tokenizer_config.json"), "{\"extra_ids\": 3}");
    try (TextTokenizer few = TextTokenizer.open(file, 77)) {
      assertEquals(first, few.encode("<extra_id_2>")[0]);
      assertEquals(first + 2, few.encode("<extra_id_0>")[0]);
    }
    Files.writeString(t5.resolve("tokenizer_config.json"), "{\"extra_ids\": -1}");
    assertRefused(t5.resolve("tokenizer_config.json"), "extra_ids: expected 0 to", file);
  }

  /** Fields of a protobuf message. */
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.writeTo(out);
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] piece(String text, float score, int kind) throws IOException {
    return message(
        out -> {
          out.writeBytes(1, ByteString.copyFromUtf8(text));
          out.writeFloat(2, score);
          out.writeEnum(3, kind);
        });
  }

  private static void assertRefused(Path file, String expected, Path tokenizer) {
    UnusableFileException refusal =
        assertThrows(UnusableFileException.class, () -> TextTokenizer.open(tokenizer, 77));
    assertEquals(file, refusal.file());
    assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
  }
}
