package io.github.close4j.onnx.cuda;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.common.base.Splitter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kernels of ONNX Runtime's CUDA provider, out of {@code kernels.txt}. */
final class CudaKernels {
  /** The operator set that the table is of. */
  static final int OPSET = 18;

  private static final Pattern LINE =
      Pattern.compile("(\\S+)\\s+(\\d+)-(\\d*)\\s+(.*?)\\s*->\\s*(.*?)\\s*:\\s*(.*)");
  private static final String HOST = "@host";
  private static final String REPEATED = "...";

  private static final Map<String, DataType> TYPES =
      Map.of(
          "f32", DataType.FLOAT,
          "f16", DataType.FLOAT16,
          "f64", DataType.DOUBLE,
          "i32", DataType.INT32,
          "i64", DataType.INT64,
          "bool", DataType.BOOL,
          "u8", DataType.UINT8);

  private final Map<String, Kernel> kernels = new HashMap<>();

  /** One operator: tokens of the table, and the types of T. */
  record Kernel(List<String> inputs, List<String> outputs, Set<DataType> types) {

    boolean readsOnHost(int input) {
      return token(inputs, input).endsWith(HOST);
    }

    boolean writesOnHost(int output) {
      return token(outputs, output).endsWith(HOST);
    }

    /** Whether the provider has it for inputs of these types; absent inputs are null. */
    boolean takes(List<@Nullable DataType> found) {
      @Nullable DataType bound = null;
      for (int i = 0; i < found.size(); i++) {
        DataType type = found.get(i);
        String token = plain(token(inputs, i));
        if (type == null || token.equals("any")) {
          continue;
        }
        boolean fits =
            switch (token) {
              case "T" -> types.contains(type) && (bound == null || bound == type);
              case "U" -> types.contains(type);
              case "int" -> type == DataType.INT32 || type == DataType.INT64;
              default -> TYPES.get(token) == type;
            };
        if (!fits) {
          return false;
        }
        bound = token.equals("T") ? type : bound;
      }
      return true;
    }

    /** The type of an output; null where the table leaves it to the node's body. */
    @Nullable DataType output(int place, NodeProto node, List<@Nullable DataType> found) {
      String token = plain(token(outputs, place));
      return switch (token) {
        case "T" -> found.get(indexOfT());
        case "=to" -> DataType.forNumber((int) attribute(node, "to").getI());
        case "=value" -> valueType(node);
        case "=body" -> null;
        default -> TYPES.get(token);
      };
    }

    private int indexOfT() {
      for (int i = 0; i < inputs.size(); i++) {
        if (plain(inputs.get(i)).equals("T")) {
          return i;
        }
      }
      throw new IllegalStateException("no T among " + inputs);
    }

    private static DataType valueType(NodeProto node) {
      return node.getAttributeList().stream()
          .filter(attribute -> attribute.getName().equals("value"))
          .map(attribute -> DataType.forNumber(attribute.getT().getDataType()))
          .findFirst()
          .orElse(DataType.FLOAT);
    }

    private static AttributeProto attribute(NodeProto node, String name) {
      return node.getAttributeList().stream()
          .filter(attribute -> attribute.getName().equals(name))
          .findFirst()
          .orElseThrow();
    }

    private static String token(List<String> tokens, int place) {
      String last = tokens.get(tokens.size() - 1);
      if (place < tokens.size() || last.endsWith(REPEATED)) {
        return tokens.get(Math.min(place, tokens.size() - 1));
      }
      throw new IllegalArgumentException("no input or output " + place + " in " + tokens);
    }

    private static String plain(String token) {
      return token.replace(HOST, "").replace(REPEATED, "");
    }
  }

  private CudaKernels() {}

  static CudaKernels read() {
    CudaKernels table = new CudaKernels();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                CudaKernels.class.getResourceAsStream("kernels.txt"), StandardCharsets.UTF_8))) {
      reader.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(table::add);
      return table;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(String line) {
    Matcher cells = LINE.matcher(line);
    if (!cells.matches()) {
      throw new IllegalStateException("not a line of the table: " + line);
    }
    int from = Integer.parseInt(cells.group(2));
    int to = cells.group(3).isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(cells.group(3));
    if (from > OPSET || to < OPSET) {
      throw new IllegalStateException("does not hold in operator set " + OPSET + ": " + line);
    }
    Set<DataType> types =
        words(cells.group(6)).stream().map(TYPES::get).collect(Collectors.toSet());
    Kernel kernel = new Kernel(words(cells.group(4)), words(cells.group(5)), types);
    if (kernels.put(cells.group(1), kernel) != null) {
      throw new IllegalStateException("a second line of " + cells.group(1));
    }
  }

  private static List<String> words(String cell) {
    return new ArrayList<>(Splitter.on(' ').omitEmptyStrings().splitToList(cell));
  }

  /** The kernel of a node, for whatever types. */
  Kernel of(NodeProto node) {
    String name =
        node.getDomain().isEmpty() ? node.getOpType() : node.getDomain() + ":" + node.getOpType();
    Kernel kernel = kernels.get(name);
    if (kernel == null) {
      throw new IllegalStateException("kernels.txt says nothing of " + name);
    }
    return kernel;
  }
}
