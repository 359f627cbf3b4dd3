package io.github.close4j.adapter;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.StoredTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What {@link AdapterWriter} wrote, as an adapter; the adapters check their own numbers. */
final class AdapterReader {
  private final Safetensors tensors;

  AdapterReader(Safetensors tensors) {
    this.tensors = tensors;
  }

  ModalityAdapter read(JsonObject json, String prefix) {
    String kind = member(json, Names.KIND).getAsString();
    return switch (kind) {
      case Names.IDENTITY -> new IdentityAdapter();
      case Names.GAUSSIAN -> new GaussianNoise(number(json, Names.NOISE));
      case Names.COSINE_BOUNDED -> new CosineBoundedNoise(numbers(json, Names.MIN_COSINES));
      case Names.MEAN_SHIFT ->
          new MeanShift(
              vector(prefix + Names.SHIFT),
              number(json, Names.MULTIPLIER),
              flag(json, Names.NORMALIZED),
              number(json, Names.NOISE));
      case Names.LINEAR -> {
        float[] bias = vector(prefix + Names.BIAS);
        yield new LinearAdapter(
            matrix(prefix + Names.MATRIX, bias.length),
            bias,
            flag(json, Names.NORMALIZED),
            number(json, Names.NOISE));
      }
      case Names.COVARIANCE_FIRST_RELEASE -> {
        float[] mean = vector(prefix + Names.MEAN);
        float[] factor = matrix(prefix + Names.FACTOR, mean.length);
        yield CovarianceNoise.firstRelease(mean, factor, number(json, Names.MULTIPLIER));
      }
      case Names.COVARIANCE_HEAD -> {
        float[] mean = vector(prefix + Names.MEAN);
        float[] factor = matrix(prefix + Names.FACTOR, mean.length);
        yield CovarianceNoise.head(mean, factor, number(json, Names.NOISE));
      }
      case Names.SEQUENCE -> sequence(json, prefix);
      default ->
          throw new UnusableFileException(
              tensors.file(), "expected a known kind of adapter, found '" + kind + "'");
    };
  }

  private AdapterSequence sequence(JsonObject json, String prefix) {
    JsonArray members = member(json, Names.ADAPTERS).getAsJsonArray();
    List<ModalityAdapter> adapters = new ArrayList<>();
    for (JsonElement member : members) {
      adapters.add(read(member.getAsJsonObject(), Names.member(prefix, adapters.size())));
    }
    return new AdapterSequence(adapters);
  }

  private float[] vector(String name) {
    StoredTensor tensor = tensors.tensor(name);
    if (tensor.shape().length != 1) {
      throw new UnusableFileException(
          tensors.file(),
          "tensor '%s': expected [dimension], found %s"
              .formatted(name, Arrays.toString(tensor.shape())));
    }
    return tensor.toFloatArray();
  }

  private float[] matrix(String name, int dimension) {
    StoredTensor tensor = tensors.tensor(name);
    if (!Arrays.equals(tensor.shape(), new long[] {dimension, dimension})) {
      throw new UnusableFileException(
          tensors.file(),
          "tensor '%s': expected [%d, %d], found %s"
              .formatted(name, dimension, dimension, Arrays.toString(tensor.shape())));
    }
    return tensor.toFloatArray();
  }

  private double number(JsonObject json, String name) {
    return member(json, name).getAsDouble();
  }

  private boolean flag(JsonObject json, String name) {
    return member(json, name).getAsBoolean();
  }

  private double[] numbers(JsonObject json, String name) {
    JsonArray array = member(json, name).getAsJsonArray();
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).getAsDouble();
    }
    return numbers;
  }

  private JsonElement member(JsonObject json, String name) {
    JsonElement element = json.get(name);
    if (element == null) {
      throw new UnusableFileException(
          tensors.file(), "adapter: expected '%s', found none in %s".formatted(name, json));
    }
    return element;
  }
}
