package io.github.close4j.onnx.internal.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.github.close4j.UnusableFileException;
import io.github.close4j.onnx.TinyModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Assertions;

/** A changed {@code captioner.json} is refused with our exception, or means the same as before. */
class ManifestMutationTest {
  private static Path temporary;
  private static Path directory;
  private static byte[] sound;
  private static CaptionerConfig config;

  @BeforeContainer
  static void write() throws IOException {
    temporary = Files.createTempDirectory("manifest");
    directory = TinyModel.write(temporary, TinyModel.PROJECTION);
    sound = Files.readAllBytes(directory.resolve(ModelFolder.MANIFEST));
    config = ModelFolder.open(directory).config();
  }

  @AfterContainer
  static void delete() throws IOException {
    com.google.common.io.MoreFiles.deleteRecursively(
        temporary, com.google.common.io.RecursiveDeleteOption.ALLOW_INSECURE);
  }

  @Property(tries = 500, seed = "20261124")
  void changedBytesAreRefusedOrMeanTheSame(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    byte[] bytes = sound.clone();
    for (int change = 1 + random.nextInt(4); change > 0; change--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 ->
            bytes[at] =
                "{}[],:\"0123456789.-eE\\ ntf"
                    .getBytes(StandardCharsets.US_ASCII)[random.nextInt(25)];
        case 2 -> bytes = java.util.Arrays.copyOf(bytes, Math.max(1, at));
        default -> {
          int from = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(60), bytes.length - Math.max(at, from));
          System.arraycopy(bytes.clone(), from, bytes, at, length);
        }
      }
    }
    assertRefusedOrSame(bytes);
  }

  @Property(tries = 500, seed = "20261125")
  void changedValuesAreRefusedOrMeanTheSame(@ForAll long seed) throws IOException {
    JsonObject root =
        JsonParser.parseString(new String(sound, StandardCharsets.UTF_8)).getAsJsonObject();
    mutate(root, new Random(seed));
    assertRefusedOrSame(root.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void mutate(JsonObject object, Random random) {
    List<String> keys = new ArrayList<>(object.keySet());
    String key = keys.get(random.nextInt(keys.size()));
    JsonElement value = object.get(key);
    if (value.isJsonObject() && !value.getAsJsonObject().isEmpty() && random.nextInt(8) > 0) {
      mutate(value.getAsJsonObject(), random);
      return;
    }
    JsonArray nested = new JsonArray();
    nested.add(value.deepCopy());
    List<JsonElement> others =
        List.of(
            JsonNull.INSTANCE,
            new JsonPrimitive(-1),
            new JsonPrimitive(0),
            new JsonPrimitive(Integer.MAX_VALUE),
            new JsonPrimitive(1e300),
            new JsonPrimitive(0.5),
            new JsonPrimitive("../../etc/passwd"),
            new JsonPrimitive(true),
            nested,
            new JsonObject());
    switch (random.nextInt(4)) {
      case 0 -> object.remove(key);
      case 1 -> object.add(key + "x", object.remove(key));
      default -> object.add(key, others.get(random.nextInt(others.size())));
    }
  }

  private static void assertRefusedOrSame(byte[] manifest) throws IOException {
    Files.write(directory.resolve(ModelFolder.MANIFEST), manifest);
    CaptionerConfig found;
    try {
      found = ModelFolder.open(directory).config();
    } catch (UnusableFileException expected) {
      // A changed hash may be taken for a changed file.
      Assertions.assertTrue(
          expected.getMessage().startsWith(directory.toString()), expected.getMessage());
      return;
    }
    Assertions.assertEquals(config, found);
  }
}
