package io.github.close4j.examples.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.close4j.image.ImageDecodingException;
import io.github.close4j.onnx.Caption;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints what was said of each picture, as soon as it is known. */
interface CaptionPrinter {
  /** A picture's captions, best first, at least one. */
  void print(String name, List<Caption> captions);

  /** A picture that cannot be read. */
  void print(String name, ImageDecodingException failure);

  /** A model that was not calibrated has none, nor has a caption that is not a picture's best. */
  static boolean isKnown(double confidence) {
    return !Double.isNaN(confidence);
  }

  /** For people: a number, or that it is too low. */
  static String confidence(Caption caption) {
    return caption.unsure() ? "unsure" : String.format(Locale.ROOT, "%.2f", caption.confidence());
  }

  /** For people: captions in columns, and errors beside them. */
  record Columns(PrintWriter out, PrintWriter err) implements CaptionPrinter {
    @Override
    public void print(String name, List<Caption> captions) {
      Caption best = captions.get(0);
      out.printf(Locale.ROOT, "%s\t%s\t%.2f", name, best.text(), best.logProbability());
      if (isKnown(best.confidence())) {
        out.print("\t" + confidence(best));
      }
      out.println();
    }

    @Override
    public void print(String name, ImageDecodingException failure) {
      err.println("error: " + failure.getMessage());
    }
  }

  /**
   * For programs: an object a picture, on a line of its own (RFC 8259), in ASCII, so that no
   * setting of a terminal changes it. A number that JSON has no form for is null.
   */
  record JsonLines(PrintWriter out) implements CaptionPrinter {
    private static final Gson JSON =
        new GsonBuilder().serializeNulls().disableHtmlEscaping().create();
    private static final int LAST_ASCII = 0x7e;

    @Override
    public void print(String name, List<Caption> captions) {
      JsonObject picture = new JsonObject();
      picture.addProperty("file", name);
      add(picture, captions.get(0));
      if (captions.size() > 1) {
        JsonArray others = new JsonArray();
        for (Caption other : captions.subList(1, captions.size())) {
          JsonObject alternative = new JsonObject();
          add(alternative, other);
          others.add(alternative);
        }
        picture.add("alternatives", others);
      }
      print(picture);
    }

    @Override
    public void print(String name, ImageDecodingException failure) {
      JsonObject picture = new JsonObject();
      picture.addProperty("file", name);
      picture.addProperty("error", withoutName(failure));
      print(picture);
    }

    private static String withoutName(ImageDecodingException failure) {
      String message = String.valueOf(failure.getMessage());
      String name = failure.imageName() + ": ";
      return message.startsWith(name) ? message.substring(name.length()) : message;
    }

    private static void add(JsonObject object, Caption caption) {
      object.addProperty("caption", caption.text());
      object.addProperty("logProbability", finite(caption.logProbability()));
      object.addProperty("score", finite(caption.score()));
      if (isKnown(caption.confidence())) {
        object.addProperty("confidence", caption.confidence());
        object.addProperty("unsure", caption.unsure());
      }
      JsonArray tokens = new JsonArray();
      caption.tokenIds().forEach(tokens::add);
      object.add("tokenIds", tokens);
    }

    private static @Nullable Double finite(double number) {
      return Double.isFinite(number) ? number : null;
    }

    private void print(JsonObject picture) {
      // Beyond ASCII there are strings alone, where each half of a pair may be escaped.
      StringBuilder line = new StringBuilder();
      for (char c : JSON.toJson(picture).toCharArray()) {
        if (c <= LAST_ASCII) {
          line.append(c);
        } else {
          line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
        }
      }
      out.println(line);
    }
  }
}
