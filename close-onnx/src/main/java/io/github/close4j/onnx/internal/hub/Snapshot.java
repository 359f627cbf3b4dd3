package io.github.close4j.onnx.internal.hub;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Files of one commit that are being gathered: from the hub, or from what is on this machine. */
interface Snapshot {
  /** Names a file that must be there. */
  void require(String file) throws IOException;

  /** Names a file that may be there; tells whether it is. */
  boolean add(String file) throws IOException;

  /** Says that one of several files must be there, none of which is. */
  void requireOneOf(List<String> files);

  /** Where the contents of a file are, which is fetched before the others if need be. */
  Optional<Path> contents(String file) throws IOException;

  /** What must be there and is not, as far as that is no error yet. */
  List<String> missing();

  /** Bytes of all files that were named. */
  long bytes() throws IOException;

  /** Adds what is yet to be fetched to what is needed of the disks. */
  void addTo(DiskSpace space) throws IOException;

  /** Fetches what is missing, compares all of it with what was found in it at first. */
  Path finish() throws IOException;
}
