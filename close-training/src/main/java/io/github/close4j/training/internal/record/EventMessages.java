package io.github.close4j.training.internal.record;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The few messages of TensorBoard's {@code event.proto}, {@code summary.proto} and {@code
 * tensor.proto} that scalars and texts are made of. As in proto3, a field of value 0 is left out.
 */
final class EventMessages {
  // Event
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;
  // SessionLog
  private static final int STATUS = 1;
  private static final int STATUS_START = 1;
  // Summary and Summary.Value
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int TENSOR = 8;
  private static final int METADATA = 9;
  // SummaryMetadata and its PluginData
  private static final int PLUGIN_DATA = 1;
  private static final int PLUGIN_NAME = 1;
  // TensorProto, TensorShapeProto and its Dim
  private static final int DTYPE = 1;
  private static final int DTYPE_STRING = 7;
  private static final int TENSOR_SHAPE = 2;
  private static final int STRING_VALUE = 8;
  private static final int DIM = 2;
  private static final int DIM_SIZE = 1;

  private EventMessages() {}

  /** Fields of a message. */
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  /** The first event of every file. */
  static byte[] fileVersion(double wallTime) {
    return event(wallTime, 0, out -> out.writeString(FILE_VERSION, "brain.Event:2"));
  }

  /** Tells that a run goes on: what was recorded of this step and later ones is void. */
  static byte[] sessionStart(double wallTime, long step) {
    byte[] start = message(out -> out.writeEnum(STATUS, STATUS_START));
    return event(wallTime, step, out -> out.writeByteArray(SESSION_LOG, start));
  }

  static byte[] scalar(double wallTime, long step, String tag, float value) {
    return summary(
        wallTime,
        step,
        out -> {
          out.writeString(TAG, tag);
          // Written even if it is 0: the field is one of several, so its presence counts.
          out.writeFloat(SIMPLE_VALUE, value);
        });
  }

  static byte[] text(double wallTime, long step, String tag, String text) {
    byte[] plugin = message(out -> out.writeString(PLUGIN_NAME, "text"));
    byte[] metadata = message(out -> out.writeByteArray(PLUGIN_DATA, plugin));
    byte[] dim = message(out -> out.writeInt64(DIM_SIZE, 1));
    byte[] shape = message(out -> out.writeByteArray(DIM, dim));
    byte[] tensor =
        message(
            out -> {
              out.writeEnum(DTYPE, DTYPE_STRING);
              out.writeByteArray(TENSOR_SHAPE, shape);
              out.writeString(STRING_VALUE, text);
            });
    return summary(
        wallTime,
        step,
        out -> {
          out.writeString(TAG, tag);
          out.writeByteArray(TENSOR, tensor);
          out.writeByteArray(METADATA, metadata);
        });
  }

  private static byte[] summary(double wallTime, long step, Fields value) {
    byte[] bytes = message(value);
    byte[] summary = message(out -> out.writeByteArray(VALUE, bytes));
    return event(wallTime, step, out -> out.writeByteArray(SUMMARY, summary));
  }

  private static byte[] event(double wallTime, long step, Fields what) {
    return message(
        out -> {
          if (wallTime != 0) {
            out.writeDouble(WALL_TIME, wallTime);
          }
          if (step != 0) {
            out.writeInt64(STEP, step);
          }
          what.writeTo(out);
        });
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
    return bytes.toByteArray();
  }
}
