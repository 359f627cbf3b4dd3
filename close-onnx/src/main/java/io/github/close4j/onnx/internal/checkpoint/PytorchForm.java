package io.github.close4j.onnx.internal.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Forms of PyTorch's files that are not read here, told by their first bytes or by their entries;
 * an {@code IllegalArgumentException} names them.
 *
 * <p>Source: {@code torch/serialization.py} of PyTorch.
 */
final class PytorchForm {
  /** A pickle of protocol 2 or later that begins with PyTorch's number 0x1950a86a20f9469cfc6c. */
  private static final String PICKLED_NUMBER = "\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019";

  /** That pickle's length: protocol, number, stop. */
  static final int NUMBER_PICKLE_BYTES = 15;

  private static final int PICKLES_PROTOCOL = 2;
  private static final int PROTOCOL_BYTES = 2;
  private static final char PROTOCOL = 0x80;

  /** Where a tar file says that it is one. */
  private static final int TAR_POSITION = 257;

  private static final String TAR = "ustar";
  private static final String TORCHSCRIPT = "constants.pkl";

  private static final String TO_SAVE_AGAIN =
      ": load it with PyTorch and save it again, torch.save(torch.load(FILE, map_location='cpu',"
          + " weights_only=True), NEW)";

  private PytorchForm() {}

  /**
   * Whether a file is of the form from before version 1.6, a row of pickles.
   *
   * @throws IllegalArgumentException if it is of the form before that, or its pickles are of
   *     another protocol than torch.save chooses by itself
   */
  static boolean isPickles(FileChannel channel) throws IOException {
    String start = text(channel, 0, PROTOCOL_BYTES + PICKLED_NUMBER.length());
    boolean isPickle =
        !start.isEmpty()
            && start.charAt(0) == PROTOCOL
            && start.startsWith(PICKLED_NUMBER, PROTOCOL_BYTES);
    if (isPickle && start.charAt(1) == PICKLES_PROTOCOL) {
      return true;
    }
    if (isPickle || text(channel, TAR_POSITION, TAR.length()).equals(TAR)) {
      throw new IllegalArgumentException(
          "expected the zip format that PyTorch writes since 1.6, or pickles of protocol 2 as"
              + " before it, found "
              + (isPickle ? "pickles of protocol " + (int) start.charAt(1) : "a tar file")
              + TO_SAVE_AGAIN);
    }
    return false;
  }

  /** Refuses programs, which {@code torch.jit} saves. */
  static void requireCheckpoint(Set<String> entries) {
    if (entries.stream().anyMatch(name -> name.endsWith("/" + TORCHSCRIPT))) {
      throw new IllegalArgumentException(
          "expected a checkpoint of tensors, found a TorchScript program: load it with"
              + " torch.jit.load and save its state_dict()");
    }
  }

  /** Bytes as characters of the same numbers; fewer where the file ends. */
  private static String text(FileChannel channel, long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    int read = channel.read(bytes, position);
    return new String(bytes.array(), 0, Math.max(read, 0), StandardCharsets.ISO_8859_1);
  }
}
