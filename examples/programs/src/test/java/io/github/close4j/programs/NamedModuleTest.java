package io.github.close4j.programs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.examples.world.BuiltInModel;
import java.io.File;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that is a module of its own, compiled and run against close-onnx as a module. */
final class NamedModuleTest {
  private static final String LIBRARIES = System.getProperty("java.class.path");
  private static final Path PICTURE =
      Path.of("../../close-core/src/test/resources/io/github/close4j/image/files/422.jpg");

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

    List<String> lines = run("hello.Hello", BuiltInModel.directory(), PICTURE).lines().toList();

    assertEquals(2, lines.size(), lines::toString);
    assertTrue(lines.get(0).startsWith("there is a "), lines::toString);
    assertEquals("io.github.close4j.onnx", lines.get(1));
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
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.awt.headless=true",
            "--enable-native-access=com.microsoft.onnxruntime,ai.djl.tokenizers,com.sun.jna",
            "--module-path",
            classes + File.pathSeparator + LIBRARIES,
            "--module",
            "hello/" + main);
    for (Path argument : arguments) {
      java.command().add(argument.toString());
    }
    int exit = java.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
    assertEquals("", Files.readString(err, UTF_8));
    assertEquals(0, exit);
    return Files.readString(out, UTF_8);
  }
}
