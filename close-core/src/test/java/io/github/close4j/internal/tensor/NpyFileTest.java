package io.github.close4j.internal.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.base.Splitter;
import com.google.common.io.Resources;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.Floats;
import io.github.close4j.UnusableFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** Every float type, byte order, order, version and rank that NumPy writes. */
  @Test
  void filesOfNumpyAreRead() throws IOException {
    int files = 0;
    for (Map.Entry<String, byte[]> file : numpy().entrySet()) {
      List<String> name = Splitter.on('/').splitToList(file.getKey());
      if (name.get(0).equals("refused")) {
        continue;
      }
      NpyFile array = read(file.getValue());
      int[] shape =
          Splitter.on('x')
              .omitEmptyStrings()
              .splitToStream(name.get(3).replace(".npy", ""))
              .mapToInt(Integer::parseInt)
              .toArray();
      assertArrayEquals(shape, array.shape(), file.getKey());
      double[] expected = new double[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
      Arrays.setAll(expected, i -> i / 4.0 - 1);
      assertArrayEquals(expected, array.toDoubleArray(), file.getKey());
      assertArrayEquals(Floats.toArray(Doubles.asList(expected)), array.toFloatArray());
      files++;
    }
    assertEquals(6 * 2 * 3 * 5, files);
  }

  @ParameterizedTest
  @CsvSource({
    "objects, objects of type |O",
    "complex, complex numbers of type <c8",
    "integers, integers of type >i4",
    "unsigned, integers of type |u1",
    "truth, truth values of type |b1",
    "strings, strings of type <U2",
    "bytes, strings of type |S1",
    "times, times of type <M8[s]",
    "extended, floats of another size of type <f16",
  })
  void whatHoldsNoFloatsIsNamed(String name, String found) throws IOException {
    assertMessage("expected floats, of type f2, f4 or f8, found " + found, refused(name));
  }

  @Test
  void recordsAreNamed() throws IOException {
    assertMessage("found records: [('x', '<f4'), ('y', '<i2', (2,))]", refused("records"));
  }

  private static byte[] refused(String name) throws IOException {
    return Objects.requireNonNull(numpy().get("refused/" + name + ".npy"), name);
  }

  /** What src/test/python/npy_golden.py wrote. */
  private static Map<String, byte[]> numpy() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (ZipInputStream zip =
        new ZipInputStream(Resources.getResource(NpyFileTest.class, "numpy.zip").openStream())) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    }
    return files;
  }

  /** {@code binary16ToFloat} is held to IEEE 754's definition elsewhere. */
  @Property(tries = 20)
  void everyFiniteHalfComesBack(@ForAll boolean bigEndian) throws IOException {
    Path file = Files.createTempFile("halves", ".npy");
    try {
      byte[] header = npy(1, bigEndian ? "'>f2'" : "'<f2'", "False", "(63488,)");
      ByteBuffer bytes =
          ByteBuffer.allocate(header.length + 2 * 63_488)
              .put(header)
              .order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      short[] halves = finiteHalves();
      for (short half : halves) {
        bytes.putShort(half);
      }
      Files.write(file, bytes.array());
      float[] read = NpyFile.read(file).toFloatArray();
      for (int i = 0; i < halves.length; i++) {
        assertEquals(DataType.binary16ToFloat(halves[i]), read[i]);
        assertEquals(halves[i], DataType.floatToBinary16(read[i]));
      }
    } finally {
      Files.delete(file);
    }
  }

  private static short[] finiteHalves() {
    short[] halves = new short[63_488];
    int count = 0;
    for (int half = 0; half < 1 << 16; half++) {
      if ((half >> 10 & 0x1F) != 0x1F) {
        halves[count++] = (short) half;
      }
    }
    assertEquals(halves.length, count);
    return halves;
  }

  @Test
  void whatCannotBeReadIsNamed() throws IOException {
    assertMessage("of another kind", "hello, world".getBytes(StandardCharsets.UTF_8));
    assertMessage("found 0 bytes of another kind", new byte[0]);
    assertMessage("found integers of type <i8", npy(1, "'<i8'", "False", "(1,)", 1));
    assertMessage("version 1 to 3 of .npy, found 4", npy(4, "'<f4'", "False", "(1,)", 1));
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
