package io.github.close4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneRenderer;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.examples.world.BuiltInModel;
import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.training.CaptionTrainer;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.TrainingTask;
import io.github.close4j.training.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's code, with paths of its own. */
final class ReadmeExamplesTest {
  @TempDir private Path directory;

  @Test
  void captioning() throws IOException {
    SceneCorpus corpus = SceneCorpus.draw(Split.TEST, 2, 1);
    Path photo = directory.resolve("photo.png");
    ImageIO.write(SceneRenderer.render(corpus.scenes().get(0)), "png", photo.toFile());
    CaptionInput picture = CaptionInput.of(SceneRenderer.render(corpus.scenes().get(1)));

    try (Captioner captioner = Captioner.open(BuiltInModel.SCENES.directory())) {
      Caption best = captioner.caption(photo);
      assertFalse(best.text().isBlank());

      List<CaptionInput> inputs =
          List.of(picture, picture.withText("what colour is the star?"), CaptionInput.of(photo));
      List<List<Caption>> nBest = captioner.caption(inputs, Decoding.beam(5).maxNewTokens(32));
      assertEquals(List.of(5, 5, 5), nBest.stream().map(List::size).toList());
      assertEquals(best.text(), nBest.get(2).get(0).text());
    }
  }

  @Test
  void training() throws IOException {
    Path captions =
        Files.write(
            directory.resolve("captions.txt"),
            SceneCorpus.draw(Split.TRAIN, 4, 1).captions().stream().flatMap(List::stream).toList());
    ModelDirectory model =
        CaptionTrainer.from(BuiltInModel.SCENES.directory())
            .adapter(new GaussianNoise(0.04))
            .options(TrainingOptions.defaults().epochs(1))
            .train(
                TrainingTask.CAPTIONING_SINGLE.examples(Corpus.lines(captions).read()),
                directory.resolve("my-model"));
    assertEquals("1", model.provenance().get("steps"));
  }
}
