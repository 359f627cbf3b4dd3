package io.github.close4j.examples.clip;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.close4j.UnusableFileException;
import io.github.close4j.examples.backbone.BackboneNetwork;
import io.github.close4j.image.ImageDecoder;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.WholeFile;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * What the backbone's first convolutions, which training leaves as they are, make of every picture:
 * of a few views of it, each drawn by {@link PictureAugmentation}. To decode a picture and to
 * compute its map takes as long as all the rest of a step, so that a view is computed once and kept
 * on disk.
 */
final class FrozenMaps {
  private static final String RUN = "run";
  private static final int MOST_VIEWS = 12;
  private static final long MOST_BYTES = 4L << 30;
  private static final int PICTURES_AT_ONCE = 16;
  private static final int PARTS_AT_ONCE = 4;

  private final Path folder;
  private final Source source;

  /** Of one map: height, width, channels. */
  private final long[] shape;

  /**
   * How maps are made.
   *
   * @param pictures files of the pictures
   * @param augmentation what draws views
   * @param backbone the network, of which the first convolutions do not change
   * @param frozen how many these are
   * @param seed seed of the views
   */
  record Source(
      List<Path> pictures,
      PictureAugmentation augmentation,
      BackboneNetwork backbone,
      int frozen,
      long seed) {}

  /** Told how many pictures of a view are done. */
  @FunctionalInterface
  interface Listener {
    void onMaps(int done, int total);
  }

  /**
   * Maps of which those that are in a folder already are not computed again.
   *
   * @param folder where they are kept; maps of another run are removed
   * @param run what tells a source from others
   * @throws UnusableFileException if the folder cannot be read
   */
  FrozenMaps(Path folder, String run, Source source) {
    this.folder = folder;
    this.source = source;
    Path name = folder.resolve(RUN);
    try {
      if (!Files.exists(name) || !Files.readString(name).equals(run)) {
        delete();
        WholeFile.write(name, run);
      }
    } catch (IOException e) {
      throw new UnusableFileException(folder, "cannot be read: " + FileFailure.reason(e), e);
    }
    float[] blank = new float[source.augmentation.length()];
    shape = TorchRuntime.step(() -> Tensors.shape(maps(blank, 1).squeeze(0)));
  }

  /** How many views of each picture there are. */
  int views() {
    long bytesOfView = Short.BYTES * (long) length() * source.pictures.size();
    return (int) Math.max(1, Math.min(MOST_VIEWS, MOST_BYTES / bytesOfView));
  }

  /** Of one map: height, width, channels. */
  long[] shape() {
    return shape.clone();
  }

  /** Elements of one map. */
  int length() {
    return (int) (shape[0] * shape[1] * shape[2]);
  }

  /** Whether a view is there. */
  boolean has(int view) {
    return Files.exists(file(view));
  }

  /**
   * Computes a view, unless it is there.
   *
   * @throws io.github.close4j.image.ImageDecodingException if a picture cannot be read
   * @throws java.io.UncheckedIOException if the folder cannot be written
   */
  void prepare(int view, Listener listener) {
    if (!has(view)) {
      WholeFile.writeBytes(file(view), out -> write(view, out, listener));
    }
  }

  private void write(int view, OutputStream out, Listener listener) throws IOException {
    int total = source.pictures.size();
    int step = PICTURES_AT_ONCE * PARTS_AT_ONCE;
    for (int from = 0; from < total; from += step) {
      int first = from;
      int end = Math.min(total, from + step);
      short[][] parts =
          TorchRuntime.step(
              () ->
                  IntStream.iterate(first, i -> i < end, i -> i + PICTURES_AT_ONCE)
                      .parallel()
                      .mapToObj(i -> part(view, i, Math.min(end, i + PICTURES_AT_ONCE)))
                      .toArray(short[][]::new));
      for (short[] part : parts) {
        byte[] bytes = new byte[Short.BYTES * part.length];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().put(part);
        out.write(bytes);
      }
      listener.onMaps(end, total);
    }
  }

  @SuppressWarnings("try") // the scope frees what is made within it
  private short[] part(int view, int from, int to) {
    int length = source.augmentation.length();
    float[] pixels = new float[(to - from) * length];
    for (int i = from; i < to; i++) {
      RandomGenerator random =
          new SplittableRandom((source.seed * 1_000_003 + view) * 1_000_003 + i);
      source.augmentation.draw(
          ImageDecoder.decode(source.pictures.get(i)), random, pixels, (i - from) * length);
    }
    try (PointerScope scope = new PointerScope()) {
      return Tensors.toBfloat16Bits(maps(pixels, to - from));
    }
  }

  private Tensor maps(float[] pixels, int count) {
    int edge = source.augmentation.edge();
    return source.backbone.first(Tensors.of(pixels, count, 3, edge, edge), source.frozen);
  }

  /**
   * Maps of a view that is there.
   *
   * @param pictures numbers of pictures
   * @return their maps in this order, in bfloat16
   */
  short[] read(int view, List<Integer> pictures) {
    short[] maps = new short[pictures.size() * length()];
    ByteBuffer bytes = ByteBuffer.allocate(Short.BYTES * length());
    try (FileChannel channel = FileChannel.open(file(view))) {
      for (int i = 0; i < pictures.size(); i++) {
        long start = (long) pictures.get(i) * bytes.capacity();
        bytes.clear();
        while (bytes.hasRemaining()) {
          if (channel.read(bytes, start + bytes.position()) < 0) {
            throw new UnusableFileException(file(view), "ends before picture " + pictures.get(i));
          }
        }
        bytes
            .flip()
            .order(ByteOrder.LITTLE_ENDIAN)
            .asShortBuffer()
            .get(maps, i * length(), length());
      }
      return maps;
    } catch (IOException e) {
      throw new UnusableFileException(file(view), "cannot be read: " + FileFailure.reason(e), e);
    }
  }

  /**
   * Removes what is kept.
   *
   * @throws java.io.UncheckedIOException if it cannot
   */
  void delete() {
    try {
      if (Files.exists(folder)) {
        MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": cannot be removed: " + FileFailure.reason(e), e);
    }
  }

  private Path file(int view) {
    return folder.resolve("view-%02d.bf16".formatted(view));
  }
}
