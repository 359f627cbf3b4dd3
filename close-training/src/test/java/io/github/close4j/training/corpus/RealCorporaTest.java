package io.github.close4j.training.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reads whole corpora, which are not part of the project. */
class RealCorporaTest {
  private static final Path DATA = Path.of("../../shared/data");

  @BeforeAll
  static void findCorpora() {
    assumeTrue(Files.isDirectory(DATA), () -> "skipped: no corpora at " + DATA);
  }

  @Test
  void cocoHasAllItsCaptions() {
    List<CaptionedImage> images =
        Corpus.captions(DATA.resolve("coco/captions_val2014.json.gz")).read();
    assertEquals(40_504, images.size());
    assertEquals(202_654, images.stream().mapToInt(image -> image.captions().size()).sum());
    assertEquals("42", images.get(0).id());
    assertEquals("COCO_val2014_000000000042.jpg", images.get(0).image());
  }

  @Test
  void sickHasAllItsPairs() {
    Multiset<String> labels = HashMultiset.create();
    Corpus.sick(DATA.resolve("text/sick.tsv.gz")).read().forEach(pair -> labels.add(pair.label()));
    assertEquals(2857, labels.count("entailment"));
    assertEquals(5611, labels.count("neutral"));
    assertEquals(1459, labels.count("contradiction"));
    assertEquals(9927, labels.size());
  }

  /** The questions are on pictures whose captions are not at hand; each gets one. */
  @Test
  void vqaHasTenAnswersAQuestion() {
    Path file = DATA.resolve("vqa/vqa_questions_valid.gz");
    Corpus<CaptionedImage> captions =
        new Corpus<>(
            file,
            malformed ->
                Records.ofList(
                    file,
                    "questions",
                    malformed,
                    (place, question, images) ->
                        images.accept(
                            new CaptionedImage(
                                question.name("image_id"), null, List.of("a picture")))));
    List<VisualQuestion> questions =
        Corpus.vqa(file, DATA.resolve("vqa/vqa_annotations_valid.gz"), captions).read();
    assertEquals(8977, questions.size());
    for (VisualQuestion question : questions) {
      assertEquals(10, question.answers().size());
    }
  }

  @Test
  void aStyleIsReadLineByLine() {
    try (Stream<CaptionedImage> lines =
        Corpus.captions(DATA.resolve("text/flickrstyle_romantic.txt.gz")).stream()) {
      assertEquals(7000, lines.count());
    }
  }
}
