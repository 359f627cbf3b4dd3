package io.github.close4j.training.corpus;

import io.github.close4j.internal.io.Json;
import io.github.close4j.training.corpus.Records.BadRecord;
import io.github.close4j.training.corpus.Records.Malformed;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Questions on pictures with people's answers. */
final class QuestionCorpora {
  private QuestionCorpora() {}

  /** VQA v2, whose questions, answers and captions lie in three files. */
  static Stream<VisualQuestion> vqa(
      Path questions, Path annotations, Corpus<CaptionedImage> captions, Malformed malformed) {
    Map<String, List<String>> captionsOfImage = captions(captions, malformed);
    Map<String, List<String>> answersOfQuestion = answers(annotations, malformed);
    return Records.ofList(
        questions,
        "questions",
        malformed,
        (place, question, all) -> {
          String id = question.name("question_id");
          String image = question.name("image_id");
          all.accept(
              new VisualQuestion(
                  id,
                  image,
                  found(captionsOfImage, image, "captions of image"),
                  question.filledText("question"),
                  found(answersOfQuestion, id, "an annotation of question")));
        });
  }

  private static Map<String, List<String>> captions(
      Corpus<CaptionedImage> captions, Malformed malformed) {
    Map<String, List<String>> captionsOfImage = new HashMap<>();
    try (Stream<CaptionedImage> images = captions.stream(malformed)) {
      images
          .filter(image -> image.id() != null)
          .forEach(image -> captionsOfImage.put(image.id(), image.captions()));
    }
    return captionsOfImage;
  }

  private static Map<String, List<String>> answers(Path annotations, Malformed malformed) {
    Map<String, List<String>> answersOfQuestion = new HashMap<>();
    try (Stream<Json> read =
        Records.ofList(
            annotations,
            "annotations",
            malformed,
            (place, annotation, none) ->
                answersOfQuestion.put(
                    annotation.name("question_id"),
                    annotation.filledObjects("answers").stream()
                        .map(answer -> answer.filledText("answer"))
                        .toList()))) {
      read.forEach(none -> {});
    }
    return answersOfQuestion;
  }

  private static List<String> found(Map<String, List<String>> texts, String id, String what) {
    @Nullable List<String> found = texts.get(id);
    if (found == null) {
      throw new BadRecord("expected " + what + " " + id + ", found none");
    }
    return found;
  }

  /** VQA-E, whose file is one list; a question is known by its place. */
  static Stream<VisualQuestion> vqaE(Path file, Malformed malformed) {
    return Records.ofList(
        file,
        null,
        malformed,
        (place, question, all) ->
            all.accept(
                new VisualQuestion(
                    place,
                    question.name("img_id"),
                    List.of(question.firstText("explanation").strip()),
                    question.filledText("question"),
                    question.filledTexts("answers"))));
  }
}
