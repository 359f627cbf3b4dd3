package io.github.close4j.onnx;

import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.StoredTensor;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.internal.model.Activation;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ClipConfig;
import io.github.close4j.onnx.internal.model.ImageAdapter;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.model.T5Config;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The tiny CLIP and T5 of the golden files ({@code src/test/python/model_golden.py}) as a model
 * directory. A word is a token: id 17 reads {@code w17}.
 */
public final class TinyModel {
  public static final int CLIP_DIM = 64;
  public static final int VOCABULARY = 60;

  private static final int CLIP_START = 58;
  private static final int CLIP_END = 59;
  private static final String GOLDEN = "/io/github/close4j/onnx/golden/";

  public static final CaptionerConfig.Prefix PROJECTION =
      new CaptionerConfig.Prefix(CaptionerConfig.Prefix.Kind.PROJECTION, 4, 0);
  public static final CaptionerConfig.Prefix SPLIT =
      new CaptionerConfig.Prefix(CaptionerConfig.Prefix.Kind.SPLIT, 2, 0);

  private TinyModel() {}

  public static ClipConfig clip(Activation activation) {
    return new ClipConfig(
        CLIP_DIM,
        new ClipConfig.Vision(32, 8, 32, 2, 4, 64, activation, 1e-5f),
        new ClipConfig.Text(
            VOCABULARY,
            16,
            32,
            2,
            4,
            64,
            activation,
            1e-5f,
            CLIP_END,
            ClipConfig.Text.ReadAt.END_TOKEN));
  }

  public static T5Config t5() {
    return new T5Config(
        32,
        8,
        4,
        64,
        Activation.RELU,
        false,
        2,
        2,
        VOCABULARY,
        8,
        16,
        1e-6f,
        0,
        1,
        T5Config.OutputHead.TIED);
  }

  public static CaptionerConfig config(CaptionerConfig.Prefix prefix) {
    return new CaptionerConfig(
        clip(Activation.QUICK_GELU),
        ClipConfig.Preprocessing.clipDefaults(32),
        t5(),
        prefix,
        ImageAdapter.Kind.NONE,
        Decoding.beam(5).maxNewTokens(20),
        32);
  }

  /** Writes the model into {@code parent}. */
  public static Path write(Path parent, CaptionerConfig.Prefix prefix) {
    Path directory = parent.resolve("model");
    ModelFolder.write(
        directory, config(prefix), Map.of("made by", "model_golden.py"), TinyModel::fill);
    return directory;
  }

  /** Writes all files of a model directory but the manifest. */
  public static void fill(Path directory) throws IOException {
    copy("clip.safetensors", directory.resolve(ModelFolder.CLIP_WEIGHTS));
    copy("t5.safetensors", directory.resolve(ModelFolder.T5_WEIGHTS));
    copy("prefix.safetensors", directory.resolve(ModelFolder.PREFIX_WEIGHTS));
    Files.writeString(directory.resolve(ModelFolder.CLIP_TOKENIZER), clipTokenizer());
    Files.writeString(directory.resolve(ModelFolder.T5_TOKENIZER), t5Tokenizer());
  }

  /** A golden safetensors file, opened. */
  public static Safetensors golden(Path temporary, String name) {
    Path file = temporary.resolve(name);
    if (!Files.exists(file)) {
      copy(name, file);
    }
    return Safetensors.open(file);
  }

  public static WeightBank weights(Path temporary) {
    return new WeightBank()
        .add(CaptionGraph.CLIP, golden(temporary, "clip.safetensors"))
        .add(CaptionGraph.T5, golden(temporary, "t5.safetensors"))
        .add(CaptionGraph.PREFIX, golden(temporary, "prefix.safetensors"));
  }

  public static InputStream resource(String name) {
    InputStream stream = TinyModel.class.getResourceAsStream(GOLDEN + name);
    if (stream == null) {
      throw new IllegalStateException("no golden file " + name);
    }
    return stream;
  }

  /** Integers of a golden file, which holds floats alone. */
  public static long[] longs(StoredTensor tensor) {
    float[] values = tensor.toFloatArray();
    long[] integers = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      integers[i] = (long) values[i];
    }
    return integers;
  }

  /** Row {@code index} of a matrix that is stored row after row. */
  public static float[] row(float[] matrix, int columns, int index) {
    return java.util.Arrays.copyOfRange(matrix, index * columns, (index + 1) * columns);
  }

  /** What the tokenizer reads as the given ids. */
  public static String words(long... ids) {
    return java.util.Arrays.stream(ids).mapToObj(id -> "w" + id).collect(Collectors.joining(" "));
  }

  public static String t5Tokenizer() {
    List<String> tokens = new ArrayList<>(List.of("<pad>", "</s>", "<unk>"));
    IntStream.range(3, VOCABULARY).forEach(id -> tokens.add("w" + id));
    return tokenizer(tokens, List.of(0, 1, 2), "", piece("</s>"), special("</s>", 1));
  }

  public static String clipTokenizer() {
    List<String> tokens = new ArrayList<>(List.of("<unk>"));
    IntStream.range(1, CLIP_START).forEach(id -> tokens.add("w" + id));
    tokens.addAll(List.of("<start>", "<end>"));
    return tokenizer(
        tokens,
        List.of(0, CLIP_START, CLIP_END),
        piece("<start>") + ",",
        piece("<end>"),
        special("<start>", CLIP_START) + "," + special("<end>", CLIP_END));
  }

  private static String tokenizer(
      List<String> tokens, List<Integer> special, String before, String after, String specials) {
    String vocabulary =
        IntStream.range(0, tokens.size())
            .mapToObj(id -> "\"%s\":%d".formatted(tokens.get(id), id))
            .collect(Collectors.joining(","));
    String added =
        special.stream()
            .map(
                id ->
                    ("{\"id\":%d,\"content\":\"%s\",\"special\":true,\"single_word\":false,"
                            + "\"lstrip\":false,\"rstrip\":false,\"normalized\":false}")
                        .formatted(id, tokens.get(id)))
            .collect(Collectors.joining(","));
    String single = before + "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}," + after;
    return """
        {"version":"1.0","truncation":null,"padding":null,"added_tokens":[%s],
         "normalizer":{"type":"Lowercase"},"pre_tokenizer":{"type":"Whitespace"},
         "post_processor":{"type":"TemplateProcessing","single":[%s],
           "pair":[%s,{"Sequence":{"id":"B","type_id":0}}],"special_tokens":{%s}},
         "decoder":null,
         "model":{"type":"WordLevel","unk_token":"<unk>","vocab":{%s}}}
        """
        .formatted(added, single, single, specials, vocabulary);
  }

  private static String piece(String token) {
    return "{\"SpecialToken\":{\"id\":\"%s\",\"type_id\":0}}".formatted(token);
  }

  private static String special(String token, int id) {
    return "\"%s\":{\"id\":\"%s\",\"ids\":[%d],\"tokens\":[\"%s\"]}"
        .formatted(token, token, id, token);
  }

  private static void copy(String name, Path target) {
    try (InputStream in = resource(name)) {
      Files.copy(in, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
