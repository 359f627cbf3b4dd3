package io.github.close4j.onnx.internal.checkpoint;

import java.io.IOException;

/** What a PyTorch file holds, whatever its form; an {@code IllegalArgumentException} refuses it. */
interface PytorchContents {
  /** Longest pickle that is read, in bytes. */
  int MAX_PICKLE_BYTES = 16_000_000;

  /** The object that was saved; tensors in it are {@link TorchObjects.Tensor}. */
  Object root() throws IOException;

  /** Where the bytes of a storage lie in the file. */
  ZipDirectory.Range locate(TorchObjects.Storage storage) throws IOException;
}
