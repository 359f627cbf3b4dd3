package io.github.close4j.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Counts what a reader and a user of the three libraries meet. */
@Command(
    name = "house-counts",
    mixinStandardHelpOptions = true,
    description =
        "Counts public types and methods, files and lines of the three libraries, and the files"
            + " entered on the way from a picture to a caption and from a text file to weights.")
public final class HouseCounts implements Callable<Integer> {
  /** The three libraries, by folder. */
  static final List<String> LIBRARIES = List.of("close-core", "close-onnx", "close-training");

  private static final List<String> SOURCES = List.of("src/main/java", "src/vector/java");
  private static final String JPEG =
      "close-core/src/test/resources/io/github/close4j/image/files/422.jpg";
  private static final int SHORT = 60;

  @Parameters(paramLabel = "FOLDER", description = "The project, built by mvn package.")
  private Path project = Path.of(".");

  @Option(
      names = "--class-path",
      paramLabel = "PATH",
      description = "The project's classes and libraries (default: those of this program).")
  private String classPath = System.getProperty("java.class.path");

  @Option(
      names = "--walks",
      paramLabel = "CLASS",
      description = "The program that walks (default: ${DEFAULT-VALUE}).")
  private String walks = HouseWalks.class.getName();

  @Option(
      names = "--write-surface",
      description = "Write public-api.txt of each library anew, and count nothing.")
  private boolean writeSurface;

  private final PrintStream out = System.out;

  /** Made by picocli. */
  HouseCounts() {}

  /**
   * Runs the command.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new HouseCounts()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    if (writeSurface) {
      writeSurface();
      return 0;
    }
    surface();
    sources();
    Path scratch = Files.createTempDirectory("house");
    Path captions =
        Files.write(
            scratch.resolve("captions.txt"),
            List.of("a red circle", "a small blue square", "a green heart", "two red circles"));
    walk("from a JPEG to its caption, the second time", "caption", project.resolve(JPEG));
    walk(
        "from a caption file to weights on disk, CLIP's text tower included",
        "train",
        captions,
        Files.createDirectory(scratch.resolve("train")));
    walk(
        "from a caption file to weights on disk, the second time, CLIP's vectors read from disk",
        "train-again",
        captions,
        Files.createDirectory(scratch.resolve("again")));
    return 0;
  }

  private void surface() throws IOException {
    out.println("| library | public types | public methods |");
    out.println("|---|---|---|");
    long types = 0;
    long methods = 0;
    try (URLClassLoader loader = loader()) {
      for (String library : LIBRARIES) {
        PublicSurface surface = surface(library, loader);
        out.printf("| %s | %d | %d |%n", library, surface.types().size(), surface.methods());
        types += surface.types().size();
        methods += surface.methods();
      }
    }
    out.printf("| all | %d | %d |%n%n", types, methods);
  }

  private void writeSurface() throws IOException {
    try (URLClassLoader loader = loader()) {
      for (String library : LIBRARIES) {
        Path list = project.resolve(library).resolve("public-api.txt");
        Files.write(list, surface(library, loader).lines());
        out.println("wrote " + list);
      }
    }
  }

  private PublicSurface surface(String library, ClassLoader loader) throws IOException {
    return PublicSurface.of(project.resolve(library).resolve("target/classes"), loader);
  }

  private URLClassLoader loader() {
    return new URLClassLoader(
        Arrays.stream(classPath.split(File.pathSeparator))
            .flatMap(HouseCounts::jars)
            .map(HouseCounts::url)
            .toArray(URL[]::new),
        ClassLoader.getPlatformClassLoader());
  }

  private void sources() throws IOException {
    out.printf("| library | Java files | lines | files of %d lines or fewer |%n", SHORT);
    out.println("|---|---|---|---|");
    long[] sums = new long[3];
    for (String library : LIBRARIES) {
      List<Path> files = files(library);
      long[] lengths = files.stream().mapToLong(HouseCounts::lines).toArray();
      long[] counts = {
        files.size(),
        Arrays.stream(lengths).sum(),
        Arrays.stream(lengths).filter(length -> length <= SHORT).count()
      };
      out.printf("| %s | %d | %d | %d |%n", library, counts[0], counts[1], counts[2]);
      Arrays.setAll(sums, i -> sums[i] + counts[i]);
    }
    out.printf("| all | %d | %d | %d |%n%n", sums[0], sums[1], sums[2]);
  }

  private void walk(String title, String kind, Path... paths) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(kind, model().toString()));
    for (Path path : paths) {
      arguments.add(path.toString());
    }
    TreeSet<String> entered = new TreeSet<>(EnteredFiles.of(classPath, walks, arguments));
    entered.removeIf(file -> library(file).isEmpty());
    out.printf("Files entered %s: %d%n%n", title, entered.size());
    for (String file : entered) {
      out.printf("- %s: %s%n", library(file).orElseThrow(), file);
    }
    out.println();
  }

  /** The library that has a source file. */
  private Optional<String> library(String file) {
    return LIBRARIES.stream()
        .filter(
            library ->
                SOURCES.stream()
                    .anyMatch(
                        root -> Files.exists(project.resolve(library).resolve(root).resolve(file))))
        .findFirst();
  }

  /** All but package-info and module-info. */
  private List<Path> files(String library) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String root : SOURCES) {
      Path folder = project.resolve(library).resolve(root);
      if (Files.exists(folder)) {
        try (Stream<Path> below = Files.walk(folder)) {
          below
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.toString().endsWith("-info.java"))
              .forEach(files::add);
        }
      }
    }
    return files;
  }

  private Path model() throws IOException {
    try (Stream<Path> files = Files.walk(project.resolve("examples"))) {
      return files
          .filter(
              file -> file.endsWith("src/main/resources/io/github/close4j/examples/world/scenes"))
          .findFirst()
          .orElseThrow(() -> new IOException(project + ": found no built-in model"));
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An entry of a class path; {@code folder/*} is all jars of a folder. */
  private static Stream<Path> jars(String entry) {
    if (!entry.endsWith("*")) {
      return Stream.of(Path.of(entry));
    }
    try (Stream<Path> files = Files.list(Path.of(entry.substring(0, entry.length() - 1)))) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(path.toString(), e);
    }
  }
}
