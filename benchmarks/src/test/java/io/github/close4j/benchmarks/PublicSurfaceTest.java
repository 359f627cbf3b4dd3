package io.github.close4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The public surface is what {@code public-api.txt} of each library lists: it changes on purpose.
 */
final class PublicSurfaceTest {
  private static final int MAX_PUBLIC_TYPES = 50;
  private static final Path PROJECT = Path.of("..");
  private static final List<String> LIBRARIES = HouseCounts.LIBRARIES;

  @ParameterizedTest
  @FieldSource("LIBRARIES")
  void isWhatIsListed(String library) throws IOException {
    Path list = PROJECT.resolve(library).resolve("public-api.txt");
    List<String> listed = qualified(Files.readAllLines(list));
    List<String> compiled = qualified(surface(library).lines());
    List<String> differences = new ArrayList<>();
    compiled.stream()
        .filter(type -> !listed.contains(type))
        .forEach(type -> differences.add("+ " + type + " is public and not listed"));
    listed.stream()
        .filter(type -> !compiled.contains(type))
        .forEach(type -> differences.add("- " + type + " is listed and not public"));
    if (!differences.isEmpty()) {
      fail(
          "the public surface of %s is not what %s/public-api.txt lists:%n%s%n"
                  .formatted(library, library, String.join(System.lineSeparator(), differences))
              + "Hide the type, or list it: benchmarks/house.sh --write-surface");
    }
    assertEquals(compiled, listed, "the order of " + library + "/public-api.txt");
  }

  @Test
  void isSmall() throws IOException {
    int types = 0;
    for (String library : LIBRARIES) {
      types += surface(library).types().size();
    }
    assertTrue(
        types <= MAX_PUBLIC_TYPES,
        "public types of the three libraries: expected at most %d, found %d"
            .formatted(MAX_PUBLIC_TYPES, types));
  }

  @ParameterizedTest
  @FieldSource("LIBRARIES")
  void isWhatTheModuleExports(String library) throws IOException {
    ModuleDescriptor module;
    try (var in = Files.newInputStream(classes(library).resolve("module-info.class"))) {
      module = ModuleDescriptor.read(in);
    }
    Set<String> exported =
        module.exports().stream()
            .filter(exports -> !exports.isQualified())
            .map(Exports::source)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> listed =
        surface(library).types().stream()
            .map(Class::getPackageName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(listed, exported);
  }

  private static PublicSurface surface(String library) throws IOException {
    return PublicSurface.of(classes(library), PublicSurfaceTest.class.getClassLoader());
  }

  private static Path classes(String library) {
    return PROJECT.resolve(library).resolve("target/classes");
  }

  /** Full names, of lines that are a package or, indented, a type of it. */
  private static List<String> qualified(List<String> lines) {
    List<String> names = new ArrayList<>();
    String folder = "";
    for (String line : lines) {
      if (line.startsWith(" ")) {
        names.add(folder + "." + line.strip());
      } else {
        folder = line;
      }
    }
    return names;
  }
}
