package io.github.close4j.examples.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Scenes of one split with several differently worded captions each.
 *
 * @param scenes the scenes
 * @param captions captions by scene, in the order of the scenes
 */
public record SceneCorpus(List<Scene> scenes, List<List<String>> captions) {
  /** Captions of a scene in every corpus of this project. */
  public static final int CAPTIONS_A_SCENE = 5;

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if a list is empty
   */
  public SceneCorpus {
    scenes = List.copyOf(scenes);
    captions = List.copyOf(captions);
  }

  /**
   * Draws a corpus.
   *
   * @param split where its scenes are from
   * @param size number of scenes
   * @param seed seed of scenes and captions
   * @return the corpus
   */
  public static SceneCorpus draw(Split split, int size, long seed) {
    List<Scene> scenes = new SceneGenerator(seed, split).take(size);
    SplittableRandom random = new SplittableRandom(seed);
    List<List<String>> captions = new ArrayList<>();
    for (Scene scene : scenes) {
      captions.add(CaptionWriter.captions(scene, CAPTIONS_A_SCENE, random));
    }
    return new SceneCorpus(scenes, captions);
  }
}
