package io.github.close4j.internal.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import io.github.close4j.UnusableFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @TempDir Path folder;

  private static Json json(String document) {
    return Json.parse(document.replace('\'', '"'), IllegalArgumentException::new);
  }

  @Test
  void membersOfEveryKind() {
    Json json =
        json(
            "{'text':'a','empty':'','number':1.5,'whole':9007199254740993,'flag':true,'none':null,"
                + "'list':['a','b'],'numbers':[1,2.5],'wholes':[1,-2],'map':{'x':'1','y':'2'},"
                + "'inner':{'deep':{'n':1}},'objects':[{'n':1},{'n':2}],'unit':'SECONDS'}");
    assertEquals("a", json.text("text"));
    assertEquals("", json.text("empty"));
    assertEquals("a", json.textOrNull("text"));
    assertNull(json.textOrNull("none"));
    assertNull(json.textOrNull("missing"));
    assertEquals(1.5, json.number("number"));
    assertEquals(3, json.number("none", 3));
    assertEquals(9_007_199_254_740_993L, json.wholeNumber("whole"));
    assertEquals(4, json.integer("missing", 4));
    assertTrue(json.flag("flag"));
    assertTrue(json.flag("missing", true));
    assertEquals(List.of("a", "b"), json.texts("list"));
    assertArrayEquals(new double[] {1, 2.5}, json.numbers("numbers"));
    assertArrayEquals(new long[] {1, -2}, json.wholeNumbers("wholes"));
    assertEquals(Map.of("x", "1", "y", "2"), json.textsByName("map"));
    assertEquals(1, json.object("inner").object("deep").integer("n"));
    assertEquals(2, json.length("objects"));
    assertEquals(List.of(1, 2), json.objects("objects").stream().map(o -> o.integer("n")).toList());
    assertEquals(TimeUnit.SECONDS, json.constant("unit", TimeUnit.class));
    assertEquals("a", json.oneOf("text", List.of("b", "a")));
    assertEquals("b", json.oneOf("missing", List.of("b", "a")));
    assertTrue(json.has("flag"));
    assertFalse(json.has("none"));
    assertTrue(json.isObject("inner"));
    assertFalse(json.isObject("list"));
    assertEquals(List.of(), List.copyOf(json.objectOrEmpty("missing").names()));
    json.requireNothingElse();
  }

  @Test
  void whatIsWrongIsToldWithItsPlace() {
    assertWrong("a: expected text, found 1", "{'a':1}", json -> json.text("a"));
    assertWrong("a: expected text, found nothing", "{}", json -> json.text("a"));
    assertWrong("a: expected text, found nothing", "{'a':null}", json -> json.text("a"));
    assertWrong("a: expected a number, found \"1\"", "{'a':'1'}", json -> json.number("a"));
    assertWrong("a: expected a number, found 1e999", "{'a':1e999}", json -> json.number("a"));
    assertWrong("a: expected a whole number", "{'a':1.5}", json -> json.wholeNumber("a"));
    assertWrong("a: expected a whole number", "{'a':1e99999999}", json -> json.wholeNumber("a"));
    assertWrong(
        "a: expected a whole number", "{'a':9223372036854775808}", json -> json.wholeNumber("a"));
    assertWrong(
        "a: expected a whole number of 32 bits", "{'a':2147483648}", json -> json.integer("a"));
    assertWrong("a: expected whole numbers", "{'a':[1,'2']}", json -> json.wholeNumbers("a"));
    assertWrong("a: expected true or false", "{'a':'true'}", json -> json.flag("a"));
    assertWrong("a: expected a list, found {}", "{'a':{}}", json -> json.texts("a"));
    assertWrong("a: expected a list of texts", "{'a':['x',1]}", json -> json.texts("a"));
    assertWrong("a: expected a number", "{'a':[1,null]}", json -> json.numbers("a"));
    assertWrong("a: expected an object", "{'a':[]}", json -> json.object("a"));
    assertWrong("a: expected a list of objects", "{'a':[{},1]}", json -> json.objects("a"));
    assertWrong("a: expected a list, found", "{'a':{}}", json -> json.length("a"));
    assertWrong("a.x: expected text", "{'a':{'x':1}}", json -> json.textsByName("a"));
    assertWrong("a: expected x or y", "{'a':'z'}", json -> json.oneOf("a", List.of("x", "y")));
    assertWrong(
        "a: expected one of [NANOSECONDS",
        "{'a':'years'}",
        json -> json.constant("a", TimeUnit.class));
    assertWrong(
        "a.b.c: expected a number",
        "{'a':{'b':{}}}",
        json -> json.object("a").object("b").number("c"));
    assertWrong(
        "a[1].n: expected a number, found nothing",
        "{'a':[{'n':1},{}]}",
        json -> json.objects("a").forEach(each -> each.number("n")));
    assertWrong(
        "the entry: n: expected a number",
        "{'a':{}}",
        json -> json.object("a", "the entry: ").number("n"));
    assertWrong(
        "the entry: expected an object, found 7",
        "{'a':7}",
        json -> json.object("a", "the entry: ").number("n"));
    String message =
        message("{'a':'" + "x".repeat(10_000) + "'}", json -> json.number("a")).substring(0, 20);
    assertEquals("a: expected a number", message);
    assertTrue(message("{'a':'" + "x".repeat(9000) + "'}", json -> json.flag("a")).length() < 200);
  }

  @Test
  void membersThatNobodyAskedForAreRefused() {
    Json json = json("{'a':1,'b':{'c':1,'d':2}}");
    json.integer("a");
    assertRefused("expected no member but [a], found 'b'", json::requireNothingElse);
    Json inner = json.object("b");
    inner.integer("c");
    assertRefused("b. expected no member but [c], found 'd'", json::requireNothingElse);
    inner.integer("d");
    json.requireNothingElse();
    Json named = json("{'z':1,'a':2}");
    assertEquals(List.of("z", "a"), List.copyOf(named.names()), "the document's order");
    named.requireNothingElse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "7",
        "null",
        "'a'",
        "{",
        "{'a'}",
        "{'a':}",
        "{'a':1,}",
        "{'a':1} x",
        "{'a':1}{}",
        "{'a':[1,]}",
        "{a:1}",
        "{'a':01}",
        "{'a':.5}",
        "{'a':1.}",
        "{'a':+1}",
        "{'a':NaN}",
        "{'a':Infinity}",
        "{'a':TRUE}",
        "{'a':tru}",
        "{'a':1 /* c */}",
        "{'a':'\t'}",
        "{'a':'\\x'}",
        "{'a':1;'b':2}",
        "{'a'=1}",
        ")]}'\n{}"
      })
  void whatIsNotStrictJsonIsRefused(String document) {
    assertThrows(IllegalArgumentException.class, () -> json(document));
  }

  @Test
  void aNameTwiceIsRefusedAtAnyDepth() {
    assertRefused("the name 'a' twice", () -> json("{'a':1,'a':1}"));
    assertRefused("the name 'x' twice", () -> json("{'a':[[{'x':1,'y':{'x':2},'x':3}]]}"));
    json("{'a':{'a':[{'a':1},{'a':2}]}}");
  }

  @Test
  void nestingThatIsTooDeepIsOneClearError() {
    int inner = Json.MAX_DEPTH - 1;
    json("{'a':" + "[".repeat(inner) + "]".repeat(inner) + "}");
    String expected = "expected a JSON object, found more than 200 levels of nesting";
    for (int depth : new int[] {inner + 1, 1000, 1_000_000}) {
      assertRefused(expected, () -> json("{'a':" + "[".repeat(depth)));
      assertRefused(expected, () -> json("{'a':".repeat(depth + 1)));
    }
    String message =
        assertThrows(IllegalArgumentException.class, () -> json("{'name':".repeat(190)))
            .getMessage();
    assertTrue(message.length() < 250, message);
  }

  @Property(tries = 300)
  void anyTextIsReadOrRefusedByTheOneException(@ForAll String document) {
    try {
      Json json = Json.parse(document, IllegalArgumentException::new);
      assertEquals(JsonParser.parseString(document).toString(), json.toString());
    } catch (IllegalArgumentException e) {
      assertTrue(e.getMessage().startsWith("expected "), e.getMessage());
    }
  }

  @Test
  void filesAreReadAndRefusedByTheirNames() throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), "{\"a\":\"ü\"}");
    assertEquals("ü", Json.read(file).text("a"));
    assertUnusable(file, "a: expected a number", () -> Json.read(file).number("a"));
    Path missing = folder.resolve("b.json");
    assertUnusable(missing, "found no file", () -> Json.read(missing));
    assertUnusable(folder, "found a folder", () -> Json.read(folder));
    Path latin = Files.write(folder.resolve("c.json"), new byte[] {'{', (byte) 0xfc, '}'});
    assertUnusable(latin, "expected UTF-8", () -> Json.read(latin));
    Path marked = Files.writeString(folder.resolve("e.json"), "\ufeff{\"a\":1}");
    assertEquals(1, Json.read(marked).integer("a"));
    Path wide = Files.writeString(folder.resolve("f.json"), "{\"a\":1}", StandardCharsets.UTF_16LE);
    assertUnusable(wide, "expected UTF-8, found UTF-16", () -> Json.read(wide));
    Path list = Files.writeString(folder.resolve("d.json"), "[]");
    assertUnusable(list, "expected one JSON object", () -> Json.read(list));
    assertThrows(IOException.class, () -> Json.decode(ByteBuffer.wrap(new byte[] {(byte) 0xff})));
  }

  @Test
  void anElementIsReadLikeADocument() {
    Json json = Json.of(JsonParser.parseString("{\"a\":1}"), IllegalStateException::new);
    assertEquals(1, json.integer("a"));
    assertEquals("{\"a\":1}", json.toString());
    assertThrows(IllegalStateException.class, () -> json.text("a"));
    assertThrows(
        IllegalStateException.class,
        () -> Json.of(JsonParser.parseString("[]"), IllegalStateException::new));
  }

  private static void assertUnusable(Path file, String part, Runnable action) {
    UnusableFileException thrown = assertThrows(UnusableFileException.class, action::run);
    assertEquals(file, thrown.file());
    assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
  }

  private static void assertRefused(String expected, Runnable action) {
    Exception thrown = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(thrown.getMessage().contains(expected), thrown.getMessage());
  }

  private static void assertWrong(String expected, String document, Consumer<Json> action) {
    String message = message(document, action);
    assertTrue(message.startsWith(expected), message);
  }

  private static String message(String document, Consumer<Json> action) {
    Json json = json(document);
    return assertThrows(IllegalArgumentException.class, () -> action.accept(json)).getMessage();
  }
}
