package io.github.close4j.examples.run;

import io.github.close4j.examples.run.CorpusFiles.Part;
import io.github.close4j.examples.run.EvaluationSet.Item;
import io.github.close4j.training.Evaluation;
import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.Corpus;
import io.github.close4j.training.corpus.EntailmentPair;
import io.github.close4j.training.corpus.MalformedRecords;
import io.github.close4j.training.corpus.NewsPicture;
import io.github.close4j.training.corpus.VisualQuestion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes evaluation sets of the corpora of the tasks. */
final class EvaluationSetReader {
  private final CorpusFiles corpus;
  private final MalformedRecords malformed;

  EvaluationSetReader(CorpusFiles corpus, MalformedRecords malformed) {
    this.corpus = corpus;
    this.malformed = malformed;
  }

  EvaluationSet read(RunTask task) {
    return switch (task) {
      case CAPTIONING_SINGLE, CAPTIONING_MULTIPLE, STYLE -> captions();
      case ENTAILMENT -> entailment();
      case VQA -> answers(corpus.questions());
      case VQA_E -> answers(corpus.explanations());
      case NEWS -> news();
    };
  }

  private EvaluationSet captions() {
    List<Item> items = new ArrayList<>();
    List<CaptionedImage> references = new ArrayList<>();
    for (CaptionedImage image : corpus.captions().read(malformed)) {
      String id = Objects.requireNonNullElseGet(image.id(), () -> place(items));
      items.add(new Item(id, image.image(), null));
      references.add(new CaptionedImage(id, image.image(), image.captions()));
    }
    return EvaluationSet.ofCaptions(corpus.title(), items, references);
  }

  private EvaluationSet news() {
    List<Item> items = new ArrayList<>();
    List<CaptionedImage> references = new ArrayList<>();
    for (NewsPicture picture : corpus.news().read(malformed)) {
      items.add(new Item(picture.id(), picture.image(), picture.article()));
      references.add(new CaptionedImage(picture.id(), picture.image(), List.of(picture.caption())));
    }
    return EvaluationSet.ofCaptions(corpus.title(), items, references);
  }

  private EvaluationSet entailment() {
    List<Item> items = new ArrayList<>();
    Map<String, String> labels = new LinkedHashMap<>();
    for (EntailmentPair pair : corpus.pairs().read(malformed)) {
      String id = Objects.requireNonNullElseGet(pair.id(), () -> place(items));
      items.add(new Item(id, pair.image(), pair.hypothesis()));
      labels.put(id, pair.label());
    }
    return new EvaluationSet(
        ResultFile.LABELS,
        items,
        predictions -> Evaluation.entailment(corpus.title(), predictions, labels));
  }

  private EvaluationSet answers(Corpus<VisualQuestion> corpusOfQuestions) {
    List<VisualQuestion> questions = corpusOfQuestions.read(malformed);
    Map<String, @Nullable String> pictures = pictures();
    List<Item> items = new ArrayList<>();
    for (VisualQuestion question : questions) {
      items.add(new Item(question.id(), pictures.get(question.imageId()), question.question()));
    }
    return new EvaluationSet(
        ResultFile.ANSWERS,
        items,
        predictions -> Evaluation.answers(corpus.title(), predictions, questions));
  }

  /** The captions' file says which picture has which number. */
  private Map<String, @Nullable String> pictures() {
    Map<String, @Nullable String> pictures = new HashMap<>();
    if (corpus.files().containsKey(Part.CAPTIONS)) {
      for (CaptionedImage image : corpus.captions().read(malformed)) {
        if (image.id() != null) {
          pictures.put(image.id(), image.image());
        }
      }
    }
    return pictures;
  }

  private static String place(List<Item> before) {
    return Integer.toString(before.size() + 1);
  }
}
