package io.github.close4j.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.close4j.examples.world.BuiltInModel;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Libraries in old versions, as frameworks pin them (Hadoop, Spark, Spring Boot): Guava, Gson,
 * protobuf and SLF4J. The build puts the oldest that are supported into {@code target/oldest}.
 */
final class OldestLibrariesTest {
  private static final Path OLDEST = Path.of("target/oldest");
  private static final Path PICTURE =
      Path.of("../../close-core/src/test/resources/io/github/close4j/image/files/422.jpg");

  private static final List<String> PACKAGES =
      List.of("com.google.common.", "com.google.gson.", "com.google.protobuf.", "org.slf4j.");

  /** Asked for where it is, and done without where it is not. */
  private static final Set<String> OPTIONAL = Set.of("org.slf4j.spi.SLF4JServiceProvider");

  @TempDir private Path folder;

  /** Every class, constructor and method that the libraries' classes name is there. */
  @Test
  void whatIsCalledIsThere() throws Exception {
    JavaClasses classes =
        new ClassFileImporter()
            .importPackages(
                "io.github.close4j",
                // ONNX's protobuf classes.
                "ai.onnx.proto",
                "org.tribuo.util.onnx");
    Set<String> missing = new TreeSet<>();
    Set<String> checked = new LinkedHashSet<>();
    try (URLClassLoader oldest =
        new URLClassLoader(
            jars().map(OldestLibrariesTest::url).toArray(URL[]::new),
            ClassLoader.getPlatformClassLoader())) {
      for (JavaClass ours : classes) {
        if (!isOfALibrary(ours)) {
          continue;
        }
        for (Dependency dependency : ours.getDirectDependenciesFromSelf()) {
          String name = dependency.getTargetClass().getBaseComponentType().getName();
          if (isPinned(name) && !exists(oldest, name)) {
            missing.add(name + " in " + ours.getName());
          }
        }
        for (JavaCodeUnitAccess<?> access : ours.getCodeUnitAccessesFromSelf()) {
          CodeUnitAccessTarget target = access.getTarget();
          String owner = target.getOwner().getName();
          if (isPinned(owner) && exists(oldest, owner)) {
            checked.add(target.getFullName());
            if (!has(Class.forName(owner, false, oldest), target)) {
              missing.add(target.getFullName() + " in " + ours.getName());
            }
          }
        }
      }
    }
    assertEquals(Set.of(), missing);
    assertTrue(checked.size() > 200, () -> "too few: " + checked.size());
  }

  /** An application prints the same with the oldest libraries and with the newest. */
  @Test
  void anApplicationDoesTheSame() throws Exception {
    List<String> newest = run("newest", libraries(false));
    List<String> oldest = run("oldest", libraries(true));
    assertLinesMatch(newest.stream().map(Pattern::quote), oldest.stream());
    assertTrue(newest.size() > 80, newest::toString);
  }

  private List<String> run(String name, Stream<Path> libraries) throws Exception {
    Path own = Files.createDirectory(folder.resolve(name));
    Path err = folder.resolve(name + ".err");
    Path out = folder.resolve(name + ".out");
    int exit =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                String.join(File.pathSeparator, libraries.map(Path::toString).toList()),
                Application.class.getName(),
                BuiltInModel.SCENES.directory().toString(),
                PICTURE.toString(),
                own.toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    // Newer JDKs warn of what older versions of these libraries do.
    assertEquals(
        List.of(),
        Files.readAllLines(err).stream().filter(line -> !line.startsWith("WARNING: ")).toList());
    assertEquals(0, exit);
    return Files.readAllLines(out);
  }

  /**
   * The class path of the tests, where that is asked for with the oldest in place of the newest.
   */
  private static Stream<Path> libraries(boolean oldest) throws IOException {
    List<Path> old = jars().toList();
    List<Path> libraries = new ArrayList<>(oldest ? old : List.of());
    List<String> replaced = old.stream().map(OldestLibrariesTest::artifact).toList();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(entry);
      if (!oldest || !replaced.contains(artifact(path))) {
        libraries.add(path);
      }
    }
    return libraries.stream();
  }

  private static Stream<Path> jars() throws IOException {
    try (Stream<Path> files = Files.list(OLDEST)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList().stream();
    }
  }

  /** {@code gson} of {@code gson-2.14.0.jar}. */
  private static String artifact(Path jar) {
    return Objects.toString(jar.getFileName()).replaceFirst("-\\d.*", "");
  }

  private static URL url(Path file) {
    try {
      return file.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOfALibrary(JavaClass type) {
    String name = type.getPackageName();
    return !name.startsWith("io.github.close4j.examples")
        && !name.startsWith("io.github.close4j.programs");
  }

  private static boolean isPinned(String name) {
    return PACKAGES.stream().anyMatch(name::startsWith) && !OPTIONAL.contains(name);
  }

  private static boolean exists(ClassLoader loader, String name) {
    try {
      Class.forName(name, false, loader);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Whether a class, or one that it inherits from, has what is called, of the same types. */
  private static boolean has(Class<?> owner, CodeUnitAccessTarget target) {
    List<String> parameters =
        target.getRawParameterTypes().stream().map(JavaClass::getName).toList();
    if (target.getName().equals("<init>")) {
      return Arrays.stream(owner.getDeclaredConstructors())
          .anyMatch(found -> names(found.getParameterTypes()).equals(parameters));
    }
    String result = target.getRawReturnType().getName();
    return inherited(owner)
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .anyMatch(
            found ->
                found.getName().equals(target.getName())
                    && found.getReturnType().getName().equals(result)
                    && names(found.getParameterTypes()).equals(parameters));
  }

  private static Stream<Class<?>> inherited(Class<?> type) {
    Stream<Class<?>> above =
        Stream.concat(
            Stream.ofNullable(type.isInterface() ? Object.class : type.getSuperclass()),
            Arrays.stream(type.getInterfaces()));
    return Stream.concat(Stream.of(type), above.flatMap(OldestLibrariesTest::inherited));
  }

  private static List<String> names(Class<?>[] types) {
    return Arrays.stream(types).map(Class::getName).toList();
  }
}
