package io.github.close4j.examples.clip;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.primitives.Longs;
import io.github.close4j.examples.backbone.EfficientNetLite;
import io.github.close4j.examples.text.BytePairVocabulary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Contrastive batches of photographs, each drawn while the step before it is computed. A batch
 * depends on the seed and its number alone, so that a training that was stopped goes on with those
 * that it would have had.
 */
final class PhotographBatches {
  /** Two of the captions of one picture, as token ids. */
  record Pair(List<long[]> first, List<long[]> second) {}

  /**
   * A batch.
   *
   * @param maps [n,h,w,channels], maps of pictures in bfloat16
   * @param kept [n,1280], what features are multiplied with: 0 for those that are dropped, a little
   *     over 1 for the others
   * @param captions two captions of each picture
   * @param others two captions of each of some pictures that nobody has
   */
  record Batch(short[] maps, float[] kept, Pair captions, Pair others) {}

  /**
   * What batches are drawn from.
   *
   * @param maps maps of the pictures
   * @param captions each picture's captions as token ids
   * @param others captions of more pictures as token ids, at least two of each
   */
  record Source(FrozenMaps maps, List<List<long[]>> captions, List<List<long[]>> others) {}

  private static final double DROPPED_FEATURES = 0.3;
  private static final double DROPPED_WORDS = 0.1;

  private final Source source;
  private final int size;
  private final long seed;
  private int nextNumber = -1;
  private @Nullable CompletableFuture<Batch> next;

  PhotographBatches(Source source, int size, long seed) {
    this.source = source;
    this.size = size;
    this.seed = seed;
  }

  /** Dimensions of a number of maps: n, height, width, channels. */
  long[] shape(int rows) {
    return Longs.concat(new long[] {rows}, source.maps.shape());
  }

  /** Batches in which each picture comes once. */
  int perEpoch() {
    return source.captions.size() / size;
  }

  /**
   * The batch of a number, from 0 on.
   *
   * @param listener told of pictures whose maps have to be computed first
   * @throws io.github.close4j.image.ImageDecodingException if one of these cannot be read
   */
  Batch get(int number, FrozenMaps.Listener listener) {
    source.maps.prepare(view(number), listener);
    CompletableFuture<Batch> drawn = next != null && number == nextNumber ? next : drawing(number);
    nextNumber = number + 1;
    Batch batch = join(drawn);
    next = source.maps.has(view(nextNumber)) ? drawing(nextNumber) : null;
    return batch;
  }

  /** Which view a batch shows: in each pass another one, as long as there are. */
  private int view(int number) {
    return number / perEpoch() % source.maps.views();
  }

  private static Batch join(CompletableFuture<Batch> drawn) {
    try {
      return drawn.join();
    } catch (CompletionException e) {
      Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
      throw e;
    }
  }

  private CompletableFuture<Batch> drawing(int number) {
    return CompletableFuture.supplyAsync(() -> draw(number));
  }

  private Batch draw(int number) {
    RandomGenerator random = new SplittableRandom(seed * 1_000_003 + number);
    List<Integer> pictures = pictures(number);
    return new Batch(
        source.maps.read(view(number), pictures),
        kept(random),
        pair(pictures.stream().map(source.captions::get).toList(), random),
        pair(others(random), random));
  }

  private List<Integer> pictures(int number) {
    List<Integer> order =
        new ArrayList<>(IntStream.range(0, source.captions.size()).boxed().toList());
    Collections.shuffle(order, new Random(seed + number / perEpoch()));
    int from = number % perEpoch() * size;
    return order.subList(from, from + size);
  }

  private List<List<long[]>> others(RandomGenerator random) {
    return source.others.isEmpty()
        ? List.of()
        : random.ints(size, 0, source.others.size()).mapToObj(source.others::get).toList();
  }

  private float[] kept(RandomGenerator random) {
    float[] kept = new float[size * EfficientNetLite.FEATURES];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = random.nextDouble() < DROPPED_FEATURES ? 0 : (float) (1 / (1 - DROPPED_FEATURES));
    }
    return kept;
  }

  private Pair pair(List<List<long[]>> captions, RandomGenerator random) {
    List<long[]> first = new ArrayList<>();
    List<long[]> second = new ArrayList<>();
    for (List<long[]> ofPicture : captions) {
      int one = random.nextInt(ofPicture.size());
      int another =
          (one + 1 + random.nextInt(Math.max(1, ofPicture.size() - 1))) % ofPicture.size();
      first.add(withoutSome(ofPicture.get(one), random));
      second.add(withoutSome(ofPicture.get(another), random));
    }
    return new Pair(first, second);
  }

  /** Some of the words unknown; the end token stays. */
  private long[] withoutSome(long[] ids, RandomGenerator random) {
    long[] some = ids.clone();
    for (int i = 0; i + 1 < some.length; i++) {
      if (random.nextDouble() < DROPPED_WORDS) {
        some[i] = BytePairVocabulary.UNKNOWN;
      }
    }
    return some;
  }
}
