package io.github.close4j.onnx.internal.hub;

import java.net.URI;

/**
 * What the hub says of a file before it is fetched.
 *
 * @param name its name in the repository
 * @param commit the commit it belongs to
 * @param hash its SHA-256, or the SHA-1 of its git blob
 * @param size its bytes
 * @param location where its contents are
 */
record RemoteFile(String name, String commit, String hash, long size, URI location) {}
