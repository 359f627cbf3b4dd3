package io.github.close4j.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The failing pictures of users, against Pillow's answers beside them. */
class UsersImagesTest {
  private static final Path CASES = Path.of("../../shared/cases/images");
  private static final String ANSWER = ".expected.png";

  @Test
  void eachIsWithinOneLevelOfPillowsAnswerInTheMean() throws IOException {
    assumeTrue(Files.isDirectory(CASES), "skipped: the pictures of shared/cases are not here");
    List<Path> answers;
    try (Stream<Path> files = Files.list(CASES)) {
      answers = files.filter(file -> file.toString().endsWith(ANSWER)).sorted().toList();
    }
    assertTrue(answers.size() >= 4, answers.toString());
    for (Path answer : answers) {
      String name = answer.getFileName().toString().replace(ANSWER, "");
      BufferedImage expected = ImageDecoder.decode(answer);
      BufferedImage image = ImageDecoder.decode(picture(name));
      assertEquals(expected.getWidth(), image.getWidth(), name);
      assertEquals(expected.getHeight(), image.getHeight(), name);
      double mean = meanDifference(Pictures.rgb(expected), Pictures.rgb(image));
      assertTrue(mean <= 1, () -> name + " differs by " + mean);
    }
  }

  private static Path picture(String name) throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(name + "."))
          .filter(file -> !file.toString().endsWith(ANSWER))
          .findFirst()
          .orElseThrow();
    }
  }

  private static double meanDifference(byte[] expected, byte[] actual) {
    long sum = 0;
    for (int i = 0; i < expected.length; i++) {
      sum += Math.abs((expected[i] & 0xff) - (actual[i] & 0xff));
    }
    return (double) sum / expected.length;
  }
}
