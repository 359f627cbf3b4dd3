package io.github.close4j.programs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.close4j.examples.world.BuiltInModel;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application that is a module of its own, compiled and run against close-onnx as a module. */
final class NamedModuleTest {
  private static final String LIBRARIES = System.getProperty("java.class.path");
  private static final Path PICTURE =
      Path.of("../../close-core/src/test/resources/io/github/close4j/image/files/422.jpg");

  /** What loads native libraries; JDK 24 and newer warn of those that are not named. */
  private static final String NATIVES = "com.microsoft.onnxruntime,ai.djl.tokenizers,com.sun.jna";

  @TempDir Path folder;
  private Path sources;
  private Path classes;

  @BeforeEach
  void moduleOfTheApplication() throws Exception {
    sources = Files.createDirectories(folder.resolve("src/hello")).getParent();
    classes = folder.resolve("classes");
    Files.writeString(
        sources.resolve("module-info.java"), "module hello { requires io.github.close4j.onnx; }");
  }

  @Test
  void captionsAPicture() throws Exception {
    Path program =
        Files.writeString(
            sources.resolve("hello/Hello.java"),
            """
            package hello;

            import io.github.close4j.onnx.Captioner;
            import java.nio.file.Path;

            public class Hello {
              public static void main(String[] args) {
                try (Captioner captioner = Captioner.open(Path.of(args[0]))) {
                  System.out.println(captioner.caption(Path.of(args[1])).text());
                  System.out.println(Captioner.class.getModule().getName());
                }
              }
            }
            """);
    assertEquals("", compile(program));

    List<String> lines =
        run("hello.Hello", BuiltInModel.SCENES.directory(), PICTURE).lines().toList();

    assertEquals(2, lines.size(), lines::toString);
    assertTrue(lines.get(0).startsWith("there is a "), lines::toString);
    assertEquals("io.github.close4j.onnx", lines.get(1));
  }

  /** JavaCPP, as a module, reads a logger only where it is told to; training works either way. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void trainsACaptioner(boolean readsLogger) throws Exception {
    assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64"),
        "skipped: libtorch's modules of another platform");
    Files.writeString(
        sources.resolve("module-info.java"),
        "module hello { requires io.github.close4j.training; }");
    Path program =
        Files.writeString(
            sources.resolve("hello/Train.java"),
            """
            package hello;

            import io.github.close4j.training.CaptionTrainer;
            import io.github.close4j.training.TrainingOptions;
            import io.github.close4j.training.TrainingTask;
            import io.github.close4j.training.corpus.Corpus;
            import java.nio.file.Path;

            public class Train {
              public static void main(String[] args) {
                CaptionTrainer.from(Path.of(args[0]))
                    .options(TrainingOptions.defaults().epochs(1))
                    .train(
                        TrainingTask.CAPTIONING_SINGLE.examples(
                            Corpus.lines(Path.of(args[1])).read()),
                        Path.of(args[2]));
                System.out.print(CaptionTrainer.class.getModule().getName());
              }
            }
            """);
    assertEquals("", compile(program));
    Path captions = Files.writeString(folder.resolve("captions.txt"), "a red star\na blue heart");
    List<String> options = new ArrayList<>();
    options.add(
        "--enable-native-access=org.bytedeco.javacpp,org.bytedeco.pytorch,org.bytedeco.openblas");
    options.add("--add-modules");
    options.add(
        "org.bytedeco.pytorch.linux.x86_64,org.bytedeco.openblas.linux.x86_64,"
            + "org.bytedeco.javacpp.linux.x86_64");
    if (readsLogger) {
      options.add("--add-reads");
      options.add("org.bytedeco.javacpp=org.slf4j");
    }

    String errors =
        run(
            options,
            "hello.Train",
            BuiltInModel.SCENES.directory(),
            captions,
            folder.resolve("model"));

    assertEquals("io.github.close4j.training", printed());
    List<String> other =
        errors.lines().filter(line -> !line.startsWith("Warning: Versions of org.byte")).toList();
    assertEquals(List.of(), other);
    assertEquals(readsLogger ? 0 : 1, errors.lines().count(), errors);
  }

  @Test
  void cannotReachInternals() throws Exception {
    Path program =
        Files.writeString(
            sources.resolve("hello/Inside.java"),
            """
            package hello;

            import io.github.close4j.internal.io.WholeFile;

            class Inside {
              Class<?> inside = WholeFile.class;
            }
            """);
    String errors = compile(program);
    assertTrue(errors.contains("package io.github.close4j.internal.io is not visible"), errors);
  }

  /** Compiles the module and returns what the compiler said. */
  private String compile(Path program) throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
      compiler
          .getTask(
              said,
              files,
              null,
              List.of("-d", classes.toString(), "--module-path", LIBRARIES),
              null,
              files.getJavaFileObjects(sources.resolve("module-info.java"), program))
          .call();
    }
    return said.toString();
  }

  /** Runs the module in a process of its own, which must write nothing to its standard error. */
  private String run(String main, Path... arguments) throws Exception {
    assertEquals("", run(List.of(), main, arguments));
    return printed();
  }

  private String printed() throws IOException {
    return Files.readString(folder.resolve("out"), UTF_8);
  }

  /** Runs the module in a process of its own and returns what it wrote to its standard error. */
  private String run(List<String> options, String main, Path... arguments) throws Exception {
    Path err = folder.resolve("err");
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.awt.headless=true",
            "--enable-native-access=" + NATIVES);
    java.command().addAll(options);
    java.command()
        .addAll(
            List.of(
                "--module-path",
                classes + File.pathSeparator + LIBRARIES,
                "--module",
                "hello/" + main));
    for (Path argument : arguments) {
      java.command().add(argument.toString());
    }
    int exit =
        java.redirectOutput(folder.resolve("out").toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    assertEquals(0, exit, () -> read(err));
    return Files.readString(err, UTF_8);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
