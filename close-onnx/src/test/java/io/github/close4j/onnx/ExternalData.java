package io.github.close4j.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Puts the data of an exported graph's tensors into a file beside it, as large exports have it. */
final class ExternalData {
  private ExternalData() {}

  /** {@code shift} is added to the offsets that the graph states. */
  static void moveOut(Path graph, String location, long shift) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    change(
        graph,
        model -> {
          for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
            byte[] bytes = tensor.getRawData().toByteArray();
            declare(tensor, location, data.size() + shift, bytes.length);
            data.writeBytes(bytes);
          }
        });
    Files.write(graph.resolveSibling(location), data.toByteArray());
  }

  static void declare(TensorProto.Builder tensor, String location, long at, long length) {
    tensor.clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
    tensor.addExternalData(entry("location", location));
    tensor.addExternalData(entry("offset", Long.toString(at)));
    tensor.addExternalData(entry("length", Long.toString(length)));
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  static void change(Path graph, Consumer<ModelProto.Builder> change) throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(graph)).toBuilder();
    change.accept(model);
    Files.write(graph, model.build().toByteArray());
  }
}
