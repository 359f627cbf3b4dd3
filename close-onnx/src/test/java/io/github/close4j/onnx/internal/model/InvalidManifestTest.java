package io.github.close4j.onnx.internal.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.close4j.onnx.TinyModel;
import io.github.close4j.onnx.internal.checkpoint.InvalidSettings;
import io.github.close4j.onnx.internal.checkpoint.Refusals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Seeded {@code captioner.json} files each of which is invalid by construction: every one is
 * refused with the file, the field, what was expected and what was found.
 */
final class InvalidManifestTest {
  private static final long SEED = 20261124;
  private static final int MUTANTS = 500;
  private static final String OTHER_SHA256 = "\"" + "0123456789abcdef".repeat(4) + "\"";
  private static final List<String> SECTIONS =
      List.of("captioner", "captionerSha256", "provenance", "sha256");

  @TempDir private Path parent;

  @Test
  void everyInvalidManifestIsRefused() throws IOException {
    Path directory = TinyModel.write(parent, TinyModel.PROJECTION);
    Path manifest = directory.resolve(ModelFolder.MANIFEST);
    String sound = Files.readString(manifest);
    InvalidSettings mutants = changes(sound);
    for (int i = 0; i < MUTANTS; i++) {
      InvalidSettings.Mutant mutant = mutants.next();
      Files.write(manifest, mutant.json());
      Refusals.assertRefused(
          "mutant %d, %s".formatted(i, mutant.what()),
          directory,
          mutant.telling(),
          () -> ModelFolder.open(directory));
    }
  }

  private static InvalidSettings changes(String sound) {
    InvalidSettings mutants =
        new InvalidSettings(sound, SEED)
            .oneOf(
                "formatVersion", List.of("0", "1", "2", "-1", "1.5", "null", "1e99", "true", "[]"))
            .oneOf("captionerSha256", List.of(OTHER_SHA256, "\"\"", "7", "null", "[]"))
            .oneOf("provenance", List.of("{\"x\":null}", "{\"x\":[]}", "{\"x\":{}}"))
            .oneOf("sha256", List.of("{}", "{\"../../x\":" + OTHER_SHA256 + "}"))
            .oneOf("sha256/x.safetensors", List.of(OTHER_SHA256));
    for (String section : SECTIONS) {
      mutants.required(section);
    }
    for (String section : List.of("captioner", "provenance", "sha256")) {
      mutants.object(section);
    }
    JsonObject root = JsonParser.parseString(sound).getAsJsonObject();
    for (String file : root.getAsJsonObject("sha256").keySet()) {
      List<String> others = List.of("\"\"", "null", "\"../x\"", "[]");
      mutants.oneOf("sha256/" + file, others, "sha256").required("sha256/" + file, "sha256");
      // The file that does not have this hash is the one that is refused.
      mutants.oneOf("sha256/" + file, List.of(OTHER_SHA256), "expected SHA-256");
    }
    addFields(mutants, "captioner", root.getAsJsonObject("captioner"));
    return mutants;
  }

  /** Every change of the configuration is one that its hash does not fit. */
  private static void addFields(InvalidSettings mutants, String path, JsonObject fields) {
    for (Map.Entry<String, JsonElement> field : fields.entrySet()) {
      String inner = path + "/" + field.getKey();
      if (field.getValue() instanceof JsonObject section) {
        mutants.object(inner).required(inner, "captionerSha256");
        addFields(mutants, inner, section);
      } else {
        List<String> others = List.of("-7", "7777", "\"../../x\"", "true", "[]", "{}", "1e300");
        mutants.oneOf(inner, others, "captionerSha256", "t5.relativeMaxDistance");
      }
    }
  }
}
