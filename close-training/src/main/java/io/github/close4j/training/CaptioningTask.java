package io.github.close4j.training;

import java.util.ArrayList;
import java.util.List;

/**
 * Captioning as training examples (CLOSE, section 3.3).
 *
 * <p>Its input is captions by picture: those in one list describe the same picture, though no
 * picture is needed.
 */
public enum CaptioningTask {
  /** A caption is to be said from its own vector. */
  SINGLE {
    @Override
    void addExamples(List<String> captions, List<TrainingExample> examples) {
      for (String caption : captions) {
        examples.add(new TrainingExample(List.of(caption), null, List.of(caption)));
      }
    }
  },
  /** All other captions of the picture are to be said from a caption's vector. */
  MULTIPLE {
    @Override
    void addExamples(List<String> captions, List<TrainingExample> examples) {
      if (captions.size() < 2) {
        throw new IllegalArgumentException(
            "captions of one picture: expected at least 2, found " + captions);
      }
      for (int i = 0; i < captions.size(); i++) {
        List<String> others = new ArrayList<>(captions);
        String caption = others.remove(i);
        examples.add(new TrainingExample(List.of(caption), null, others));
      }
    }
  };

  abstract void addExamples(List<String> captions, List<TrainingExample> examples);

  /**
   * The examples of a corpus, one a caption.
   *
   * @param captionsByPicture captions, those of one picture together
   * @return the examples, in the order of the captions
   * @throws IllegalArgumentException for {@link #MULTIPLE}, if a picture has fewer than two
   *     captions
   */
  public List<TrainingExample> examples(List<List<String>> captionsByPicture) {
    List<TrainingExample> examples = new ArrayList<>();
    captionsByPicture.forEach(captions -> addExamples(captions, examples));
    return examples;
  }
}
