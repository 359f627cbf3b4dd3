package io.github.close4j.examples.tables;

import com.google.gson.Gson;
import io.github.close4j.examples.clip.SceneClip;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneRenderer;
import io.github.close4j.examples.scenes.SceneTokenizers;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.examples.world.BuiltInModel;
import io.github.close4j.onnx.internal.model.ClipConfig;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * The files of a study of photographs, whose photographs are scenes: a CLIP that knows them is at
 * hand, the small one, here in Hugging Face's layout.
 */
public final class PhotographFixture {
  /** Photographs to train on. */
  public static final int TRAINING = 12;

  /** Photographs to judge on. */
  public static final int JUDGED = 16;

  /** Captions of the other corpus. */
  public static final int MORE = 7;

  private final Path directory;

  private PhotographFixture(Path directory) {
    this.directory = directory;
  }

  /**
   * Writes the files.
   *
   * @param directory an empty folder
   * @return the files
   * @throws IOException if one cannot be written
   */
  public static PhotographFixture in(Path directory) throws IOException {
    PhotographFixture fixture = new PhotographFixture(directory);
    Files.createDirectories(fixture.images());
    fixture.writePhotographs("train", SceneCorpus.draw(Split.TRAIN, TRAINING, 1));
    fixture.writePhotographs("validation", SceneCorpus.draw(Split.TEST, JUDGED, 2));
    Files.write(
        fixture.file("more.txt"),
        SceneCorpus.draw(Split.TRAIN, MORE, 3).captions().stream().map(all -> all.get(0)).toList());
    Files.writeString(fixture.file("t5-tokenizer.json"), SceneTokenizers.t5ForAllTasks());
    fixture.writeClip();
    return fixture;
  }

  private void writePhotographs(String split, SceneCorpus corpus) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < corpus.scenes().size(); i++) {
      String name = "%s-%d.png".formatted(split, i);
      ImageIO.write(
          SceneRenderer.render(corpus.scenes().get(i)), "png", images().resolve(name).toFile());
      lines.add(new Gson().toJson(Map.of("image", name, "captions", corpus.captions().get(i))));
    }
    Files.write(file(split + ".jsonl"), lines);
  }

  private void writeClip() throws IOException {
    Files.createDirectories(clip());
    Files.copy(
        BuiltInModel.SCENES.directory().resolve(ModelFolder.CLIP_WEIGHTS),
        clip().resolve("model.safetensors"));
    Files.copy(
        BuiltInModel.SCENES.directory().resolve(ModelFolder.CLIP_TOKENIZER),
        clip().resolve("tokenizer.json"));
    ClipConfig config = SceneClip.config();
    ClipConfig.Vision vision = config.vision();
    ClipConfig.Text text = config.text();
    Map<String, Object> document =
        Map.of(
            "projection_dim",
            config.projectionDim(),
            "vision_config",
            Map.of(
                "image_size", vision.imageSize(),
                "patch_size", vision.patchSize(),
                "hidden_size", vision.hidden(),
                "num_hidden_layers", vision.layers(),
                "num_attention_heads", vision.heads(),
                "intermediate_size", vision.feedForward(),
                "hidden_act", "gelu",
                "layer_norm_eps", vision.layerNormEps()),
            "text_config",
            Map.of(
                "vocab_size", text.vocabularySize(),
                "max_position_embeddings", text.contextLength(),
                "hidden_size", text.hidden(),
                "num_hidden_layers", text.layers(),
                "num_attention_heads", text.heads(),
                "intermediate_size", text.feedForward(),
                "hidden_act", "gelu",
                "layer_norm_eps", text.layerNormEps(),
                "eos_token_id", text.endTokenId()));
    Files.writeString(clip().resolve("config.json"), new Gson().toJson(document));
    Files.writeString(
        clip().resolve("preprocessor_config.json"),
        new Gson().toJson(Map.of("size", vision.imageSize(), "crop_size", vision.imageSize())));
  }

  /**
   * One of the files.
   *
   * @param name {@code train.jsonl}, {@code validation.jsonl}, {@code more.txt} or {@code
   *     t5-tokenizer.json}
   * @return its path
   */
  public Path file(String name) {
    return directory.resolve(name);
  }

  /**
   * The photographs.
   *
   * @return their folder
   */
  public Path images() {
    return directory.resolve("images");
  }

  /**
   * The CLIP.
   *
   * @return its folder
   */
  public Path clip() {
    return directory.resolve("clip");
  }

  /**
   * All of it.
   *
   * @return what a study reads
   */
  PhotographFiles files() {
    return new PhotographFiles(
        file("train.jsonl"),
        file("validation.jsonl"),
        file("more.txt"),
        Map.of(),
        images(),
        file("t5-tokenizer.json"));
  }
}
