package io.github.close4j.programs;

import io.github.close4j.onnx.Captioner;
import java.nio.file.Path;

/** Captions a photo: {@code CaptionPhoto MODEL PHOTO}. */
public final class CaptionPhoto {
  public static void main(String[] args) {
    try (Captioner captioner = Captioner.open(Path.of(args[0]))) {
      System.out.println(captioner.caption(Path.of(args[1])).text());
    }
  }
}
