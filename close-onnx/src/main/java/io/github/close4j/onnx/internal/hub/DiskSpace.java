package io.github.close4j.onnx.internal.hub;

import com.google.common.math.LongMath;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Whether what is to be written has room on the disks that it goes to. */
public final class DiskSpace {
  private final Map<FileStore, Long> neededBytes = new LinkedHashMap<>();
  private final Map<FileStore, Path> folders = new LinkedHashMap<>();

  /** Adds something that is to be written into a folder, which need not exist yet. */
  public void need(Path folder, long bytes) throws IOException {
    Path existing = folder.toAbsolutePath();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    FileStore store = Files.getFileStore(existing);
    neededBytes.merge(store, bytes, LongMath::saturatedAdd);
    folders.putIfAbsent(store, folder);
  }

  /**
   * Refuses what has no room.
   *
   * @throws java.io.UncheckedIOException if a disk has less than is needed
   */
  public void require() throws IOException {
    for (Map.Entry<FileStore, Long> entry : neededBytes.entrySet()) {
      FileStore store = entry.getKey();
      long free = store.getUsableSpace();
      // A file system that does not tell its size tells nothing of what is free either.
      if (store.getTotalSpace() > 0 && free < entry.getValue()) {
        throw HttpFiles.failure(
            "%s: expected %d bytes free on its disk, found %d"
                .formatted(folders.get(store), entry.getValue(), free),
            null);
      }
    }
  }
}
