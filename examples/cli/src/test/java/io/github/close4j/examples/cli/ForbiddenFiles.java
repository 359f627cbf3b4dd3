package io.github.close4j.examples.cli;

import io.github.close4j.adapter.AdapterFile;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.image.ImageDecoder;
import io.github.close4j.internal.tensor.NpyFile;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.ClipEncoder;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.training.CaptionTrainer;
import io.github.close4j.training.TrainingTask;
import io.github.close4j.training.corpus.Corpus;
import java.nio.file.Path;
import java.util.List;

/**
 * Opens what it may not read, in every way there is, in a process of its own; prints the errors.
 */
final class ForbiddenFiles {
  private ForbiddenFiles() {}

  /** "read" or "write", and a folder that has files and folders by the names that are used here. */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[1]);
    if (arguments[0].equals("read")) {
      read(folder);
    } else {
      write(folder);
    }
  }

  private static void write(Path folder) {
    Path adapter = folder.resolve("adapter.safetensors");
    say(() -> AdapterFile.save(new GaussianNoise(0.1), adapter));
    say("caption", "--scenes", 1, "--html", folder.resolve("gallery.html"));
    say("export", "--output", folder.resolve("graphs"), "--beams", 1);
    say("new", "--output", folder.resolve("fresh"));
    say("scenes", "pictures", "--count", 1, "--output", folder);
    say("scenes", "pictures", "--count", 1, "--output", folder.resolve("scenes"));
    say("train", "--captions", folder.resolve("captions.txt"), "--output", folder.resolve("made"));
  }

  private static void read(Path folder) {
    Path model = folder.resolve("model");
    Path captions = folder.resolve("captions.txt");
    Path json = folder.resolve("captions.json");
    Path photo = folder.resolve("photo.png");
    say(() -> ImageDecoder.decode(photo));
    say(() -> AdapterFile.load(folder.resolve("adapter.safetensors")));
    say(() -> NpyFile.read(folder.resolve("vectors.npy")));
    say(() -> Corpus.captions(captions).read());
    say(() -> Corpus.lines(captions).read());
    say(() -> Corpus.coco(json).read());
    say(() -> Corpus.vqaE(json).read());
    say(() -> Captioner.open(model).close());
    say(() -> ClipEncoder.open(model).close());
    say(() -> ModelDirectory.open(model));
    say(
        () ->
            CaptionTrainer.from(model)
                .train(
                    TrainingTask.CAPTIONING_SINGLE.examples(List.of()), folder.resolve("trained")));
    say("caption", "--model", model, photo);
    say("caption", photo);
    say("train", "--captions", captions, "--output", folder.resolve("trained"));
    say("train", "--model", model, "--captions", captions, "--output", folder.resolve("trained"));
    say("evaluate", "--references", json);
    say("gap", "--text", folder.resolve("vectors.npy"), "--image", folder.resolve("vectors.npy"));
    say("export", "--model", model, "--output", folder.resolve("graphs"));
    say(
        "import",
        "--clip-onnx",
        model,
        "--t5-onnx",
        model,
        "--prefix",
        folder.resolve("adapter.safetensors"),
        "--output",
        folder.resolve("imported"));
  }

  private static void say(Runnable action) {
    try {
      action.run();
      System.out.println("nothing");
    } catch (RuntimeException e) {
      System.out.println(String.valueOf(e.getMessage()).replace('\n', ' '));
    }
  }

  private static void say(Object... command) {
    CommandRun run = CommandRun.of(command);
    System.out.println(List.of(command).get(0) + ": " + String.join(" ", run.err()));
  }
}
