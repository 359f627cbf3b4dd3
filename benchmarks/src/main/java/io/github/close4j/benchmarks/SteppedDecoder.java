package io.github.close4j.benchmarks;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Steps the decoder of an exported captioning graph from Java, a call of ONNX Runtime a token. Its
 * Java API has no tensors on a device, so what a step hands to the next, the cache first of all,
 * comes to the processor's memory and goes back.
 */
final class SteppedDecoder implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final SteppedGraphs graphs;
  private final OrtSession before;
  private final OrtSession step;
  private final OrtSession after;
  private long bytesCopied;

  private SteppedDecoder(
      SteppedGraphs graphs, OrtSession before, OrtSession step, OrtSession after) {
    this.graphs = graphs;
    this.before = before;
    this.step = step;
    this.after = after;
  }

  /**
   * Cuts a graph and opens the pieces, which are written beside it, where its weights are.
   *
   * @param file an exported captioning graph
   */
  static SteppedDecoder open(Path file, GpuOptions.Where where) throws IOException, OrtException {
    SteppedGraphs graphs = new SteppedGraphs(ModelProto.parseFrom(Files.readAllBytes(file)));
    OrtSession before = piece(file, "before", graphs.before(), where);
    Map<String, ValueInfoProto> types = new HashMap<>();
    before.getOutputInfo().forEach((name, info) -> types.put(name, declaration(name, info)));
    return new SteppedDecoder(
        graphs,
        before,
        piece(file, "step", graphs.step(types), where),
        piece(file, "after", graphs.after(), where));
  }

  private static OrtSession piece(Path whole, String name, ModelProto model, GpuOptions.Where where)
      throws IOException, OrtException {
    Path file = whole.resolveSibling(name + ".onnx");
    Files.write(file, model.toByteArray());
    return PlainSession.open(file, where, null);
  }

  /** A value of a type and of any shape. */
  private static ValueInfoProto declaration(String name, NodeInfo info) {
    String type = ((TensorInfo) info.getInfo()).type.name();
    int number = TensorProto.DataType.valueOf(type).getNumber();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder().setTensorType(TypeProto.Tensor.newBuilder().setElemType(number)))
        .build();
  }

  /**
   * Runs the whole way.
   *
   * @param inputs those of the exported graph
   * @param maxNewTokens most steps
   * @return the exported graph's outputs; the caller closes them
   */
  OrtSession.Result run(Map<String, OnnxTensor> inputs, int maxNewTokens) throws OrtException {
    bytesCopied = 0;
    try (OrtSession.Result first = before.run(inputs)) {
      Map<String, OnnxTensor> read = new HashMap<>();
      for (String name : graphs.captured()) {
        read.put(name, inputs.containsKey(name) ? inputs.get(name) : tensor(first, name));
      }
      OrtSession.Result last = first;
      List<String> names = graphs.carried();
      try {
        boolean more = true;
        for (int i = 0; i < maxNewTokens && more; i++) {
          for (int k = 0; k < names.size(); k++) {
            read.put(names.get(k), carried(last, first, k));
          }
          OrtSession.Result next = step(read, i);
          if (last != first) {
            last.close();
          }
          last = next;
          more = (Boolean) tensor(next, graphs.next().get(0)).getValue();
        }
        Map<String, OnnxTensor> results = new HashMap<>();
        for (String name : after.getInputNames()) {
          results.put(name, carried(last, first, graphs.results().indexOf(name)));
        }
        return after.run(results);
      } finally {
        if (last != first) {
          last.close();
        }
      }
    }
  }

  /** What the steps of the last run read from the processor's memory and wrote to it. */
  double megabytesCopied() {
    return bytesCopied / 1e6;
  }

  private OrtSession.Result step(Map<String, OnnxTensor> read, int number) throws OrtException {
    try (OnnxTensor iteration = OnnxTensor.createTensor(environment, (long) number);
        OnnxTensor keepGoing = OnnxTensor.createTensor(environment, true)) {
      read.put(graphs.iteration(), iteration);
      read.put(graphs.keepGoing(), keepGoing);
      Map<String, OnnxTensor> wanted = new HashMap<>(read);
      wanted.keySet().retainAll(step.getInputNames());
      OrtSession.Result next = step.run(wanted);
      wanted.values().forEach(this::count);
      next.forEach(output -> count(output.getValue()));
      return next;
    }
  }

  private OnnxTensor carried(OrtSession.Result last, OrtSession.Result first, int number) {
    return last == first
        ? tensor(first, graphs.carried().get(number))
        : tensor(last, graphs.next().get(number + 1));
  }

  private void count(OnnxValue value) {
    TensorInfo info = ((OnnxTensor) value).getInfo();
    bytesCopied += info.getNumElements() * info.type.size;
  }

  private static OnnxTensor tensor(OrtSession.Result result, String name) {
    return (OnnxTensor) result.get(name).orElseThrow();
  }

  @Override
  public void close() throws OrtException {
    try (before;
        step) {
      after.close();
    }
  }
}
