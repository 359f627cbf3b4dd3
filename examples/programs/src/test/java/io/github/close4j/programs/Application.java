package io.github.close4j.programs;

import io.github.close4j.UnusableFileException;
import io.github.close4j.adapter.AdapterFile;
import io.github.close4j.adapter.AdapterFitting;
import io.github.close4j.adapter.ExampleNoise;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.adapter.PairedStatistics;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.image.ImageDecoder;
import io.github.close4j.internal.io.Json;
import io.github.close4j.metric.CaptionMetric;
import io.github.close4j.metric.ModalityGap;
import io.github.close4j.metric.VqaAccuracy;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.ClipEncoder;
import io.github.close4j.onnx.Decoding;
import io.github.close4j.onnx.ModelDirectory;
import io.github.close4j.training.CaptionTrainer;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.TrainingRecorder;
import io.github.close4j.training.TrainingTask;
import io.github.close4j.training.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * An application that uses the three libraries broadly, and prints all it gets: the same with every
 * version of the libraries beneath, errors included.
 */
final class Application {
  /** JSON of every kind that is refused, or that a careless reader would refuse. */
  private static final List<String> JSON =
      List.of(
          "{\"a\":1} x",
          "{\"a\":1}{}",
          "{'a':1}",
          "{\"a\":'b'}",
          "{a:1}",
          "{\"a\":b}",
          "{\"a\":NaN}",
          "{\"a\":-Infinity}",
          "{\"a\":TRUE}",
          "{\"a\":True}",
          "{\"a\":truE}",
          "{\"a\":Null}",
          "{\"a\":false,\n \"b\":FALSE}",
          "{\"a\":1E5,\"b\":1e5,\"c\":-0}",
          "{\"a\":01}",
          "{\"a\":+1}",
          "{\"a\":.5}",
          "{\"a\":1.}",
          "{\"a\":0x10}",
          "{\"a\":1 /* c */}",
          "{\"a\":1 // c\n}",
          "# c\n{\"a\":1}",
          "{\"a\":1,}",
          "{\"a\":[1,]}",
          "{\"a\":[,]}",
          "{\"a\":1;\"b\":2}",
          "{\"a\"=1}",
          "{\"a\"=>1}",
          ")]}'\n{\"a\":1}",
          "{\"a\":\"\t\"}",
          "{\"a\":\"\u0000\"}",
          "{\"a\":\"\n\"}",
          "{\"a\t\":1}",
          "{\"a\":\"\\'\"}",
          "{\"a\":\"\\\n\"}",
          "{\"a\":\"\\x\"}",
          "{\"a\":\"\\u12\"}",
          "{\"a\":\"\\u12G4\"}",
          "{\"a\":\"\\uD83D\\uDE00 \\\\ \\/ E TRUE\u007f\"}",
          "\ufeff{\"a\":1}",
          "{\"a\":1}\ufeff",
          "{\"a\":\u00a01}",
          "{\"a\":1,\"a\":2}",
          "{\"a\":{\"b\":[1,2,{\"c\":1,\"c\":2}]}}",
          "{\"a\":",
          "{\"a\"",
          "{",
          "",
          " ",
          "null",
          "7",
          "[]",
          "[1",
          "\"a\"",
          "{\"a\":123456789012345678901234567890}",
          "{\"a\":1e400}",
          "{\"a\":" + "[".repeat(199) + "]".repeat(199) + "}",
          "{\"a\":" + "[".repeat(300) + "]".repeat(300) + "}",
          "{\"a\":" + "9".repeat(2000) + "}");

  private final Path model;
  private final Path photo;
  private final Path folder;

  private Application(Path model, Path photo, Path folder) {
    this.model = model;
    this.photo = photo;
    this.folder = folder;
  }

  /** A model directory, a picture, and a folder to write into. */
  public static void main(String[] arguments) throws IOException {
    Application application =
        new Application(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]));
    application.readJson();
    application.readCorpora();
    application.score();
    application.caption(application.model);
    application.fitAdapter();
    application.train();
  }

  private static void say(Object what) {
    System.out.println(what);
  }

  private void readJson() {
    for (String document : JSON) {
      try {
        say(Json.parse(document, IllegalArgumentException::new));
      } catch (IllegalArgumentException e) {
        say(e.getMessage());
      }
    }
  }

  private void readCorpora() throws IOException {
    say(Corpus.captions(file("lines.txt", "a cat\n\na dog\n")).read());
    String image = "{\"id\":%s,\"file_name\":\"a.jpg\"}";
    String caption = "{\"image_id\":%s,\"id\":1,\"caption\":\"a cat\"}";
    for (String document :
        List.of(
            coco(image.formatted(1), caption.formatted(1)),
            coco(image.formatted(1), caption.formatted("NaN")),
            coco(image.formatted(1), caption.formatted("1") + ",{\"caption\":TRUE}"),
            coco(image.formatted(1), caption.formatted("1") + ",{\"caption\":\"\t\"}"),
            coco(image.formatted(1), caption.formatted("1") + ",{'caption':1}"),
            coco(image.formatted(1), caption.formatted("1") + ","),
            coco(image.formatted(1), caption.formatted("1")) + "}",
            coco(image.formatted(1), caption.formatted("1")).replaceFirst("\"}]}$", ""),
            "[]",
            "{\"annotations\":7}")) {
      try {
        say(Corpus.coco(file("coco.json", document)).read(Application::say));
      } catch (UnusableFileException e) {
        say(e.getMessage().replace(folder.toString(), ""));
      }
    }
    String good = "{\"image\":\"a.png\",\"captions\":[\"a cat\"]}\n";
    Path lines =
        file("captions.jsonl", good + "{\"image\":NaN}\n{}\n{\"captions\":['a']}\n" + good);
    say(
        Corpus.jsonLines(lines)
            .read(skipped -> say(skipped.replace(folder.toString(), "")))
            .size());
  }

  private static String coco(String images, String annotations) {
    return "{\"images\":[%s],\"annotations\":[%s]}".formatted(images, annotations);
  }

  private void score() {
    List<String> said = List.of("a cat on a mat", "a dog's bone, and 2 balls");
    List<List<String>> references =
        List.of(List.of("the cat is on the mat", "a cat"), List.of("a dog with a bone"));
    say(CaptionMetric.scores(List.of(CaptionMetric.values()), said, references));
    say(VqaAccuracy.values()[0].score(said, references));
  }

  private void caption(Path directory) {
    try (Captioner captioner = Captioner.open(directory)) {
      say(captioner.caption(photo).text());
      say(captioner.alternatives(CaptionInput.of(photo), Decoding.beam(3)));
      say(captioner.caption(CaptionInput.of(photo).withText("a red star"), Decoding.greedy()));
      say(captioner.caption(CaptionInput.of(photo), Decoding.sample(7).temperature(0.8f)));
    }
    ModelDirectory opened = ModelDirectory.open(directory);
    say(opened.decoding());
    Path graphs = folder.resolve("graphs");
    opened.exportOnnx(graphs, Decoding.beam(2));
    sayNames(graphs);
  }

  private void fitAdapter() {
    try (ClipEncoder clip = ClipEncoder.open(model)) {
      List<String> captions = List.of("a red star", "a blue heart", "a cat", "two green circles");
      EmbeddingBatch texts = clip.texts(captions);
      EmbeddingBatch images =
          clip.images(captions.stream().map(unused -> ImageDecoder.decode(photo)).toList());
      say(ModalityGap.measure(texts, images));
      PairedStatistics statistics = PairedStatistics.of(texts, images);
      for (ModalityAdapter fitted :
          List.of(
              AdapterFitting.meanShift(statistics).then(new GaussianNoise(0.04)),
              AdapterFitting.linear(statistics, 0.1),
              AdapterFitting.shrunkCovarianceNoise(statistics))) {
        Path file = folder.resolve("adapter.safetensors");
        AdapterFile.save(fitted, file);
        ModalityAdapter loaded = AdapterFile.load(file);
        EmbeddingBatch adapted = texts.copy();
        loaded.adaptForTraining(adapted, ExampleNoise.of(1, 0, new long[] {0, 1, 2, 3}));
        say(adapted.values()[0]);
      }
    }
  }

  private void train() throws IOException {
    Path run = folder.resolve("run");
    try (TrainingRecorder recorder = new TrainingRecorder(run)) {
      CaptionTrainer.from(model)
          .adapter(new GaussianNoise(0.04))
          .options(TrainingOptions.defaults().epochs(1).batchSize(2).threads(1))
          .listener(recorder)
          .workingDirectory(run.resolve("checkpoints"))
          .vectorCache(run.resolve("vectors"))
          .train(
              TrainingTask.CAPTIONING_SINGLE.examples(
                  Corpus.lines(file("captions.txt", "a red star\na blue heart\na green circle"))
                      .read()),
              run.resolve("model"));
    }
    sayNames(run);
    caption(run.resolve("model"));
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static void sayNames(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      say(files.map(Path::getFileName).sorted().toList());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
