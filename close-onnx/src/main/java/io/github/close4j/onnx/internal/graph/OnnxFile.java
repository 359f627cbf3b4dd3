package io.github.close4j.onnx.internal.graph;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a graph as a plain ONNX file that other tools read, with its weights in a second file
 * beside it ({@code external_data}), which has no limit of 2 GB.
 */
public final class OnnxFile {
  /** Weights begin at multiples of it, so that readers can map them. */
  private static final int ALIGNMENT = 4096;

  private static final int CHUNK = 1 << 18;

  private OnnxFile() {}

  /**
   * Writes the two files, both whole or neither: if one cannot be put in its place, what was there
   * before is there again.
   *
   * @param model the graph
   * @param file where the graph goes, in a folder that is made if it is missing; the weights go to
   *     the same name with {@code .data} behind it. Files of these names are replaced
   * @throws UncheckedIOException if they cannot be written
   */
  public static void write(GraphModel model, Path file) {
    Path data = file.resolveSibling(file.getFileName() + ".data");
    Path temporaryData = data.resolveSibling(data.getFileName() + ".tmp");
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try {
        ModelProto placed = writeWeights(model, temporaryData, data.getFileName().toString());
        Files.write(temporary, placed.toByteArray());
        publish(temporaryData, data, temporary, file);
      } finally {
        Files.deleteIfExists(temporaryData);
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written: " + FileFailure.reason(e), e);
    }
  }

  private static void publish(Path newData, Path data, Path newGraph, Path graph)
      throws IOException {
    WholeFile.keepMode(data, newData);
    WholeFile.keepMode(graph, newGraph);
    Path oldData = data.resolveSibling(data.getFileName() + ".old");
    boolean isReplaced = Files.isRegularFile(data);
    if (isReplaced) {
      replace(data, oldData);
    }
    boolean isDataThere = false;
    try {
      replace(newData, data);
      isDataThere = true;
      replace(newGraph, graph);
    } catch (IOException e) {
      if (isReplaced) {
        replace(oldData, data);
      } else if (isDataThere) {
        Files.delete(data);
      }
      throw e;
    }
    Files.deleteIfExists(oldData);
  }

  /** Replaces a file; a directory in the way, even an empty one, is refused. */
  private static void replace(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Writes the weights; returns the graph that tells where each of them is. */
  private static ModelProto writeWeights(GraphModel model, Path data, String location)
      throws IOException {
    ModelProto.Builder proto = parse(model).toBuilder();
    try (FileChannel channel =
        FileChannel.open(
            data,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (TensorProto.Builder tensor : proto.getGraphBuilder().getInitializerBuilderList()) {
        if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
          long offset = aligned(channel.position());
          channel.position(offset);
          Weight weight = model.weights().get(tensor.getName());
          if (weight == null) {
            throw new IllegalArgumentException(
                "graph: expected the weight '%s' beside it, found none among %d"
                    .formatted(tensor.getName(), model.weights().size()));
          }
          write(channel, weight);
          tensor.clearExternalData();
          tensor.addExternalData(entry("location", location));
          tensor.addExternalData(entry("offset", Long.toString(offset)));
          tensor.addExternalData(entry("length", Long.toString(weight.bytes())));
        }
      }
    }
    return proto.build();
  }

  private static ModelProto parse(GraphModel model) {
    try {
      return ModelProto.parseFrom(model.bytes());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("expected a graph of our own: " + e.getMessage(), e);
    }
  }

  private static void write(FileChannel channel, Weight weight) throws IOException {
    if (weight.data() instanceof ByteBuffer bytes) {
      ByteBuffer all = bytes.duplicate().rewind();
      while (all.hasRemaining()) {
        channel.write(all);
      }
      return;
    }
    FloatBuffer from = weight.values().duplicate().rewind();
    ByteBuffer chunk =
        ByteBuffer.allocateDirect(Float.BYTES * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    while (from.hasRemaining()) {
      int count = Math.min(CHUNK, from.remaining());
      chunk.clear();
      chunk.asFloatBuffer().put(from.slice(from.position(), count));
      from.position(from.position() + count);
      chunk.limit(Float.BYTES * count);
      while (chunk.hasRemaining()) {
        channel.write(chunk);
      }
    }
  }

  private static long aligned(long position) {
    return (position + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
