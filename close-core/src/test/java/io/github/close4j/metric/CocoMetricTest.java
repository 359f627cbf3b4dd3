package io.github.close4j.metric;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.hash.Hashing;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares with pycocoevalcap on captions of COCO, which are not part of the project. */
class CocoMetricTest {
  private static final Path DATA = Path.of("../../shared/data");
  private static final double TOLERANCE = 1e-6;

  private static MetricGolden golden;
  private static JsonArray annotations;
  private static final List<String> images = new ArrayList<>();
  private static final List<String> candidates = new ArrayList<>();
  private static final List<List<String>> references = new ArrayList<>();

  /** The references but for the machine's caption, which is one of them. */
  private static final List<List<String>> others = new ArrayList<>();

  @BeforeAll
  static void readCaptions() throws IOException {
    assumeTrue(Files.isDirectory(DATA), () -> "skipped: no captions of COCO at " + DATA);
    golden = MetricGolden.read("coco.tsv");
    annotations =
        json("coco/captions_val2014.json.gz").getAsJsonObject().getAsJsonArray("annotations");
    Map<String, List<String>> captions = new HashMap<>();
    for (JsonElement annotation : annotations) {
      captions
          .computeIfAbsent(text(annotation, "image_id"), image -> new ArrayList<>())
          .add(text(annotation, "caption"));
    }
    for (JsonElement result : json("coco/fakecap_results.json.gz").getAsJsonArray()) {
      images.add(text(result, "image_id"));
      candidates.add(text(result, "caption"));
      references.add(captions.get(text(result, "image_id")));
      String machine = tokens(text(result, "caption"));
      others.add(
          references.get(references.size() - 1).stream()
              .filter(reference -> !tokens(reference).equals(machine))
              .toList());
    }
  }

  @Test
  void tokensOfAllCaptionsEqualPycocoevalcaps() {
    List<String> expected = golden.only("tokens");
    Set<String> exceptions = Set.copyOf(expected.subList(4, expected.size()));
    assertEquals(3, exceptions.size());
    List<String> lines = new ArrayList<>();
    for (JsonElement annotation : annotations) {
      if (!exceptions.contains(text(annotation, "id"))) {
        lines.add(tokens(text(annotation, "caption")));
      }
    }
    assertEquals(Integer.parseInt(expected.get(2)), lines.size());
    assertEquals(expected.get(3), sha256(lines));
  }

  @ParameterizedTest
  @EnumSource
  void equalsPycocoevalcapAgainstTheOthersOfAPicture(CaptionMetric metric) {
    List<List<String>> rows = golden.ofKind("others");
    int column = golden.column(metric.name());
    MetricScores scores = metric.score(candidates, others);
    assertEquals(1000, candidates.size());
    for (int item = 0; item < candidates.size(); item++) {
      List<String> row = rows.get(item);
      assertEquals(images.get(item), row.get(0));
      assertEquals(
          Double.parseDouble(row.get(3 + column)),
          scores.perExample().get(item),
          TOLERANCE,
          "image " + images.get(item));
    }
    String corpus = rows.get(candidates.size()).get(3 + column);
    assertEquals(Double.parseDouble(corpus), scores.corpus(), TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource
  void equalsPycocoevalcapAgainstTheNextPicture(CaptionMetric metric) {
    List<List<String>> next = new ArrayList<>(references.subList(1, references.size()));
    next.add(references.get(0));
    String corpus = golden.only("next").get(3 + golden.column(metric.name()));
    assertEquals(Double.parseDouble(corpus), metric.score(candidates, next).corpus(), TOLERANCE);
  }

  @Test
  void tokensOfEachItemEqualPycocoevalcaps() {
    List<List<String>> rows = golden.ofKind("others");
    for (int item = 0; item < candidates.size(); item++) {
      List<String> lines = new ArrayList<>();
      lines.add(tokens(candidates.get(item)));
      references.get(item).forEach(reference -> lines.add(tokens(reference)));
      assertEquals(rows.get(item).get(2), sha256(lines).substring(0, 8));
    }
  }

  @Test
  void vqaAccuracyEqualsItsProgram() throws IOException {
    MetricGolden vqa = MetricGolden.read("vqa.tsv");
    List<String> answers = new ArrayList<>();
    List<List<String>> human = new ArrayList<>();
    for (JsonElement annotation :
        json("vqa/vqa_annotations_valid.gz").getAsJsonObject().getAsJsonArray("annotations")) {
      List<String> given = new ArrayList<>();
      annotation
          .getAsJsonObject()
          .getAsJsonArray("answers")
          .forEach(answer -> given.add(text(answer, "answer")));
      answers.add(inOneWay(given.get(answers.size() % 10), answers.size() % 5));
      human.add(given);
    }
    MetricScores scores = VqaAccuracy.LEAVE_ONE_OUT.score(answers, human);
    assertEquals(Integer.parseInt(vqa.only("accuracy").get(2)), answers.size());
    assertEquals(Double.parseDouble(vqa.only("accuracy").get(3)), 100 * scores.corpus(), TOLERANCE);
    List<String> accuracies =
        scores.perExample().asList().stream()
            .map(score -> String.format(Locale.ROOT, "%.4f", 100 * score))
            .toList();
    assertEquals(vqa.only("accuracies").get(2), sha256(accuracies));
    assertEquals(
        vqa.only("answers").get(2), sha256(answers.stream().map(VqaAnswers::normalize).toList()));
  }

  /** The ways in which the golden script writes an answer. */
  private static String inOneWay(String answer, int way) {
    return switch (way) {
      case 0 -> answer;
      case 1 -> "The " + answer + ".";
      case 2 -> answer.toUpperCase(Locale.ROOT);
      case 3 -> answer.replace(" ", "-");
      default -> " " + answer + "! ";
    };
  }

  private static String tokens(String caption) {
    return String.join(" ", CaptionTokenizer.tokenize(caption));
  }

  private static String sha256(List<String> lines) {
    return Hashing.sha256().hashString(String.join("\n", lines), UTF_8).toString();
  }

  private static String text(JsonElement element, String key) {
    JsonObject object = element.getAsJsonObject();
    return object.get(key).getAsString();
  }

  private static JsonElement json(String file) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(DATA.resolve(file))), UTF_8))) {
      return JsonParser.parseReader(reader);
    }
  }
}
