package io.github.close4j.adapter;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.close4j.internal.tensor.FloatTensor;
import io.github.close4j.internal.tensor.SafetensorsWriter;

/** An adapter's kind and numbers as JSON, its vectors and matrices as tensors. */
final class AdapterWriter {
  private final SafetensorsWriter tensors;

  private AdapterWriter(SafetensorsWriter tensors) {
    this.tensors = tensors;
  }

  static JsonObject describe(ModalityAdapter adapter, SafetensorsWriter tensors) {
    return new AdapterWriter(tensors).describe(adapter, "");
  }

  /** The prefix keeps apart the tensors of a sequence's members. */
  private JsonObject describe(ModalityAdapter adapter, String prefix) {
    JsonObject json = new JsonObject();
    if (adapter instanceof IdentityAdapter) {
      json.addProperty(Names.KIND, Names.IDENTITY);
    } else if (adapter instanceof GaussianNoise gaussian) {
      json.addProperty(Names.KIND, Names.GAUSSIAN);
      json.addProperty(Names.NOISE, gaussian.noiseStdDev());
    } else if (adapter instanceof CosineBoundedNoise bounded) {
      describe(bounded, json);
    } else if (adapter instanceof MeanShift shift) {
      describe(shift, json, prefix);
    } else if (adapter instanceof LinearAdapter linear) {
      describe(linear, json, prefix);
    } else if (adapter instanceof CovarianceNoise covariance) {
      describe(covariance, json, prefix);
    } else if (adapter instanceof AdapterSequence sequence) {
      describe(sequence, json, prefix);
    } else {
      throw new IllegalArgumentException(
          "adapter: expected one of close-core's, found " + adapter.getClass().getName());
    }
    return json;
  }

  private static void describe(CosineBoundedNoise adapter, JsonObject json) {
    JsonArray minCosines = new JsonArray();
    for (double minCosine : adapter.minCosines()) {
      minCosines.add(minCosine);
    }
    json.addProperty(Names.KIND, Names.COSINE_BOUNDED);
    json.add(Names.MIN_COSINES, minCosines);
  }

  private void describe(MeanShift adapter, JsonObject json, String prefix) {
    json.addProperty(Names.KIND, Names.MEAN_SHIFT);
    json.addProperty(Names.MULTIPLIER, adapter.multiplier());
    json.addProperty(Names.NORMALIZED, adapter.normalized());
    json.addProperty(Names.NOISE, adapter.noiseStdDev());
    addVector(prefix + Names.SHIFT, adapter.shift());
  }

  private void describe(LinearAdapter adapter, JsonObject json, String prefix) {
    json.addProperty(Names.KIND, Names.LINEAR);
    json.addProperty(Names.NORMALIZED, adapter.normalized());
    json.addProperty(Names.NOISE, adapter.noiseStdDev());
    addMatrix(prefix + Names.MATRIX, adapter.matrix(), adapter.dimension());
    addVector(prefix + Names.BIAS, adapter.bias());
  }

  private void describe(CovarianceNoise adapter, JsonObject json, String prefix) {
    if (adapter.shiftsEvaluation()) {
      json.addProperty(Names.KIND, Names.COVARIANCE_FIRST_RELEASE);
      json.addProperty(Names.MULTIPLIER, adapter.multiplier());
    } else {
      json.addProperty(Names.KIND, Names.COVARIANCE_HEAD);
      json.addProperty(Names.NOISE, adapter.noiseStdDev());
    }
    addVector(prefix + Names.MEAN, adapter.mean());
    addMatrix(prefix + Names.FACTOR, adapter.factor(), adapter.dimension());
  }

  private void describe(AdapterSequence adapter, JsonObject json, String prefix) {
    JsonArray members = new JsonArray();
    for (ModalityAdapter member : adapter.adapters()) {
      members.add(describe(member, Names.member(prefix, members.size())));
    }
    json.addProperty(Names.KIND, Names.SEQUENCE);
    json.add(Names.ADAPTERS, members);
  }

  private void addVector(String name, float[] values) {
    tensors.add(name, new FloatTensor(values, values.length));
  }

  private void addMatrix(String name, float[] values, int dimension) {
    tensors.add(name, new FloatTensor(values, dimension, dimension));
  }
}
