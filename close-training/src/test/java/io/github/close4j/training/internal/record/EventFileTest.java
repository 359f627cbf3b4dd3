package io.github.close4j.training.internal.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EventFileTest {
  /** As in {@code make_event_golden.py}. */
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochMilli(1_790_000_000_250L));

  @TempDir private Path directory;

  @Test
  void equalsWhatTensorBoardsOwnWriterWrites() throws IOException {
    try (EventFile events = EventFile.create(directory, 300, CLOCK)) {
      events.scalar("train/loss", 0, 0);
      events.scalar("train/loss", 301, Math.E);
      events.scalar("validation/CIDEr-D", 1L << 33, -1e-30);
      events.scalar("train/loss", 302, Double.NaN);
      events.text("validation/captions", 303, "a red star — *und* ein Kreis");
    }

    try (InputStream golden = EventFileTest.class.getResourceAsStream("events.golden")) {
      assertArrayEquals(golden.readAllBytes(), Files.readAllBytes(files().get(0)));
    }
  }

  @Test
  void everyEventIsInTheFileAtOnce() throws IOException {
    try (EventFile events = EventFile.create(directory, 0, CLOCK)) {
      long empty = Files.size(files().get(0));
      events.scalar("loss", 1, 0.5);
      assertEquals(empty + 16 + 9 + 2 + 2 + 2 + 2 + 4 + 5, Files.size(files().get(0)));
    }
  }

  @Test
  void startsWithinOneMillisecondStillHaveFilesOfTheirOwn() throws IOException {
    EventFile.create(directory, 0, CLOCK).close();
    EventFile.create(directory, 7, CLOCK).close();

    assertEquals(
        List.of(
            "events.out.tfevents.1790000000250.0.close4j",
            "events.out.tfevents.1790000000250.1.close4j"),
        files().stream().map(file -> file.getFileName().toString()).toList());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }
}
