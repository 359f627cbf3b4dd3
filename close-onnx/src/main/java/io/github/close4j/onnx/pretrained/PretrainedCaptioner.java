package io.github.close4j.onnx.pretrained;

import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.onnx.internal.hub.CaptionerFetch;
import java.nio.file.Path;

/**
 * The captioners that CLOSE's authors trained on text alone and published, each with CLIP ViT-L/14
 * and T5-base.
 *
 * <pre>{@code
 * Path model = Path.of("captioner");
 * PretrainedCaptioner.COCO_CAPTIONER.fetch(ModelHub.fromEnvironment(), model);
 * try (Captioner captioner = Captioner.open(model)) { ... }
 * }</pre>
 *
 * <p>Source: "Trained Models" in the reference's README.
 */
public enum PretrainedCaptioner {
  /** Captions as COCO's, trained on single captions. */
  COCO_CAPTIONER("coco-captioner", "s-cap"),

  /** Captions as COCO's, trained on several captions of each picture. */
  COCO_CAPTIONER_MULTIPLE("coco-captioner-multiple", "m-cap"),

  /** Answers to questions beside the picture, of VQA 2.0; trained on its validation part too. */
  VQA("vqa", "vqa"),

  /** Answers to questions beside the picture, of VQA-E. */
  VQA_E("vqa-e", "evqa"),

  /** Whether the picture entails, contradicts or is neutral to a sentence beside it; SNLI-VE. */
  ENTAILMENT("entailment", "ve");

  private final String title;
  private final String authorsName;

  PretrainedCaptioner(String title, String authorsName) {
    this.title = title;
    this.authorsName = authorsName;
  }

  /**
   * Fetches the captioner and makes a model directory of it. CLIP comes from {@code
   * openai/clip-vit-large-patch14} and T5's configuration and tokenizer from {@code
   * google-t5/t5-base}, on the hub or in its cache; prefix and T5's weights from the authors'
   * bucket. What was fetched stays in the cache and is not fetched again; a download that was
   * interrupted, even by the end of the process, goes on where it was. About 2.6 GB come over the
   * network, and the model directory takes as much again.
   *
   * <p>No hashes are published for the authors' files. What they were when they were first fetched
   * (version, size and SHA-256) is kept, and one that is another later is refused; see {@link
   * ModelHub#download(String, String)}, also for errors of the network.
   *
   * @param hub where files come from and where they are kept; under {@link ModelHub#offline} all of
   *     them must be in the cache
   * @param target the model directory to make; must not exist
   * @return the model
   * @throws java.io.UncheckedIOException if a file cannot be fetched, is not what was announced or
   *     changed on its server, or if the cache or the model cannot be written or have no room; told
   *     before the first large file is fetched where that is possible
   * @throws io.github.close4j.UnusableFileException if a file is missing offline, changed in the
   *     cache, or is not sound
   * @throws IllegalArgumentException if {@code target} exists
   */
  public ModelDirectory fetch(ModelHub hub, Path target) {
    new CaptionerFetch(hub.options(), title, authorsName).to(target);
    return ModelDirectory.open(target);
  }

  /** Its name on the command line, such as {@code coco-captioner}. */
  @Override
  public String toString() {
    return title;
  }
}
