package io.github.close4j.internal.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  @TempDir private Path directory;

  @Property(tries = 200)
  void whatIsWrittenIsReadBack(
      @ForAll @Size(max = 4) Map<String, @Size(max = 30) List<Float>> tensors, @ForAll String value)
      throws IOException {
    Path file = Files.createTempFile("round-trip", ".safetensors");
    try {
      Safetensors.Writer writer = new Safetensors.Writer(DataType.F32).metadata("key", value);
      tensors.forEach((name, values) -> writer.add(name, array(values), size(values), 1));
      if (tensors.containsKey("__metadata__")) {
        return;
      }
      writer.write(file);
      Safetensors read = Safetensors.open(file);
      assertEquals(tensors.keySet(), read.names());
      assertEquals(Map.of("key", value), read.metadata());
      tensors.forEach(
          (name, values) -> {
            assertArrayEquals(array(values), read.tensor(name).toFloatArray());
            assertArrayEquals(new long[] {size(values), 1}, read.tensor(name).shape());
          });
    } finally {
      Files.delete(file);
    }
  }

  private static float[] array(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }

  private static long size(List<Float> values) {
    return values.size();
  }

  @Test
  void everyStoredTypeIsReadAsFloats() throws IOException {
    // 1.5, -2 and the largest half; bfloat16 is the upper half of a float.
    Path file =
        write(
            "{\"a\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[0,6]},"
                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[1,2],\"data_offsets\":[6,10]},"
                + "\"c\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[10,18]},"
                + "\"d\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[18,22]},"
                + "\"e\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[22,30]}}",
            littleEndian(30)
                .putShort((short) 0x3e00)
                .putShort((short) 0xc000)
                .putShort((short) 0x7bff)
                .putShort((short) 0x3fc0)
                .putShort((short) 0xc000)
                .putLong(-7)
                .putFloat(0.1f)
                .putDouble(0.1)
                .array());
    Safetensors read = Safetensors.open(file);
    assertArrayEquals(new float[] {1.5f, -2, 65504}, read.tensor("a").toFloatArray());
    assertArrayEquals(new float[] {1.5f, -2}, read.tensor("b").toFloatArray());
    assertArrayEquals(new long[] {-7}, read.tensor("c").toLongArray());
    assertThrows(IllegalStateException.class, () -> read.tensor("c").toFloatArray());
    assertArrayEquals(new float[] {0.1f}, read.tensor("d").toFloatArray());
    assertArrayEquals(new double[] {0.1}, read.tensor("e").toDoubleArray());
    assertThrows(IllegalStateException.class, () -> read.tensor("e").toFloatArray());
    assertThrows(IllegalStateException.class, () -> read.tensor("d").toDoubleArray());
    assertThrows(IllegalStateException.class, () -> read.tensor("e").toLongArray());
    for (String name : List.of("a", "b", "d")) {
      float[] floats = new float[read.tensor(name).elements()];
      read.tensor(name).floats().get(floats);
      assertArrayEquals(read.tensor(name).toFloatArray(), floats);
    }
  }

  @Test
  void tensorsOfAnotherFileAreCopiedByteForByte() throws IOException {
    Path half = directory.resolve("half.safetensors");
    new Safetensors.Writer(DataType.F16).add("a", new float[] {0.1f, -3}, 2).write(half);
    Path copy = directory.resolve("copy.safetensors");
    new Safetensors.Writer(DataType.F32)
        .add("b", Safetensors.open(half).tensor("a"))
        .add("c", new float[] {0.1f}, 1)
        .write(copy);
    Safetensors read = Safetensors.open(copy);
    assertEquals(DataType.F16, read.tensor("b").type());
    assertEquals(Safetensors.open(half).tensor("a").bytes(), read.tensor("b").bytes());
    assertArrayEquals(new float[] {0.1f}, read.tensor("c").toFloatArray());
  }

  @Test
  void aFileThatCannotBeWrittenLeavesNothingBehind() throws IOException {
    Path occupied = Files.createDirectories(directory.resolve("occupied/inner")).getParent();
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    assertThrows(UncheckedIOException.class, () -> writer.write(occupied));
    assertTrue(Files.isDirectory(occupied));
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(List.of(occupied), files.toList());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a':{'dtype':'F8_E4M3','shape':[1],'data_offsets':[0,8]}}|dtype: expected one of",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}|expected 12 bytes",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}|shape: expected no negative dimension",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,16]}}|within the 8 bytes",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}|within the 8 bytes",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|expected 4 bytes of data behind the header, found 8",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|begin at 0, found 4",
        "{'a':{'dtype':'F32','shape':[2.5],'data_offsets':[0,8]}}|shape: expected whole numbers",
        "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]}}|expected 9223372036854775807 bytes",
        "{'a':{'dtype':'F32','shape':[1e99],'data_offsets':[0,8]}}|shape: expected whole numbers",
        "{'a':{'dtype':'F32','shape':[2]}}|header entry 'a'",
        "{'a':7}|header entry 'a'",
        "[]|expected one JSON object",
        "{'a':|expected a JSON object",
      })
  void aWrongHeaderIsRefusedWithItsReason(String header, String expected) throws IOException {
    Path file = write(header.replace('\'', '"'), new byte[8]);
    UnusableFileException refusal =
        assertThrows(UnusableFileException.class, () -> Safetensors.open(file));
    assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
    assertEquals(file, refusal.file());
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    Path file = write("{\"a\":" + "[".repeat(200_000), new byte[0]);
    assertThrows(UnusableFileException.class, () -> Safetensors.open(file));
  }

  /** More than one of the writer's chunks. */
  @Test
  void doublesAreStoredExactly() {
    double[] values = new double[3 * 70_000];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.longBitsToDouble(random.nextLong());
    }
    Path file = directory.resolve("folder/doubles.safetensors");
    new Safetensors.Writer(DataType.F32)
        .add("a", new double[] {-0.0})
        .add("b", values, 3, 70_000)
        .write(file);
    Safetensors read = Safetensors.open(file);
    assertArrayEquals(new long[0], read.tensor("a").shape());
    assertEquals(DataType.F64, read.tensor("b").type());
    double[] stored = read.tensor("b").toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      assertEquals(Double.doubleToRawLongBits(values[i]), Double.doubleToRawLongBits(stored[i]));
    }
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    assertThrows(IllegalArgumentException.class, () -> writer.add("c", new double[3], 2));
  }

  @Test
  void tensorsAreSelectedUnderOtherNames() {
    Path file = directory.resolve("two.safetensors");
    new Safetensors.Writer(DataType.F32)
        .add("a", new float[] {1}, 1)
        .add("b", new float[] {2}, 1)
        .write(file);
    TensorSource selected = Safetensors.open(file).select(Map.of("x", "b"));
    assertArrayEquals(new float[] {2}, selected.tensor("x").toFloatArray());
    UnusableFileException missing =
        assertThrows(UnusableFileException.class, () -> selected.tensor("b"));
    assertTrue(missing.getMessage().contains("tensor 'b', found none among 1"));
  }

  private Path write(String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = littleEndian(8 + json.length + data.length);
    file.putLong(json.length).put(json).put(data);
    return Files.write(
        directory.resolve("made.safetensors"), Arrays.copyOf(file.array(), file.position()));
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
