package io.github.close4j.onnx.internal.hub;

/**
 * Told how a download goes, by one thread at a time. An exception that it throws ends the download
 * and reaches the caller.
 */
@FunctionalInterface
public interface DownloadListener {
  /** Hears nothing. */
  DownloadListener SILENT = (file, bytes, total) -> {};

  /**
   * More of a file is there.
   *
   * @param file the file's name in the repository
   * @param bytes bytes that are there now, those of an earlier, interrupted download included
   * @param total bytes of the whole file
   */
  void progressed(String file, long bytes, long total);
}
