package io.github.close4j.onnx.internal.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.onnx.Device;
import io.github.close4j.onnx.InferenceException;
import java.io.FileReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which provider ran what, out of the profile that ONNX Runtime writes of a run. The profile tells
 * of a loop's body too, iteration by iteration; the graph that ONNX Runtime saves after optimising
 * does not tell providers at all.
 */
public final class NodePlacement {
  /** The provider of GPUs, by its name in a profile. */
  public static final String CUDA = "CUDAExecutionProvider";

  private static final String LOOP = "Loop";
  private static final String KERNEL = "_kernel_time";

  /**
   * What costs time, so must be where it was asked to be. Other operators compute shapes, lengths
   * and flags, some of which ONNX Runtime leaves to the processor on purpose.
   */
  private static final Set<String> COMPUTING =
      Set.of(
          "Attention",
          "Conv",
          "FastGelu",
          "FusedMatMul",
          "Gelu",
          "Gemm",
          "LayerNormalization",
          "LogSoftmax",
          LOOP,
          "MatMul",
          "MatMulNBits",
          "MultiHeadAttention",
          "QuickGelu",
          "SimplifiedLayerNormalization",
          "SkipLayerNormalization",
          "SkipSimplifiedLayerNormalization",
          "TopK");

  private final List<Run> runs;

  /** A profile that a session writes of its first run, in a temporary directory of its own. */
  static final class Profile {
    private final Path directory;

    private Profile(Path directory) {
      this.directory = directory;
    }

    /** Lets the session that will be opened with the options write a profile. */
    static Profile prepare(OrtSession.SessionOptions options) throws OrtException {
      try {
        Path directory = Files.createTempDirectory("close4j-profile");
        options.enableProfiling(directory.resolve("run").toString());
        return new Profile(directory);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write a profile: " + FileFailure.reason(e), e);
      }
    }

    /** Ends and reads the profile. */
    NodePlacement end(OrtSession session) throws OrtException {
      try {
        return NodePlacement.read(Path.of(session.endProfiling()));
      } catch (IOException e) {
        throw new UncheckedIOException(
            "cannot read the profile of a run: " + FileFailure.reason(e), e);
      } finally {
        discard();
      }
    }

    /** Removes what was written. */
    void discard() {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
        Files.delete(directory);
      } catch (IOException e) {
        // A profile that stays in the temporary directory does no harm.
      }
    }
  }

  private NodePlacement(List<Run> runs) {
    this.runs = runs;
  }

  /** One run of one node: microseconds from {@code start} to {@code end}. */
  private record Run(
      String node, String operator, String provider, long start, long end, boolean inLoop) {

    boolean contains(Run other) {
      return start <= other.start && other.end <= end;
    }
  }

  /**
   * Reads a profile.
   *
   * @param profile the file that ONNX Runtime wrote
   * @return what it tells
   * @throws IOException if it cannot be read or is no profile
   */
  public static NodePlacement read(Path profile) throws IOException {
    List<Run> runs = new ArrayList<>();
    // A channel would be closed by an interrupt, and there is no second profile.
    try (Reader text = new FileReader(profile.toFile(), StandardCharsets.UTF_8);
        JsonReader json = new JsonReader(text)) {
      json.beginArray();
      while (json.hasNext()) {
        JsonObject event = JsonParser.parseReader(json).getAsJsonObject();
        if (isKernel(event)) {
          runs.add(run(event));
        }
      }
      json.endArray();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IOException(
          "%s: expected a profile, found %s".formatted(profile, e.getMessage()), e);
    }
    List<Run> loops = runs.stream().filter(run -> run.operator.equals(LOOP)).toList();
    return new NodePlacement(runs.stream().map(run -> placed(run, loops)).toList());
  }

  private static boolean isKernel(JsonObject event) {
    JsonElement name = event.get("name");
    return name != null
        && name.getAsString().endsWith(KERNEL)
        && event.get("args") instanceof JsonObject args
        && args.has("provider");
  }

  private static Run run(JsonObject event) {
    JsonObject args = event.getAsJsonObject("args");
    long start = member(event, "ts").getAsLong();
    return new Run(
        member(event, "name").getAsString(),
        member(args, "op_name").getAsString(),
        member(args, "provider").getAsString(),
        start,
        start + member(event, "dur").getAsLong(),
        false);
  }

  private static JsonElement member(JsonObject object, String name) {
    JsonElement member = object.get(name);
    if (member == null) {
      throw new JsonParseException("an event without '" + name + "'");
    }
    return member;
  }

  private static Run placed(Run run, List<Run> loops) {
    boolean inLoop = loops.stream().anyMatch(loop -> !loop.equals(run) && loop.contains(run));
    return new Run(run.node, run.operator, run.provider, run.start, run.end, inLoop);
  }

  /**
   * What computes elsewhere.
   *
   * @param provider where it should
   * @return operators with provider and number of runs, sorted: {@code TopK on CPUExecutionProvider
   *     ×32}; empty if all is in place
   */
  public List<String> misplaced(String provider) {
    return counted(run -> COMPUTING.contains(run.operator) && !run.provider.equals(provider));
  }

  /**
   * Requires that all that computes is on a GPU. ONNX Runtime gives what a GPU cannot run to the
   * processor without a word.
   *
   * @param device the GPU
   * @throws InferenceException if something that computes ran elsewhere; the message says what
   */
  void require(Device device) {
    List<String> misplaced = misplaced(CUDA);
    if (!misplaced.isEmpty()) {
      throw new InferenceException(
          "%s: expected all that computes to run there, found %s; %s"
              .formatted(device, String.join(", ", misplaced), DeviceProbe.HELP),
          null);
    }
  }

  /**
   * Nodes that copy between the processor's memory and the GPU's.
   *
   * @param inLoop whether to count those in loops' bodies, else those outside
   * @return number of nodes; one in a loop's body copies in every iteration
   */
  public long copyNodes(boolean inLoop) {
    return runs.stream()
        .filter(run -> run.inLoop == inLoop && run.operator.startsWith("Memcpy"))
        .map(Run::node)
        .distinct()
        .count();
  }

  /**
   * All that ran in loops' bodies, or outside.
   *
   * @param inLoop whether in loops' bodies
   * @return operators with provider and number of runs, sorted
   */
  public List<String> all(boolean inLoop) {
    return counted(run -> run.inLoop == inLoop);
  }

  private List<String> counted(Predicate<Run> which) {
    Map<String, Long> counts =
        runs.stream()
            .filter(which)
            .collect(
                Collectors.groupingBy(
                    run -> run.operator + " on " + run.provider,
                    TreeMap::new,
                    Collectors.counting()));
    return counts.entrySet().stream().map(e -> e.getKey() + " ×" + e.getValue()).toList();
  }
}
