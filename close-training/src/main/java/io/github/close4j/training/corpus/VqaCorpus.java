package io.github.close4j.training.corpus;

import com.google.gson.JsonElement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** VQA v2, whose questions, answers and captions lie in three files. */
record VqaCorpus(Path questions, Path annotations, Corpus<CaptionedImage> captions)
    implements Corpus<VisualQuestion> {

  @Override
  public Stream<VisualQuestion> stream(MalformedRecords malformed) {
    Map<String, List<String>> captionsOfImage = captions(malformed);
    Map<String, List<String>> answersOfQuestion = answers(malformed);
    return Located.parse(
        JsonArrays.stream(questions, "questions"),
        (element, all) -> {
          JsonFields question = JsonFields.of(element);
          String id = question.name("question_id");
          String image = question.name("image_id");
          all.accept(
              new VisualQuestion(
                  id,
                  image,
                  found(captionsOfImage, image, "captions of image"),
                  question.text("question"),
                  found(answersOfQuestion, id, "an annotation of question")));
        },
        malformed);
  }

  /** VQA-E, whose file is one list. */
  static Corpus<VisualQuestion> withExplanations(Path file) {
    return malformed ->
        Located.parse(
            JsonArrays.stream(file, null).map(VqaCorpus::withPlace),
            (record, all) -> {
              JsonFields question = JsonFields.of(record.value());
              all.accept(
                  new VisualQuestion(
                      record.place(),
                      question.name("img_id"),
                      List.of(question.firstText("explanation").strip()),
                      question.text("question"),
                      question.texts("answers")));
            },
            malformed);
  }

  private static Located<Located<JsonElement>> withPlace(Located<JsonElement> record) {
    return new Located<>(record.file(), record.place(), record);
  }

  private Map<String, List<String>> captions(MalformedRecords malformed) {
    Map<String, List<String>> captionsOfImage = new HashMap<>();
    try (Stream<CaptionedImage> images = captions.stream(malformed)) {
      images.forEach(
          image -> {
            if (image.id() != null) {
              captionsOfImage.put(image.id(), image.captions());
            }
          });
    }
    return captionsOfImage;
  }

  private Map<String, List<String>> answers(MalformedRecords malformed) {
    Map<String, List<String>> answersOfQuestion = new HashMap<>();
    try (Stream<Located<JsonElement>> read = JsonArrays.stream(annotations, "annotations")) {
      Located.<JsonElement, JsonFields>parse(
              read,
              (element, nothing) -> {
                JsonFields annotation = JsonFields.of(element);
                List<String> answers = new ArrayList<>();
                for (JsonFields answer : annotation.objects("answers")) {
                  answers.add(answer.text("answer"));
                }
                answersOfQuestion.put(annotation.name("question_id"), answers);
              },
              malformed)
          .forEach(nothing -> {});
    }
    return answersOfQuestion;
  }

  private static List<String> found(Map<String, List<String>> texts, String id, String what)
      throws BadRecordException {
    @Nullable List<String> found = texts.get(id);
    if (found == null) {
      throw new BadRecordException("expected " + what + " " + id + ", found none");
    }
    return found;
  }
}
