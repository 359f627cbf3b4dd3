package io.github.close4j.examples.cli;

import io.github.close4j.training.TrainingListener.Phase;
import io.github.close4j.training.TrainingListener.Progress;

/** Shows how far a phase is. */
interface ProgressDisplay {

  /** A phase begins, or goes on after something else was shown. */
  void begin(Progress first);

  /** The phase is further. */
  void show(Progress progress, String loss);

  /** Nothing more is shown of the phase. Ending again does nothing. */
  void end();

  static String title(Phase phase) {
    return switch (phase) {
      case ENCODING -> "Encoding with CLIP";
      case TRAINING -> "Training";
      case VALIDATION -> "Validation";
    };
  }

  static String unit(Phase phase) {
    return switch (phase) {
      case ENCODING -> "texts";
      case TRAINING -> "steps";
      case VALIDATION -> "examples";
    };
  }
}
