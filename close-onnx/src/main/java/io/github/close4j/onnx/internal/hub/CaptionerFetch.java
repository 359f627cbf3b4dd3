package io.github.close4j.onnx.internal.hub;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.onnx.internal.checkpoint.HuggingFaceDirectory;
import io.github.close4j.onnx.internal.checkpoint.ReferenceCheckpoint;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A captioner that CLOSE's authors trained, from their bucket, with the CLIP and the T5 that it was
 * made with, from the hub.
 */
public final class CaptionerFetch {
  private static final String CLIP = "openai/clip-vit-large-patch14";
  private static final String T5 = "google-t5/t5-base";
  private static final String REVISION = "main";

  private final HubOptions options;
  private final String title;
  private final String modelJson;
  private final String state;

  /**
   * One of the authors' captioners.
   *
   * @param title what the command line calls it
   * @param name what the authors call it
   */
  public CaptionerFetch(HubOptions options, String title, String name) {
    this.options = options;
    this.title = title;
    this.modelJson = "models/" + name + "/model.json";
    this.state = "models/" + name + "/r0/state-ep8.pth";
  }

  /** Fetches what is not in the cache yet and makes a model directory of it. */
  public ModelFolder to(Path output) {
    requireWritable(output);
    HubFiles hub = new HubFiles(options);
    Map<String, String> origins = new TreeMap<>();
    Parts parts = hub.guarded(() -> fetched(hub, output, origins));
    return ReferenceCheckpoint.convert(
        parts.modelJson(), parts.state(), parts.clip(), parts.t5(), output, origins);
  }

  /** What a model directory is made of. */
  private record Parts(Path modelJson, Path state, Path clip, Path t5) {}

  /** An output that cannot be made is told before anything is fetched for it. */
  private static void requireWritable(Path output) {
    ModelFolder.requireAbsent(output);
    try (WholeFile.NewDirectory trial = WholeFile.NewDirectory.beside(output)) {
      trial.path();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + output + ": " + FileFailure.reason(e), e);
    }
  }

  private Parts fetched(HubFiles hub, Path output, Map<String, String> origins) throws IOException {
    Snapshot clip = hub.snapshot(CLIP, REVISION);
    Snapshot t5 = hub.snapshot(T5, REVISION);
    Snapshot checkpoint = BucketDownload.of(options);
    checkpoint.require(modelJson);
    checkpoint.require(state);
    clip.require(HuggingFaceDirectory.PREPROCESSOR);
    clip.require(HuggingFaceDirectory.TOKENIZER);
    HubFiles.modelFiles(clip);
    t5.require(HuggingFaceDirectory.CONFIG);
    t5.require(HuggingFaceDirectory.TOKENIZER);
    requireAll(clip, t5, checkpoint);
    requireSpace(output, clip, t5, checkpoint);
    requireFitting(checkpoint.contents(modelJson).orElseThrow());
    Path t5Folder = t5.finish();
    Path clipFolder = clip.finish();
    Path checkpointFolder = checkpoint.finish();
    origins.put("clip", CLIP + " at " + clipFolder.getFileName());
    origins.put("t5", T5 + " at " + t5Folder.getFileName());
    origins.put("checkpoint", state + ", SHA-256 " + BucketDownload.sha256(options, state));
    return new Parts(
        checkpointFolder.resolve(modelJson), checkpointFolder.resolve(state), clipFolder, t5Folder);
  }

  private void requireAll(Snapshot... snapshots) {
    List<String> missing =
        Stream.of(snapshots).flatMap(snapshot -> snapshot.missing().stream()).toList();
    if (!missing.isEmpty()) {
      throw new UnusableFileException(
          options.cache(),
          "expected all files of %s, as the network is switched off; missing are %s. Where there is a network, 'close fetch %s --cache %s --output DIR' fetches them"
              .formatted(title, String.join(", ", missing), title, options.cache()));
    }
  }

  /** The model directory is about as large as what it is made of. */
  private void requireSpace(Path output, Snapshot clip, Snapshot t5, Snapshot checkpoint)
      throws IOException {
    DiskSpace space = new DiskSpace();
    for (Snapshot snapshot : List.of(clip, t5, checkpoint)) {
      snapshot.addTo(space);
      space.need(output, snapshot.bytes());
    }
    space.require();
  }

  /** Another CLIP's vectors would give captions of other pictures, and no error. */
  private static void requireFitting(Path modelJson) {
    Json model = Json.read(modelJson);
    model.oneOf("clip_model", List.of("ViT-L/14"));
    if (model.textOrNull("openai_clip") != null) {
      throw model.wrong("openai_clip", "null, as it is OpenAI's CLIP that is fetched");
    }
  }
}
