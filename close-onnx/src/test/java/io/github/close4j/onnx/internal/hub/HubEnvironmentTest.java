package io.github.close4j.onnx.internal.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import io.github.close4j.onnx.pretrained.ModelHub;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Environment variables mean what they mean to Python's {@code huggingface_hub}. */
final class HubEnvironmentTest {
  @TempDir private Path directory;

  /** What {@code hub_environment_golden.py} found. */
  private record Case(Map<String, String> environment, Expected expected) {}

  private record Expected(String cache, String endpoint, boolean offline, String tokenFile) {}

  static Stream<Case> cases() throws IOException {
    try (Reader json =
        new InputStreamReader(
            HubEnvironmentTest.class.getResourceAsStream("environments.json"),
            StandardCharsets.UTF_8)) {
      return Stream.of(new Gson().fromJson(json, Case[].class));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void variablesMeanWhatTheyMeanToPython(Case golden) {
    HubOptions.Environment environment =
        new HubOptions.Environment(golden.environment(), Path.of("/home/user"));
    Expected expected = golden.expected();
    assertEquals(Path.of(expected.tokenFile()), environment.tokenFile());
    HubOptions options = environment.options();
    assertEquals(Path.of(expected.cache()), options.cache());
    assertEquals(URI.create(expected.endpoint()), options.endpoint());
    assertEquals(expected.offline(), options.offline());
  }

  @Test
  void anEmptyVariableCountsAsMissing() {
    Map<String, String> empty = new HashMap<>();
    for (String name :
        new String[] {"HF_HOME", "HF_HUB_CACHE", "HF_ENDPOINT", "HF_TOKEN", "HF_TOKEN_PATH"}) {
      empty.put(name, " ");
    }
    assertEquals(options(Map.of()), options(empty));
  }

  @Test
  void theTokenOfAVariableComesBeforeThatOfAFile() throws IOException {
    Path home = Files.createDirectory(directory.resolve("home"));
    Files.writeString(home.resolve("token"), "of-home\n");
    Path other = Files.writeString(directory.resolve("other"), "  of-path\r\n");
    Map<String, String> variables = new HashMap<>(Map.of("HF_HOME", home.toString()));
    assertEquals("of-home", options(variables).token());
    variables.put("HF_TOKEN_PATH", other.toString());
    assertEquals("of-path", options(variables).token());
    variables.put("HUGGING_FACE_HUB_TOKEN", "older");
    assertEquals("older", options(variables).token());
    variables.put("HF_TOKEN", " newer\n");
    assertEquals("newer", options(variables).token());
    variables.put("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1");
    assertNull(options(variables).token());
  }

  @Test
  void withoutATokenThereIsNone() throws IOException {
    assertNull(options(Map.of()).token());
    Path blank = Files.writeString(directory.resolve("blank"), "\n");
    assertNull(options(Map.of("HF_TOKEN_PATH", blank.toString())).token());
    assertNull(options(Map.of("HF_TOKEN_PATH", directory.toString())).token());
  }

  @Test
  void aTokenThatIsNoTextIsRefusedByItsFile() throws IOException {
    Path file = Files.write(directory.resolve("token"), new byte[] {(byte) 0xC3, '('});
    UncheckedIOException refusal =
        assertThrows(
            UncheckedIOException.class, () -> options(Map.of("HF_TOKEN_PATH", file.toString())));
    assertTrue(refusal.getMessage().contains(file.toString()), refusal.getMessage());
  }

  @Test
  void theTokenIsKeptOutOfLogs() {
    assertFalse(options(Map.of("HF_TOKEN", "secret")).toString().contains("secret"));
  }

  @ParameterizedTest
  @CsvSource({"HF_ENDPOINT,ftp://x", "HF_ENDPOINT,no address", "HF_HOME,a\\0b"})
  void aVariableWithoutSenseIsRefused(String name, String value) {
    Map<String, String> variables = Map.of(name, value.replace("\\0", "\0"));
    assertThrows(IllegalArgumentException.class, () -> options(variables));
  }

  @Test
  void theProcessHasAnEnvironmentToo() {
    String expected = HubOptions.fromEnvironment(System.getenv()).toString();
    assertEquals(expected.replace("HubOptions", "ModelHub"), ModelHub.fromEnvironment().toString());
  }

  private HubOptions options(Map<String, String> environment) {
    return new HubOptions.Environment(environment, directory).options();
  }
}
