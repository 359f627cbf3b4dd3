package io.github.close4j.examples.photographs;

import io.github.close4j.training.corpus.CaptionedImage;
import io.github.close4j.training.corpus.Corpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Photographs and their captions.
 *
 * @param files the pictures
 * @param captions each picture's captions, at least one
 */
public record PhotographSet(List<Path> files, List<List<String>> captions) {

  /** Copies the lists. */
  public PhotographSet {
    files = List.copyOf(files);
    captions = List.copyOf(captions);
  }

  /**
   * Reads captions and finds the pictures that they are of.
   *
   * @param captions a file of captions in any form that names pictures
   * @param folder where the pictures are
   * @return the photographs in the file's order
   * @throws io.github.close4j.UnusableFileException if the captions cannot be read
   * @throws IllegalArgumentException if a caption names no picture, one that is not there, or one
   *     outside the folder
   */
  public static PhotographSet read(Path captions, Path folder) {
    List<Path> files = new ArrayList<>();
    List<List<String>> texts = new ArrayList<>();
    for (CaptionedImage image : Corpus.captions(captions).read()) {
      if (image.image() == null) {
        throw new IllegalArgumentException(
            captions + ": expected captions that name their picture, found " + image.captions());
      }
      Path file = folder.resolve(image.image()).normalize();
      if (!file.startsWith(folder.normalize()) || !Files.isRegularFile(file)) {
        throw new IllegalArgumentException(
            "%s: expected the picture %s in %s, found none"
                .formatted(captions, image.image(), folder));
      }
      files.add(file);
      texts.add(image.captions());
    }
    return new PhotographSet(files, texts);
  }

  /**
   * Some of the photographs.
   *
   * @param numbers their places in this set, from 0 on
   * @return these photographs in the order of the numbers
   */
  public PhotographSet some(List<Integer> numbers) {
    return new PhotographSet(
        numbers.stream().map(files::get).toList(), numbers.stream().map(captions::get).toList());
  }

  /**
   * The number of photographs.
   *
   * @return how many
   */
  public int size() {
    return files.size();
  }
}
