package io.github.close4j.programs;

import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Decoding;
import java.nio.file.Path;

/**
 * Answers a question about a photo, the likeliest first: {@code AskQuestion MODEL PHOTO QUESTION}.
 */
public final class AskQuestion {
  public static void main(String[] args) {
    try (Captioner captioner = Captioner.open(Path.of(args[0]))) {
      CaptionInput asked = CaptionInput.of(Path.of(args[1])).withText(args[2]);
      for (Caption answer : captioner.alternatives(asked, Decoding.beam(3))) {
        System.out.printf("%.2f  %s%n", answer.logProbability(), answer.text());
      }
    }
  }
}
