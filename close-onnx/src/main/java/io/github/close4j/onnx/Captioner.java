package io.github.close4j.onnx;

import com.google.common.collect.Lists;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.image.ImageLimits;
import io.github.close4j.internal.io.Interruption;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.CaptionGraph.Source;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.session.GraphSession;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.PictureBatches;
import io.github.close4j.onnx.internal.session.Sessions;
import io.github.close4j.onnx.internal.session.Termination;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import java.awt.image.BufferedImage;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Captions pictures with a model directory, in this process. Thread-safe; a caption depends on its
 * input alone, not on what is captioned with it, unless {@linkplain
 * InferenceOptions#attendedPadding attended padding} is asked for.
 *
 * <pre>{@code
 * try (Captioner captioner = Captioner.open(Path.of("model"))) {
 *   System.out.println(captioner.caption(Path.of("photo.jpg")).text());
 * }
 * }</pre>
 *
 * <p>The first use of a kind of input, or of a way of decoding, prepares a graph for it and takes
 * longer than later ones.
 *
 * <p>Interrupting a thread cancels its call, wherever it is, and the opening of a captioner: it
 * ends with a {@link CancellationException}, and the thread stays interrupted. A {@link
 * Cancellation} ends several calls, or sets them a time limit. Either way the captioner stays good
 * for all others and for later calls. Pictures are read on threads of this captioner's own, so
 * streams must not depend on the thread that they are read on.
 *
 * <p>A model that was calibrated, as {@code close calibrate} of the command line does it, tells how
 * far the best caption of a picture is to be trusted: {@link Caption#confidence} and {@link
 * Caption#unsure}. They come from the caption's log-probability and from the cosine and the
 * distance of CLIP's vectors of picture and caption, so CLIP's text tower reads the captions, once
 * a batch: a small part of the work. The numbers were fitted to captions that were decoded by the
 * model's default, in 32 bits; they hold less for others. Other models compute nothing of it.
 *
 * <p>Sources: CLOSE (Gu et al. 2023), CLIP (Radford et al. 2021), T5 (Raffel et al. 2020). The
 * graph itself is described in {@code onnx.internal.graph.CaptionGraph}.
 */
public final class Captioner implements AutoCloseable {
  private final Decoding decoding;
  private final int batchSize;
  private final ImageLimits imageLimits;
  private final int clipDim;
  private final int vocabularySize;
  private final int padTokenId;
  private final int endTokenId;
  private final CaptionerConfig config;
  private final CaptionGraph graph;
  private final PictureBatches pictures;
  private final TextTokenizer tokenizer;
  private final @Nullable CaptionTrust trust;
  private final Sessions<Key> sessions;

  /** Inputs that go through the same graph. */
  private record Kind(Source source, boolean withText) {}

  /** What a graph is made for. */
  private record Key(Kind kind, Decoding decoding) {}

  private Captioner(
      CaptionerConfig config,
      CaptionGraph graph,
      TextTokenizer tokenizer,
      @Nullable CaptionTrust trust,
      InferenceOptions options) {
    this.decoding = config.decoding();
    this.batchSize = options.batchSize();
    this.imageLimits = options.imageLimits();
    this.clipDim = config.clip().projectionDim();
    this.vocabularySize = config.t5().vocabularySize();
    this.padTokenId = config.t5().padTokenId();
    this.endTokenId = config.t5().endTokenId();
    this.config = config;
    this.graph = graph;
    this.tokenizer = tokenizer;
    this.trust = trust;
    this.pictures = new PictureBatches(config.preprocessing(), options.threads());
    this.sessions = new Sessions<>("captioner", options);
  }

  // Opening -----------------------------------------------------------------------------------

  /**
   * Opens a model directory with default options.
   *
   * @param directory the model directory
   * @return a captioner; the caller closes it
   * @throws io.github.close4j.UnusableFileException if the directory is not a sound model; the
   *     message says which file, what was expected and what was found
   * @throws CancellationException if this thread is interrupted
   */
  public static Captioner open(Path directory) {
    return open(directory, InferenceOptions.defaults());
  }

  /**
   * Opens a model directory.
   *
   * @param directory the model directory
   * @param options how to use the machine
   * @return a captioner; the caller closes it
   * @throws InferenceException if a GPU was asked for and cannot be used, or ONNX Runtime leaves to
   *     the processor what computes; the message names what is missing or misplaced
   * @throws io.github.close4j.UnusableFileException if the directory is not a sound model; the
   *     message says which file, what was expected and what was found
   * @throws CancellationException if this thread is interrupted
   */
  public static Captioner open(Path directory, InferenceOptions options) {
    Interruption.requireNone();
    ModelFolder model = ModelFolder.open(directory);
    Device device = options.device().chosen();
    CaptionGraph graph = CaptionGraph.of(model, options.precision(), options.attendedPadding());
    CaptionTrust trust = CaptionTrust.open(model, options.device(device));
    TextTokenizer tokenizer = tokenizer(model, trust);
    Captioner captioner =
        new Captioner(model.config(), graph, tokenizer, trust, options.device(device));
    if (device.isCuda()) {
      captioner.runOnce();
    }
    return captioner;
  }

  /** Closes what was opened before it if it cannot be opened. */
  private static TextTokenizer tokenizer(ModelFolder model, @Nullable CaptionTrust trust) {
    try {
      return TextTokenizer.open(
          model.file(ModelFolder.T5_TOKENIZER),
          model.config().maxTextTokens(),
          model.config().t5().endTokenId());
    } catch (RuntimeException e) {
      close(trust);
      throw e;
    }
  }

  private static void close(@Nullable CaptionTrust trust) {
    if (trust != null) {
      trust.close();
    }
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

  // What an application calls -----------------------------------------------------------------

  /**
   * Captions a picture file as the model decodes by default.
   *
   * @param image path of a PNG, JPEG, GIF, BMP, WebP or TIFF
   * @return the best caption
   * @throws io.github.close4j.image.ImageDecodingException if it is not a readable picture
   * @throws CancellationException if this thread is interrupted
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
   * @throws CancellationException if this thread is interrupted
   * @throws IllegalStateException if this captioner is closed
   */
  public Caption caption(BufferedImage image) {
    return caption(CaptionInput.of(image));
  }

  /**
   * Captions a picture from a stream, which is not closed.
   *
   * @param encoded a stream of a PNG, JPEG, GIF, BMP, WebP or TIFF
   * @return the best caption
   * @throws io.github.close4j.image.ImageDecodingException if it is not a readable picture
   * @throws CancellationException if this thread is interrupted
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
   * @throws CancellationException if this thread is interrupted
   * @throws IllegalStateException if this captioner is closed
   */
  public Caption caption(CaptionInput input) {
    return caption(input, decoding);
  }

  /**
   * Captions one input.
   *
   * @param input the picture or vector, and text beside it
   * @param decoding how to decode
   * @return the best caption
   * @throws io.github.close4j.image.ImageDecodingException if it is not a readable picture
   * @throws IllegalArgumentException as {@link #caption(List, Decoding)}
   * @throws CancellationException if this thread is interrupted
   * @throws IllegalStateException if this captioner is closed
   */
  public Caption caption(CaptionInput input, Decoding decoding) {
    return alternatives(input, decoding).get(0);
  }

  /**
   * All hypotheses of one input.
   *
   * @param input the picture or vector, and text beside it
   * @param decoding how to decode
   * @return as many captions as the decoding has beams, best first
   * @throws io.github.close4j.image.ImageDecodingException if it is not a readable picture
   * @throws IllegalArgumentException as {@link #caption(List, Decoding)}
   * @throws CancellationException if this thread is interrupted
   * @throws IllegalStateException if this captioner is closed
   */
  public List<Caption> alternatives(CaptionInput input, Decoding decoding) {
    return caption(List.of(input), decoding).get(0);
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
   * @throws InferenceException if ONNX Runtime fails, or if this captioner is on a GPU and some of
   *     the first run's work was left to the processor
   * @throws CancellationException if this thread is interrupted
   * @throws IllegalStateException if this captioner is closed
   */
  public List<List<Caption>> caption(List<CaptionInput> inputs, Decoding decoding) {
    return sessions.use(() -> captionAll(inputs, decoding, new Termination()));
  }

  /**
   * Captions inputs, if it is not cancelled meanwhile.
   *
   * @param inputs what to caption
   * @param decoding how to decode
   * @param cancellation stops the call
   * @return as {@link #caption(List, Decoding)}
   * @throws CancellationException if it was cancelled, its time was up, or this thread is
   *     interrupted; captions made until then are lost, the captioner stays good
   * @throws io.github.close4j.image.ImageDecodingException if one is not a readable picture
   * @throws IllegalArgumentException as {@link #caption(List, Decoding)}
   * @throws NullPointerException if an input is null
   * @throws InferenceException as {@link #caption(List, Decoding)}
   * @throws IllegalStateException if this captioner is closed
   */
  public List<List<Caption>> caption(
      List<CaptionInput> inputs, Decoding decoding, Cancellation cancellation) {
    return sessions.use(() -> captionAll(inputs, decoding, cancellation.termination()));
  }

  /** How the model decodes unless it is asked otherwise. */
  public Decoding decoding() {
    return decoding;
  }

  /** What captions are computed on: the choice that {@link Device#auto} made, and why. */
  public Device device() {
    return sessions.device();
  }

  /**
   * Gives back native memory, after the runs under way. Closing again does nothing.
   *
   * @throws IllegalStateException if a call of this captioner waits for the calling thread: it
   *     reads a picture for it
   */
  @Override
  public void close() {
    if (pictures.isWorker()) {
      throw new IllegalStateException("a captioner cannot be closed while it reads a picture");
    }
    sessions.close(pictures::close, tokenizer::close, () -> close(trust));
  }

  // From file to caption ----------------------------------------------------------------------

  /** Inputs that go through the same graph go through it together, a batch at a time. */
  private List<List<Caption>> captionAll(
      List<CaptionInput> inputs, Decoding decoding, Termination termination) {
    termination.requireNone();
    Map<Kind, List<Integer>> byKind = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      CaptionInput input = Objects.requireNonNull(inputs.get(i), "inputs[" + i + "]");
      Kind kind = new Kind(input.isPicture() ? Source.PIXELS : Source.VECTORS, input.hasText());
      byKind.computeIfAbsent(kind, none -> new ArrayList<>()).add(i);
    }
    List<List<Caption>> captions = new ArrayList<>(Collections.nCopies(inputs.size(), List.of()));
    byKind.forEach(
        (kind, members) -> {
          for (List<Integer> batch : Lists.partition(members, batchSize)) {
            List<CaptionInput> chosen = batch.stream().map(inputs::get).toList();
            List<List<Caption>> results = captionBatch(kind, chosen, decoding, termination);
            for (int i = 0; i < batch.size(); i++) {
              captions.set(batch.get(i), results.get(i));
            }
          }
        });
    return List.copyOf(captions);
  }

  /** The whole way of B inputs of one kind: in one run of one graph to K captions each. */
  private List<List<Caption>> captionBatch(
      Kind kind, List<CaptionInput> inputs, Decoding decoding, Termination termination) {
    GraphSession prepared = session(kind, decoding, termination);
    Map<String, InputTensor> tensors = InputTensor.of(decoding, vocabularySize);
    switch (kind.source()) {
      case PIXELS ->
          tensors.put("pixels", pixels(inputs, termination)); // files -> [B,3,S,S], normalised
      case VECTORS -> tensors.put("vectors", vectors(inputs)); // [B,clipDim]
    }
    int[] unread = kind.withText() ? putText(inputs, tensors) : new int[inputs.size()];
    // In the graph: pixels [B,3,S,S] -> CLIP vector [B,clipDim], of norm 1 -> prefix [B,n,dModel]
    // -> with text [B,n+L,dModel] -> T5's encoder -> decoding loop -> tokens [B,K,T], scores [B,K].
    if (!isTrusted(kind)) {
      return prepared.run(tensors, outputs -> captions(outputs, decoding, unread), termination);
    }
    Said said = prepared.run(tensors, outputs -> said(outputs, decoding, unread), termination);
    return Objects.requireNonNull(trust).judge(said.captions(), said.vectors(), termination);
  }

  /** An answer is no description, so how near it is to the picture tells nothing. */
  private boolean isTrusted(Kind kind) {
    return trust != null && !kind.withText();
  }

  /** What was said of a batch, and CLIP's vectors of its pictures, [B,clipDim]. */
  private record Said(List<List<Caption>> captions, EmbeddingBatch vectors) {}

  private Said said(GraphSession.Outputs outputs, Decoding decoding, int[] unreadTokens) {
    float[] vectors = outputs.floats(CaptionGraph.CLIP_VECTORS);
    return new Said(
        captions(outputs, decoding, unreadTokens), EmbeddingBatch.wrap(vectors, clipDim));
  }

  /** Texts -> [B,L]; tells how many tokens of each are not read. */
  private int[] putText(List<CaptionInput> inputs, Map<String, InputTensor> tensors) {
    TextTokenizer.Batch text =
        tokenizer.batch(inputs.stream().map(CaptionInput::text).toList(), padTokenId);
    tensors.put("text", InputTensor.of(text.ids(), text.rows(), text.length()));
    tensors.put("text_mask", InputTensor.of(text.isToken(), text.rows(), text.length()));
    return text.unread();
  }

  private InputTensor pixels(List<CaptionInput> inputs, Termination termination) {
    return pictures.tensor(
        inputs.stream().map(input -> input.picture(imageLimits)).toList(), termination);
  }

  private InputTensor vectors(List<CaptionInput> inputs) {
    float[] rows = new float[inputs.size() * clipDim];
    for (int i = 0; i < inputs.size(); i++) {
      float[] vector = inputs.get(i).vector(clipDim);
      System.arraycopy(vector, 0, rows, i * clipDim, clipDim);
    }
    return InputTensor.of(rows, inputs.size(), clipDim);
  }

  /** The graph of a kind of input and a way of decoding, prepared when it is first used. */
  private GraphSession session(Kind kind, Decoding decoding, Termination termination) {
    config.requireFits(decoding);
    Key key = new Key(kind, decoding.structure());
    return sessions.get(
        key,
        () -> graph.captioning(kind.source(), kind.withText(), key.decoding(), isTrusted(kind)),
        termination);
  }

  private List<List<Caption>> captions(
      GraphSession.Outputs outputs, Decoding decoding, int[] unreadTokens) {
    long[] shape = outputs.shape("tokens"); // [B,K,T]
    long[] tokens = outputs.longs("tokens");
    float[] scores = outputs.floats("scores"); // [B,K]
    int beams = (int) shape[1];
    int length = (int) shape[2];
    List<List<Caption>> captions = new ArrayList<>();
    for (int item = 0; item < shape[0]; item++) {
      List<Caption> hypotheses = new ArrayList<>();
      for (int row = item * beams; row < (item + 1) * beams; row++) {
        long[] ids = untilEnd(Arrays.copyOfRange(tokens, row * length, (row + 1) * length));
        hypotheses.add(caption(ids, scores[row], decoding, unreadTokens[item]));
      }
      captions.add(List.copyOf(hypotheses));
    }
    return captions;
  }

  private Caption caption(long[] ids, double score, Decoding decoding, int unreadTokens) {
    Float penalty = decoding.isLengthNormalized() ? decoding.lengthPenalty() : null;
    double length = penalty == null ? 1 : Math.pow(ids.length, penalty);
    List<Integer> tokenIds = Arrays.stream(ids).mapToObj(Math::toIntExact).toList();
    return new Caption(
        tokenizer.decode(ids).strip(),
        score * length,
        score,
        tokenIds,
        unreadTokens,
        Double.NaN,
        false);
  }

  /** The ids up to and with the first end token; all if there is none. */
  private long[] untilEnd(long[] ids) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == endTokenId) {
        return Arrays.copyOf(ids, i + 1);
      }
    }
    return ids;
  }
}
