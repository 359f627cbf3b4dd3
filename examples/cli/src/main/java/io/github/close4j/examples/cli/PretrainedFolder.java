package io.github.close4j.examples.cli;

import io.github.close4j.UnusableFileException;
import io.github.close4j.onnx.pretrained.ModelHub;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A folder of a pretrained CLIP or T5, or what the Hugging Face hub calls it, which means its
 * folder in this machine's cache. A folder that exists comes first.
 */
class PretrainedFolder implements ITypeConverter<Path> {
  private final String kind;
  private final ModelHub hub;

  PretrainedFolder(String kind, ModelHub hub) {
    this.kind = kind;
    this.hub = hub;
  }

  @Override
  public Path convert(String given) {
    try {
      return hub.find(given);
    } catch (UnusableFileException e) {
      boolean isName = given.matches("[\\w.-]+(/[\\w.-]+)?") && !Files.exists(Path.of(given));
      throw new TypeConversionException(
          isName
              ? "expected a folder, or a model in the Hugging Face cache, found no '%s' in either; 'close fetch %s %s' fetches it"
                  .formatted(given, kind, given)
              : e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /** A CLIP. */
  static final class Clip extends PretrainedFolder {
    Clip() {
      super("clip", ModelHub.fromEnvironment());
    }
  }

  /** A T5. */
  static final class T5 extends PretrainedFolder {
    T5() {
      super("t5", ModelHub.fromEnvironment());
    }
  }
}
