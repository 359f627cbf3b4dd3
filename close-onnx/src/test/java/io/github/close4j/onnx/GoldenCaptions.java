package io.github.close4j.onnx;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What transformers and the plain beam search of {@code model_golden.py} wrote, case by case. */
public final class GoldenCaptions {
  private GoldenCaptions() {}

  /** A hypothesis: token ids up to and with the end token, if it ended. */
  public record Hypothesis(List<Long> ids, double logProbability, double score) {}

  /** All inputs under one kind of input and one way of decoding. */
  public record Case(
      String kind,
      String rule,
      int maxNewTokens,
      int minNewTokens,
      int noRepeatNgram,
      List<List<Hypothesis>> items) {
    public Decoding decoding() {
      Decoding decoding =
          switch (rule) {
            case "greedy" -> Decoding.greedy();
            case "summed" -> Decoding.beam(5);
            default ->
                Decoding.beam(5)
                    .lengthNormalized(Float.parseFloat(rule.substring("normalized-".length())));
          };
      return decoding
          .maxNewTokens(maxNewTokens)
          .minNewTokens(minNewTokens)
          .noRepeatNgram(noRepeatNgram);
    }

    public boolean withText() {
      return kind.endsWith("text");
    }

    public CaptionerConfig.Prefix prefix() {
      return prefixOf(kind);
    }

    @Override
    public String toString() {
      return "%s, %s, %d to %d, n-grams of %d"
          .formatted(kind, rule, minNewTokens, maxNewTokens, noRepeatNgram);
    }
  }

  /** The prefix of one of the script's kinds of input. */
  public static CaptionerConfig.Prefix prefixOf(String kind) {
    int constants = kind.startsWith("constants-") ? 2 : 0;
    return kind.contains("split")
        ? new CaptionerConfig.Prefix(CaptionerConfig.Prefix.Kind.SPLIT, 2, constants)
        : new CaptionerConfig.Prefix(CaptionerConfig.Prefix.Kind.PROJECTION, 4, constants);
  }

  public static List<Case> read() {
    return read(TinyModel.resource("captions.json"));
  }

  public static List<Case> read(InputStream json) {
    try (Reader reader = new InputStreamReader(json, StandardCharsets.UTF_8)) {
      JsonObject root = new Gson().fromJson(reader, JsonObject.class);
      List<Case> cases = new ArrayList<>();
      for (String name : root.keySet()) {
        String[] parts = name.split(" ");
        List<List<Hypothesis>> items = new ArrayList<>();
        for (JsonElement item : root.getAsJsonArray(name)) {
          items.add(
              item.getAsJsonArray().asList().stream()
                  .map(h -> hypothesis(h.getAsJsonArray()))
                  .toList());
        }
        cases.add(
            new Case(
                parts[0],
                parts[1],
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]),
                Integer.parseInt(parts[4]),
                items));
      }
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Hypothesis hypothesis(JsonArray json) {
    List<Long> ids =
        json.get(0).getAsJsonArray().asList().stream().map(JsonElement::getAsLong).toList();
    return new Hypothesis(ids, json.get(1).getAsDouble(), json.get(2).getAsDouble());
  }
}
