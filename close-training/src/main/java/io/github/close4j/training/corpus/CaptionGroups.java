package io.github.close4j.training.corpus;

import io.github.close4j.internal.io.VisibleText;
import io.github.close4j.training.corpus.Records.BadRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Captions of one picture become one record, wherever they stand in a file. The picture is known by
 * its id, or else by its file; what has neither is a picture of its own.
 */
final class CaptionGroups {
  private final Map<Key, Group> groups = new LinkedHashMap<>();

  private record Key(@Nullable String id, @Nullable String image, int ofNobody) {}

  private record Group(@Nullable String id, @Nullable String image, List<String> captions) {}

  /** Adds captions, at least one. */
  void add(@Nullable String id, @Nullable String image, List<String> captions) {
    captions.forEach(CaptionGroups::requireVisible);
    Key key =
        id != null ? new Key(id, null, 0) : new Key(null, image, image == null ? groups.size() : 0);
    Group group = groups.computeIfAbsent(key, k -> new Group(id, image, new ArrayList<>()));
    if (image != null && group.image != null && !image.equals(group.image)) {
      throw new BadRecord(
          "expected %s as the picture of id %s, found %s".formatted(group.image, id, image));
    }
    group.captions.addAll(captions);
  }

  /** Refuses a caption of which nothing is seen. */
  static void requireVisible(String caption) {
    if (!VisibleText.isIn(caption)) {
      StringBuilder found = new StringBuilder();
      caption.codePoints().limit(4).forEach(c -> found.append(" U+%04X".formatted(c)));
      throw new BadRecord(
          "expected a caption with a visible character, found "
              + (found.isEmpty() ? "an empty one" : found.substring(1)));
    }
  }

  /** The pictures in the order of their first captions. */
  Stream<CaptionedImage> pictures() {
    return groups.values().stream()
        .map(group -> new CaptionedImage(group.id, group.image, group.captions));
  }
}
