package io.github.close4j.onnx.internal.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * The form since version 1.6: a zip file of one folder, with the pickle in {@code data.pkl} and a
 * storage in each of {@code data/KEY}.
 */
final class PytorchZip implements PytorchContents {
  private static final String PICKLE = "data.pkl";

  private final ZipDirectory zip;
  private final String archive;

  private PytorchZip(ZipDirectory zip, String archive) {
    this.zip = zip;
    this.archive = archive;
  }

  static PytorchZip read(FileChannel channel) throws IOException {
    ZipDirectory zip = ZipDirectory.read(channel);
    PytorchZip contents = new PytorchZip(zip, archive(zip));
    PytorchForm.requireCheckpoint(zip.names());
    contents.requireLittleEndian();
    return contents;
  }

  /** The one folder that all entries stand in, with its slash. */
  private static String archive(ZipDirectory zip) {
    return zip.names().stream()
        .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
        .map(name -> name.substring(0, name.length() - PICKLE.length()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expected a PyTorch zip file with data.pkl, found none such"));
  }

  private void requireLittleEndian() throws IOException {
    String entry = archive + "byteorder";
    if (zip.names().contains(entry)) {
      ZipDirectory.Range range = zip.locate(entry);
      ByteBuffer text = zip.bytes(range.position(), Math.min(range.length(), 16));
      String order = StandardCharsets.UTF_8.decode(text).toString();
      if (!order.equals("little")) {
        throw new IllegalArgumentException("byteorder: expected little, found " + order);
      }
    }
  }

  @Override
  public Object root() throws IOException {
    ZipDirectory.Range range = zip.locate(archive + PICKLE);
    if (range.length() > MAX_PICKLE_BYTES) {
      throw new IllegalArgumentException(
          "expected a pickle of at most %d bytes, found %d"
              .formatted(MAX_PICKLE_BYTES, range.length()));
    }
    return PickleReader.read(zip.bytes(range.position(), range.length()), new TorchObjects());
  }

  @Override
  public ZipDirectory.Range locate(TorchObjects.Storage storage) throws IOException {
    return zip.locate(archive + "data/" + storage.key());
  }
}
