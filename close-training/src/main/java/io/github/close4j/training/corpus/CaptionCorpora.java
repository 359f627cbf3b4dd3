package io.github.close4j.training.corpus;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.io.VisibleText;
import io.github.close4j.training.corpus.Records.BadRecord;
import io.github.close4j.training.corpus.Records.Malformed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Captions of pictures, and of those in the news with their articles. */
final class CaptionCorpora {
  private CaptionCorpora() {}

  /** Captions in whatever form the file has them. */
  static Stream<CaptionedImage> any(Path file, Malformed malformed) {
    String name = file.toString().replaceFirst("\\.gz$", "").toLowerCase(Locale.ROOT);
    return opened(
        file,
        text -> {
          CaptionForm form = form(text);
          return switch (form.kind()) {
            case LINES ->
                name.endsWith(".jsonl") || name.endsWith(".json")
                    ? jsonLines(text, malformed)
                    : lines(requireNoColumns(text, name), malformed);
            case TABLE -> table(text, Objects.requireNonNull(form.table()), malformed);
            case JSON_LINES -> jsonLines(text, malformed);
            case JSON_LIST -> list(text, malformed);
            case COCO -> {
              text.close();
              yield coco(file, malformed);
            }
            case KARPATHY -> throw refused(file, form.kind().title());
          };
        });
  }

  /** Captions in lines; a file that has another form is refused. */
  static Stream<CaptionedImage> lines(Path file, Malformed malformed) {
    return opened(
        file,
        text -> {
          CaptionForm.Kind kind = form(text).kind();
          if (kind != CaptionForm.Kind.LINES) {
            throw new UnusableFileException(
                file,
                "expected a caption in each line, found "
                    + kind.title()
                    + "; Corpus.captions reads other forms than lines");
          }
          return lines(text, malformed);
        });
  }

  static Stream<CaptionedImage> jsonLines(Path file, Malformed malformed) {
    return opened(file, text -> jsonLines(text, malformed));
  }

  private static Stream<CaptionedImage> opened(
      Path file, Function<TextFile, Stream<CaptionedImage>> read) {
    TextFile text = TextFile.open(file);
    try {
      return read.apply(text);
    } catch (RuntimeException e) {
      text.close();
      throw e;
    }
  }

  private static CaptionForm form(TextFile text) {
    try {
      return CaptionForm.of(text.head());
    } catch (UnrecognizedForm e) {
      throw refused(text.file(), String.valueOf(e.getMessage()));
    }
  }

  private static UnusableFileException refused(Path file, String found) {
    return new UnusableFileException(
        file, "expected captions in lines, in columns or in JSON, found " + found);
  }

  private static TextFile requireNoColumns(TextFile text, String name) {
    if (name.endsWith(".csv") || name.endsWith(".tsv")) {
      throw new UnusableFileException(
          text.file(),
          "expected columns that the first line names, such as image,caption; found '%s'"
              .formatted(text.head().lines().findFirst().orElse("")));
    }
    return text;
  }

  private static Stream<CaptionedImage> lines(TextFile text, Malformed malformed) {
    return Records.ofLines(
        text,
        malformed,
        (place, line, images) -> {
          String caption = line.strip();
          CaptionGroups.requireVisible(caption);
          if (CaptionForm.beginsWithPicture(caption)) {
            throw new BadRecord("expected a caption, found a picture's file before it: " + caption);
          }
          images.accept(CaptionedImage.of(List.of(caption)));
        });
  }

  private static Stream<CaptionedImage> table(
      TextFile text, CaptionTable table, Malformed malformed) {
    CaptionGroups captions = new CaptionGroups();
    return behind(
        Records.of(
            text, table.read(text), malformed, (place, row, none) -> table.addTo(captions, row)),
        captions);
  }

  private static Stream<CaptionedImage> jsonLines(TextFile text, Malformed malformed) {
    CaptionGroups captions = new CaptionGroups();
    return behind(
        Records.ofJsonLines(text, malformed, (place, object, all) -> add(object, captions, all)),
        captions);
  }

  private static Stream<CaptionedImage> list(TextFile text, Malformed malformed) {
    CaptionGroups captions = new CaptionGroups();
    return behind(
        Records.ofList(text, null, malformed, (place, object, all) -> add(object, captions, all)),
        captions);
  }

  /** What is whole where it stands comes first, and then what was put together on the way. */
  private static Stream<CaptionedImage> behind(
      Stream<CaptionedImage> whole, CaptionGroups captions) {
    return Stream.concat(whole, Stream.of(captions).flatMap(CaptionGroups::pictures));
  }

  /** An object with all captions of a picture is a record; one with one of them is a part of it. */
  private static void add(
      Json object, CaptionGroups captions, Consumer<? super CaptionedImage> all) {
    @Nullable String image = object.nameOrNull("image");
    @Nullable String id = object.nameOrNull("image_id");
    if (object.has("captions")) {
      id = id == null ? object.nameOrNull("id") : id;
      all.accept(new CaptionedImage(id, image, object.filledTexts("captions")));
    } else if (object.has("caption")) {
      // Beside a picture and one caption, an id is as often the caption's.
      id = id == null && image == null ? object.nameOrNull("id") : id;
      captions.add(id, image, object.textOrTexts("caption"));
    } else {
      throw new BadRecord(
          "expected a field 'captions' or 'caption', found " + List.copyOf(object.names()));
    }
  }

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
    try (TextFile text = TextFile.open(article)) {
      @Nullable String line = text.readLine();
      if (line == null || !VisibleText.isIn(line)) {
        throw new BadRecord("expected text in the first line of " + article + ", found none");
      }
      return line.strip();
    }
  }
}
