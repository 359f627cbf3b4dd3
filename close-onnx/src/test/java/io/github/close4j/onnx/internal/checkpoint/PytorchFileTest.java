package io.github.close4j.onnx.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.StoredTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch wrote (see {@code checkpoint_golden.py}), and pickles written by hand. */
final class PytorchFileTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"pickles/views.pth", "pickles/views-legacy.pth"})
  void viewsOfOneStorageAreReadRowByRow(String name) {
    PytorchFile file = PytorchFile.open(Checkpoints.path(name));
    float[] base = new float[24];
    float[] transposed = new float[24];
    for (int i = 0; i < base.length; i++) {
      base[i] = i;
      transposed[i % 6 * 4 + i / 6] = i;
    }
    assertTensor(file.tensor("rows"), base, 4, 6);
    assertTensor(file.tensor("transposed"), transposed, 6, 4);
    assertTensor(file.tensor("part"), new float[] {8, 9, 10, 14, 15, 16}, 2, 3);
    assertTensor(file.tensor("column"), new float[] {3, 9, 15, 21}, 4);
    assertTensor(file.tensor("scalar"), new float[] {2.5f});
    assertTensor(file.tensor("empty"), new float[0], 0, 4);
    for (int i = 0; i < base.length; i++) {
      base[i] *= 0.5f;
    }
    assertTensor(file.tensor("parameter"), base, 4, 6);
    assertArrayEquals(new long[] {-3, -2, -1, 0, 1, 2}, file.tensor("longs").toLongArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pickles/views.pth", "pickles/views-legacy.pth"})
  void halfPrecisionKeepsItsType(String name) {
    PytorchFile file = PytorchFile.open(Checkpoints.path(name));
    assertEquals(DataType.F16, file.tensor("half").type());
    assertEquals(DataType.BF16, file.tensor("bfloat16").type());
    // 2/3 rounded to 11 and to 8 bits of significand.
    assertEquals(0.66650391f, file.tensor("half").toFloatArray()[2]);
    assertEquals(0.66796875f, file.tensor("bfloat16").toFloatArray()[2]);
  }

  private static void assertTensor(StoredTensor tensor, float[] values, long... shape) {
    assertEquals(DataType.F32, tensor.type());
    assertArrayEquals(shape, tensor.shape());
    assertArrayEquals(values, tensor.toFloatArray());
    float[] direct = new float[values.length];
    tensor.floats().get(direct);
    assertArrayEquals(values, direct);
  }

  /** The form of before version 1.6: whatever is cut off or changed, it is refused in words. */
  @Property(tries = 300)
  void damagedPicklesAreRefused(
      @ForAll @IntRange(max = 1686) int at, @ForAll byte changed, @ForAll boolean isCut)
      throws IOException {
    byte[] bytes = Files.readAllBytes(Checkpoints.path("pickles/views-legacy.pth"));
    bytes[at] = changed;
    Path file = Files.createTempFile("damaged", ".pth");
    try {
      Files.write(file, isCut ? Arrays.copyOf(bytes, at) : bytes);
      PytorchFile opened = PytorchFile.open(file);
      opened.names().forEach(name -> opened.tensor(name).bytes());
    } catch (UnusableFileException e) {
      assertEquals(file, e.file());
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void storagesBeyondTheFilesEndAreRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(Checkpoints.path("pickles/nested-legacy.pth"));
    Path file = Files.write(directory.resolve("cut.pth"), Arrays.copyOf(bytes, bytes.length - 1));
    UnusableFileException refusal =
        assertThrows(UnusableFileException.class, () -> PytorchFile.open(file));
    assertTrue(
        refusal.getMessage().contains("elements up to the file's end"), refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pickles/nested.pth", "pickles/nested-legacy.pth"})
  void nestedMapsGiveDottedNames(String name) {
    PytorchFile file = PytorchFile.open(Checkpoints.path(name));
    assertEquals(Set.of("model.a", "model.deep.b"), file.names());
    assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, file.tensor("model.deep.b").toFloatArray());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pickles/stranger.pth|found 'posix.system'",
        "pickles/double.pth|found 'torch.DoubleStorage'",
        "t5-v10/model.safetensors|expected a zip file",
        "pickles/none.pth|found no file",
      })
  void anythingElseIsRefusedByName(String name, String expected) {
    Path file = Checkpoints.path(name);
    UnusableFileException refusal =
        assertThrows(UnusableFileException.class, () -> PytorchFile.open(file));
    assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
    assertEquals(file, refusal.file());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "}.|", // an empty map is sound
        "].|expected a map of tensors",
        "cos\\nsystem\\n(Vx\\ntR.|found 0x56",
        "cbuiltins\\neval\\n(tR.|found 'builtins.eval'",
        "ccollections\\nOrderedDict\\n)R(tb.|expected attributes of a map",
        "ccollections\\nOrderedDict\\n(]tR.|OrderedDict: expected no arguments",
        "}q\0(X\3\0\0\0keyh\0u.|deep or circular",
        "}]K\1s.|expected text or a number as a key",
        "}(K\1u.|pairs to put into it, found",
        "}K\1a.|expected a list",
        "h\5.|remembered as number 5, found nothing",
        "(.|expected a value, found none",
        "t.|expected a mark, found none",
        "}}.|expected one value at the end, found 1 more",
        "X\377\377\377\177.|expected a length of at most",
        "\200\11}.|expected protocol",
        "(X\1\0\0\0xtQ.|describes a storage, found",
        "}|expected 1 more bytes, found 0",
      })
  void aMalformedPickleIsRefusedWithItsReason(String pickle, String expected) throws IOException {
    Path file = zip(Map.of("archive/data.pkl", pickle.translateEscapes()), ZipEntry.STORED);
    if (expected == null) {
      assertEquals(Set.of(), PytorchFile.open(file).names());
      return;
    }
    UnusableFileException refusal =
        assertThrows(UnusableFileException.class, () -> PytorchFile.open(file));
    assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
  }

  @Test
  void aViewThatSaysMoreThanItsStorageHoldsIsRefused() throws IOException {
    // Two elements stored; a view of stride 0 would make a hundred of them.
    for (String view : List.of("K\0(K\144t(K\0t", "K\1(K\2t(K\1t", "K\0(K\2t(K\2t", "K\0(K\2t)")) {
      String tensor =
          "}X\1\0\0\0actorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nFloatStorage\n"
              + "X\1\0\0\0000X\3\0\0\0cpuK\2tQ"
              + view
              + "tRs.";
      Path file =
          zip(
              Map.of("archive/data.pkl", tensor, "archive/data/0", "\0\0\0\0\0\0\0\0"),
              ZipEntry.STORED);
      UnusableFileException refusal =
          assertThrows(UnusableFileException.class, () -> PytorchFile.open(file));
      assertTrue(
          refusal.getMessage().contains("tensor 'a': expected a view of its storage"),
          refusal.getMessage());
    }
  }

  @Test
  void compressedEntriesAndOtherByteOrdersAreRefused() throws IOException {
    Path compressed = zip(Map.of("archive/data.pkl", "}."), ZipEntry.DEFLATED);
    assertTrue(
        assertThrows(UnusableFileException.class, () -> PytorchFile.open(compressed))
            .getMessage()
            .contains("expected plain storage"));
    Path big = zip(Map.of("archive/data.pkl", "}.", "archive/byteorder", "big"), ZipEntry.STORED);
    assertTrue(
        assertThrows(UnusableFileException.class, () -> PytorchFile.open(big))
            .getMessage()
            .contains("byteorder: expected little, found big"));
  }

  private Path zip(Map<String, String> entries, int method) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(method);
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        byte[] data = entry.getValue().getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(data);
        ZipEntry header = new ZipEntry(entry.getKey());
        header.setMethod(method);
        header.setSize(data.length);
        header.setCrc(crc.getValue());
        if (method == ZipEntry.STORED) {
          header.setCompressedSize(data.length);
        }
        zip.putNextEntry(header);
        zip.write(data);
      }
    }
    return Files.write(directory.resolve("made.pth"), bytes.toByteArray());
  }
}
