package io.github.close4j.benchmarks;

import io.github.close4j.image.ClipImageProcessor;
import io.github.close4j.image.ImageDecoder;
import io.github.close4j.onnx.internal.model.ModelFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pictures as CLIP's tower reads them, [N,3,S,S] little-endian floats and nothing else, so that
 * peers in other languages read the very same.
 */
final class PixelFile {
  private final FloatBuffer pixels;
  private final int edge;

  private PixelFile(FloatBuffer pixels, int edge) {
    this.pixels = pixels;
    this.edge = edge;
  }

  /**
   * Writes the file.
   *
   * @param args model directory, folder of photographs, the file
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    ClipImageProcessor processor =
        ModelFolder.open(Path.of(args[0])).config().preprocessing().processor();
    List<Path> photos = FullSizeCaptioning.photographs(Path.of(args[1]));
    float[] pixels = new float[photos.size() * processor.outputLength()];
    IntStream.range(0, photos.size())
        .parallel()
        .forEach(
            i ->
                processor.process(
                    ImageDecoder.decode(photos.get(i)), pixels, i * processor.outputLength()));
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * pixels.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(pixels);
    Files.write(Path.of(args[2]), bytes.array());
  }

  static PixelFile open(Path file, int edge) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return new PixelFile(
          channel
              .map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
              .order(ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer(),
          edge);
    }
  }

  int count() {
    return pixels.capacity() / length();
  }

  int edge() {
    return edge;
  }

  /** Pictures from a number on, and then from the first again: [count,3,S,S]. */
  float[] batch(int from, int count) {
    float[] batch = new float[count * length()];
    for (int i = 0; i < count; i++) {
      pixels.get((from + i) % count() * length(), batch, i * length(), length());
    }
    return batch;
  }

  private int length() {
    return 3 * edge * edge;
  }
}
