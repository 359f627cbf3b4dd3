package io.github.close4j.examples.scenes;

/**
 * One object in a picture of {@value SceneRenderer#PICTURE_SIZE} by {@value
 * SceneRenderer#PICTURE_SIZE} pixels.
 *
 * @param shape the shape
 * @param colour the colour
 * @param size the size in words
 * @param x the centre's distance from the left edge, in pixels
 * @param y the centre's distance from the upper edge, in pixels
 * @param radius the distance from the centre to about the outermost point, in pixels, positive
 */
public record SceneObject(
    Shape shape, Colour colour, Size size, double x, double y, double radius) {

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if a coordinate is not finite or the radius not positive
   */
  public SceneObject {
    if (!Double.isFinite(x) || !Double.isFinite(y)) {
      throw new IllegalArgumentException("centre: expected finite, found (" + x + ", " + y + ")");
    }
    if (!(radius > 0 && radius < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("radius: expected positive and finite, found " + radius);
    }
  }
}
