package io.github.close4j.internal.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyFileTest {
  @TempDir Path folder;

  @Test
  void floatsAndDoublesOfAnyShape() throws IOException {
    NpyFile floats = read(npy(1, "'<f4'", "False", "(2, 3)", 1, 2, 3, 4, 5, 6.5));
    assertArrayEquals(new int[] {2, 3}, floats.shape());
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6.5f}, floats.toFloatArray());
    NpyFile columns = read(npy(1, "'<f4'", "True", "(2, 3)", 1, 4, 2, 5, 3, 6));
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, columns.toFloatArray());
    assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, columns.toDoubleArray());
    assertEquals(1, read(npy(1, "'<f8'", "True", "(1,)", 1)).toFloatArray()[0]);
    NpyFile doubles = read(npy(2, "'<f8'", "False", "(3,)", 1, 0.1, -1e300));
    assertArrayEquals(new int[] {3}, doubles.shape());
    assertArrayEquals(new double[] {1, 0.1, -1e300}, doubles.toDoubleArray());
    assertEquals(0.1f, doubles.toFloatArray()[1]);
    assertArrayEquals(new int[0], read(npy(3, "'<f8'", "False", "()", 7)).shape());
    assertEquals(0, read(npy(1, "'<f4'", "False", "(0, 5)")).toFloatArray().length);
  }

  @Test
  void whatCannotBeReadIsNamed() throws IOException {
    assertMessage("of another kind", "hello, world".getBytes(StandardCharsets.UTF_8));
    assertMessage("found 0 bytes of another kind", new byte[0]);
    assertMessage("found <i8", npy(1, "'<i8'", "False", "(1,)", 1));
    assertMessage("found >f4", npy(1, "'>f4'", "False", "(1,)", 1));
    assertMessage("column-major", npy(1, "'<f4'", "True", "(1, 1, 1)", 1));
    assertMessage("expected 12 bytes of numbers, found 8", npy(1, "'<f4'", "False", "(3,)", 1, 2));
    assertMessage("expected 4 bytes of numbers, found 8", npy(1, "'<f4'", "False", "(1,)", 1, 2));
    String huge = "(2000000000, 2000000000, 2000000000)";
    assertMessage("found 4", npy(1, "'<f4'", "False", huge, 1));
    assertMessage("smaller shape", npy(1, "'<f4'", "False", "(99999999999,)", 1));
    assertMessage("'shape'", npy(1, "'<f4'", "False", "None", 1));
    Path missing = folder.resolve("missing.npy");
    Exception thrown = assertThrows(UnusableFileException.class, () -> NpyFile.read(missing));
    assertTrue(thrown.getMessage().contains("found no file"), thrown.getMessage());
    assertThrows(UnusableFileException.class, () -> NpyFile.read(folder));
  }

  @Test
  void damageGivesTheOneException() throws IOException {
    byte[] whole = npy(1, "'<f4'", "False", "(2, 3)", 1, 2, 3, 4, 5, 6);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(UnusableFileException.class, () -> read(cut));
    }
    Random random = new Random(1);
    int read = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      try {
        read += read(damaged).toFloatArray().length;
      } catch (UnusableFileException e) {
        assertTrue(e.getMessage().startsWith(folder.toString()), e.getMessage());
      }
    }
    assertTrue(read > 0);
  }

  private NpyFile read(byte[] bytes) throws IOException {
    return NpyFile.read(Files.write(folder.resolve("array.npy"), bytes));
  }

  private void assertMessage(String part, byte[] bytes) {
    Exception thrown = assertThrows(UnusableFileException.class, () -> read(bytes));
    assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
  }

  private static byte[] npy(
      int version, String type, String fortran, String shape, double... numbers) {
    String header =
        "{'descr': %s, 'fortran_order': %s, 'shape': %s, }\n".formatted(type, fortran, shape);
    ByteBuffer file = ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    file.put((byte) version).put((byte) 0);
    if (version == 1) {
      file.putShort((short) header.length());
    } else {
      file.putInt(header.length());
    }
    file.put(header.getBytes(StandardCharsets.US_ASCII));
    for (double number : numbers) {
      if (type.contains("f8")) {
        file.putDouble(number);
      } else {
        file.putFloat((float) number);
      }
    }
    return Arrays.copyOf(file.array(), file.position());
  }
}
