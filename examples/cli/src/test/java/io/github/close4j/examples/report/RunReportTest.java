package io.github.close4j.examples.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunReportTest {
  /** As a recorder writes it; numbers that are not finite are null. */
  private static final String LOG =
      """
      {"event":"start","step":0,"totalSteps":2,"epochs":2,"device":"cpu","threads":2}
      {"event":"step","step":1,"epoch":1,"loss":4.0,"learningRate":0.001,"gradientNorm":0.5}
      {"event":"epoch","step":1,"epoch":1,"meanLoss":4.0}
      {"event":"validation","step":1,"epoch":1,"loss":null,"best":true,\
      "scores":{"BLEU-4":0.125},"shown":[]}
      {"event":"step","step":2,"epoch":2,"loss":2.0,"learningRate":0.001,"gradientNorm":0.5}
      {"event":"epoch","step":2,"epoch":2,"meanLoss":2.0}
      {"event":"validation","step":2,"epoch":2,"loss":null,"best":true,\
      "scores":{"BLEU-4":0.25},\
      "shown":[{"given":"<b>","text":"q","expected":"t","said":"said & done"}]}
      """;

  @TempDir private Path folder;

  @Test
  void aReportShowsCurvesValidationsExamplesAndSettings() throws IOException {
    HtmlPage page = new HtmlPage("A run <1>");
    RunReport.addRun(page, Files.writeString(folder.resolve("log.jsonl"), LOG));
    JsonObject configuration = new JsonObject();
    JsonObject options = new JsonObject();
    options.addProperty("epochs", 2);
    configuration.add("options", options);
    RunReport.addConfiguration(page, configuration);
    String html = page.toString();

    assertTrue(html.contains("<h1>A run &lt;1&gt;</h1>"), html);
    // Loss, learning rate, gradient norm, BLEU-4; the validation's loss is no number.
    assertEquals(4, html.split("<img ", -1).length - 1);
    assertTrue(html.contains("<tr><td>2 *</td><td>2</td><td>–</td><td>0.2500</td></tr>"), html);
    assertTrue(
        html.contains("<tr><td>&lt;b&gt;</td><td>q</td><td>t</td><td>said &amp; done</td></tr>"),
        html);
    assertTrue(html.contains("<tr><td>options.epochs</td><td>2</td></tr>"), html);
    assertFalse(html.contains("http"), "a page needs no other file");
  }
}
