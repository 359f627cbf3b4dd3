package io.github.close4j.onnx.internal.hub;

import io.github.close4j.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares files of the cache with what they were when they were first fetched. */
final class Inventory {
  private final Pins pins;

  private final @Nullable Path kept;

  /** Files that are kept by their hashes. */
  Inventory(Pins pins) {
    this(pins, null);
  }

  /**
   * Files of a folder.
   *
   * @param kept the folder in which they stand under their names, or null if they are kept by their
   *     hashes, so that another version has another place
   */
  Inventory(Pins pins, @Nullable Path kept) {
    this.pins = pins;
    this.kept = kept;
  }

  /**
   * Refuses what a server now has in the place of a file that was fetched before. What cannot be
   * told yet, where the server tells no SHA-256, is told when it is there.
   */
  void requireUnchangedThere(RemoteFile remote) {
    Pins.Pin pin = pins.find(remote.name()).orElse(null);
    if (pin == null) {
      return;
    }
    boolean isSha256 = !remote.hash().isEmpty() && !Hashes.isGit(remote.hash());
    boolean isOther = isSha256 && !remote.hash().equals(pin.sha256());
    // Without a hash, the mark of a version at the same address is all that there is.
    boolean isMarked =
        remote.hash().isEmpty()
            && pin.address().equals(remote.address().toString())
            && !pin.revision().equals(remote.revision());
    if (isOther || isMarked || remote.size() != pin.size()) {
      throw changedThere(
          pin,
          remote,
          "%s (%d bytes, revision %s)"
              .formatted(
                  isSha256 ? "SHA-256 " + remote.hash() : "another file",
                  remote.size(),
                  remote.revision()));
    }
  }

  private RuntimeException changedThere(Pins.Pin pin, RemoteFile remote, String found) {
    Path pinned = pins.file(remote.name());
    String old = kept == null ? pinned.toString() : pinned + " and " + kept.resolve(remote.name());
    return HttpFiles.failure(
        "%s at %s: expected %s as when it was first fetched, found %s: it changed on the server. Work offline to keep what was fetched, or delete %s to take what is there now"
            .formatted(remote.name(), remote.address(), pin, found, old),
        null);
  }

  /**
   * Refuses a file that is not the one that was first fetched, or not the one that its hash names,
   * and remembers one that is seen for the first time.
   *
   * @param remote what the server says of it
   * @param isNew whether it has just been fetched
   */
  void check(Path file, RemoteFile remote, boolean isNew) throws IOException {
    Optional<Pins.Pin> pin = pins.find(remote.name());
    boolean isKnown = isNew && !remote.hash().isEmpty() && !Hashes.isGit(remote.hash());
    // A file that was just fetched has the SHA-256 that was announced.
    Hashes hashes = isKnown ? new Hashes(remote.hash(), "") : Hashes.of(file, remote.hash());
    Pins.Pin found =
        new Pins.Pin(
            remote.revision(), Files.size(file), hashes.sha256(), remote.address().toString());
    if (pin.isPresent() && !isSame(pin.get(), found)) {
      throw isNew
          ? changedThere(pin.get(), remote, found.toString())
          : changedHere(file, pin.get(), found);
    }
    if (!remote.hash().isEmpty() && !hashes.like(remote.hash()).equals(remote.hash())
        || found.size() != remote.size()) {
      throw changedHere(
          file,
          "%s %s (%d bytes)".formatted(remote.hashKind(), remote.hash(), remote.size()),
          "%s (%d bytes)".formatted(hashes.like(remote.hash()), found.size()));
    }
    if (pin.isEmpty() || !remote.hash().isEmpty()) {
      pins.put(remote.name(), found);
    }
  }

  /** As {@link #check}, for a file that no server is asked for. */
  void checkOffline(Path file, String name, String revision) throws IOException {
    Optional<Pins.Pin> pin = pins.find(name);
    Optional<String> linked = HubCache.linkedHash(file);
    if (pin.isEmpty() && linked.isEmpty()) {
      return;
    }
    Hashes hashes = Hashes.of(file, linked.orElse(""));
    Pins.Pin found = new Pins.Pin(revision, Files.size(file), hashes.sha256(), "");
    if (pin.isPresent() && !isSame(pin.get(), found)) {
      throw changedHere(file, pin.get(), found);
    }
    if (linked.isPresent() && !hashes.like(linked.get()).equals(linked.get())) {
      throw changedHere(file, linked.get(), hashes.like(linked.get()));
    }
  }

  private static boolean isSame(Pins.Pin one, Pins.Pin other) {
    return one.size() == other.size() && one.sha256().equals(other.sha256());
  }

  private static UnusableFileException changedHere(Path file, Pins.Pin pin, Pins.Pin found) {
    return changedHere(
        file, pin.toString(), "%s (%d bytes)".formatted(found.sha256(), found.size()));
  }

  private static UnusableFileException changedHere(Path file, String expected, String found) {
    return new UnusableFileException(
        file,
        "expected %s as when it was first fetched, found %s: it changed on this machine; delete it and fetch it again"
            .formatted(expected, found));
  }
}
