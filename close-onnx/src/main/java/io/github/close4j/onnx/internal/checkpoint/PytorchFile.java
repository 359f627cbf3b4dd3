package io.github.close4j.onnx.internal.checkpoint;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.FileFailure;
import io.github.close4j.internal.io.UsableFile;
import io.github.close4j.internal.tensor.MappedFile;
import io.github.close4j.internal.tensor.StoredTensor;
import io.github.close4j.internal.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A PyTorch checkpoint as {@code torch.save} writes it, since version 1.6 or before, memory-mapped.
 * Nothing in it is executed: its pickle may hold tensors of floats and 64-bit integers in plain
 * containers, and whatever else it names is refused by that name.
 *
 * <p>A tensor in nested maps has the keys on the way to it as its name, joined by dots. Numbers and
 * text are left out. Tensors that share a storage share its mapped memory; one that is not stored
 * row by row is copied, when it is first asked for.
 */
public final class PytorchFile implements TensorSource {
  private static final int MAX_DEPTH = 16;

  private final Path file;
  private final Map<String, Mapped> tensors;
  private final Map<String, StoredTensor> opened = new ConcurrentHashMap<>();

  /** A tensor, and the mapped bytes from its first element to its last. */
  private record Mapped(TorchObjects.Tensor tensor, TensorLayout layout, ByteBuffer span) {
    StoredTensor open(String name) {
      ByteBuffer rows = layout.isRowMajor() ? span : layout.rowMajor(span);
      return new StoredTensor(name, tensor.storage().type(), tensor.shape(), rows, null);
    }
  }

  private PytorchFile(Path file, Map<String, Mapped> tensors) {
    this.file = file;
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /**
   * Opens and checks a file.
   *
   * @param file the checkpoint, {@code .bin} or {@code .pth}
   * @return its tensors
   * @throws UnusableFileException if the file is missing, is not a sound PyTorch file, or holds
   *     anything but tensors and plain containers
   */
  public static PytorchFile open(Path file) {
    UsableFile.require(file, "a PyTorch checkpoint");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new PytorchFile(file, new Reader(file, channel).read());
    } catch (IOException e) {
      throw new UnusableFileException(file, "cannot be read: " + FileFailure.reason(e), e);
    } catch (IllegalArgumentException e) {
      throw new UnusableFileException(file, String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public StoredTensor tensor(String name) {
    require(name);
    return opened.computeIfAbsent(
        name, key -> Objects.requireNonNull(tensors.get(key), key).open(key));
  }

  /** Finds the tensors of an open file; an {@code IllegalArgumentException} says what is wrong. */
  private static final class Reader {
    private final MappedFile mapped;
    private final PytorchContents contents;
    private final Map<String, Mapped> tensors = new LinkedHashMap<>();
    private final Set<Object> visited = Collections.newSetFromMap(new IdentityHashMap<>());

    Reader(Path file, FileChannel channel) throws IOException {
      this.mapped = new MappedFile(file, channel);
      this.contents =
          PytorchForm.isPickles(channel) ? PytorchPickles.read(channel) : PytorchZip.read(channel);
    }

    Map<String, Mapped> read() throws IOException {
      Object root = contents.root();
      if (!(root instanceof Map<?, ?> map)) {
        throw new IllegalArgumentException(
            "expected a map of tensors, found " + PickleReader.describe(root));
      }
      collect("", map, 0);
      return tensors;
    }

    private void collect(String prefix, Map<?, ?> map, int depth) throws IOException {
      if (depth > MAX_DEPTH || !visited.add(map)) {
        throw new IllegalArgumentException("expected a tree of maps, found a deep or circular one");
      }
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        String name = prefix + entry.getKey();
        if (entry.getValue() instanceof Map<?, ?> nested) {
          collect(name + ".", nested, depth + 1);
        } else if (entry.getValue() instanceof TorchObjects.Tensor tensor) {
          add(name, tensor);
        }
      }
    }

    private void add(String name, TorchObjects.Tensor tensor) throws IOException {
      try {
        if (tensors.putIfAbsent(name, map(tensor)) != null) {
          throw new IllegalArgumentException("expected one of that name, found two");
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("tensor '" + name + "': " + e.getMessage(), e);
      }
    }

    private Mapped map(TorchObjects.Tensor tensor) throws IOException {
      TensorLayout layout = TensorLayout.of(tensor);
      if (layout.spanBytes() == 0) {
        return new Mapped(tensor, layout, ByteBuffer.allocateDirect(0));
      }
      TorchObjects.Storage storage = tensor.storage();
      ZipDirectory.Range data = contents.locate(storage);
      if (data.length() / storage.type().bytes() < storage.elements()) {
        throw new IllegalArgumentException(
            "expected a storage of %d elements of %s, found %d bytes"
                .formatted(storage.elements(), storage.type(), data.length()));
      }
      long largest = Math.max(layout.spanBytes(), layout.rowMajorBytes());
      if (largest > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "expected at most 2 GiB, found %d bytes".formatted(largest));
      }
      long position = data.position() + layout.beginByte();
      return new Mapped(tensor, layout, mapped.map(position, layout.spanBytes()));
    }
  }
}
