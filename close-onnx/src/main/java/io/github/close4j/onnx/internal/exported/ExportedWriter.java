package io.github.close4j.onnx.internal.exported;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.StoredTensor;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes exported graphs as a model directory has them: all weights of a model in one safetensors
 * file, and ONNX files that refer to its tensors by position, as any tool reads them, and by name
 * (in {@code doc_string}), as {@link ExportedGraph#namedAsWritten} does.
 */
public final class ExportedWriter {
  private static final int IR_VERSION = 10;

  private final Path weightsFile;
  private final ExportedWeights weights;
  private final Map<String, Long> offsets = new HashMap<>();

  /**
   * Writes the weights.
   *
   * @param weights the weights
   * @param file the safetensors file to write
   * @throws IOException if what was written cannot be read
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public ExportedWriter(ExportedWeights weights, Path file) throws IOException {
    this.weights = weights;
    this.weightsFile = file;
    // Wider elements first: then none lies at an odd address.
    List<String> names = new ArrayList<>(weights.names());
    names.sort(Comparator.comparing(name -> -weights.tensor(name).type().bytes()));
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    names.forEach(name -> writer.add(name, weights.tensor(name)));
    writer.write(file);
    long offset = dataStart(file);
    for (String name : names) {
      offsets.put(name, offset);
      offset += bytes(weights.tensor(name));
    }
  }

  /** After the header, whose length stands before it. */
  private static long dataStart(Path file) throws IOException {
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      return Long.BYTES + Long.reverseBytes(in.readLong());
    }
  }

  private static long bytes(StoredTensor tensor) {
    return (long) tensor.elements() * tensor.type().bytes();
  }

  /**
   * Writes one of the graphs.
   *
   * @param graph a graph of {@link ExportedWeights#graphs}
   * @param file the ONNX file to write, in the directory of the weights
   * @throws IOException if it cannot be written
   */
  public void write(ExportedGraph graph, Path file) throws IOException {
    GraphProto.Builder proto =
        GraphProto.newBuilder()
            .setName("exported")
            .addAllInput(graph.inputs().values())
            .addAllNode(graph.nodes())
            .addAllInitializer(graph.constants().values());
    for (Map.Entry<String, TensorProto> weight : graph.weights().entrySet()) {
      proto.addInitializer(reference(graph, weight.getKey(), weight.getValue()));
    }
    for (ValueInfoProto output : graph.outputs().values()) {
      String value = graph.value(output.getName());
      if (!value.equals(output.getName())) {
        proto.addNode(
            NodeProto.newBuilder()
                .setOpType("Identity")
                .addInput(value)
                .addOutput(output.getName()));
      }
      proto.addOutput(output);
    }
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("close4j")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(graph.opset()))
            .addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1))
            .setGraph(proto)
            .build();
    Files.write(file, model.toByteArray());
  }

  private TensorProto reference(ExportedGraph graph, String name, TensorProto declared) {
    String stored = graph.weightName(name);
    Long offset = offsets.get(stored);
    if (offset == null) {
      throw graph.wrong(
          "weight '%s': expected '%s' in %s, found none".formatted(name, stored, weightsFile));
    }
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(declared.getDataType())
        .addAllDims(declared.getDimsList())
        .setDocString(stored)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", weightsFile.getFileName().toString()))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", Long.toString(bytes(weights.tensor(stored)))))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
