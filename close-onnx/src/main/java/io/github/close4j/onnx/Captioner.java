package io.github.close4j.onnx;

import com.google.common.collect.Lists;
import io.github.close4j.onnx.internal.graph.CaptionGraph.Source;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ModelDirectory;
import io.github.close4j.onnx.internal.session.Termination;
import java.awt.image.BufferedImage;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Captions pictures with a model directory, in this process. Thread-safe; a caption depends on its
 * input alone, not on what is captioned with it, unless {@link EncoderPadding#ATTENDED} is asked
 * for.
 *
 * <pre>{@code
 * try (Captioner captioner = Captioner.open(Path.of("model"))) {
 *   System.out.println(captioner.caption(Path.of("photo.jpg")).text());
 * }
 * }</pre>
 *
 * <p>The first use of a kind of input, or of a way of decoding, prepares a graph for it and takes
 * longer than later ones.
 */
public final class Captioner implements AutoCloseable {
  private final CaptionModel model;
  private final CaptionerOptions options;

  private Captioner(CaptionModel model, CaptionerOptions options) {
    this.model = model;
    this.options = options;
  }

  /**
   * Opens a model directory with default options.
   *
   * @param directory the model directory
   * @return a captioner; the caller closes it
   * @throws io.github.close4j.UnusableFileException if the directory is not a sound model; the
   *     message says which file, what was expected and what was found
   */
  public static Captioner open(Path directory) {
    return open(directory, CaptionerOptions.defaults());
  }

  /**
   * Opens a model directory.
   *
   * @param directory the model directory
   * @param options how to use the machine
   * @return a captioner; the caller closes it
   * @throws io.github.close4j.onnx.DeviceException if a GPU was asked for and cannot be used, or
   *     ONNX Runtime leaves to the processor what computes; the message names what is missing or
   *     misplaced
   * @throws io.github.close4j.UnusableFileException if the directory is not a sound model; the
   *     message says which file, what was expected and what was found
   */
  public static Captioner open(Path directory, CaptionerOptions options) {
    return open(directory, options, EncoderPadding.MASKED);
  }

  /**
   * Opens a model directory whose answers may be the reference's to padded batches.
   *
   * @param directory the model directory
   * @param options how to use the machine; its batch size is that of the reference's run if padding
   *     is {@linkplain EncoderPadding#ATTENDED attended to}, where a caption depends on its batch
   * @param padding what T5's encoder does with the padding of texts
   * @return a captioner; the caller closes it
   * @throws io.github.close4j.onnx.DeviceException if a GPU was asked for and cannot be used, or
   *     ONNX Runtime leaves to the processor what computes
   * @throws io.github.close4j.UnusableFileException if the directory is not a sound model; the
   *     message says which file, what was expected and what was found
   */
  public static Captioner open(Path directory, CaptionerOptions options, EncoderPadding padding) {
    Captioner captioner =
        new Captioner(CaptionModel.open(ModelDirectory.open(directory), options, padding), options);
    if (captioner.device().device() instanceof CudaDevice) {
      captioner.runOnce();
    }
    return captioner;
  }

  /**
   * Captions a picture of one pixel, for what is found out only then: whether ONNX Runtime leaves
   * work to the processor. Other kinds of input and decoding find it out in their own first runs.
   */
  private void runOnce() {
    try {
      caption(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Captions a picture file as the model decodes by default.
   *
   * @param image path of a PNG, JPEG, GIF or BMP
   * @return the best caption
   * @throws io.github.close4j.image.ImageDecodingException if it is not a readable picture
   * @throws IllegalStateException if this captioner is closed
   */
  public Caption caption(Path image) {
    return caption(CaptionInput.of(image));
  }

  /**
   * Captions a decoded picture as the model decodes by default.
   *
   * @param image the picture
   * @return the best caption
   * @throws IllegalStateException if this captioner is closed
   */
  public Caption caption(BufferedImage image) {
    return caption(CaptionInput.of(image));
  }

  /**
   * Captions a picture from a stream, which is not closed.
   *
   * @param encoded a stream of a PNG, JPEG, GIF or BMP
   * @return the best caption
   * @throws io.github.close4j.image.ImageDecodingException if it is not a readable picture
   * @throws IllegalStateException if this captioner is closed
   */
  public Caption caption(InputStream encoded) {
    return caption(CaptionInput.of(encoded));
  }

  /**
   * Captions one input as the model decodes by default.
   *
   * @param input the picture or vector, and text beside it
   * @return the best caption
   * @throws io.github.close4j.image.ImageDecodingException if it is not a readable picture
   * @throws IllegalStateException if this captioner is closed
   */
  public Caption caption(CaptionInput input) {
    return caption(List.of(input), config().decoding()).get(0).get(0);
  }

  /**
   * Captions inputs; any mixture of pictures and vectors, with and without text.
   *
   * @param inputs what to caption
   * @param decoding how to decode
   * @return for each input, in their order, as many captions as the decoding has beams, best first
   * @throws io.github.close4j.image.ImageDecodingException if one is not a readable picture
   * @throws IllegalArgumentException if a vector has not the length of CLIP's, or is zero or not
   *     finite, or if the decoding has more beams than the vocabulary allows
   * @throws NullPointerException if an input is null
   * @throws io.github.close4j.onnx.InferenceException if ONNX Runtime fails
   * @throws io.github.close4j.onnx.DeviceException if this captioner is on a GPU and ONNX Runtime
   *     left some of the first run's work to the processor
   * @throws IllegalStateException if this captioner is closed
   */
  public List<List<Caption>> caption(List<CaptionInput> inputs, Decoding decoding) {
    return caption(inputs, decoding, new Cancellation());
  }

  /**
   * Captions inputs, if it is not cancelled meanwhile.
   *
   * @param inputs what to caption
   * @param decoding how to decode
   * @param cancellation stops the call: at the next operation of the graph under way
   * @return for each input, in their order, as many captions as the decoding has beams, best first
   * @throws java.util.concurrent.CancellationException if it was cancelled or its time was up;
   *     captions made until then are lost, the captioner stays good
   * @throws io.github.close4j.image.ImageDecodingException if one is not a readable picture
   * @throws IllegalArgumentException if a vector has not the length of CLIP's, or is zero or not
   *     finite, or if the decoding has more beams than the vocabulary allows
   * @throws NullPointerException if an input is null
   * @throws io.github.close4j.onnx.InferenceException if ONNX Runtime fails
   * @throws io.github.close4j.onnx.DeviceException if this captioner is on a GPU and ONNX Runtime
   *     left some of the first run's work to the processor
   * @throws IllegalStateException if this captioner is closed
   */
  public List<List<Caption>> caption(
      List<CaptionInput> inputs, Decoding decoding, Cancellation cancellation) {
    return model.use(() -> captionByKind(inputs, decoding, cancellation.termination()));
  }

  private List<List<Caption>> captionByKind(
      List<CaptionInput> inputs, Decoding decoding, Termination termination) {
    Map<CaptionModel.InputKind, List<Integer>> byKind = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      CaptionInput input = Objects.requireNonNull(inputs.get(i), "inputs[" + i + "]");
      byKind.computeIfAbsent(kind(input), kind -> new ArrayList<>()).add(i);
    }
    List<List<Caption>> captions = new ArrayList<>(Collections.nCopies(inputs.size(), List.of()));
    byKind.forEach(
        (kind, members) -> {
          for (List<Integer> batch : Lists.partition(members, options.batchSize())) {
            List<List<Caption>> results =
                model.caption(
                    kind, batch.stream().map(inputs::get).toList(), decoding, termination);
            for (int i = 0; i < batch.size(); i++) {
              captions.set(batch.get(i), results.get(i));
            }
          }
        });
    return List.copyOf(captions);
  }

  /**
   * The model's dimensions and defaults.
   *
   * @return its configuration
   */
  public CaptionerConfig config() {
    return model.config();
  }

  /**
   * What captions are computed on: the choice that {@code Device.auto()} made, and why.
   *
   * @return the device
   */
  public ActiveDevice device() {
    return model.device();
  }

  /** Gives back native memory, after the runs under way. Closing again does nothing. */
  @Override
  public void close() {
    model.close();
  }

  private static CaptionModel.InputKind kind(CaptionInput input) {
    return new CaptionModel.InputKind(
        input.isPicture() ? Source.PIXELS : Source.VECTORS, input.hasText());
  }
}
