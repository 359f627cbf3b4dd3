package io.github.close4j.training;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.close4j.training.internal.record.EventFile;
import io.github.close4j.training.internal.record.RunLog;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records a run while it goes on: {@code log.jsonl} and TensorBoard's event files in {@code
 * tensorboard}. Both are written line by line and event by event, so a killed run loses nothing
 * that was recorded.
 *
 * <p>A line of the log is a JSON object with {@code event}, {@code time} (ISO 8601, UTC) and {@code
 * step} (steps taken). By event:
 *
 * <ul>
 *   <li>{@code start}: {@code totalSteps}, {@code epochs}, {@code device}, {@code threads}, {@code
 *       bfloat16}; again, with the checkpoint's step, each time the run goes on
 *   <li>{@code step}: {@code epoch}, {@code loss} in nats, {@code learningRate}, {@code
 *       gradientNorm}, {@code targetTokens}
 *   <li>{@code epoch}: {@code epoch}, {@code meanLoss}
 *   <li>{@code validation}: {@code epoch}, {@code loss}, {@code best}, {@code scores} by name,
 *       {@code shown}, a list of {@code given}, {@code text}, {@code expected}, {@code said}
 *   <li>{@code checkpoint}: {@code epoch}, {@code file}, {@code best}
 *   <li>{@code stopped}: {@code epoch}, {@code bestEpoch}
 * </ul>
 *
 * <p>Numbers that are not finite are {@code null}. When a run goes on from a checkpoint, what was
 * logged after it is dropped, since it happens again; TensorBoard is told the same.
 */
public final class TrainingRecorder implements TrainingListener, AutoCloseable {
  /** The log's name in a run's folder. */
  public static final String LOG = "log.jsonl";

  /** The name of TensorBoard's directory in a run's folder. */
  public static final String TENSORBOARD = "tensorboard";

  private final Path folder;
  private @Nullable TrainingOptions options;
  private String device = "";
  private @Nullable RunLog log;
  private @Nullable EventFile events;
  private long step;

  /**
   * A recorder that makes its files when the first epoch begins.
   *
   * @param folder the run's folder
   */
  public TrainingRecorder(Path folder) {
    this.folder = folder;
  }

  @Override
  public void onStart(TrainingOptions used, String name, String reason) {
    options = used;
    device = name;
  }

  @Override
  public void onEpochStarted(int epoch, int epochs, long stepsBefore, long totalSteps) {
    if (log != null) {
      return;
    }
    step = stepsBefore;
    log = RunLog.open(folder.resolve(LOG), step);
    events = EventFile.create(folder.resolve(TENSORBOARD), step);
    JsonObject line = line("start", step);
    line.addProperty("totalSteps", totalSteps);
    line.addProperty("epochs", epochs);
    if (options != null) {
      line.addProperty("device", device);
      line.addProperty("threads", options.threads());
      line.addProperty("bfloat16", options.bfloat16());
    }
    log.add(line);
  }

  @Override
  public void onStep(Step taken) {
    step = taken.step();
    JsonObject line = line("step", step, taken.epoch());
    addNumber(line, "loss", taken.loss());
    addNumber(line, "learningRate", taken.learningRate());
    addNumber(line, "gradientNorm", taken.gradientNorm());
    line.addProperty("targetTokens", taken.targetTokens());
    log().add(line);
    events().scalar("train/loss", step, taken.loss());
    events().scalar("train/learning rate", step, taken.learningRate());
    events().scalar("train/gradient norm", step, taken.gradientNorm());
  }

  @Override
  public void onEpochFinished(int epoch, long atStep, double meanLoss) {
    JsonObject line = line("epoch", atStep, epoch);
    addNumber(line, "meanLoss", meanLoss);
    log().add(line);
    events().scalar("train/mean loss of the epoch", atStep, meanLoss);
  }

  @Override
  public void onValidated(Validated validated) {
    JsonObject line = line("validation", validated.step(), validated.epoch());
    addNumber(line, "loss", validated.loss());
    line.addProperty("best", validated.best());
    JsonObject scores = new JsonObject();
    validated.scores().forEach((name, score) -> addNumber(scores, name, score));
    line.add("scores", scores);
    line.add("shown", shown(validated));
    log().add(line);
    events().scalar("validation/loss", validated.step(), validated.loss());
    validated
        .scores()
        .forEach((name, score) -> events().scalar("validation/" + name, validated.step(), score));
    if (!validated.shown().isEmpty()) {
      events().text("validation/examples", validated.step(), markdown(validated));
    }
  }

  private static JsonArray shown(Validated validated) {
    JsonArray shown = new JsonArray();
    for (int i = 0; i < validated.shown().size(); i++) {
      TrainingExample example = validated.shown().get(i);
      JsonObject object = new JsonObject();
      object.addProperty("given", String.join(" / ", example.clipTexts()));
      object.addProperty("text", Objects.requireNonNullElse(example.text(), ""));
      object.addProperty("expected", String.join(" / ", example.targets()));
      object.addProperty("said", validated.said().get(i));
      shown.add(object);
    }
    return shown;
  }

  private static String markdown(Validated validated) {
    StringBuilder table = new StringBuilder("| expected | said |\n|---|---|");
    for (int i = 0; i < validated.shown().size(); i++) {
      String expected = String.join(" / ", validated.shown().get(i).targets());
      table.append("\n| %s | %s |".formatted(expected, validated.said().get(i)));
    }
    return table.toString();
  }

  @Override
  public void onCheckpoint(Path file, int epoch, long atStep, boolean best) {
    JsonObject line = line(RunLog.CHECKPOINT, atStep, epoch);
    line.addProperty("file", file.getFileName().toString());
    line.addProperty("best", best);
    log().add(line);
  }

  @Override
  public void onStoppedEarly(int epoch, int bestEpoch) {
    JsonObject line = line("stopped", step, epoch);
    line.addProperty("bestEpoch", bestEpoch);
    log().add(line);
  }

  private static JsonObject line(String event, long step) {
    JsonObject line = new JsonObject();
    line.addProperty("event", event);
    line.addProperty("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    line.addProperty("step", step);
    return line;
  }

  private static JsonObject line(String event, long step, int epoch) {
    JsonObject line = line(event, step);
    line.addProperty("epoch", epoch);
    return line;
  }

  /** JSON knows no NaN and no infinity. */
  private static void addNumber(JsonObject line, String name, double value) {
    line.addProperty(name, Double.isFinite(value) ? value : null);
  }

  private RunLog log() {
    if (log == null) {
      throw new IllegalStateException("log: expected an epoch to have begun, found none");
    }
    return log;
  }

  private EventFile events() {
    if (events == null) {
      throw new IllegalStateException("events: expected an epoch to have begun, found none");
    }
    return events;
  }

  /** Closes the files. Closing again does nothing. */
  @Override
  public void close() {
    RunLog openLog = log;
    EventFile openEvents = events;
    log = null;
    events = null;
    try {
      if (openLog != null) {
        openLog.close();
      }
    } finally {
      if (openEvents != null) {
        openEvents.close();
      }
    }
  }
}
