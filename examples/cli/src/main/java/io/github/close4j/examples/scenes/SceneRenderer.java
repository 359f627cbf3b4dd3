package io.github.close4j.examples.scenes;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.SplittableRandom;

/** Draws scenes. Needs no display. */
public final class SceneRenderer {
  /** The width and height of a picture, in pixels. */
  public static final int PICTURE_SIZE = 64;

  private static final double MAX_ROTATION_RADIANS = 0.15;
  private static final int TINT = 15;
  private static final int NOISE = 5;

  private SceneRenderer() {}

  /**
   * Draws a scene; equal scenes give equal pixels.
   *
   * @param scene the scene
   * @return a new picture of {@value #PICTURE_SIZE} by {@value #PICTURE_SIZE} pixels, of type
   *     {@link BufferedImage#TYPE_INT_RGB}
   */
  public static BufferedImage render(Scene scene) {
    SplittableRandom random = new SplittableRandom(scene.look());
    BufferedImage picture =
        new BufferedImage(PICTURE_SIZE, PICTURE_SIZE, BufferedImage.TYPE_INT_RGB);
    int[] pixels = ((DataBufferInt) picture.getRaster().getDataBuffer()).getData();
    Background.fill(pixels, random);
    drawObjects(scene, picture, random);
    Pixels.addNoise(pixels, NOISE, random);
    return picture;
  }

  private static void drawObjects(Scene scene, BufferedImage picture, SplittableRandom random) {
    Graphics2D graphics = picture.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    // The last comes first: an object inside another is the first of the two.
    for (int i = scene.objects().size() - 1; i >= 0; i--) {
      draw(scene.objects().get(i), graphics, random);
    }
    graphics.dispose();
  }

  private static void draw(SceneObject object, Graphics2D graphics, SplittableRandom random) {
    double angle = Chance.around(0, MAX_ROTATION_RADIANS, random);
    double cos = object.radius() * StrictMath.cos(angle);
    double sin = object.radius() * StrictMath.sin(angle);
    AffineTransform toPicture = new AffineTransform(cos, sin, -sin, cos, object.x(), object.y());
    graphics.setColor(new Color(Pixels.jittered(object.colour().rgb(), TINT, random)));
    graphics.fill(toPicture.createTransformedShape(Outlines.unit(object.shape())));
  }
}
