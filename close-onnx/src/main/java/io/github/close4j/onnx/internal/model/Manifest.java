package io.github.close4j.onnx.internal.model;

import com.google.common.base.Throwables;
import com.google.common.hash.Hashing;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.JsonFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code captioner.json}: the captioner's configuration, its provenance, and the SHA-256 of the
 * configuration and of every other file.
 *
 * <p>The configuration has a SHA-256 of its own because most of it cannot be told from the weights:
 * with another mean of red, or another number of heads, every shape still fits.
 */
public final class Manifest {
  private static final int FORMAT_VERSION = 1;

  /** Far more than a manifest needs, and little enough to read at once. */
  private static final long MAX_BYTES = 1 << 20;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private static final Gson JSON =
      new GsonBuilder()
          .setStrictness(Strictness.STRICT)
          .registerTypeAdapterFactory(new KnownConstants())
          .registerTypeAdapterFactory(new PlainNumbers())
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .create();

  private final Path file;
  private final Content content;

  /** The JSON object; what a damaged file lacks is null or 0. */
  private record Content(
      int formatVersion,
      @Nullable CaptionerConfig captioner,
      @Nullable String captionerSha256,
      @Nullable Map<String, String> provenance,
      @Nullable Map<String, String> sha256) {}

  private Manifest(Path file, Content content) {
    this.file = file;
    this.content = content;
  }

  /**
   * Writes a manifest.
   *
   * @param sha256 of every other file, by name
   */
  public static void write(
      Path file,
      CaptionerConfig captioner,
      Map<String, String> provenance,
      Map<String, String> sha256)
      throws IOException {
    Content content =
        new Content(
            FORMAT_VERSION,
            captioner,
            sha256(captioner),
            new TreeMap<>(provenance),
            new TreeMap<>(sha256));
    Files.writeString(file, JSON.toJson(content) + "\n");
  }

  /**
   * Reads and checks a manifest.
   *
   * @param names the files whose SHA-256 it must state
   * @param optional files whose SHA-256 it may state; it must state no others
   * @throws UnusableFileException if it is missing, malformed, or does not say what it should
   */
  public static Manifest read(Path file, Collection<String> names, Collection<String> optional) {
    Manifest manifest = new Manifest(file, parse(file));
    manifest.requireSound(names, optional);
    return manifest;
  }

  public CaptionerConfig captioner() {
    return present("captioner", content.captioner);
  }

  /** Unmodifiable. */
  public Map<String, String> provenance() {
    return Map.copyOf(present("provenance", content.provenance));
  }

  /** The SHA-256 that each file must have. Unmodifiable. */
  public Map<String, String> sha256() {
    return Map.copyOf(present("sha256", content.sha256));
  }

  private void requireSound(Collection<String> names, Collection<String> optional) {
    require("formatVersion", FORMAT_VERSION, content.formatVersion);
    require(
        "captionerSha256, of 'captioner' as it is here",
        sha256(captioner()),
        present("captionerSha256", content.captionerSha256));
    present("provenance", content.provenance)
        .forEach((key, value) -> present("provenance '" + key + "'", value));
    Map<String, String> sha256 = present("sha256", content.sha256);
    Set<String> expected = new TreeSet<>(names);
    optional.stream().filter(sha256::containsKey).forEach(expected::add);
    require("files in 'sha256'", expected, sha256.keySet());
    sha256.forEach((name, value) -> requireSha256(name, present("sha256 of " + name, value)));
  }

  private void requireSha256(String name, String value) {
    if (!SHA256.matcher(value).matches()) {
      throw new UnusableFileException(
          file,
          "sha256 of %s: expected 64 lower-case hexadecimal digits, found '%s'"
              .formatted(name, value));
    }
  }

  private void require(String what, Object expected, Object found) {
    if (!found.equals(expected)) {
      throw new UnusableFileException(
          file, "%s: expected %s, found %s".formatted(what, expected, found));
    }
  }

  private <T> T present(String what, @Nullable T value) {
    if (value == null) {
      throw new UnusableFileException(file, what + ": expected a value, found none");
    }
    return value;
  }

  private static Content parse(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UnusableFileException(
          file, "expected a model directory with this file, found none");
    }
    Content content;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new UnusableFileException(
            file, "expected at most %d bytes, found %d".formatted(MAX_BYTES, Files.size(file)));
      }
      requireMaps(JsonFile.read(file));
      content = JSON.fromJson(Files.readString(file), Content.class);
    } catch (IOException e) {
      throw new UnusableFileException(file, "malformed: " + e.getMessage(), e);
    } catch (JsonParseException e) {
      throw new UnusableFileException(file, "malformed: " + e.getMessage(), e);
    } catch (UnusableFileException e) {
      throw e;
    } catch (RuntimeException e) {
      // Gson wraps what a record's constructor says of a wrong value.
      throw new UnusableFileException(file, Throwables.getRootCause(e).getMessage(), e);
    }
    if (content == null) {
      throw new UnusableFileException(file, "expected a JSON object, found nothing");
    }
    return content;
  }

  /** Gson would take a list of pairs for a map. */
  private static void requireMaps(JsonObject root) {
    for (String name : List.of("provenance", "sha256")) {
      if (root.has(name) && !root.get(name).isJsonObject()) {
        throw new JsonParseException(name + ": expected an object, found another value");
      }
    }
  }

  /** Of the values, not of the text: spaces and the order of fields do not count. */
  private static String sha256(CaptionerConfig captioner) {
    return Hashing.sha256().hashString(JSON.toJson(captioner), StandardCharsets.UTF_8).toString();
  }
}
