package io.github.close4j.onnx.internal.hub;

import java.net.URI;

/**
 * What a server says of a file before it is fetched.
 *
 * @param name its name in the repository or bucket
 * @param revision the commit it belongs to, or the mark of its version in a bucket
 * @param hash its SHA-256, or the SHA-1 of its git blob; empty if the server tells none
 * @param size its bytes
 * @param address where it was asked for
 * @param location where its contents are, perhaps for a while only
 * @param validator what a server compares before it sends the rest of a file, such as a strong
 *     entity tag; empty if there is none
 */
record RemoteFile(
    String name,
    String revision,
    String hash,
    long size,
    URI address,
    URI location,
    String validator) {

  RemoteFile at(URI newLocation) {
    return new RemoteFile(name, revision, hash, size, address, newLocation, validator);
  }

  /** The kind of {@link #hash}, for messages. */
  String hashKind() {
    return Hashes.isGit(hash) ? "git hash" : "SHA-256";
  }
}
