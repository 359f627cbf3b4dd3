package io.github.close4j.metric;

import java.util.List;

/** Candidates and the references of each, split into words. */
record CaptionSet(List<List<String>> candidates, List<List<List<String>>> references) {

  static CaptionSet of(List<String> candidates, List<? extends List<String>> references) {
    requireReferences(references);
    requireSize(candidates.size(), references.size());
    return new CaptionSet(split(candidates), references.stream().map(CaptionSet::split).toList());
  }

  private static List<List<String>> split(List<String> captions) {
    return captions.stream().map(CaptionTokenizer::tokenize).toList();
  }

  static void requireReferences(List<? extends List<String>> references) {
    if (references.isEmpty()) {
      throw new IllegalArgumentException("references: expected at least 1 item, found 0");
    }
    for (int item = 0; item < references.size(); item++) {
      if (references.get(item).isEmpty()) {
        throw new IllegalArgumentException(
            "references, item " + item + ": expected at least 1 caption, found 0");
      }
    }
  }

  static void requireSize(int candidates, int items) {
    if (candidates != items) {
      throw new IllegalArgumentException(
          "candidates: expected one for each of " + items + " items, found " + candidates);
    }
  }

  int size() {
    return candidates.size();
  }

  List<String> candidate(int item) {
    return candidates.get(item);
  }

  List<List<String>> references(int item) {
    return references.get(item);
  }
}
