package io.github.close4j.onnx.internal.exported;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.UsableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;

/** Reads an ONNX file. What it says is checked as far as the file alone tells. */
public final class ExportedFile {
  private static final long OLDEST_IR = 3;
  private static final long NEWEST_IR = 12;
  private static final long OLDEST_OPSET = 13;

  /** What ONNX Runtime knows as released, and whose operators our own nodes agree with. */
  private static final long NEWEST_OPSET = 21;

  private static final Set<String> ONNX = Set.of("", "ai.onnx");

  /** Domain of ONNX Runtime's own operators, which optimised exports use. */
  private static final String CONTRIB = "com.microsoft";

  private ExportedFile() {}

  /**
   * Reads a file. Its weights stay where they are, mapped.
   *
   * @param file the ONNX file
   * @return its graph, in opset 18 or newer
   * @throws UnusableFileException if the file is missing or not a sound ONNX model of a known
   *     version
   */
  public static ExportedGraph read(Path file) {
    ModelProto model = parse(file, map(file));
    require(file, "IR version", model.getIrVersion(), OLDEST_IR, NEWEST_IR);
    if (!model.hasGraph()) {
      throw new UnusableFileException(file, "expected an ONNX model with a graph, found none");
    }
    if (model.getFunctionsCount() > 0) {
      throw new UnusableFileException(
          file, "expected no local functions, found " + model.getFunctions(0).getName());
    }
    long opset = opset(file, model);
    requireKnownDomains(file, model.getGraph());
    return ExportedGraph.of(file, opset, model.getGraph());
  }

  private static ByteBuffer map(Path file) {
    UsableFile.require(file, "an ONNX file");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new UnusableFileException(
            file, "expected at most 2 GiB, ONNX's limit, found " + channel.size() + " bytes");
      }
      return channel.map(MapMode.READ_ONLY, 0, channel.size());
    } catch (IOException e) {
      throw new UnusableFileException(file, "cannot be read: " + FileFailure.reason(e), e);
    }
  }

  private static ModelProto parse(Path file, ByteBuffer bytes) {
    try {
      return ModelProto.parseFrom(LeanCopy.of(bytes, file.getFileName().toString()));
    } catch (InvalidProtocolBufferException e) {
      throw new UnusableFileException(
          file, "expected an ONNX model, found other bytes: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UnusableFileException(file, "cannot be read: " + FileFailure.reason(e), e);
    }
  }

  private static long opset(Path file, ModelProto model) {
    List<Long> versions =
        model.getOpsetImportList().stream()
            .filter(opset -> ONNX.contains(opset.getDomain()))
            .map(OperatorSetIdProto::getVersion)
            .toList();
    if (versions.size() != 1) {
      throw new UnusableFileException(
          file, "opset of ONNX's operators: expected one, found " + versions);
    }
    require(file, "opset", versions.get(0), OLDEST_OPSET, NEWEST_OPSET);
    return versions.get(0);
  }

  private static void require(Path file, String what, long found, long least, long most) {
    if (found < least || found > most) {
      throw new UnusableFileException(
          file, "%s: expected %d to %d, found %d".formatted(what, least, most, found));
    }
  }

  private static void requireKnownDomains(Path file, GraphProto graph) {
    for (NodeProto node : graph.getNodeList()) {
      String domain = node.getDomain();
      if (!ONNX.contains(domain) && !domain.equals(CONTRIB)) {
        throw new UnusableFileException(
            file,
            "operator %s: expected one of ONNX's or ONNX Runtime's, found domain '%s'"
                .formatted(node.getOpType(), domain));
      }
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          requireKnownDomains(file, attribute.getG());
        }
      }
    }
  }
}
