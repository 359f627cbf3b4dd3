package io.github.close4j.examples.clip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.platform.Fp16Conversions;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.examples.backbone.BackboneFiles;
import io.github.close4j.examples.backbone.EfficientNetLite;
import io.github.close4j.examples.photographs.PhotographSet;
import io.github.close4j.examples.text.BytePairVocabulary;
import io.github.close4j.image.ImageDecoder;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.onnx.ClipEncoder;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import io.github.close4j.training.internal.torch.Parameters;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntConsumer;
import javax.imageio.ImageIO;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PhotographClipTest {
  private static final int EDGE = PhotographClip.IMAGE_SIZE;

  @TempDir private Path directory;

  /** Told the numbers of steps. */
  private record Steps(IntConsumer numbers) implements PhotographTrainer.Listener {
    @Override
    public void onMaps(int done, int total) {
      assertTrue(done <= total);
    }

    @Override
    public void onStep(PhotographTrainer.Progress progress) {
      numbers.accept(progress.step());
    }
  }

  /** Disks of some colours on grounds of others, and what they are. */
  private PhotographSet pictures(int count) throws IOException {
    List<Path> files = new ArrayList<>();
    List<List<String>> captions = new ArrayList<>();
    String[] names = {"red", "green", "blue", "yellow"};
    Color[] colours = {Color.RED, Color.GREEN, Color.BLUE, Color.YELLOW};
    for (int i = 0; i < count; i++) {
      int disk = i % 4;
      int ground = (disk + 1 + i / 4 % 3) % 4;
      BufferedImage picture = new BufferedImage(90, 70, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = picture.createGraphics();
      graphics.setColor(colours[ground]);
      graphics.fillRect(0, 0, 90, 70);
      graphics.setColor(colours[disk]);
      graphics.fillOval(20 + i % 7, 10 + i % 5, 50, 50);
      graphics.dispose();
      Path file = directory.resolve(i + ".png");
      ImageIO.write(picture, "png", file.toFile());
      files.add(file);
      captions.add(
          List.of(
              "A %s disk on %s .".formatted(names[disk], names[ground]),
              "On %s there is a disk in %s".formatted(names[ground], names[disk])));
    }
    return new PhotographSet(files, captions);
  }

  private static PhotographClip.Options options(int epochs) {
    return new PhotographClip.Options(epochs, 4, 60, OptionalDouble.empty(), 3);
  }

  @Test
  void itsGraphsComputeWhatItsNetworkDoes() throws IOException {
    PhotographSet pictures = pictures(3);
    List<String> texts =
        List.of(
            "A red disk on blue", "disk", "", "A yellow disk, on a ground that is green".repeat(3));
    Safetensors file = Safetensors.open(BackboneFiles.write(0, directory));
    EfficientNetLite backbone = EfficientNetLite.of(file);
    PhotographClipShape shape = new PhotographClipShape(backbone, EDGE, 60);
    PhotographClip clip = new PhotographClip(directory.resolve("clip"));
    BytePairVocabulary vocabulary = BytePairVocabulary.learn(pictures.captions().get(0), 60);
    Files.createDirectories(clip.tokenizer().getParent());
    Files.writeString(clip.tokenizer(), vocabulary.document());
    TorchRuntime.initialize(1, 1);
    try (Parameters parameters = Parameters.random(5)) {
      PhotographNetwork network = new PhotographNetwork(shape, parameters);
      // The files keep 16 bits.
      parameters.tensors().values().forEach(tensor -> Tensors.set(tensor, halves(tensor)));
      clip.write(shape, name -> Tensors.toFloats(parameters.tensors().get(name)));
      List<BufferedImage> images = new ArrayList<>();
      List<Tensor> expected = new ArrayList<>();
      for (Path picture : pictures.files()) {
        images.add(ImageDecoder.decode(picture));
        float[] pixels =
            clip.files().preprocessing().processor().process(images.get(images.size() - 1));
        Tensor both = Tensors.of(pixels, 1, 3, EDGE, EDGE);
        both = torch.cat(new TensorVector(both, both.flip(3)), 0);
        expected.add(
            network
                .backbone()
                .features(both)
                .mean(2, 3)
                .mean(new long[] {0}, true, new ScalarTypeOptional()));
      }
      Tensor pooled = Contrast.joined(expected.stream());
      float[] ofImages = Tensors.toFloats(network.image(pooled, torch.ones_like(pooled)));
      try (ClipEncoder encoder = ClipEncoder.open(directory.resolve("clip"));
          TextTokenizer tokenizer = TextTokenizer.open(clip.tokenizer(), 32)) {
        assertNear(ofImages, encoder.images(images));
        List<long[]> ids = tokenizer.encode(texts);
        assertEquals(32, ids.get(3).length);
        assertNear(Tensors.toFloats(network.text(ids)), encoder.texts(texts));
      }
    }
  }

  /** Cosines of at least 1 - 1e-6, and vectors that differ from each other. */
  private static void assertNear(float[] features, EmbeddingBatch vectors) {
    EmbeddingBatch expected = EmbeddingBatch.wrap(features.clone(), vectors.dimension());
    expected.normalize();
    vectors.normalize();
    for (int i = 0; i < vectors.rows(); i++) {
      assertEquals(1, cosine(expected, i, vectors, i), 1e-6);
      assertTrue(i == 0 || cosine(vectors, i - 1, vectors, i) < 1 - 1e-5, "row " + i);
    }
  }

  private static double cosine(EmbeddingBatch one, int row, EmbeddingBatch other, int otherRow) {
    double sum = 0;
    for (int k = 0; k < one.dimension(); k++) {
      sum +=
          (double) one.values()[row * one.dimension() + k]
              * other.values()[otherRow * one.dimension() + k];
    }
    return sum;
  }

  /** A stop after the first of two epochs' checkpoints, in the midst of the second. */
  @Test
  void aTrainingThatWasStoppedEndsAsIfItHadNotBeen() throws IOException {
    PhotographSet pictures = pictures(9);
    Path backbone = BackboneFiles.write(0, directory);
    List<List<String>> others = List.of(List.of("a tree", "one tree"), List.of("sea and sand"));
    PhotographClip whole = new PhotographClip(directory.resolve("whole"));
    List<Integer> steps = new ArrayList<>();
    whole.train(backbone, pictures, others, options(2), new Steps(steps::add));
    assertEquals(List.of(1, 2, 3, 4), steps);
    assertTrue(whole.isComplete());

    PhotographClip stopped = new PhotographClip(directory.resolve("stopped"));
    assertThrows(
        IllegalStateException.class,
        () ->
            stopped.train(
                backbone,
                pictures,
                others,
                options(2),
                new Steps(
                    step -> {
                      if (step == 3) {
                        throw new IllegalStateException("stopped");
                      }
                    })));
    assertFalse(stopped.isComplete());
    steps.clear();
    stopped.train(backbone, pictures, others, options(2), new Steps(steps::add));
    assertEquals(List.of(3, 4), steps);
    for (String file : List.of("vision_model.onnx", "text_model.onnx", "config.json")) {
      assertEquals(
          -1,
          Files.mismatch(
              directory.resolve("whole").resolve(file), directory.resolve("stopped").resolve(file)),
          file);
    }
  }

  @Test
  void anotherTrainingDoesNotGoOn() throws IOException {
    PhotographSet pictures = pictures(8);
    Path backbone = BackboneFiles.write(0, directory);
    PhotographClip clip = new PhotographClip(directory.resolve("clip"));
    clip.train(backbone, pictures, List.of(), options(1), new Steps(step -> {}));
    List<Integer> steps = new ArrayList<>();
    clip.train(backbone, pictures, List.of(), options(2), new Steps(steps::add));
    assertEquals(List.of(1, 2, 3, 4), steps);
  }

  private static float[] halves(Tensor tensor) {
    float[] values = Tensors.toFloats(tensor);
    for (int i = 0; i < values.length; i++) {
      values[i] = Fp16Conversions.fp16ToFloat(Fp16Conversions.floatToFp16(values[i]));
    }
    return values;
  }
}
