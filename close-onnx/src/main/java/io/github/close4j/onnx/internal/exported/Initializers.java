package io.github.close4j.onnx.internal.exported;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.UsableFile;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Data of an ONNX file's tensors: in the file itself or in one beside it. */
final class Initializers {
  /** ONNX Runtime copies tensors of less than 128 bytes, so there is nothing to share in them. */
  private static final long LEAST_WEIGHT = 32;

  private Initializers() {}

  /** Whether a tensor is large enough, and of a type, to be handed over by address. */
  static boolean isWeight(Path file, TensorProto tensor) {
    return dataType(tensor) != null && elements(file, tensor) >= LEAST_WEIGHT;
  }

  /** A weight's data, a view of a mapped file where it can be one. */
  static StoredTensor stored(Path file, TensorProto tensor) {
    DataType type = dataType(tensor);
    if (type == null) {
      throw wrong(file, tensor, "expected floats, found type " + tensor.getDataType());
    }
    long bytes = Math.multiplyExact(elements(file, tensor), type.bytes());
    if (bytes > Integer.MAX_VALUE) {
      throw wrong(file, tensor, "expected at most 2 GiB, found " + bytes + " bytes");
    }
    ByteBuffer data = isExternal(tensor) ? external(file, tensor, bytes) : inner(tensor, type);
    if (data.capacity() != bytes) {
      throw wrong(
          file, tensor, "expected %d bytes of data, found %d".formatted(bytes, data.capacity()));
    }
    long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    return new StoredTensor(tensor.getName(), type, shape, aligned(data, type));
  }

  /** The tensor with its data in the graph. */
  static TensorProto embedded(Path file, TensorProto tensor) {
    elements(file, tensor);
    if (!isExternal(tensor)) {
      return tensor;
    }
    Long length = number(file, tensor, "length");
    if (length == null) {
      throw wrong(file, tensor, "expected external data of a stated length, found none");
    }
    ByteBuffer data = external(file, tensor, length);
    return tensor.toBuilder()
        .clearExternalData()
        .clearDataLocation()
        .setRawData(ByteString.copyFrom(data))
        .build();
  }

  private static @Nullable DataType dataType(TensorProto tensor) {
    return switch (tensor.getDataType()) {
      case TensorProto.DataType.FLOAT_VALUE -> DataType.F32;
      case TensorProto.DataType.FLOAT16_VALUE -> DataType.F16;
      default -> null;
    };
  }

  private static long elements(Path file, TensorProto tensor) {
    long elements = 1;
    for (long dimension : tensor.getDimsList()) {
      if (dimension < 0 || (dimension > 0 && elements > Long.MAX_VALUE / 16 / dimension)) {
        throw wrong(file, tensor, "expected dimensions of a tensor, found " + tensor.getDimsList());
      }
      elements *= dimension;
    }
    return elements;
  }

  private static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
  }

  /** From the tensor's bytes, or from the lists of numbers that some writers use. */
  private static ByteBuffer inner(TensorProto tensor, DataType type) {
    if (tensor.getFloatDataCount() > 0 && type == DataType.F32) {
      ByteBuffer data = direct(Float.BYTES * tensor.getFloatDataCount());
      tensor.getFloatDataList().forEach(data::putFloat);
      return data.flip();
    }
    if (tensor.getInt32DataCount() > 0 && type == DataType.F16) {
      ByteBuffer data = direct(Short.BYTES * tensor.getInt32DataCount());
      tensor.getInt32DataList().forEach(bits -> data.putShort(bits.shortValue()));
      return data.flip();
    }
    return tensor.getRawData().asReadOnlyByteBuffer().slice();
  }

  /** Protobuf puts data at any address; processors and ONNX Runtime want whole multiples. */
  private static ByteBuffer aligned(ByteBuffer data, DataType type) {
    if (data.isDirect() && data.alignmentOffset(0, type.bytes()) == 0) {
      return data;
    }
    return direct(data.capacity()).put(data.duplicate().rewind()).flip();
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer external(Path file, TensorProto tensor, long bytes) {
    Path data = dataFile(file, tensor);
    Long offset = number(file, tensor, "offset");
    Long length = number(file, tensor, "length");
    long from = offset == null ? 0 : offset;
    if (length != null && length != bytes) {
      throw wrong(file, tensor, "expected %d bytes of data, found %d".formatted(bytes, length));
    }
    try (FileChannel channel = FileChannel.open(data, StandardOpenOption.READ)) {
      if (bytes > channel.size() || from > channel.size() - bytes) {
        throw wrong(
            file,
            tensor,
            "expected %d bytes at %d of %s, found a file of %d"
                .formatted(bytes, from, data.getFileName(), channel.size()));
      }
      return channel.map(MapMode.READ_ONLY, from, bytes);
    } catch (IOException e) {
      throw new UnusableFileException(data, "cannot be read: " + FileFailure.reason(e), e);
    }
  }

  /**
   * The file of external data. Its name, which the ONNX file states, must not lead out of the
   * folder. Links may: they are the doing of whoever keeps the files, as in Hugging Face's cache.
   */
  private static Path dataFile(Path file, TensorProto tensor) {
    String location = entry(tensor, "location");
    if (location == null) {
      throw wrong(file, tensor, "expected a location of external data, found none");
    }
    try {
      Path directory = file.toAbsolutePath().normalize().resolveSibling("");
      Path data = directory.resolve(location).normalize();
      if (!data.startsWith(directory)) {
        throw wrong(
            file, tensor, "expected external data in its directory, found '" + location + "'");
      }
      if (!Files.isRegularFile(data)) {
        throw wrong(
            file,
            tensor,
            "expected external data in '%s', found %s".formatted(location, UsableFile.at(data)));
      }
      UsableFile.require(data, "external data of " + file.getFileName());
      return data;
    } catch (InvalidPathException e) {
      throw wrong(file, tensor, "expected a path of external data, found '" + location + "'");
    }
  }

  private static @Nullable Long number(Path file, TensorProto tensor, String key) {
    String text = entry(tensor, key);
    try {
      Long number = text == null ? null : Long.valueOf(text);
      if (number != null && number < 0) {
        throw new NumberFormatException("negative");
      }
      return number;
    } catch (NumberFormatException e) {
      throw wrong(
          file, tensor, "%s of external data: expected bytes, found '%s'".formatted(key, text));
    }
  }

  private static @Nullable String entry(TensorProto tensor, String key) {
    List<StringStringEntryProto> entries = tensor.getExternalDataList();
    return entries.stream()
        .filter(entry -> entry.getKey().equals(key))
        .map(StringStringEntryProto::getValue)
        .findFirst()
        .orElse(null);
  }

  private static UnusableFileException wrong(Path file, TensorProto tensor, String problem) {
    return new UnusableFileException(file, "tensor '%s': %s".formatted(tensor.getName(), problem));
  }
}
