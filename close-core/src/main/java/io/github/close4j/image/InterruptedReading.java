package io.github.close4j.image;

import com.twelvemonkeys.imageio.util.ProgressListenerBase;
import io.github.close4j.internal.io.Interruption;
import javax.imageio.ImageReader;

/**
 * Ends the decoding of a picture on a thread that is interrupted meanwhile: readers tell every few
 * rows how far they are.
 */
final class InterruptedReading extends ProgressListenerBase {
  @Override
  public void imageStarted(ImageReader reader, int image) {
    Interruption.requireNone();
  }

  @Override
  public void imageProgress(ImageReader reader, float percentage) {
    Interruption.requireNone();
  }
}
