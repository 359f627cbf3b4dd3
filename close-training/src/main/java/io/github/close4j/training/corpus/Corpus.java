package io.github.close4j.training.corpus;

import java.util.List;
import java.util.stream.Stream;

/**
 * Records in one or more files. Opening a corpus reads nothing; every call of {@link #stream} reads
 * the files anew.
 *
 * @param <T> the kind of record
 */
@FunctionalInterface
public interface Corpus<T> {

  /**
   * Streams the records in the files' order.
   *
   * @param malformed told of each record that cannot be used; stops the run or counts
   * @return a stream to be closed by the caller, since it holds files open
   * @throws MalformedRecordException here or while streaming, if a record is malformed and {@code
   *     malformed} does not skip it, or if a file is missing, is no text in UTF-8, ends too early
   *     or is no JSON, whatever {@code malformed} says
   * @throws java.io.UncheckedIOException here or while streaming, if a file cannot be read
   */
  Stream<T> stream(MalformedRecords malformed);

  /**
   * Reads all records.
   *
   * @param malformed told of each record that cannot be used; stops the run or counts
   * @return the records in the files' order, at least one
   * @throws MalformedRecordException as {@link #stream}
   * @throws IllegalArgumentException if there is no record
   * @throws java.io.UncheckedIOException if a file cannot be read
   */
  default List<T> read(MalformedRecords malformed) {
    try (Stream<T> records = stream(malformed)) {
      List<T> all = records.toList();
      if (all.isEmpty()) {
        throw new IllegalArgumentException(this + ": expected at least one record, found none");
      }
      return all;
    }
  }
}
