package io.github.close4j.examples.cli;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.examples.confidence.CalibrationStudy;
import io.github.close4j.examples.confidence.Reliability;
import io.github.close4j.examples.run.CorpusFiles;
import io.github.close4j.examples.run.CorpusTask;
import io.github.close4j.examples.run.EvaluationSet;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.Corpus;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Lets a model directory tell how far its captions are to be trusted. */
final class ModelCalibration {
  private final Path directory;
  private final Path captions;
  private final @Nullable Path images;

  /**
   * A calibration on pictures that people described.
   *
   * @param directory the model directory
   * @param captions what people said, with the pictures' names
   * @param images where the pictures are; where the captions are, if null
   */
  ModelCalibration(Path directory, Path captions, @Nullable Path images) {
    this.directory = directory;
    this.captions = captions;
    this.images = images;
  }

  /**
   * Captions the pictures and writes what that tells into the model.
   *
   * @param share of how many pictures like these to be unsure
   * @return how good it is
   * @throws IllegalArgumentException if there are too few pictures
   */
  Reliability write(double share, ConsoleProgress progress) {
    ModelFolder model = ModelFolder.open(directory);
    List<List<String>> references =
        Corpus.captions(captions).read().stream().map(CaptionedImage::captions).toList();
    CalibrationStudy.requireEnough(references.size(), share);
    CalibrationStudy study = new CalibrationStudy(said(model, progress), references, share);
    model.calibrated(study.calibration(), study.reliability() + ", of " + captions.getFileName());
    return study.reliability();
  }

  private CalibrationStudy.Said said(ModelFolder model, ConsoleProgress progress) {
    CorpusFiles files = CorpusFiles.captions(captions);
    EvaluationSet set = EvaluationSet.read(CorpusTask.CAPTIONING_SINGLE, files, null);
    try (ClipFeatures clip = ClipFeatures.open(model.clip(), InferenceOptions.defaults());
        Captioner captioner = Captioner.open(directory)) {
      EmbeddingBatch pictures =
          set.encode(clip, Objects.requireNonNullElseGet(images, files::folder), progress);
      return CalibrationStudy.Said.ask(
          captioner, clip, pictures, done -> progress.onValidating(done, set.size()));
    }
  }
}
