package io.github.close4j.benchmarks;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * What ONNX Runtime reaches at best on this machine, best of {@value #RUNS} runs each.
 *
 * @param flops floating-point operations a second, of a product of [4096,1024] and [1024,4096]
 * @param bytes bytes read a second, of a vector times a matrix of 512 MiB
 */
record MachineRates(double flops, double bytes) {
  private static final int RUNS = 7;
  private static final int OPSET = 18;
  private static final int IR_VERSION = 10;
  private static final double NANOS = 1e9;

  static MachineRates measure(int threads) throws OrtException {
    double product = seconds(threads, 4096, 1024, 4096);
    double vector = seconds(threads, 1, 8192, 16384);
    return new MachineRates(
        2.0 * 4096 * 1024 * 4096 / product, (double) Float.BYTES * 8192 * 16384 / vector);
  }

  /** Seconds of [rows,inner] · [inner,columns], the right factor a constant. */
  private static double seconds(int threads, int rows, int inner, int columns) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    float[] left = new float[rows * inner];
    java.util.Arrays.fill(left, 0.5f);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      try (OrtSession session = environment.createSession(product(inner, columns), options);
          OnnxTensor x =
              OnnxTensor.createTensor(
                  environment, FloatBuffer.wrap(left), new long[] {rows, inner})) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < RUNS; i++) {
          long start = System.nanoTime();
          session.run(Map.of("x", x)).close();
          best = Math.min(best, (System.nanoTime() - start) / NANOS);
        }
        return best;
      }
    }
  }

  private static byte[] product(int inner, int columns) {
    byte[] ones = new byte[Float.BYTES * inner * columns];
    for (int i = 3; i < ones.length; i += Float.BYTES) {
      ones[i] = 0x3f; // the highest byte of 0.5f
    }
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("product")
            .addInput(tensor("x", inner))
            .addOutput(tensor("y", columns))
            .addNode(
                NodeProto.newBuilder()
                    .setOpType("MatMul")
                    .addInput("x")
                    .addInput("w")
                    .addOutput("y"))
            .addInitializer(
                TensorProto.newBuilder()
                    .setName("w")
                    .setDataType(TensorProto.DataType.FLOAT.getNumber())
                    .addDims(inner)
                    .addDims(columns)
                    .setRawData(ByteString.copyFrom(ones)));
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static ValueInfoProto tensor(String name, int columns) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(
                            TensorShapeProto.newBuilder()
                                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("rows"))
                                .addDim(
                                    TensorShapeProto.Dimension.newBuilder().setDimValue(columns)))))
        .build();
  }
}
