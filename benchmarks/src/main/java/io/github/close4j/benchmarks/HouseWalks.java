package io.github.close4j.benchmarks;

import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.training.CaptionTrainer;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.TrainingTask;
import io.github.close4j.training.corpus.Corpus;
import java.nio.file.Path;

/**
 * The two ways through the libraries that {@link HouseCounts} follows: from a picture to its
 * caption, and from a caption file to weights.
 */
public final class HouseWalks {
  private HouseWalks() {}

  /**
   * Walks.
   *
   * @param arguments {@code caption MODEL PICTURE}, or {@code train MODEL CAPTIONS FOLDER}, or
   *     {@code train-again} of the same, which trains twice and looks at the second time
   */
  public static void main(String[] arguments) {
    Path model = Path.of(arguments[1]);
    Path input = Path.of(arguments[2]);
    if (arguments[0].equals("caption")) {
      caption(model, input);
      return;
    }
    Path folder = Path.of(arguments[3]);
    if (arguments[0].equals("train-again")) {
      train(model, input, folder.resolve("first"), folder.resolve("vectors"));
    }
    begin();
    train(model, input, folder.resolve("model"), folder.resolve("vectors"));
    end();
  }

  private static void caption(Path model, Path picture) {
    try (Captioner captioner = Captioner.open(model)) {
      captioner.caption(picture);
      begin();
      captioner.caption(picture);
      end();
    }
  }

  private static void train(Path model, Path captions, Path output, Path vectors) {
    CaptionTrainer.from(model)
        .adapter(new GaussianNoise(0.08))
        .options(TrainingOptions.defaults().epochs(1))
        .vectorCache(vectors)
        .train(TrainingTask.CAPTIONING_SINGLE.examples(Corpus.lines(captions).read()), output);
  }

  private static void begin() {
    // What is entered from here on counts.
  }

  private static void end() {
    // And no longer.
  }
}
