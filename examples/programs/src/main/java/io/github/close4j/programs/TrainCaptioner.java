package io.github.close4j.programs;

import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.training.CaptionTrainer;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.TrainingTask;
import io.github.close4j.training.corpus.Corpus;
import java.nio.file.Path;

/**
 * Trains on a caption a line, then captions: {@code TrainCaptioner MODEL CAPTIONS OUTPUT PHOTO}.
 */
public final class TrainCaptioner {
  public static void main(String[] args) {
    Path model = Path.of(args[2]);
    CaptionTrainer.from(Path.of(args[0]))
        .adapter(new GaussianNoise(0.08))
        .options(TrainingOptions.defaults().epochs(2))
        .train(
            TrainingTask.CAPTIONING_SINGLE.examples(Corpus.lines(Path.of(args[1])).read()), model);
    try (Captioner captioner = Captioner.open(model)) {
      System.out.println(captioner.caption(Path.of(args[3])).text());
    }
  }
}
