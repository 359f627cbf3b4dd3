package io.github.close4j.training;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a run is, besides its weights and AdamW's moments. All randomness follows from the seed and
 * the step, so this is all there is to keep.
 *
 * @param step steps taken
 * @param epochLoss sum of the present epoch's losses, each times its target tokens
 * @param epochTokens target tokens of the present epoch
 * @param bestEpoch the epoch of the best validation, from 1; 0 before any
 * @param bestScore that validation's score, higher is better
 * @param worseEpochs epochs since then
 */
record RunState(
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

  static RunState start() {
    return new RunState(0, 0, 0, 0, Double.NEGATIVE_INFINITY, 0);
  }

  RunState afterStep(double loss, long tokens) {
    return new RunState(
        step + 1,
        epochLoss + loss * tokens,
        epochTokens + tokens,
        bestEpoch,
        bestScore,
        worseEpochs);
  }

  RunState afterEpoch() {
    return new RunState(step, 0, 0, bestEpoch, bestScore, worseEpochs);
  }

  RunState afterValidation(int epoch, double score) {
    return score > bestScore
        ? new RunState(step, epochLoss, epochTokens, epoch, score, 0)
        : new RunState(step, epochLoss, epochTokens, bestEpoch, bestScore, worseEpochs + 1);
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
  static RunState of(Map<String, String> map) {
    return new RunState(
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
