package io.github.close4j.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/** One array and a part of another as one stream, without a copy. */
class JoinedInputStream extends ImageInputStreamImpl {
  private final byte[] head;
  private final byte[] tail;
  private final int tailStart;
  private final int tailEnd;

  JoinedInputStream(byte[] head, byte[] tail, int tailStart, int tailEnd) {
    this.head = head;
    this.tail = tail;
    this.tailStart = tailStart;
    this.tailEnd = tailEnd;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] out, int offset, int length) throws IOException {
    bitOffset = 0;
    long left = length() - streamPos;
    if (left <= 0) {
      return -1;
    }
    boolean inHead = streamPos < head.length;
    byte[] source = inHead ? head : tail;
    int at = (int) (inHead ? streamPos : streamPos - head.length + tailStart);
    int count = Math.min(length, (inHead ? head.length : tailEnd) - at);
    System.arraycopy(source, at, out, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return (long) head.length + tailEnd - tailStart;
  }
}
