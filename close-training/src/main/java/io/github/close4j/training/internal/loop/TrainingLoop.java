package io.github.close4j.training.internal.loop;

import io.github.close4j.internal.io.Interruption;
import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.TrainingListener.Step;
import io.github.close4j.training.TrainingListener.Validated;
import io.github.close4j.training.TrainingOptions;
import io.github.close4j.training.internal.loop.ExampleBatches.StepRows;
import io.github.close4j.training.internal.network.CaptionNetwork;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * The training of CLOSE (Gu, Clark and Kembhavi 2023, arXiv 2211.09778; reference: {@code
 * train/trainer.py}), to be read from top to bottom: the run, one step, its loss, the end of an
 * epoch.
 *
 * <p>Shapes: B examples of a batch, D components of CLIP's vector, d of T5's, n vectors that the
 * prefix makes of one, L tokens of text beside it, N targets of T tokens with padding, K target
 * tokens without, V words of T5.
 */
public final class TrainingLoop implements AutoCloseable {
  /** at::Reduction::Sum. */
  private static final long SUM = 2;

  /** Far more than the parts of a step, so that no two steps share dropout. */
  private static final long SEEDS_A_STEP = 1L << 20;

  private final TrainingOptions options;
  private final CaptionNetwork network;
  private final ExampleBatches examples;
  private final TrainingListener listener;
  private final @Nullable Validator validator;
  private final @Nullable Checkpoints checkpoints;
  private final Replicas replicas;
  private final @Nullable CiderReward reward;
  private final int stepsAnEpoch;
  private final long totalSteps;
  private final long totalExamples;
  private State state = State.start();

  /** Neither judged nor kept without a validator or checkpoints; the network stays the caller's. */
  public TrainingLoop(
      TrainingOptions options,
      CaptionNetwork network,
      ExampleBatches examples,
      @Nullable Validator validator,
      @Nullable Checkpoints checkpoints,
      TrainingListener listener) {
    this.options = options;
    this.network = network;
    this.examples = examples;
    this.validator = validator;
    this.checkpoints = checkpoints;
    this.listener = listener;
    this.replicas = new Replicas(network, options.threads(), options.weightDecay());
    this.reward =
        options.samples() == 0
            ? null
            : new CiderReward(
                examples.targets(), options.samples(), network.config().decoding().maxNewTokens());
    this.stepsAnEpoch = examples.epoch(options, 0).size();
    long allSteps = (long) stepsAnEpoch * options.epochs();
    this.totalSteps = options.maxSteps() == 0 ? allSteps : Math.min(options.maxSteps(), allSteps);
    this.totalExamples = (long) examples.size() * options.epochs() * totalSteps / allSteps;
  }

  /**
   * Trains to the end, from the newest checkpoint if there is one; tells where the end was.
   *
   * @throws java.util.concurrent.CancellationException if this thread is interrupted, at the next
   *     step; checkpoints are whole
   */
  public State run() {
    resume();
    while (state.step() < totalSteps && !isOver()) {
      int epoch = (int) (state.step() / stepsAnEpoch);
      listener.onEpochStarted(epoch + 1, options.epochs(), state.step(), totalSteps);
      List<StepRows> steps = examples.epoch(options, epoch); // a new order in every epoch
      for (StepRows rows : left(steps)) {
        step(rows, epoch);
        if (isCheckpointDue()) {
          writeCheckpoint(epoch);
        }
      }
      finish(epoch);
    }
    return state;
  }

  /** Those of an epoch's steps that are not taken yet and are to be. */
  private List<StepRows> left(List<StepRows> steps) {
    int first = (int) (state.step() % stepsAnEpoch);
    return steps.subList(first, (int) Math.min(stepsAnEpoch, first + totalSteps - state.step()));
  }

  private void resume() {
    Path newest = checkpoints == null ? null : checkpoints.newest();
    if (checkpoints != null && newest != null) {
      state = checkpoints.load(newest, network, replicas);
      int epoch = (int) Math.max(0, (state.step() - 1) / stepsAnEpoch) + 1;
      listener.onResumed(newest, epoch, state.step());
    }
  }

  /** One change of the weights. */
  private void step(StepRows rows, int epoch) {
    Interruption.requireNone();
    // Section 2.2: a text's vector takes the picture's place, disturbed anew in every epoch so that
    // the network learns to read vectors near it. [B,D] -> [B,D], beside texts [B,L], targets [N,T]
    List<List<CaptionNetwork.Input>> batches =
        rows.batches().stream()
            .map(batch -> parts(batch, part -> examples.forTraining(part, options.seed(), epoch)))
            .toList();
    long tokens = targetTokens(batches); // K of all batches of the step

    // Section 3: the rate falls in a straight line.
    long step = state.step();
    double rate =
        options.learningRate() * options.schedule().factor(step, totalSteps, totalExamples);

    long dropoutSeed = options.seed() * 1_000_003 + step * SEEDS_A_STEP;
    Gradient gradient = TorchRuntime.step(() -> learn(batches, tokens, dropoutSeed, rate));
    if (!gradient.isFinite()) {
      throw diverged(rows, gradient);
    }
    state = state.afterStep(gradient.loss(), tokens);
    listener.onStep(
        new Step(
            epoch + 1, state.step(), totalSteps, gradient.loss(), rate, gradient.norm(), tokens));
  }

  /** The loss of a step and the norm of all its gradients together. */
  private record Gradient(double loss, double norm) {
    boolean isFinite() {
      return Double.isFinite(loss) && Double.isFinite(norm);
    }
  }

  /** Forward, backward, and AdamW's step if loss and gradients are finite. */
  private Gradient learn(
      List<List<CaptionNetwork.Input>> batches, long tokens, long dropoutSeed, double rate) {
    replicas.setTraining(reward == null); // dropout, with probability 0.1 in the paper
    replicas.clearGradients();
    double of = reward == null ? tokens : reward.drawnOf(batches);
    double loss = 0;
    long seed = dropoutSeed;
    for (List<CaptionNetwork.Input> parts : batches) {
      replicas.seedDropout(seed, parts.size());
      long first = seed;
      loss +=
          replicas
              .each(parts, (net, part) -> backward(net, part, of, first + parts.indexOf(part)))
              .stream()
              .mapToDouble(Double::doubleValue)
              .sum();
      seed += parts.size();
    }
    Gradient gradient = new Gradient(loss, replicas.sumGradients());
    if (gradient.isFinite()) {
      replicas.update(gradient.norm(), options.maxGradientNorm(), rate);
    }
    return gradient;
  }

  /** A part's share of the loss, the mean over all target tokens or drawn captions of the step. */
  private double backward(CaptionNetwork net, CaptionNetwork.Input part, double of, long seed) {
    if (reward == null) {
      Tensor share = crossEntropy(net, part, options.bfloat16()).div(Tensors.scalar(of)); // []
      share.backward(); // gradients of the prefix and all of T5; CLIP is frozen (section 2.1)
      return share.item_float();
    }
    CiderReward.Drawn drawn = reward.draw(net, part, seed, options.bfloat16());
    drawn.loss().div(Tensors.scalar(of)).backward();
    return -drawn.reward() / of;
  }

  /**
   * Section 2.1: what T5 should say of a vector; the sum over the part's target tokens, in nats.
   */
  static Tensor crossEntropy(CaptionNetwork net, CaptionNetwork.Input part, boolean bfloat16) {
    // vectors [B,D] -> prefix [B,n,d]; with text [B,L] -> encoder [B,n+L,d] -> decoder [N,T,d]
    // -> logits of the target tokens alone [K,V]
    Tensor logits = TorchRuntime.withBfloat16(bfloat16, () -> net.tokenLogits(part));
    long[] tokens = part.tokens(); // [K], end tokens included
    return torch.cross_entropy_loss(
        logits.to(ScalarType.Float),
        Tensors.of(tokens, tokens.length),
        new TensorOptional(),
        SUM,
        CaptionNetwork.Input.IGNORED,
        0);
  }

  static long targetTokens(List<List<CaptionNetwork.Input>> batches) {
    return batches.stream()
        .flatMap(List::stream)
        .mapToLong(CaptionNetwork.Input::targetTokens)
        .sum();
  }

  private List<CaptionNetwork.Input> parts(
      List<Integer> batch, Function<List<Integer>, CaptionNetwork.Input> input) {
    return ExampleBatches.parts(batch, replicas.count()).stream().map(input).toList();
  }

  private ArithmeticException diverged(StepRows rows, Gradient gradient) {
    long step = state.step() + 1;
    Path saved = checkpoints == null ? null : checkpoints.saveBatch(step, rows, examples);
    return new ArithmeticException(
        "step %d: expected a finite loss and gradient, found loss %s and gradient norm %s; a lower learning rate may help%s"
            .formatted(
                step,
                gradient.loss(),
                gradient.norm(),
                saved == null ? "" : "; its batch: " + saved));
  }

  /** The end of an epoch: held-out text is judged, and the run is kept. */
  private void finish(int epoch) {
    listener.onEpochFinished(epoch + 1, state.step(), state.meanEpochLoss());
    state = state.afterEpoch();
    if (validator != null) {
      validate(epoch, validator);
    }
    if (checkpoints != null) {
      writeCheckpoint(epoch);
    }
    if (isOver() && state.step() < totalSteps) {
      listener.onStoppedEarly(epoch + 1, state.bestEpoch());
    }
  }

  private void validate(int epoch, Validator judge) {
    Validator.Result result = TorchRuntime.step(() -> judge.judge(replicas));
    state = state.afterValidation(epoch + 1, result.score());
    boolean best = state.bestEpoch() == epoch + 1;
    listener.onValidated(
        new Validated(
            epoch + 1,
            state.step(),
            result.loss(),
            result.scores(),
            result.shown(),
            result.said(),
            best));
    if (best && checkpoints != null) {
      Path file = checkpoints.writeBest(state, network);
      listener.onCheckpoint(file, epoch + 1, state.step(), true);
    }
  }

  private boolean isOver() {
    return options.earlyStopPatience() > 0 && state.worseEpochs() >= options.earlyStopPatience();
  }

  private boolean isCheckpointDue() {
    long every = options.checkpointEverySteps();
    // The end of an epoch has a checkpoint of its own, after its validation.
    boolean isLast = state.step() % stepsAnEpoch == 0 || state.step() == totalSteps;
    return every > 0 && state.step() % every == 0 && !isLast;
  }

  private void writeCheckpoint(int epoch) {
    if (checkpoints != null) {
      Path file = checkpoints.write(state, network, replicas);
      listener.onCheckpoint(file, epoch + 1, state.step(), false);
    }
  }

  /** Leaves the network with its last gradients. */
  @Override
  public void close() {
    replicas.close();
  }

  /**
   * Where a run is, besides its weights and AdamW's moments. All randomness follows from the seed
   * and the step, so this is all there is to keep.
   *
   * @param step steps taken
   * @param epochLoss sum of the present epoch's losses, each times its target tokens
   * @param epochTokens target tokens of the present epoch
   * @param bestEpoch the epoch of the best validation, from 1; 0 before any
   * @param bestScore that validation's score, higher is better
   * @param worseEpochs epochs since then
   */
  public record State(
      long step,
      double epochLoss,
      long epochTokens,
      int bestEpoch,
      double bestScore,
      int worseEpochs) {
    private static final String STEP = "step";
    private static final String EPOCH_LOSS = "epochLoss";
    private static final String EPOCH_TOKENS = "epochTokens";
    private static final String BEST_EPOCH = "bestEpoch";
    private static final String BEST_SCORE = "bestScore";
    private static final String WORSE_EPOCHS = "worseEpochs";

    static State start() {
      return new State(0, 0, 0, 0, Double.NEGATIVE_INFINITY, 0);
    }

    State afterStep(double loss, long tokens) {
      return new State(
          step + 1,
          epochLoss + loss * tokens,
          epochTokens + tokens,
          bestEpoch,
          bestScore,
          worseEpochs);
    }

    State afterEpoch() {
      return new State(step, 0, 0, bestEpoch, bestScore, worseEpochs);
    }

    State afterValidation(int epoch, double score) {
      return score > bestScore
          ? new State(step, epochLoss, epochTokens, epoch, score, 0)
          : new State(step, epochLoss, epochTokens, bestEpoch, bestScore, worseEpochs + 1);
    }

    double meanEpochLoss() {
      return epochLoss / epochTokens;
    }

    Map<String, String> toMap() {
      Map<String, String> map = new LinkedHashMap<>();
      map.put(STEP, Long.toString(step));
      map.put(EPOCH_LOSS, Double.toString(epochLoss));
      map.put(EPOCH_TOKENS, Long.toString(epochTokens));
      map.put(BEST_EPOCH, Integer.toString(bestEpoch));
      map.put(BEST_SCORE, Double.toString(bestScore));
      map.put(WORSE_EPOCHS, Integer.toString(worseEpochs));
      return map;
    }

    /**
     * What {@link #toMap} gave, exactly.
     *
     * @throws IllegalArgumentException if an entry is missing or malformed
     */
    static State of(Map<String, String> map) {
      return new State(
          Long.parseLong(entry(map, STEP)),
          Double.parseDouble(entry(map, EPOCH_LOSS)),
          Long.parseLong(entry(map, EPOCH_TOKENS)),
          Integer.parseInt(entry(map, BEST_EPOCH)),
          Double.parseDouble(entry(map, BEST_SCORE)),
          Integer.parseInt(entry(map, WORSE_EPOCHS)));
    }

    private static String entry(Map<String, String> map, String key) {
      String value = map.get(key);
      if (value == null) {
        throw new IllegalArgumentException("expected an entry '" + key + "', found none");
      }
      return value;
    }
  }
}
