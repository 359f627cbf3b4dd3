package io.github.close4j.training.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.close4j.UnusableFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A file of captions is read in the form that it has, or refused: a form is never a caption. */
class CaptionFormsTest {
  private static final List<CaptionedImage> PICTURES =
      List.of(
          image("one.jpg", "A red kite flies over a hill .", "A kite, red and long ."),
          image("two.jpg", "A sign says \"stop\" ."));

  @TempDir Path folder;

  private static CaptionedImage image(String file, String... captions) {
    return new CaptionedImage(null, file, List.of(captions));
  }

  /** {@link #PICTURES} in a file of this name and content. */
  record Form(String name, String content) {
    @Override
    public String toString() {
      return name + " " + content.lines().findFirst().orElse("").replace('\t', '>');
    }
  }

  static List<Form> forms() {
    String quoted =
        """
        one.jpg,A red kite flies over a hill .
        one.jpg,"A kite, red and long ."
        two.jpg,"A sign says ""stop"" ."
        """;
    String bars =
        """
        one.jpg| 0| A red kite flies over a hill .
        two.jpg| 0| A sign says "stop" .
        one.jpg| 1   A kite, red and long .
        """;
    String tokens =
        """
        one.jpg#0\tA red kite flies over a hill .
        one.jpg#1\tA kite, red and long .
        two.jpg#0\tA sign says "stop" .
        """;
    return List.of(
        new Form("captions.txt", "image,caption\n" + quoted),
        new Form("windows.txt", ("image,caption\n" + quoted).replace("\n", "\r\n")),
        new Form("capitals.csv", "Image Name,Caption\n" + quoted),
        new Form("quoted.csv", "\"image\",\"caption\"\n" + quoted),
        new Form("spaced.csv", "image, caption\n" + quoted.replace(",\"", ", \"")),
        new Form("headless.csv", quoted),
        new Form("headless.txt", quoted),
        new Form("indexed.csv", ",image,caption\n" + numbered(quoted)),
        new Form("unnamed.csv", "Unnamed: 0,filename,text\n" + numbered(quoted)),
        new Form("id.csv", "id,image,caption\n" + numbered(quoted)),
        new Form("indexed-headless.csv", numbered(quoted)),
        new Form(
            "semicolons.csv",
            "file_name;sentence\n"
                + quoted
                    .replaceFirst(",", ";")
                    .replace("one.jpg,", "one.jpg;")
                    .replace("two.jpg,", "two.jpg;")),
        new Form(
            "swapped.csv",
            "caption,image\n"
                + "A red kite flies over a hill .,one.jpg\n"
                + "\"A kite, red and long .\",one.jpg\n\"A sign says \"\"stop\"\" .\",two.jpg\n"),
        new Form(
            "list.csv",
            "raw,split,filename,img_id\n"
                + "\"[\"\"A red kite flies over a hill .\"\", \"\"A kite, red and long .\"\"]\",train,one.jpg,\n"
                + "\"[\"\"A sign says \\\"\"stop\\\"\" .\"\"]\",train,two.jpg,\n"),
        new Form("results.csv", "image_name| comment_number| comment\n" + bars),
        new Form("results.txt", "image_name|comment_number|comment\n" + bars),
        new Form("Flickr8k.token.txt", tokens),
        new Form("Flickr8k.lemma.token.txt", tokens),
        new Form("results_20130124.token", tokens),
        new Form("windows.token", tokens.replace("\n", "\r\n")),
        new Form("tabs.tsv", "image\tcaption\n" + tokens.replaceAll("#\\d", "")),
        new Form(
            "quoted.tsv",
            "image\tcaption\n"
                + "one.jpg\tA red kite flies over a hill .\n"
                + "one.jpg\t\"A kite, red and long .\"\ntwo.jpg\t\"A sign says \"\"stop\"\" .\"\n"),
        new Form("headless.tsv", tokens.replaceAll("#\\d", "")),
        new Form(
            "list.json",
            """
            [{"image": "one.jpg", "caption": "A red kite flies over a hill ."},
             {"image": "two.jpg", "caption": ["A sign says \\"stop\\" ."]},
             {"image": "one.jpg", "caption": "A kite, red and long .", "id": 7}]
            """),
        new Form(
            "list-named-otherwise.txt",
            """
            [
              {"image": "one.jpg", "caption": ["A red kite flies over a hill .", "A kite, red and long ."]},
              {"image": "two.jpg", "captions": ["A sign says \\"stop\\" ."]}
            ]
            """
                .replace("captions", "caption")),
        new Form(
            "objects.jsonl",
            """
            {"image": "one.jpg", "caption": "A red kite flies over a hill ."}
            {"image": "two.jpg", "caption": "A sign says \\"stop\\" ."}
            {"image": "one.jpg", "caption": "A kite, red and long ."}
            """),
        new Form(
            "objects.json",
            """
            {"image": "one.jpg", "captions": ["A red kite flies over a hill .", "A kite, red and long ."]}
            {"image": "two.jpg", "captions": ["A sign says \\"stop\\" ."]}
            """));
  }

  private static String numbered(String rows) {
    StringBuilder numbered = new StringBuilder();
    rows.lines()
        .forEach(row -> numbered.append(numbered.length()).append(',').append(row).append('\n'));
    return numbered.toString();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void captionsAreReadInTheirForm(Form form) throws IOException {
    assertEquals(PICTURES, Corpus.captions(write(form.name, form.content)).read());
    assertEquals(
        PICTURES, Corpus.captions(write("bom-" + form.name, "\ufeff" + form.content)).read());
    assertEquals(PICTURES, Corpus.captions(gzip(form.name + ".gz", form.content)).read());
  }

  @ParameterizedTest
  @MethodSource("forms")
  void linesOfAnotherFormAreNoCaptions(Form form) throws IOException {
    Corpus<CaptionedImage> lines = Corpus.lines(write(form.name, form.content));
    List<String> told = new ArrayList<>();
    Exception thrown = assertThrows(UnusableFileException.class, () -> lines.read(told::add));
    assertTrue(
        thrown.getMessage().contains("expected a caption in each line, found "),
        thrown.getMessage());
  }

  @Test
  void picturesAreKnownByIdsOrFiles() throws IOException {
    List<CaptionedImage> numbers =
        List.of(
            new CaptionedImage("42", null, List.of("One dog", "two dogs")),
            new CaptionedImage("7", null, List.of("three")));
    assertEquals(
        numbers,
        Corpus.captions(write("1.csv", "image_id,caption\n42,One dog\n7.0,three\n42.0,two dogs\n"))
            .read());
    assertEquals(
        numbers,
        Corpus.captions(
                write(
                    "2.json",
                    """
                    [{"image_id": 42, "id": 1, "caption": "One dog"},
                     {"image_id": "7", "id": 2, "caption": "three"},
                     {"image_id": 42.0, "id": 3, "caption": "two dogs"}]
                    """))
            .read());
    assertEquals(
        List.of(new CaptionedImage("coco_5", "val/a.jpg", List.of("One", "two"))),
        Corpus.captions(
                write(
                    "3.json",
                    """
                    [{"image": "val/a.jpg", "image_id": "coco_5", "caption": "One"},
                     {"image": "val/a.jpg", "image_id": "coco_5", "caption": "two"}]
                    """))
            .read());
    assertEquals(
        List.of(image("a.jpg", "One", "two"), image("http://x.org/b?c=1,2", "Three")),
        Corpus.captions(
                write(
                    "4.csv", "image_id,text\na.jpg,One\n\"http://x.org/b?c=1,2\",Three\na.jpg,two"))
            .read());
  }

  /** Conceptual Captions has the text first, without names of columns. */
  @Test
  void addressesArePictures() throws IOException {
    assertEquals(
        List.of(image("http://a.org/x?y=1", "a dog runs"), image("https://b.org/", "two, at home")),
        Corpus.captions(
                write("cc.tsv", "a dog runs\thttp://a.org/x?y=1\ntwo, at home\thttps://b.org/\n"))
            .read());
  }

  @Test
  void aQuotedCaptionMayHaveLines() throws IOException {
    Path file = write("a.csv", "image,caption\na.jpg,\"one\ntwo\"\nb.jpg,x,y\n");
    List<String> told = new ArrayList<>();
    assertEquals(List.of(image("a.jpg", "one\ntwo")), Corpus.captions(file).read(told::add));
    assertEquals(
        List.of(file + ": line 4: expected 2 columns, found 3; text with commas needs quotes"),
        told);
  }

  @Test
  void rowsThatCannotBeUsedAreTold() throws IOException {
    Path file =
        write("a.token.txt", "a.jpg#0\tOne\nb.jpg#0\nc.jpg#0\t \nTwo\tthree\nd.jpg#1\tFour\n");
    List<String> told = new ArrayList<>();
    assertEquals(
        List.of(image("a.jpg", "One"), image("d.jpg", "Four")),
        Corpus.captions(file).read(told::add));
    assertEquals(3, told.size(), told.toString());
    assertTrue(told.get(0).contains("line 2: expected 2 columns, found 1"), told.get(0));
    assertTrue(told.get(1).contains("line 3: expected a caption with a visible"), told.get(1));
    assertTrue(told.get(2).contains("line 4: expected a picture's file, found 'Two'"), told.get(2));
  }

  /** One quotation mark too many would otherwise swallow half a corpus. */
  @Test
  void anOpenQuotationEndsTheReading() throws IOException {
    assertRefused(
        "record starting at line 3", "image,caption\na.jpg,One\nb.jpg,\"Two\nc.jpg,Three\n");
    assertRefused("record starting at line 2", "image,caption\na.jpg,\"One\" two\nb.jpg,Three\n");
  }

  @Test
  void otherFormsAreRefusedByWhatTheyAre() throws IOException {
    assertRefused("found columns named [filename, label]", "filename,label\na.jpg,dog\n");
    assertRefused("found columns named [image, caption, text]", "image,caption,text\na.jpg,A,B\n");
    assertRefused("found 4 columns without names", "a.jpg\tb.jpg#2\t1\t2\nc.jpg\td.jpg#1\t2\t1\n");
    assertRefused("found 2 columns without names", "1\tA dog runs\n2\tA cat\n");
    assertRefused(
        "found 3 columns without names", "a.jpg,A dog,Ein Hund\nb.jpg,A cat,Eine Katze\n");
    assertRefused("begin with a picture's file, such as 'a.jpg'", "a.jpg\nb.jpg\nc.jpg\n");
    assertRefused("begin with a picture's file, such as 'a.jpg A", "a.jpg A dog\nb.jpg A cat\n");
    assertRefused("begin with a picture's file, such as 'a.jpg: A", "a.jpg: A dog\nb.jpg: A cat\n");
    assertRefused(
        "begin with a picture's file",
        "a.jpg,A dog, red\nb.jpg,A\nc.jpg,A, b, c\nd.jpg,A, b, c, d\n");
    assertRefused("begin with a number", "1,A dog runs\n2,A cat, asleep\n3,\"A bird\"\n");
    assertRefused("found a page of the web", "<!DOCTYPE html>\n<html>\n");
    assertRefused("found a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid x\n");
    assertRefused(
        "Karpathy's JSON document, of which splits are to be named",
        "{\"dataset\": \"coco\", \"images\": [{\"sentids\": [1], \"sentences\": [{\"raw\": \"A\"}]}]}");
    assertRefused("expected a field 'images', found [data, info]", "{\"data\":\n[1], \"info\": 3}");
    assertRefused("$[0]: expected a JSON object, found \"A dog\"", "[\"A dog\", \"a cat\"]");
    assertRefused(
        "line 1: expected a field 'captions' or 'caption', found [file_name, text]",
        "{\"file_name\": \"a.jpg\", \"text\": \"A dog\"}\n{\"file_name\": \"b.jpg\", \"text\": \"A\"}\n");
    assertRefused("expected JSON", "{'image': 'a.jpg', 'caption': 'A dog'}\n");
    assertRefused("line 1: expected a JSON object", "{'caption': 'A dog'}\n{'caption': 'A'}\n");
    assertRefused("expected JSON", "[{'image': 'a.jpg', 'caption': 'A dog'}]");
    assertRefused("expected columns that the first line names", "A dog, running\nA cat\n", "a.csv");
    assertRefused("expected a JSON object", "A dog, running\nA cat\n", "a.jsonl");
  }

  /** What is no caption among captions is a record that cannot be used. */
  @Test
  void aPictureBeforeACaptionIsTold() throws IOException {
    Path file = write("a.txt", "A dog\nA cat\na.jpg#0\tA bird\nA cow\nb.png,A horse\n");
    List<String> told = new ArrayList<>();
    assertEquals(3, Corpus.lines(file).read(told::add).size());
    assertEquals(2, told.size());
    assertTrue(
        told.get(1).contains("line 5: expected a caption, found a picture's file before it"));
  }

  /** Commas, braces, numbers and names of files are a sentence's own as well. */
  @Test
  void sentencesStayCaptions() throws IOException {
    List<String> lines =
        List.of(
            "A caption, text, and an image on a page",
            "2,000 people in a stadium",
            "[laughing] a man, a woman and a dog",
            "{a smile} on a face; a hat",
            "A file named photo.jpg, open on a screen",
            "\"Stop\", says a sign; \"go\" another",
            "3 | 4 is written on a wall",
            "#1 is on the shirt of a player",
            "a dog, photo, beach");
    Path file = write("a.txt", String.join("\n", lines));
    for (Corpus<CaptionedImage> corpus : List.of(Corpus.lines(file), Corpus.captions(file))) {
      assertEquals(lines, corpus.read().stream().map(image -> image.captions().get(0)).toList());
    }
    for (String line : lines) {
      Path alone = write("alone.txt", line);
      assertEquals(List.of(line), Corpus.captions(alone).read().get(0).captions());
    }
  }

  @Test
  void aFileLongerThanWhatIsLookedAtIsReadWhole() throws IOException {
    StringBuilder rows = new StringBuilder("image,caption\n");
    for (int i = 0; i < 10_000; i++) {
      rows.append(i / 5).append(".jpg,\"Caption, of ").append(i).append("\"\n");
    }
    List<CaptionedImage> all = Corpus.captions(write("a.csv", rows.toString())).read();
    assertEquals(2000, all.size());
    assertEquals("Caption, of 9999", all.get(1999).captions().get(4));
    // A document of one line, with its lists behind more than is looked at.
    String document =
        "{\"info\": \"%s\", \"annotations\": [{\"image_id\": 1, \"caption\": \"A\"}], \"images\": [{\"id\": 1}]}"
            .formatted("x".repeat(100_000));
    assertEquals(1, Corpus.captions(write("a.json", document)).read().size());
  }

  @Test
  void theCasesOfUsersAreRead() {
    Path cases = Path.of("../../shared/cases/corpora");
    assumeTrue(Files.isDirectory(cases), () -> "skipped: no cases at " + cases);
    Map<String, List<CaptionedImage>> expected =
        Map.of(
            "bom.txt",
            List.of(
                CaptionedImage.of(List.of("a red circle")),
                CaptionedImage.of(List.of("a blue square"))),
            "captions.csv",
            List.of(
                image(
                    "one.jpg",
                    "A red kite flies over a hill .",
                    "A kite, red and long, in the sky ."),
                image("two.jpg", "Two boats on a lake .")),
            "captions.token.txt",
            List.of(
                image("one.jpg", "A red kite flies over a hill .", "A kite in the sky ."),
                image("two.jpg", "Two boats on a lake .")),
            "list_blip.json",
            List.of(new CaptionedImage("coco_1", "val2014/a.jpg", List.of("a red circle"))));
    expected.forEach(
        (name, images) -> assertEquals(images, Corpus.captions(cases.resolve(name)).read(), name));
  }

  private void assertRefused(String part, String content) throws IOException {
    assertRefused(part, content, "captions.txt");
  }

  private void assertRefused(String part, String content, String name) throws IOException {
    Path file = write(name, content);
    Exception thrown =
        assertThrows(UnusableFileException.class, () -> Corpus.captions(file).read());
    assertTrue(thrown.getMessage().startsWith(file + ": "), thrown.getMessage());
    assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
    assertFalse(thrown.getMessage().contains("\n"), thrown.getMessage());
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private Path gzip(String name, String content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return Files.write(folder.resolve(name), packed.toByteArray());
  }
}
