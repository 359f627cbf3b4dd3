package io.github.close4j.benchmarks;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What a library's compiled classes show its users: public types outside {@code internal}. */
final class PublicSurface {
  private static final String CLASS = ".class";

  private final List<Class<?>> types;

  private PublicSurface(List<Class<?>> types) {
    this.types = types;
  }

  /** Reads the classes of a folder; {@code loader} must find them, and what they mention. */
  static PublicSurface of(Path classes, ClassLoader loader) throws IOException {
    try (Stream<Path> files = Files.walk(classes)) {
      return new PublicSurface(
          files
              .map(file -> classes.relativize(file).toString().replace('\\', '/'))
              .filter(name -> name.endsWith(CLASS) && !name.endsWith("-info" + CLASS))
              .filter(name -> !name.contains("/internal/"))
              .map(name -> name.substring(0, name.length() - CLASS.length()).replace('/', '.'))
              .sorted()
              .<Class<?>>map(name -> load(name, loader))
              .filter(PublicSurface::isPublic)
              .toList());
    }
  }

  List<Class<?>> types() {
    return types;
  }

  /** A line a type, as {@code public-api.txt} has them: a package, then its types indented. */
  List<String> lines() {
    return types.stream()
        .map(Class::getPackageName)
        .distinct()
        .flatMap(name -> Stream.concat(Stream.of(name), typesOf(name)))
        .toList();
  }

  private Stream<String> typesOf(String name) {
    return types.stream()
        .filter(type -> type.getPackageName().equals(name))
        .map(type -> "  " + type.getCanonicalName().substring(name.length() + 1));
  }

  /** Declared in those types, without what every record and enum has. */
  long methods() {
    return types.stream()
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
        .filter(method -> !isGiven(method))
        .count();
  }

  private static boolean isGiven(Method method) {
    Class<?> type = method.getDeclaringClass();
    String name = method.getName();
    if (type.isEnum()) {
      return name.equals("values") || name.equals("valueOf");
    }
    return type.isRecord()
        && (List.of("equals", "hashCode", "toString").contains(name)
            || method.getParameterCount() == 0
                && Arrays.stream(type.getRecordComponents())
                    .anyMatch(component -> component.getName().equals(name)));
  }

  private static boolean isPublic(Class<?> type) {
    if (type.isAnonymousClass() || type.isLocalClass() || !Modifier.isPublic(type.getModifiers())) {
      return false;
    }
    Class<?> outer = type.getEnclosingClass();
    return outer == null || isPublic(outer);
  }

  private static Class<?> load(String name, ClassLoader loader) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException("not on the class path: " + name, e);
    }
  }
}
