package io.github.close4j.embedding.internal;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Noise over the Vector API, a panel of 64 components at a time; see {@link ScalarKernels} for what
 * it computes.
 *
 * <p>HotSpot inlines only about forty vector operations into one method, and a vector that leaves a
 * method costs an allocation. So the work is cut into stages whose state goes through an array.
 * They are called through an interface with more implementations than HotSpot would inline at one
 * place, which keeps each stage a method of its own.
 */
final class VectorNoise {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int WIDTH = FLOATS.length();
  private static final int LANES = RowKernels.LANES;

  private static final Stage[] STAGES = {
    new FirstRounds(), new SecondRounds(), new ThirdRounds(), new LastRound(),
    new Radii(0), new Radii(2 * LANES), new Pairs(0), new Pairs(2 * LANES)
  };

  private static final ThreadLocal<VectorNoise> NOISE = ThreadLocal.withInitial(VectorNoise::new);

  private interface Stage {
    void run(VectorNoise noise);
  }

  private final int[] words = new int[Normals.PANEL];
  private final int[] keys = new int[5];
  private final float[] normals = new float[Normals.PANEL];

  private VectorNoise() {}

  static void add(long key, long example, float stdDev, float[] values, int offset, int length) {
    VectorNoise noise = NOISE.get();
    noise.start(key, example);
    for (int panel = 0; panel < length; panel += Normals.PANEL) {
      noise.count(panel / Normals.PANEL * LANES);
      for (Stage stage : STAGES) {
        stage.run(noise);
      }
      int part = Math.min(Normals.PANEL, length - panel);
      addScaled(noise.normals, stdDev, values, offset + panel, part);
    }
  }

  private void start(long key, long example) {
    keys[0] = (int) key;
    keys[1] = (int) (key >>> 32);
    keys[2] = (int) example;
    keys[3] = (int) (example >>> 32);
    keys[4] = Normals.PARITY ^ keys[0] ^ keys[1] ^ keys[2] ^ keys[3];
  }

  private void count(int block) {
    for (int lane = 0; lane < LANES; lane++) {
      words[lane] = block + lane + keys[0];
      words[lane + LANES] = keys[1];
      words[lane + 2 * LANES] = keys[2];
      words[lane + 3 * LANES] = keys[3];
    }
  }

  private static void addScaled(
      float[] normals, float stdDev, float[] values, int offset, int length) {
    int i = 0;
    for (; i <= length - WIDTH; i += WIDTH) {
      FloatVector.fromArray(FLOATS, values, offset + i)
          .add(FloatVector.fromArray(FLOATS, normals, i).mul(stdDev))
          .intoArray(values, offset + i);
    }
    for (; i < length; i++) {
      values[offset + i] += stdDev * normals[i];
    }
  }

  /** Rounds 0 to 3. */
  private static final class FirstRounds implements Stage {
    @Override
    public void run(VectorNoise noise) {
      int[] words = noise.words;
      int[] keys = noise.keys;
      for (int lane = 0; lane < LANES; lane += WIDTH) {
        IntVector x0 = IntVector.fromArray(INTS, words, lane);
        IntVector x1 = IntVector.fromArray(INTS, words, lane + LANES);
        IntVector x2 = IntVector.fromArray(INTS, words, lane + 2 * LANES);
        IntVector x3 = IntVector.fromArray(INTS, words, lane + 3 * LANES);
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
        x0.add(keys[1]).intoArray(words, lane);
        x1.add(keys[2]).intoArray(words, lane + LANES);
        x2.add(keys[3]).intoArray(words, lane + 2 * LANES);
        x3.add(keys[4] + 1).intoArray(words, lane + 3 * LANES);
      }
    }
  }

  /** Rounds 4 to 7. */
  private static final class SecondRounds implements Stage {
    @Override
    public void run(VectorNoise noise) {
      int[] words = noise.words;
      int[] keys = noise.keys;
      for (int lane = 0; lane < LANES; lane += WIDTH) {
        IntVector x0 = IntVector.fromArray(INTS, words, lane);
        IntVector x1 = IntVector.fromArray(INTS, words, lane + LANES);
        IntVector x2 = IntVector.fromArray(INTS, words, lane + 2 * LANES);
        IntVector x3 = IntVector.fromArray(INTS, words, lane + 3 * LANES);
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
        x0.add(keys[2]).intoArray(words, lane);
        x1.add(keys[3]).intoArray(words, lane + LANES);
        x2.add(keys[4]).intoArray(words, lane + 2 * LANES);
        x3.add(keys[0] + 2).intoArray(words, lane + 3 * LANES);
      }
    }
  }

  /** Rounds 8 to 11. */
  private static final class ThirdRounds implements Stage {
    @Override
    public void run(VectorNoise noise) {
      int[] words = noise.words;
      int[] keys = noise.keys;
      for (int lane = 0; lane < LANES; lane += WIDTH) {
        IntVector x0 = IntVector.fromArray(INTS, words, lane);
        IntVector x1 = IntVector.fromArray(INTS, words, lane + LANES);
        IntVector x2 = IntVector.fromArray(INTS, words, lane + 2 * LANES);
        IntVector x3 = IntVector.fromArray(INTS, words, lane + 3 * LANES);
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
        x0.add(keys[3]).intoArray(words, lane);
        x1.add(keys[4]).intoArray(words, lane + LANES);
        x2.add(keys[0]).intoArray(words, lane + 2 * LANES);
        x3.add(keys[1] + 3).intoArray(words, lane + 3 * LANES);
      }
    }
  }

  /** Round 12. */
  private static final class LastRound implements Stage {
    @Override
    public void run(VectorNoise noise) {
      int[] words = noise.words;
      for (int lane = 0; lane < LANES; lane += WIDTH) {
        IntVector x0 = IntVector.fromArray(INTS, words, lane);
        IntVector x1 = IntVector.fromArray(INTS, words, lane + LANES);
        IntVector x2 = IntVector.fromArray(INTS, words, lane + 2 * LANES);
        IntVector x3 = IntVector.fromArray(INTS, words, lane + 3 * LANES);
        x0 = x0.add(x1);
        x1 = mix(x1, Normals.R40, x0);
        x2 = x2.add(x3);
        x3 = mix(x3, Normals.R41, x2);
        x0.intoArray(words, lane);
        x1.intoArray(words, lane + LANES);
        x2.intoArray(words, lane + 2 * LANES);
        x3.intoArray(words, lane + 3 * LANES);
      }
    }
  }

  private static IntVector mix(IntVector words, int rotation, IntVector others) {
    return words.lanewise(VectorOperators.ROL, rotation).lanewise(VectorOperators.XOR, others);
  }

  /** Turns the first words of each pair into radii. */
  private static final class Radii implements Stage {
    private final int from;

    Radii(int from) {
      this.from = from;
    }

    @Override
    public void run(VectorNoise noise) {
      for (int lane = from; lane < from + LANES; lane += WIDTH) {
        radii(noise.words, lane, noise.normals);
      }
    }
  }

  private static void radii(int[] words, int from, float[] radii) {
    FloatVector u =
        toFloat(IntVector.fromArray(INTS, words, from).lanewise(VectorOperators.LSHR, 1))
            .add(Normals.HALF)
            .mul(Normals.TWO_TO_MINUS_31);
    IntVector bits = u.reinterpretAsInts().sub(Normals.ROOT_HALF_BITS);
    FloatVector exponent = toFloat(bits.lanewise(VectorOperators.ASHR, Normals.MANTISSA_BITS));
    FloatVector f =
        bits.lanewise(VectorOperators.AND, Normals.MANTISSA)
            .add(Normals.ROOT_HALF_BITS)
            .reinterpretAsFloats()
            .sub(1);
    FloatVector p = f.mul(Normals.L7).add(Normals.L6);
    p = p.mul(f).add(Normals.L5);
    p = p.mul(f).add(Normals.L4);
    p = p.mul(f).add(Normals.L3);
    p = p.mul(f).add(Normals.L2);
    p = p.mul(f).add(Normals.L1);
    p = p.mul(f).add(Normals.L0);
    f.mul(p).add(exponent.mul(Normals.MINUS_TWO_LN_2)).sqrt().intoArray(radii, from);
  }

  /** Turns radii and the second words of each pair into normals. */
  private static final class Pairs implements Stage {
    private final int from;

    Pairs(int from) {
      this.from = from;
    }

    @Override
    public void run(VectorNoise noise) {
      for (int lane = from; lane < from + LANES; lane += WIDTH) {
        pairs(noise.words, lane, noise.normals);
      }
    }
  }

  private static void pairs(int[] words, int from, float[] normals) {
    FloatVector radius = FloatVector.fromArray(FLOATS, normals, from);
    FloatVector t =
        toFloat(IntVector.fromArray(INTS, words, from + LANES)).mul(Normals.TWO_TO_MINUS_32);
    FloatVector t2 = t.mul(t);
    FloatVector sine = t.mul(sineOverT(t2));
    FloatVector twice = sine.add(sine);
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    radius.mul(one.sub(twice.mul(sine))).intoArray(normals, from);
    radius.mul(twice.mul(cosine(t2))).intoArray(normals, from + LANES);
  }

  private static FloatVector sineOverT(FloatVector t2) {
    FloatVector p = t2.mul(Normals.S4).add(Normals.S3);
    p = p.mul(t2).add(Normals.S2);
    p = p.mul(t2).add(Normals.S1);
    return p.mul(t2).add(Normals.S0);
  }

  private static FloatVector cosine(FloatVector t2) {
    FloatVector p = t2.mul(Normals.C4).add(Normals.C3);
    p = p.mul(t2).add(Normals.C2);
    p = p.mul(t2).add(Normals.C1);
    return p.mul(t2).add(Normals.C0);
  }

  private static FloatVector toFloat(IntVector words) {
    return (FloatVector) words.convert(VectorOperators.I2F, 0);
  }
}
