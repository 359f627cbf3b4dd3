package io.github.close4j.internal.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextEncodingTest {
  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "x-UTF-16LE-BOM"})
  void utf16IsNamed(String charset) {
    assertEquals("UTF-16", TextEncoding.other("A dog läuft.\n".getBytes(Charset.forName(charset))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-UTF-32LE-BOM", "X-UTF-32BE-BOM"})
  void utf32IsNamed(String charset) {
    assertEquals("UTF-32", TextEncoding.other("A dog".getBytes(Charset.forName(charset))));
  }

  @Test
  void archivesAndTablesAreNamed() {
    assertEquals("a ZIP archive", of("PK\u0003\u0004\u0014\0"));
    assertEquals("a Parquet file", of("PAR1\u0015"));
    assertEquals("a tar archive", of("a.txt" + "\0".repeat(252) + "ustar\00000"));
  }

  @Test
  void textIsNotNamed() {
    for (String text : new String[] {"", "a", "A dog", "\ufeffA dog", "犬が走る", "Päckchen", "\0"}) {
      assertNull(TextEncoding.other(text.getBytes(StandardCharsets.UTF_8)), text);
    }
  }

  private static String of(String bytes) {
    return TextEncoding.other(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }
}
