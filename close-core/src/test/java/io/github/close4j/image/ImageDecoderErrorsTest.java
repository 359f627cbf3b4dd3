package io.github.close4j.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every message says what picture, what was expected and what was found. */
class ImageDecoderErrorsTest {
  private static final int HUGE = 60_000;

  @TempDir Path folder;

  @Test
  void aTextFileNamedPng() throws IOException {
    Path file = Files.writeString(folder.resolve("notes.png"), "Dear diary,\u0007 nothing");
    assertMessage(
        file, "a PNG, JPEG, GIF, BMP, WebP or TIFF picture", "44 65 61 72", "\"Dear dia\"");
  }

  @Test
  void anEmptyFile() throws IOException {
    assertMessage(Files.createFile(folder.resolve("empty.jpg")), "found nothing: 0 bytes");
  }

  @Test
  void aDirectory() {
    assertMessage(folder, "a PNG, JPEG, GIF, BMP, WebP or TIFF picture", "found a directory");
  }

  @Test
  void aMissingFile() {
    assertMessage(folder.resolve("gone.jpg"), "found no such file");
    assertMessage(folder.resolve("gone").resolve("gone.jpg"), "found no such file");
  }

  @Test
  void otherFormatsAreNamed() throws IOException {
    byte[] heif = "\0\0\0\u0018ftypheic".getBytes(StandardCharsets.ISO_8859_1);
    assertMessage(Files.write(folder.resolve("a.jpg"), heif), "found an HEIC picture");
  }

  @Test
  void aStreamThatFails() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("line cut");
          }
        };
    ImageDecodingException thrown =
        assertThrows(ImageDecodingException.class, () -> ImageDecoder.decode(broken, "camera 7"));
    assertEquals("camera 7", thrown.imageName());
    assertTrue(thrown.getMessage().startsWith("camera 7: expected"), thrown.getMessage());
    assertTrue(thrown.getMessage().contains("line cut"), thrown.getMessage());
    assertTrue(thrown.getCause() instanceof IOException);
  }

  /** A declared size costs nothing, whether it is forbidden or merely more than the bytes hold. */
  @Test
  void picturesLargerThanAllowedAreRefusedBeforeAllocating() throws IOException {
    for (int edge : new int[] {HUGE, 10_000}) {
      for (String name : new String[] {"rgb8.png", "interlaced-rgb8.png", "444.jpg", "rle8.bmp"}) {
        byte[] bomb = withSize(Pictures.resource("files/" + name), edge);
        Path file = Files.write(folder.resolve(edge + name), bomb);
        long before = AllocatedBytes.ofThisThread();
        assertMessage(file, edge + " x " + edge);
        long allocated = AllocatedBytes.ofThisThread() - before;
        assertTrue(allocated < 10_000_000, () -> name + " allocated " + allocated);
      }
    }
    byte[] gif = withSize(Pictures.resource("files/plain.gif"), HUGE);
    assertMessage(Files.write(folder.resolve("screen.gif"), gif), HUGE + " x " + HUGE);
  }

  /** Overwrites the size that a header declares. */
  private static byte[] withSize(byte[] encoded, int edge) {
    ByteBuffer data = ByteBuffer.wrap(encoded);
    switch (ImageFormat.of(encoded).orElseThrow()) {
      case PNG -> {
        data.putInt(16, edge).putInt(20, edge);
        CRC32 crc = new CRC32();
        crc.update(encoded, 12, 17);
        data.putInt(29, (int) crc.getValue());
      }
      case BMP -> data.order(ByteOrder.LITTLE_ENDIAN).putInt(18, edge).putInt(22, edge);
      case GIF ->
          data.order(ByteOrder.LITTLE_ENDIAN).putShort(6, (short) edge).putShort(8, (short) edge);
      case JPEG -> {
        int frame = 2;
        while (data.getShort(frame) != (short) 0xffc0) {
          frame += 2 + data.getShort(frame + 2);
        }
        data.putShort(frame + 5, (short) edge).putShort(frame + 7, (short) edge);
      }
      default -> throw new AssertionError();
    }
    return encoded;
  }

  private static void assertMessage(Path file, String... parts) {
    ImageDecodingException thrown =
        assertThrows(ImageDecodingException.class, () -> ImageDecoder.decode(file));
    assertEquals(file.toString(), thrown.imageName());
    String message = thrown.getMessage();
    assertTrue(message.startsWith(file + ": expected "), message);
    assertTrue(message.contains("found "), message);
    assertFalse(message.contains("null"), message);
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }
}
