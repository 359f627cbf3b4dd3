package io.github.close4j.training;

import java.util.List;

/** Tells several listeners, one after the other. */
record ListenerGroup(List<TrainingListener> listeners) implements TrainingListener {
  @Override
  public void onProgress(Progress progress) {
    listeners.forEach(listener -> listener.onProgress(progress));
  }

  @Override
  public void onDevice(DeviceUsed device) {
    listeners.forEach(listener -> listener.onDevice(device));
  }

  @Override
  public void onEncoderDevice(EncoderDeviceUsed device) {
    listeners.forEach(listener -> listener.onEncoderDevice(device));
  }

  @Override
  public void onResumed(Resumed resumed) {
    listeners.forEach(listener -> listener.onResumed(resumed));
  }

  @Override
  public void onEpochStarted(EpochStarted started) {
    listeners.forEach(listener -> listener.onEpochStarted(started));
  }

  @Override
  public void onStep(StepTaken taken) {
    listeners.forEach(listener -> listener.onStep(taken));
  }

  @Override
  public void onEpochFinished(EpochFinished finished) {
    listeners.forEach(listener -> listener.onEpochFinished(finished));
  }

  @Override
  public void onValidated(Validated validated) {
    listeners.forEach(listener -> listener.onValidated(validated));
  }

  @Override
  public void onCheckpoint(CheckpointWritten written) {
    listeners.forEach(listener -> listener.onCheckpoint(written));
  }

  @Override
  public void onStoppedEarly(StoppedEarly stopped) {
    listeners.forEach(listener -> listener.onStoppedEarly(stopped));
  }
}
