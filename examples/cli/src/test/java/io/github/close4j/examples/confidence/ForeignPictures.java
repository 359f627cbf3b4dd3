package io.github.close4j.examples.confidence;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Drawn pictures of kinds that no model here was made for. */
enum ForeignPictures {
  /** One colour. */
  BLANK {
    @Override
    void draw(Graphics2D graphics, SplittableRandom random) {
      fill(graphics, colour(random));
    }
  },

  /** Squares of one to eight pixels, each of a colour of its own. */
  NOISE {
    @Override
    void draw(Graphics2D graphics, SplittableRandom random) {
      int square = SIZE / 64 << random.nextInt(4);
      for (int y = 0; y < SIZE; y += square) {
        for (int x = 0; x < SIZE; x += square) {
          graphics.setColor(colour(random));
          graphics.fillRect(x, y, square, square);
        }
      }
    }
  },

  /** From one colour to another. */
  GRADIENT {
    @Override
    void draw(Graphics2D graphics, SplittableRandom random) {
      fill(
          graphics,
          new GradientPaint(
              random.nextInt(SIZE), 0, colour(random), random.nextInt(SIZE), SIZE, colour(random)));
    }
  },

  /** Lines of letters, as on a screen. */
  TEXT {
    @Override
    void draw(Graphics2D graphics, SplittableRandom random) {
      boolean dark = random.nextBoolean();
      fill(graphics, dark ? Color.BLACK : Color.WHITE);
      graphics.setColor(dark ? Color.WHITE : Color.BLACK);
      int height = random.nextInt(8, 20);
      graphics.setFont(new Font(Font.MONOSPACED, Font.PLAIN, height));
      for (int y = height; y < SIZE; y += height * 3 / 2) {
        String line =
            random
                .ints(random.nextInt(60), 'a', 'z' + 6)
                .map(c -> c > 'z' ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        graphics.drawString(line, 5, y);
      }
    }
  },

  /** Black lines and circles on white paper. */
  DRAWING {
    @Override
    void draw(Graphics2D graphics, SplittableRandom random) {
      fill(graphics, Color.WHITE);
      graphics.setColor(Color.BLACK);
      graphics.setStroke(new BasicStroke(random.nextInt(1, 5)));
      for (int lines = random.nextInt(5, 25); lines > 0; lines--) {
        int x = random.nextInt(SIZE);
        int y = random.nextInt(SIZE);
        if (random.nextBoolean()) {
          graphics.drawLine(x, y, random.nextInt(SIZE), random.nextInt(SIZE));
        } else {
          graphics.drawOval(x, y, random.nextInt(SIZE / 2), random.nextInt(SIZE / 2));
        }
      }
    }
  },

  /** Bright ribs on dark, as on an X-ray: shades of grey alone. */
  X_RAY {
    @Override
    void draw(Graphics2D graphics, SplittableRandom random) {
      fill(graphics, Color.BLACK);
      int middle = SIZE / 2 + random.nextInt(-20, 20);
      for (int ring = 60; ring > 0; ring--) {
        int grey = 20 + (60 - ring) * 2;
        graphics.setColor(new Color(grey, grey, grey));
        graphics.fillOval(middle - 2 * ring, SIZE / 2 - 2 * ring, 4 * ring, 4 * ring);
      }
      graphics.setColor(new Color(190, 190, 190, 150));
      graphics.setStroke(new BasicStroke(random.nextInt(4, 9)));
      graphics.drawLine(middle, 0, middle, SIZE);
      int step = random.nextInt(18, 30);
      for (int y = 30; y < SIZE - 30; y += step) {
        graphics.drawArc(middle - 100, y - 20, 95, 60, 0, 150);
        graphics.drawArc(middle + 5, y - 20, 95, 60, 30, 150);
      }
    }
  };

  private static final int SIZE = 256;

  abstract void draw(Graphics2D graphics, SplittableRandom random);

  /** So many of them, from a seed. */
  List<BufferedImage> take(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, count).mapToObj(i -> next(random)).toList();
  }

  private BufferedImage next(SplittableRandom random) {
    BufferedImage picture = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    draw(graphics, random);
    graphics.dispose();
    return picture;
  }

  private static Color colour(SplittableRandom random) {
    return new Color(random.nextInt(1 << 24));
  }

  private static void fill(Graphics2D graphics, Paint paint) {
    graphics.setPaint(paint);
    graphics.fillRect(0, 0, SIZE, SIZE);
  }
}
