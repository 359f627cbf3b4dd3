package io.github.close4j.onnx.internal.model;

import com.google.common.hash.Hashing;
import com.google.gson.stream.JsonWriter;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.io.UsableFile;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.onnx.Decoding;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * {@code captioner.json}: the captioner's configuration, its provenance, and the SHA-256 of the
 * configuration and of every other file.
 *
 * <p>The configuration has a SHA-256 of its own because most of it cannot be told from the weights:
 * with another mean of red, or another number of heads, every shape still fits.
 *
 * @param captioner the configuration
 * @param provenance how the model came about; unmodifiable
 * @param sha256 what each file must have; unmodifiable
 */
public record Manifest(
    CaptionerConfig captioner, Map<String, String> provenance, Map<String, String> sha256) {
  private static final int FORMAT_VERSION = 4;

  /** Far more than a manifest needs, and little enough to read at once. */
  private static final long MAX_BYTES = 1 << 20;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /**
   * Reads and checks a manifest.
   *
   * @param names the files whose SHA-256 it must state
   * @param optional files whose SHA-256 it may state; it must state no others
   * @throws UnusableFileException if it is missing, malformed, or does not say what it should
   */
  public static Manifest read(Path file, Collection<String> names, Collection<String> optional) {
    requireReadable(file);
    Json json = Json.read(file);
    require(file, "formatVersion", FORMAT_VERSION, json.integer("formatVersion"));
    CaptionerConfig captioner = json.make(() -> captioner(json.object("captioner")));
    String stated = json.text("captionerSha256");
    Map<String, String> provenance = json.textsByName("provenance");
    Map<String, String> sha256 = json.textsByName("sha256");
    json.requireNothingElse();
    require(file, "captionerSha256, of 'captioner' as it is here", sha256(captioner), stated);
    Set<String> expected = new TreeSet<>(names);
    optional.stream().filter(sha256::containsKey).forEach(expected::add);
    require(file, "files in 'sha256'", expected, sha256.keySet());
    sha256.forEach((name, value) -> requireSha256(file, name, value));
    return new Manifest(captioner, Map.copyOf(provenance), Map.copyOf(sha256));
  }

  private static void requireReadable(Path file) {
    UsableFile.require(file, "a model directory with this file");
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new UnusableFileException(
            file, "expected at most %d bytes, found %d".formatted(MAX_BYTES, size));
      }
    } catch (IOException e) {
      throw new UnusableFileException(file, "cannot be read: " + FileFailure.reason(e), e);
    }
  }

  private static void require(Path file, String what, Object expected, Object found) {
    if (!found.equals(expected)) {
      throw new UnusableFileException(
          file, "%s: expected %s, found %s".formatted(what, expected, found));
    }
  }

  private static void requireSha256(Path file, String name, String value) {
    if (!SHA256.matcher(value).matches()) {
      throw new UnusableFileException(
          file,
          "sha256 of %s: expected 64 lower-case hexadecimal digits, found '%s'"
              .formatted(name, value));
    }
  }

  /** Of the values, not of the text: spaces and the order of members do not count. */
  private static String sha256(CaptionerConfig captioner) {
    StringWriter text = new StringWriter();
    try {
      write(json(text), captioner);
    } catch (IOException e) {
      throw new IllegalStateException("a string cannot fail to be written", e);
    }
    return Hashing.sha256().hashString(text.toString(), StandardCharsets.UTF_8).toString();
  }

  private static JsonWriter json(Writer text) {
    JsonWriter json = new JsonWriter(text);
    json.setIndent("  ");
    return json;
  }

  /** Writes the manifest, whole or not at all, in place of one that is there. */
  public void write(Path file) {
    WholeFile.write(
        file,
        text -> {
          JsonWriter json = json(text);
          json.beginObject().name("formatVersion").value(FORMAT_VERSION);
          write(json.name("captioner"), captioner);
          json.name("captionerSha256").value(sha256(captioner));
          write(json.name("provenance"), provenance);
          write(json.name("sha256"), sha256);
          json.endObject().flush();
          text.write("\n");
        });
  }

  private static void write(JsonWriter json, Map<String, String> texts) throws IOException {
    json.beginObject();
    for (Map.Entry<String, String> text : new TreeMap<>(texts).entrySet()) {
      json.name(text.getKey()).value(text.getValue());
    }
    json.endObject();
  }

  // The configuration, member by member, each part written and read ---------------------------

  private static void write(JsonWriter json, CaptionerConfig captioner) throws IOException {
    json.beginObject();
    write(json.name("clip"), captioner.clip());
    write(json.name("preprocessing"), captioner.preprocessing());
    write(json.name("t5"), captioner.t5());
    CaptionerConfig.Prefix prefix = captioner.prefix();
    json.name("prefix").beginObject().name("kind").value(prefix.kind().name());
    json.name("length").value(prefix.length());
    json.name("constants").value(prefix.constants()).endObject();
    json.name("imageAdapter").value(captioner.imageAdapter().name());
    write(json.name("decoding"), captioner.decoding());
    json.name("maxTextTokens").value(captioner.maxTextTokens()).endObject();
  }

  private static CaptionerConfig captioner(Json json) {
    Json prefix = json.object("prefix");
    return new CaptionerConfig(
        clip(json.object("clip")),
        preprocessing(json.object("preprocessing")),
        t5(json.object("t5")),
        new CaptionerConfig.Prefix(
            prefix.constant("kind", CaptionerConfig.Prefix.Kind.class),
            prefix.integer("length"),
            prefix.integer("constants")),
        json.constant("imageAdapter", ImageAdapter.Kind.class),
        decoding(json.object("decoding")),
        json.integer("maxTextTokens"));
  }

  /** Older versions of Gson have no {@code value(float)}; as a double it would have more digits. */
  private static JsonWriter write(JsonWriter json, String name, float value) throws IOException {
    return json.name(name).value(Float.valueOf(value));
  }

  private static void write(JsonWriter json, ClipConfig clip) throws IOException {
    json.beginObject().name("projectionDim").value(clip.projectionDim());
    ClipConfig.Vision vision = clip.vision();
    json.name("vision").beginObject();
    json.name("imageSize").value(vision.imageSize());
    json.name("patchSize").value(vision.patchSize());
    json.name("hidden").value(vision.hidden());
    json.name("layers").value(vision.layers());
    json.name("heads").value(vision.heads());
    json.name("feedForward").value(vision.feedForward());
    json.name("activation").value(vision.activation().name());
    write(json, "layerNormEps", vision.layerNormEps()).endObject();
    ClipConfig.Text text = clip.text();
    json.name("text").beginObject();
    json.name("vocabularySize").value(text.vocabularySize());
    json.name("contextLength").value(text.contextLength());
    json.name("hidden").value(text.hidden());
    json.name("layers").value(text.layers());
    json.name("heads").value(text.heads());
    json.name("feedForward").value(text.feedForward());
    json.name("activation").value(text.activation().name());
    write(json, "layerNormEps", text.layerNormEps());
    json.name("endTokenId").value(text.endTokenId());
    json.name("readAt").value(text.readAt().name()).endObject();
    json.endObject();
  }

  private static ClipConfig clip(Json json) {
    Json vision = json.object("vision");
    Json text = json.object("text");
    return new ClipConfig(
        json.integer("projectionDim"),
        new ClipConfig.Vision(
            vision.integer("imageSize"),
            vision.integer("patchSize"),
            vision.integer("hidden"),
            vision.integer("layers"),
            vision.integer("heads"),
            vision.integer("feedForward"),
            vision.constant("activation", Activation.class),
            (float) vision.number("layerNormEps")),
        new ClipConfig.Text(
            text.integer("vocabularySize"),
            text.integer("contextLength"),
            text.integer("hidden"),
            text.integer("layers"),
            text.integer("heads"),
            text.integer("feedForward"),
            text.constant("activation", Activation.class),
            (float) text.number("layerNormEps"),
            text.integer("endTokenId"),
            text.constant("readAt", ClipConfig.Text.ReadAt.class)));
  }

  private static void write(JsonWriter json, ClipConfig.Preprocessing images) throws IOException {
    json.beginObject().name("imageSize").value(images.imageSize());
    write(json, "meanRed", images.meanRed());
    write(json, "meanGreen", images.meanGreen());
    write(json, "meanBlue", images.meanBlue());
    write(json, "stdRed", images.stdRed());
    write(json, "stdGreen", images.stdGreen());
    write(json, "stdBlue", images.stdBlue()).endObject();
  }

  private static ClipConfig.Preprocessing preprocessing(Json json) {
    return new ClipConfig.Preprocessing(
        json.integer("imageSize"),
        (float) json.number("meanRed"),
        (float) json.number("meanGreen"),
        (float) json.number("meanBlue"),
        (float) json.number("stdRed"),
        (float) json.number("stdGreen"),
        (float) json.number("stdBlue"));
  }

  private static void write(JsonWriter json, T5Config t5) throws IOException {
    json.beginObject().name("dModel").value(t5.dModel());
    json.name("headDim").value(t5.headDim());
    json.name("heads").value(t5.heads());
    json.name("feedForward").value(t5.feedForward());
    json.name("activation").value(t5.activation().name());
    json.name("gated").value(t5.gated());
    json.name("encoderLayers").value(t5.encoderLayers());
    json.name("decoderLayers").value(t5.decoderLayers());
    json.name("vocabularySize").value(t5.vocabularySize());
    json.name("relativeBuckets").value(t5.relativeBuckets());
    json.name("relativeMaxDistance").value(t5.relativeMaxDistance());
    write(json, "layerNormEps", t5.layerNormEps());
    json.name("padTokenId").value(t5.padTokenId());
    json.name("endTokenId").value(t5.endTokenId());
    json.name("outputHead").value(t5.outputHead().name()).endObject();
  }

  private static T5Config t5(Json json) {
    return new T5Config(
        json.integer("dModel"),
        json.integer("headDim"),
        json.integer("heads"),
        json.integer("feedForward"),
        json.constant("activation", Activation.class),
        json.flag("gated"),
        json.integer("encoderLayers"),
        json.integer("decoderLayers"),
        json.integer("vocabularySize"),
        json.integer("relativeBuckets"),
        json.integer("relativeMaxDistance"),
        (float) json.number("layerNormEps"),
        json.integer("padTokenId"),
        json.integer("endTokenId"),
        json.constant("outputHead", T5Config.OutputHead.class));
  }

  /** What is null has no member: no length penalty, no sampling. */
  private static void write(JsonWriter json, Decoding decoding) throws IOException {
    json.beginObject().name("beams").value(decoding.beams());
    json.name("maxNewTokens").value(decoding.maxNewTokens());
    if (decoding.lengthPenalty() != null) {
      write(json, "lengthPenalty", decoding.lengthPenalty());
    }
    json.name("minNewTokens").value(decoding.minNewTokens());
    json.name("noRepeatNgram").value(decoding.noRepeatNgram());
    if (decoding.seed() != null) {
      write(json, "temperature", decoding.temperature());
      json.name("topK").value(decoding.topK());
      write(json, "topP", decoding.topP());
      json.name("seed").value(decoding.seed());
    }
    json.endObject();
  }

  private static Decoding decoding(Json json) {
    return new Decoding(
        json.integer("beams"),
        json.integer("maxNewTokens"),
        json.has("lengthPenalty") ? (Float) (float) json.number("lengthPenalty") : null,
        json.integer("minNewTokens"),
        json.integer("noRepeatNgram"),
        (float) json.number("temperature", 1),
        json.integer("topK", 0),
        (float) json.number("topP", 1),
        json.has("seed") ? (Long) json.wholeNumber("seed") : null);
  }
}
