package io.github.close4j.internal.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Noise over the Vector API; see {@link Normals} for what it computes.
 *
 * <p>HotSpot inlines only about forty vector operations into one method, and a vector that leaves a
 * method costs an allocation. So the work is cut into stages, each of which runs down the tile's
 * arrays. They are called through an interface with more implementations than HotSpot would inline
 * at one place, which keeps each stage a method of its own.
 */
final class VectorNoise extends NoiseTile {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int WIDTH = FLOATS.length();

  private static final Stage[] STAGES = {
    new FirstRounds(),
    new SecondRounds(),
    new ThirdRounds(),
    new Radii(false),
    new Radii(true),
    new Turns(false),
    new Turns(true)
  };

  private static final int EXPONENT = 0x7F800000;
  private static final int EXPONENT_OF_ONE = 0x3F800000;
  private static final float TWO_LN_2_BY_EXPONENT = Normals.TWO_LN_2 * 0x1p-23f;

  private static final ThreadLocal<VectorNoise> TILES = ThreadLocal.withInitial(VectorNoise::new);

  private interface Stage {
    void run(VectorNoise noise);
  }

  private VectorNoise() {}

  /** The calling thread's tile. */
  static VectorNoise ofThread() {
    return TILES.get();
  }

  // A stage goes on to the end of a vector, within the arrays: what is there is not used.
  @Override
  void makeNormals() {
    for (Stage stage : STAGES) {
      stage.run(this);
    }
  }

  @Override
  void addRun(float[] normals, int at, float stdDev, float[] values, int to, int count) {
    int i = 0;
    for (; i <= count - WIDTH; i += WIDTH) {
      FloatVector.fromArray(FLOATS, values, to + i)
          .add(FloatVector.fromArray(FLOATS, normals, at + i).mul(stdDev))
          .intoArray(values, to + i);
    }
    for (; i < count; i++) {
      values[to + i] += stdDev * normals[at + i];
    }
  }

  @Override
  void finish(float stdDev, float[] values, int start, int length) {}

  /** Rounds 0 to 3. */
  private static final class FirstRounds implements Stage {
    @Override
    public void run(VectorNoise noise) {
      int[] words0 = noise.word0;
      int[] words1 = noise.word1;
      int[] words2 = noise.word2;
      int[] words3 = noise.word3;
      int key0 = noise.key0;
      int key1 = noise.key1;
      int parity = noise.parity;
      for (int i = 0; i < noise.blocks; i += WIDTH) {
        IntVector x0 = IntVector.fromArray(INTS, words0, i).add(key0);
        IntVector x1 = IntVector.fromArray(INTS, words1, i).add(key1);
        IntVector x2 = IntVector.fromArray(INTS, words2, i);
        IntVector x3 = IntVector.fromArray(INTS, words3, i);
        x0 = x0.add(x1);
        x1 = mix(x1, Normals.R00, x0);
        x2 = x2.add(x3);
        x3 = mix(x3, Normals.R01, x2);
        x0 = x0.add(x3);
        x3 = mix(x3, Normals.R10, x0);
        x2 = x2.add(x1);
        x1 = mix(x1, Normals.R11, x2);
        x0 = x0.add(x1);
        x1 = mix(x1, Normals.R20, x0);
        x2 = x2.add(x3);
        x3 = mix(x3, Normals.R21, x2);
        x0 = x0.add(x3);
        x3 = mix(x3, Normals.R30, x0);
        x2 = x2.add(x1);
        x1 = mix(x1, Normals.R31, x2);
        x0.add(key1).intoArray(words0, i);
        x1.intoArray(words1, i);
        x2.intoArray(words2, i);
        x3.add(parity + 1).intoArray(words3, i);
      }
    }
  }

  /** Rounds 4 to 7. */
  private static final class SecondRounds implements Stage {
    @Override
    public void run(VectorNoise noise) {
      int[] words0 = noise.word0;
      int[] words1 = noise.word1;
      int[] words2 = noise.word2;
      int[] words3 = noise.word3;
      int key0 = noise.key0;
      int parity = noise.parity;
      for (int i = 0; i < noise.blocks; i += WIDTH) {
        IntVector x0 = IntVector.fromArray(INTS, words0, i);
        IntVector x1 = IntVector.fromArray(INTS, words1, i);
        IntVector x2 = IntVector.fromArray(INTS, words2, i);
        IntVector x3 = IntVector.fromArray(INTS, words3, i);
        x0 = x0.add(x1);
        x1 = mix(x1, Normals.R40, x0);
        x2 = x2.add(x3);
        x3 = mix(x3, Normals.R41, x2);
        x0 = x0.add(x3);
        x3 = mix(x3, Normals.R50, x0);
        x2 = x2.add(x1);
        x1 = mix(x1, Normals.R51, x2);
        x0 = x0.add(x1);
        x1 = mix(x1, Normals.R60, x0);
        x2 = x2.add(x3);
        x3 = mix(x3, Normals.R61, x2);
        x0 = x0.add(x3);
        x3 = mix(x3, Normals.R70, x0);
        x2 = x2.add(x1);
        x1 = mix(x1, Normals.R71, x2);
        x0.intoArray(words0, i);
        x1.intoArray(words1, i);
        x2.add(parity).intoArray(words2, i);
        x3.add(key0 + 2).intoArray(words3, i);
      }
    }
  }

  /** Rounds 8 to 11. */
  private static final class ThirdRounds implements Stage {
    @Override
    public void run(VectorNoise noise) {
      int[] words0 = noise.word0;
      int[] words1 = noise.word1;
      int[] words2 = noise.word2;
      int[] words3 = noise.word3;
      int key0 = noise.key0;
      int key1 = noise.key1;
      int parity = noise.parity;
      for (int i = 0; i < noise.blocks; i += WIDTH) {
        IntVector x0 = IntVector.fromArray(INTS, words0, i);
        IntVector x1 = IntVector.fromArray(INTS, words1, i);
        IntVector x2 = IntVector.fromArray(INTS, words2, i);
        IntVector x3 = IntVector.fromArray(INTS, words3, i);
        x0 = x0.add(x1);
        x1 = mix(x1, Normals.R00, x0);
        x2 = x2.add(x3);
        x3 = mix(x3, Normals.R01, x2);
        x0 = x0.add(x3);
        x3 = mix(x3, Normals.R10, x0);
        x2 = x2.add(x1);
        x1 = mix(x1, Normals.R11, x2);
        x0 = x0.add(x1);
        x1 = mix(x1, Normals.R20, x0);
        x2 = x2.add(x3);
        x3 = mix(x3, Normals.R21, x2);
        x0 = x0.add(x3);
        x3 = mix(x3, Normals.R30, x0);
        x2 = x2.add(x1);
        x1 = mix(x1, Normals.R31, x2);
        x0.intoArray(words0, i);
        x1.add(parity).intoArray(words1, i);
        x2.add(key0).intoArray(words2, i);
        x3.add(key1 + 3).intoArray(words3, i);
      }
    }
  }

  private static IntVector mix(IntVector words, int rotation, IntVector others) {
    return words.lanewise(VectorOperators.ROL, rotation).lanewise(VectorOperators.XOR, others);
  }

  /** Round 12, then the first words of each pair become radii. */
  private static final class Radii implements Stage {
    private final boolean second;

    Radii(boolean second) {
      this.second = second;
    }

    @Override
    public void run(VectorNoise noise) {
      int[] words = second ? noise.word2 : noise.word0;
      int[] others = second ? noise.word3 : noise.word1;
      int rotation = second ? Normals.R41 : Normals.R40;
      float[] radii = second ? noise.normal2 : noise.normal0;
      for (int i = 0; i < noise.blocks; i += WIDTH) {
        IntVector other = IntVector.fromArray(INTS, others, i);
        IntVector word = IntVector.fromArray(INTS, words, i).add(other);
        mix(other, rotation, word).intoArray(others, i);
        FloatVector g =
            toFloat(word.lanewise(VectorOperators.LSHR, Normals.LOW_BITS))
                .mul(Normals.TWO_TO_MINUS_25);
        FloatVector p = g.mul(Normals.L6).add(Normals.L5);
        p = p.mul(g).add(Normals.L4);
        p = p.mul(g).add(Normals.L3);
        p = p.mul(g).add(Normals.L2);
        p = p.mul(g).add(Normals.L1);
        p = p.mul(g).add(Normals.L0);
        g.mul(p).add(lowZeros(word)).sqrt().intoArray(radii, i);
      }
    }
  }

  /**
   * 2 e ln 2: the lowest one of a word, alone and as a float, is 2^e or, in the last place, -2^e.
   */
  private static FloatVector lowZeros(IntVector word) {
    IntVector ending = word.lanewise(VectorOperators.OR, Integer.MIN_VALUE);
    return toFloat(
            toFloat(ending.lanewise(VectorOperators.AND, ending.neg()))
                .reinterpretAsInts()
                .lanewise(VectorOperators.AND, EXPONENT)
                .sub(EXPONENT_OF_ONE))
        .mul(TWO_LN_2_BY_EXPONENT);
  }

  /** Turns radii and the second words of each pair into normals. */
  private static final class Turns implements Stage {
    private final boolean second;

    Turns(boolean second) {
      this.second = second;
    }

    @Override
    public void run(VectorNoise noise) {
      int[] words = second ? noise.word3 : noise.word1;
      float[] cosines = second ? noise.normal2 : noise.normal0;
      float[] sines = second ? noise.normal3 : noise.normal1;
      FloatVector one = FloatVector.broadcast(FLOATS, 1);
      for (int i = 0; i < noise.blocks; i += WIDTH) {
        FloatVector t = toFloat(IntVector.fromArray(INTS, words, i)).mul(Normals.TWO_TO_MINUS_32);
        FloatVector t2 = t.mul(t);
        FloatVector s = t2.mul(Normals.S4).add(Normals.S3);
        s = s.mul(t2).add(Normals.S2);
        s = s.mul(t2).add(Normals.S1);
        s = s.mul(t2).add(Normals.S0);
        FloatVector c = t2.mul(Normals.C4).add(Normals.C3);
        c = c.mul(t2).add(Normals.C2);
        c = c.mul(t2).add(Normals.C1);
        c = c.mul(t2).add(Normals.C0);
        FloatVector sine = t.mul(s);
        FloatVector twice = sine.add(sine);
        FloatVector radius = FloatVector.fromArray(FLOATS, cosines, i);
        radius.mul(one.sub(twice.mul(sine))).intoArray(cosines, i);
        radius.mul(twice.mul(c)).intoArray(sines, i);
      }
    }
  }

  private static FloatVector toFloat(IntVector words) {
    return (FloatVector) words.convert(VectorOperators.I2F, 0);
  }
}
