package io.github.close4j.training;

/** What a network is trained on. */
public enum TrainingDevice {
  /** CUDA's first device if libtorch has one, else the processor; listeners are told which. */
  AUTO,
  /** The processor. */
  CPU,
  /** CUDA's first device; a run without one is refused. */
  CUDA
}
