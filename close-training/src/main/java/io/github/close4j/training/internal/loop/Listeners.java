package io.github.close4j.training.internal.loop;

import io.github.close4j.training.TrainingListener;
import io.github.close4j.training.TrainingOptions;
import java.nio.file.Path;
import java.util.List;

/** Tells several listeners, one after the other. */
public record Listeners(List<TrainingListener> all) implements TrainingListener {
  @Override
  public void onStep(Step step) {
    all.forEach(listener -> listener.onStep(step));
  }

  @Override
  public void onStart(TrainingOptions options, String device, String reason) {
    all.forEach(listener -> listener.onStart(options, device, reason));
  }

  @Override
  public void onEncoder(String device) {
    all.forEach(listener -> listener.onEncoder(device));
  }

  @Override
  public void onEncoding(long done, long total) {
    all.forEach(listener -> listener.onEncoding(done, total));
  }

  @Override
  public void onCutTexts(long cut, long total) {
    all.forEach(listener -> listener.onCutTexts(cut, total));
  }

  @Override
  public void onValidating(long done, long total) {
    all.forEach(listener -> listener.onValidating(done, total));
  }

  @Override
  public void onResumed(Path checkpoint, int epoch, long step) {
    all.forEach(listener -> listener.onResumed(checkpoint, epoch, step));
  }

  @Override
  public void onEpochStarted(int epoch, int epochs, long step, long totalSteps) {
    all.forEach(listener -> listener.onEpochStarted(epoch, epochs, step, totalSteps));
  }

  @Override
  public void onEpochFinished(int epoch, long step, double meanLoss) {
    all.forEach(listener -> listener.onEpochFinished(epoch, step, meanLoss));
  }

  @Override
  public void onValidated(Validated validated) {
    all.forEach(listener -> listener.onValidated(validated));
  }

  @Override
  public void onCheckpoint(Path file, int epoch, long step, boolean best) {
    all.forEach(listener -> listener.onCheckpoint(file, epoch, step, best));
  }

  @Override
  public void onStoppedEarly(int epoch, int bestEpoch) {
    all.forEach(listener -> listener.onStoppedEarly(epoch, bestEpoch));
  }
}
