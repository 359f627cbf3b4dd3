package io.github.close4j.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.internal.io.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A training whose thread is interrupted ends in words, and can be gone on with. */
class InterruptedTrainingTest {
  @TempDir private Path directory;

  /** When the thread is interrupted. */
  private enum Moment {
    STEP,
    VALIDATION,
    CHECKPOINT,
    EPOCH,
    DURING_A_STEP
  }

  private static final class Interrupting implements TrainingListener {
    private final Moment moment;
    private final long atStep;
    private long step;

    Interrupting(Moment moment, long atStep) {
      this.moment = moment;
      this.atStep = atStep;
    }

    @Override
    public void onStep(Step taken) {
      step = taken.step();
      at(Moment.STEP);
      if (moment == Moment.DURING_A_STEP && step == atStep) {
        Thread training = Thread.currentThread();
        new Thread(training::interrupt).start();
      }
    }

    @Override
    public void onValidating(long done, long total) {
      at(Moment.VALIDATION);
    }

    @Override
    public void onCheckpoint(Path file, int epoch, long written, boolean best) {
      at(Moment.CHECKPOINT);
    }

    @Override
    public void onEpochFinished(int epoch, long steps, double meanLoss) {
      at(Moment.EPOCH);
    }

    private void at(Moment now) {
      if (now == moment && step >= atStep) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Moment.class)
  void aTrainingThatWasInterruptedGoesOnToTheSameWeights(Moment moment) throws IOException {
    TinyRun undisturbed = TinyRun.in(directory.resolve("undisturbed"));
    undisturbed.train(undisturbed.trainer());
    TinyRun run = TinyRun.in(directory.resolve("interrupted"));

    try (TrainingRecorder recorder = new TrainingRecorder(directory.resolve("log"))) {
      CaptionTrainer trainer =
          run.trainer().listener(recorder).listener(new Interrupting(moment, 3));
      Throwable thrown = assertThrows(Throwable.class, () -> run.train(trainer));

      assertTrue(Thread.interrupted(), "stayed interrupted");
      assertInstanceOf(CancellationException.class, thrown);
      assertFalse(Files.exists(run.output()));
      assertEquals(List.of(), unfinished());
    }

    run.train(run.trainer().resume());
    assertArrayEquals(undisturbed.weights(), run.weights());
  }

  @Test
  void anInterruptedThreadDoesNotBegin() throws IOException {
    TinyRun run = TinyRun.in(directory);
    Thread.currentThread().interrupt();
    assertThrows(CancellationException.class, () -> run.train(run.trainer()));
    assertTrue(Thread.interrupted());
    assertFalse(Files.exists(run.work()));
  }

  private List<Path> unfinished() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(WholeFile.TEMPORARY_SUFFIX)).toList();
    }
  }
}
