package io.github.close4j.onnx.internal.exported;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Copies an ONNX model without the data of its larger initializers, which are declared as external
 * data that lies in the model's own file. Protobuf would read a gigabyte of weights onto the heap;
 * so they stay where they are and are mapped like any other external data.
 */
final class LeanCopy {
  /** Data of fewer bytes is copied. */
  private static final int LEAST_BYTES = 1024;

  /** Bodies in bodies: more than any exporter writes. */
  private static final int DEEPEST = 64;

  private static final int TAG_BITS = 3;
  private static final int WIRE_TYPE = 7;
  private static final int VARINT_BITS = 7;
  private static final int LONGEST_VARINT = 64;

  private final ByteBuffer model;
  private final String fileName;

  private LeanCopy(ByteBuffer model, String fileName) {
    this.model = model;
    this.fileName = fileName;
  }

  /** The messages on the way from a model to its initializers. */
  private enum Message {
    MODEL,
    GRAPH,
    NODE,
    ATTRIBUTE,
    TENSOR;

    /** The message of a field, or null if no initializer is under it. */
    private @Nullable Message of(int field) {
      return switch (this) {
        case MODEL -> field == 7 ? GRAPH : null;
        case GRAPH -> field == 1 ? NODE : field == 5 ? TENSOR : null;
        case NODE -> field == 5 ? ATTRIBUTE : null;
        case ATTRIBUTE -> field == 6 || field == 11 ? GRAPH : null;
        case TENSOR -> null;
      };
    }
  }

  /**
   * Copies a model.
   *
   * @param model the bytes of the whole file
   * @param fileName the file's name, which becomes the location of the data left out
   * @throws InvalidProtocolBufferException if it is no protobuf message
   */
  static byte[] of(ByteBuffer model, String fileName) throws IOException {
    LeanCopy copy = new LeanCopy(model.duplicate().rewind(), fileName);
    return copy.copy(Message.MODEL, model.capacity(), 0);
  }

  /** Copies the fields of a message up to the end. */
  private byte[] copy(Message message, int end, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new InvalidProtocolBufferException("bodies too deep in each other");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    while (model.position() < end) {
      int start = model.position();
      long tag = varint(end);
      int field = (int) (tag >>> TAG_BITS);
      if ((tag & WIRE_TYPE) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        skip((int) (tag & WIRE_TYPE), end);
        copyRaw(out, start);
        continue;
      }
      long length = varint(end);
      if (length < 0 || length > end - model.position()) {
        throw new InvalidProtocolBufferException("a field of %d bytes".formatted(length));
      }
      Message inner = message.of(field);
      int after = model.position() + (int) length;
      if (inner != null) {
        out.writeByteArray(field, copy(inner, after, depth + 1));
      } else if (message == Message.TENSOR
          && field == TensorProto.RAW_DATA_FIELD_NUMBER
          && length >= LEAST_BYTES) {
        declareExternal(out, model.position(), length);
        model.position(after);
      } else {
        model.position(after);
        copyRaw(out, start);
      }
    }
    out.flush();
    return bytes.toByteArray();
  }

  private void declareExternal(CodedOutputStream out, long offset, long length) throws IOException {
    out.writeEnum(TensorProto.DATA_LOCATION_FIELD_NUMBER, TensorProto.DataLocation.EXTERNAL_VALUE);
    writeEntry(out, "location", fileName);
    writeEntry(out, "offset", Long.toString(offset));
    writeEntry(out, "length", Long.toString(length));
  }

  private static void writeEntry(CodedOutputStream out, String key, String value)
      throws IOException {
    out.writeMessage(
        TensorProto.EXTERNAL_DATA_FIELD_NUMBER,
        StringStringEntryProto.newBuilder().setKey(key).setValue(value).build());
  }

  private void skip(int wireType, int end) throws IOException {
    switch (wireType) {
      case WireFormat.WIRETYPE_VARINT -> varint(end);
      case WireFormat.WIRETYPE_FIXED64 -> advance(Long.BYTES, end);
      case WireFormat.WIRETYPE_FIXED32 -> advance(Integer.BYTES, end);
      default -> throw new InvalidProtocolBufferException("a field of wire type " + wireType);
    }
  }

  private void advance(int bytes, int end) throws IOException {
    if (bytes > end - model.position()) {
      throw new InvalidProtocolBufferException("a field cut short");
    }
    model.position(model.position() + bytes);
  }

  private long varint(int end) throws IOException {
    long value = 0;
    for (int shift = 0; shift < LONGEST_VARINT; shift += VARINT_BITS) {
      if (model.position() >= end) {
        throw new InvalidProtocolBufferException("a number cut short");
      }
      byte next = model.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new InvalidProtocolBufferException("a number of more than 10 bytes");
  }

  private void copyRaw(CodedOutputStream out, int start) throws IOException {
    out.writeRawBytes(model.slice(start, model.position() - start));
  }
}
