package io.github.close4j.examples.scenes;

import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The outlines of the shapes, of radius 1 about the origin, y pointing down. */
final class Outlines {
  private static final int STAR_CORNERS = 10;

  private static final Map<Shape, Path2D> UNIT = new EnumMap<>(Shape.class);

  static {
    for (Shape shape : Shape.values()) {
      UNIT.put(shape, outline(shape));
    }
  }

  private Outlines() {}

  /** Returns the outline, which callers must not change. */
  static Path2D unit(Shape shape) {
    return Objects.requireNonNull(
        UNIT.get(shape), () -> shape + ": expected an outline, found none");
  }

  private static Path2D outline(Shape shape) {
    return switch (shape) {
      case CIRCLE -> new Path2D.Double(new Ellipse2D.Double(-0.95, -0.95, 1.9, 1.9));
      case SQUARE -> polygon(-0.87, -0.87, 0.87, -0.87, 0.87, 0.87, -0.87, 0.87);
      case TRIANGLE -> polygon(0, -1, 1, 0.8, -1, 0.8);
      case STAR -> star();
      case CROSS -> cross(0.3);
      case HEART -> heart();
    };
  }

  private static Path2D star() {
    double[] points = new double[2 * STAR_CORNERS];
    for (int i = 0; i < STAR_CORNERS; i++) {
      double angle = Math.PI * (2.0 * i / STAR_CORNERS - 0.5);
      double radius = i % 2 == 0 ? 1.1 : 0.44;
      // StrictMath gives the same outline on every processor.
      points[2 * i] = radius * StrictMath.cos(angle);
      points[2 * i + 1] = radius * StrictMath.sin(angle);
    }
    return polygon(points);
  }

  private static Path2D cross(double arm) {
    return polygon(
        -arm, -1, arm, -1, arm, -arm, 1, -arm, 1, arm, arm, arm, arm, 1, -arm, 1, -arm, arm, -1,
        arm, -1, -arm, -arm, -arm);
  }

  private static Path2D heart() {
    Path2D path = new Path2D.Double();
    path.moveTo(0, 1);
    path.curveTo(-1.7, -0.1, -0.8, -1.4, 0, -0.45);
    path.curveTo(0.8, -1.4, 1.7, -0.1, 0, 1);
    path.closePath();
    return path;
  }

  private static Path2D polygon(double... points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points[0], points[1]);
    for (int i = 2; i < points.length; i += 2) {
      path.lineTo(points[i], points[i + 1]);
    }
    path.closePath();
    return path;
  }
}
