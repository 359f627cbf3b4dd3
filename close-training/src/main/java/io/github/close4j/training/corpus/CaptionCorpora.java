package io.github.close4j.training.corpus;

import io.github.close4j.internal.io.Json;
import io.github.close4j.training.corpus.Records.BadRecord;
import io.github.close4j.training.corpus.Records.Malformed;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Captions of pictures, and of those in the news with their articles. */
final class CaptionCorpora {
  private CaptionCorpora() {}

  static Stream<CaptionedImage> karpathy(Path file, Set<String> splits, Malformed malformed) {
    return Records.ofList(
        file,
        "images",
        malformed,
        (place, image, images) -> {
          if (splits.contains(image.filledText("split"))) {
            images.accept(
                new CaptionedImage(
                    image.nameOrNull("cocoid"),
                    image.filledText("filename"),
                    image.filledObjects("sentences").stream()
                        .map(sentence -> sentence.filledText("raw"))
                        .toList()));
          }
        });
  }

  /** The file has one list of images and one of captions, which are not ordered by image. */
  static Stream<CaptionedImage> coco(Path file, Malformed malformed) {
    Map<String, @Nullable String> files = new LinkedHashMap<>();
    Map<String, List<String>> captions = new LinkedHashMap<>();
    try (Stream<Json> images =
        Records.ofList(
            file,
            "images",
            malformed,
            (place, image, none) -> files.put(image.name("id"), image.nameOrNull("file_name")))) {
      images.forEach(none -> {});
    }
    files.keySet().forEach(id -> captions.put(id, new ArrayList<>()));
    try (Stream<Json> annotations =
        Records.ofList(
            file,
            "annotations",
            malformed,
            (place, annotation, none) -> addCaption(annotation, captions))) {
      annotations.forEach(none -> {});
    }
    return captions.entrySet().stream()
        .filter(image -> !image.getValue().isEmpty())
        .map(
            image ->
                new CaptionedImage(image.getKey(), files.get(image.getKey()), image.getValue()));
  }

  private static void addCaption(Json annotation, Map<String, List<String>> captions) {
    String image = annotation.name("image_id");
    List<String> ofImage = captions.get(image);
    if (ofImage == null) {
      throw new BadRecord("expected an image " + image + " in 'images', found none");
    }
    ofImage.add(annotation.filledText("caption"));
  }

  /** Articles lie in files of their own, whose paths start from the directory. */
  static Stream<NewsPicture> visualNews(Path file, Path directory, Malformed malformed) {
    return Records.ofList(
        file, null, malformed, (place, picture, pictures) -> addNews(picture, directory, pictures));
  }

  private static void addNews(
      Json picture, Path directory, Consumer<? super NewsPicture> pictures) {
    pictures.accept(
        new NewsPicture(
            picture.name("id"),
            picture.filledText("image_path"),
            picture.filledText("caption"),
            firstLine(directory, picture.filledText("article_path"))));
  }

  private static String firstLine(Path directory, String path) {
    Path article = directory.resolve(path).normalize();
    if (!article.startsWith(directory.normalize())) {
      throw new BadRecord("expected an article within " + directory + ", found " + path);
    }
    if (!Files.isRegularFile(article)) {
      throw new BadRecord("expected an article at " + article + ", found none");
    }
    try (BufferedReader reader = Records.open(article)) {
      @Nullable String line = reader.readLine();
      if (line == null || line.isBlank()) {
        throw new BadRecord("expected text in the first line of " + article + ", found none");
      }
      return line.strip();
    } catch (IOException e) {
      throw Records.unreadable(article, "line 1", e);
    }
  }
}
