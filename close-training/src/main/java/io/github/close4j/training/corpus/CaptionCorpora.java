package io.github.close4j.training.corpus;

import com.google.common.collect.ImmutableSet;
import com.google.gson.JsonElement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Captions by picture. */
final class CaptionCorpora {
  private CaptionCorpora() {}

  static Corpus<CaptionedImage> lines(Path file) {
    return malformed -> Lines.stream(file).map(line -> CaptionedImage.of(List.of(line.value())));
  }

  static Corpus<CaptionedImage> jsonLines(Path file) {
    return malformed ->
        Located.parse(
            Lines.stream(file),
            (line, images) -> {
              JsonFields fields = Lines.json(line);
              images.accept(
                  new CaptionedImage(
                      fields.nameOrNull("id"),
                      fields.nameOrNull("image"),
                      fields.texts("captions")));
            },
            malformed);
  }

  static Corpus<CaptionedImage> karpathy(Path file, ImmutableSet<String> splits) {
    return malformed ->
        Located.parse(
            JsonArrays.stream(file, "images"),
            (element, images) -> addKarpathy(element, splits, images),
            malformed);
  }

  private static void addKarpathy(
      JsonElement element, ImmutableSet<String> splits, Consumer<? super CaptionedImage> images)
      throws BadRecordException {
    JsonFields fields = JsonFields.of(element);
    if (!splits.contains(fields.text("split"))) {
      return;
    }
    List<String> captions = new ArrayList<>();
    for (JsonFields sentence : fields.objects("sentences")) {
      captions.add(sentence.text("raw"));
    }
    images.accept(
        new CaptionedImage(fields.nameOrNull("cocoid"), fields.text("filename"), captions));
  }

  static Corpus<CaptionedImage> coco(Path file) {
    return malformed -> {
      Map<String, @Nullable String> files = new LinkedHashMap<>();
      Map<String, List<String>> captions = new LinkedHashMap<>();
      try (Stream<Located<JsonElement>> images = JsonArrays.stream(file, "images")) {
        Located.<JsonElement, JsonFields>parse(
                images,
                (element, fields) -> {
                  JsonFields image = JsonFields.of(element);
                  files.put(image.name("id"), image.nameOrNull("file_name"));
                },
                malformed)
            .forEach(nothing -> {});
      }
      files.keySet().forEach(id -> captions.put(id, new ArrayList<>()));
      try (Stream<Located<JsonElement>> annotations = JsonArrays.stream(file, "annotations")) {
        Located.<JsonElement, JsonFields>parse(
                annotations, (element, fields) -> addCaption(element, captions), malformed)
            .forEach(nothing -> {});
      }
      return captions.entrySet().stream()
          .filter(image -> !image.getValue().isEmpty())
          .map(
              image ->
                  new CaptionedImage(image.getKey(), files.get(image.getKey()), image.getValue()));
    };
  }

  private static void addCaption(JsonElement element, Map<String, List<String>> captions)
      throws BadRecordException {
    JsonFields annotation = JsonFields.of(element);
    String image = annotation.name("image_id");
    List<String> ofImage = captions.get(image);
    if (ofImage == null) {
      throw new BadRecordException("expected an image " + image + " in 'images', found none");
    }
    ofImage.add(annotation.text("caption"));
  }
}
