package io.github.close4j.onnx;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.onnx.internal.model.Calibration;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import io.github.close4j.onnx.internal.session.Termination;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a calibrated model's captions are to be trusted: CLIP reads what was said of a picture.
 */
final class CaptionTrust implements AutoCloseable {
  private final Calibration calibration;

  /** Its text tower alone is used, and so opened. */
  private final ClipFeatures clip;

  private CaptionTrust(Calibration calibration, ClipFeatures clip) {
    this.calibration = calibration;
    this.clip = clip;
  }

  /** Null if the model was not calibrated. The device must be {@linkplain Device#chosen chosen}. */
  static @Nullable CaptionTrust open(ModelFolder model, InferenceOptions options) {
    return model
        .calibration()
        .map(found -> new CaptionTrust(found, ClipFeatures.open(model.clip(), options)))
        .orElse(null);
  }

  /**
   * The same captions, the first of each picture with its confidence.
   *
   * @param captions of B pictures, best first
   * @param pictures CLIP's vectors, [B,clipDim]
   */
  List<List<Caption>> judge(
      List<List<Caption>> captions, EmbeddingBatch pictures, Termination termination) {
    EmbeddingBatch said =
        clip.texts(captions.stream().map(all -> all.get(0).text()).toList(), termination);
    List<List<Caption>> judged = new ArrayList<>();
    for (int item = 0; item < captions.size(); item++) {
      List<Caption> all = new ArrayList<>(captions.get(item));
      all.set(0, judge(all.get(0), said.row(item), pictures.row(item)));
      judged.add(List.copyOf(all));
    }
    return judged;
  }

  private Caption judge(Caption best, float[] text, float[] picture) {
    Calibration.Evidence evidence =
        calibration.gap().evidence(best.logProbability(), best.tokenIds().size(), text, picture);
    Calibration.Numbers numbers = calibration.numbers();
    return best.trusted(numbers.confidence(evidence), numbers.isUnsure(evidence));
  }

  @Override
  public void close() {
    clip.close();
  }
}
