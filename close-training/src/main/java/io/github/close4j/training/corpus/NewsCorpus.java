package io.github.close4j.training.corpus;

import com.google.gson.JsonElement;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Visual News, whose articles lie in files of their own. */
record NewsCorpus(Path file, Path directory) implements Corpus<NewsPicture> {

  @Override
  public Stream<NewsPicture> stream(MalformedRecords malformed) {
    return Located.<JsonElement, NewsPicture>parse(
        JsonArrays.stream(file, null), this::parse, malformed);
  }

  private void parse(JsonElement element, Consumer<? super NewsPicture> pictures)
      throws BadRecordException {
    JsonFields picture = JsonFields.of(element);
    pictures.accept(
        new NewsPicture(
            picture.name("id"),
            picture.text("image_path"),
            picture.text("caption"),
            firstLine(picture.text("article_path"))));
  }

  private String firstLine(String path) throws BadRecordException {
    Path article = directory.resolve(path).normalize();
    if (!article.startsWith(directory.normalize())) {
      throw new BadRecordException("expected an article within " + directory + ", found " + path);
    }
    if (!Files.isRegularFile(article)) {
      throw new BadRecordException("expected an article at " + article + ", found none");
    }
    try (BufferedReader reader = TextFiles.open(article)) {
      @Nullable String line = reader.readLine();
      if (line == null || line.isBlank()) {
        throw new BadRecordException(
            "expected text in the first line of " + article + ", found none");
      }
      return line.strip();
    } catch (IOException e) {
      throw TextFiles.unreadable(article, "1", e);
    }
  }
}
