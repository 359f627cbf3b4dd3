package io.github.close4j.onnx.internal.hub;

import com.google.gson.JsonObject;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.io.WholeFile;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What was found in files when they were first fetched, in small files of their own beside them: a
 * later fetch takes the same bytes or refuses.
 */
final class Pins {
  private static final String REVISION = "revision";
  private static final String SIZE = "size";
  private static final String SHA256 = "sha256";
  private static final String ADDRESS = "address";

  private final Path folder;

  /**
   * What was found.
   *
   * @param revision the commit or the mark of its version
   * @param size bytes
   * @param sha256 hash of all of them
   * @param address where it was asked for
   */
  record Pin(String revision, long size, String sha256, String address) {
    @Override
    public String toString() {
      return "SHA-256 %s (%d bytes, revision %s)".formatted(sha256, size, revision);
    }
  }

  /** The pins of files that were asked for by the name of one revision. */
  Pins(Path repositoryFolder, String revision) {
    this.folder =
        repositoryFolder
            .resolve("pins")
            .resolve(URLEncoder.encode(revision, StandardCharsets.UTF_8));
  }

  /** The file that has a pin, or is to have it. */
  Path file(String name) {
    return folder.resolve(name + ".json");
  }

  /**
   * What was found in a file, if it was fetched before.
   *
   * @throws io.github.close4j.UnusableFileException if its pin is damaged
   */
  Optional<Pin> find(String name) {
    Path file = file(name);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    Json json = Json.read(file);
    return Optional.of(
        new Pin(
            json.text(REVISION), json.wholeNumber(SIZE), json.text(SHA256), json.text(ADDRESS)));
  }

  void put(String name, Pin pin) {
    if (find(name).equals(Optional.of(pin))) {
      return;
    }
    JsonObject json = new JsonObject();
    json.addProperty(REVISION, pin.revision());
    json.addProperty(SIZE, pin.size());
    json.addProperty(SHA256, pin.sha256());
    json.addProperty(ADDRESS, pin.address());
    WholeFile.write(file(name), json.toString());
  }
}
