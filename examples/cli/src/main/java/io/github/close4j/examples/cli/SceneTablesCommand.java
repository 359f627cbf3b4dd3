package io.github.close4j.examples.cli;

import io.github.close4j.examples.clip.ClipTrainer;
import io.github.close4j.examples.clip.SceneClip;
import io.github.close4j.examples.tables.StudySettings;
import io.github.close4j.examples.tables.TableStudy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "tables",
    mixinStandardHelpOptions = true,
    description = {
      "Trains and judges the models of the paper's tables on scenes, and prints the tables.",
      "The paper's numbers stand beside. It takes a few hours; finished rows are kept, and the same"
          + " command goes on where it was stopped. It trains the small CLIP first if the working"
          + " directory has none."
    })
final class SceneTablesCommand implements Callable<Integer> {
  private static final int CLIP_STEPS = 5_500;

  @Mixin private StudyOptions options;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path directory = options.workingDirectory();
    if (options.trains() && !options.isOfRow()) {
      trainClipIfAbsent(directory);
    }
    TableStudy study =
        TableStudy.ofScenes(
            directory,
            options.rehearsal() ? StudySettings.SCENES_REHEARSAL : StudySettings.SCENES,
            options.seeds());
    if (options.isOfRow()) {
      options.runRow(study);
    } else {
      options.run(study, List.of("scenes", "tables"));
    }
    return 0;
  }

  private static void trainClipIfAbsent(Path directory) throws IOException {
    if (!Files.exists(SceneClip.files(directory).weights())) {
      try (ConsoleProgress progress = new ConsoleProgress()) {
        SceneClip.train(
            directory,
            new ClipTrainer.Options(CLIP_STEPS, 256, 1e-3, 0.05, 17),
            step -> progress.showStep(step.step(), CLIP_STEPS, step.loss()));
      }
    }
  }
}
