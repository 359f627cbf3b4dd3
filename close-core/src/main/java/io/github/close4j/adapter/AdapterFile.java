package io.github.close4j.adapter;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.io.Json;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.StoredTensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Modality adapters saved in safetensors files and loaded from them, equal to the bit.
 *
 * <p>Vectors and matrices are tensors of 32-bit floats; the adapter's kind and its numbers are JSON
 * in the metadata entry {@code adapter}, beside {@code format} and {@code version} and whatever
 * notes the application adds, such as the data that the adapter was fitted to.
 */
public final class AdapterFile {
  private static final String FORMAT_KEY = "format";
  private static final String VERSION_KEY = "version";
  private static final String ADAPTER_KEY = "adapter";
  private static final Set<String> OWN_KEYS = Set.of(FORMAT_KEY, VERSION_KEY, ADAPTER_KEY);
  private static final String FORMAT = "close4j-modality-adapter";
  private static final String VERSION = "1";

  private static final String KIND = "kind";
  private static final String SEQUENCE = "sequence";
  private static final String GAUSSIAN = "gaussian";
  private static final String MEAN_SHIFT = "mean-shift";
  private static final String LINEAR = "linear";
  private static final String COVARIANCE = "covariance";

  private static final String ADAPTERS = "adapters";
  private static final String NOISE = "noiseStdDev";
  private static final String MULTIPLIER = "multiplier";
  private static final String NORMALIZED = "normalized";
  private static final String TRAINING_ONLY = "trainingOnly";

  private static final String SHIFT = "shift";
  private static final String MATRIX = "matrix";
  private static final String BIAS = "bias";
  private static final String MEAN = "mean";
  private static final String FACTOR = "factor";

  private AdapterFile() {}

  /**
   * Saves an adapter, whole or not at all.
   *
   * @param adapter one of {@code io.github.close4j.adapter}'s, or a sequence of them
   * @param file the file to write, its folders made if they are missing; replaced if there is one
   * @throws IllegalArgumentException if the adapter, or one in the sequence, is an application's
   *     own, which only its application can save
   * @throws java.io.UncheckedIOException if the file cannot be written; an earlier one is then
   *     untouched
   */
  public static void save(ModalityAdapter adapter, Path file) {
    save(adapter, Map.of(), file);
  }

  /**
   * Saves an adapter and notes on it, whole or not at all.
   *
   * @param adapter one of {@code io.github.close4j.adapter}'s, or a sequence of them
   * @param notes free-form, such as data, number of pairs and CLIP model; the keys {@code format},
   *     {@code version} and {@code adapter} are the file's own
   * @param file the file to write, its folders made if they are missing; replaced if there is one
   * @throws IllegalArgumentException if the adapter, or one in the sequence, is an application's
   *     own, which only its application can save, or {@code notes} uses one of the file's own keys
   * @throws java.io.UncheckedIOException if the file cannot be written; an earlier one is then
   *     untouched
   */
  public static void save(ModalityAdapter adapter, Map<String, String> notes, Path file) {
    Safetensors.Writer writer = new Safetensors.Writer(DataType.F32);
    for (Map.Entry<String, String> note : notes.entrySet()) {
      if (OWN_KEYS.contains(note.getKey())) {
        throw new IllegalArgumentException(
            "notes: expected keys other than this format's own, found " + note.getKey());
      }
      writer.metadata(note.getKey(), note.getValue());
    }
    JsonObject description = describe(adapter, "", writer);
    writer
        .metadata(FORMAT_KEY, FORMAT)
        .metadata(VERSION_KEY, VERSION)
        .metadata(ADAPTER_KEY, description.toString())
        .write(file);
  }

  /** The adapter as JSON, its tensors put into the file under names that begin with the prefix. */
  private static JsonObject describe(
      ModalityAdapter adapter, String prefix, Safetensors.Writer tensors) {
    JsonObject json = new JsonObject();
    if (adapter instanceof GaussianNoise gaussian) {
      json.addProperty(KIND, GAUSSIAN);
      json.addProperty(NOISE, gaussian.noiseStdDev());
    } else if (adapter instanceof MeanShift shift) {
      json.addProperty(KIND, MEAN_SHIFT);
      json.addProperty(MULTIPLIER, shift.multiplier());
      json.addProperty(NORMALIZED, shift.normalized());
      tensors.add(prefix + SHIFT, shift.shift(), shift.dimension());
    } else if (adapter instanceof LinearAdapter linear) {
      int dimension = linear.dimension();
      json.addProperty(KIND, LINEAR);
      json.addProperty(NORMALIZED, linear.normalized());
      tensors.add(prefix + MATRIX, linear.matrix(), dimension, dimension);
      tensors.add(prefix + BIAS, linear.bias(), dimension);
    } else if (adapter instanceof CovarianceNoise noise) {
      int dimension = noise.dimension();
      json.addProperty(KIND, COVARIANCE);
      json.addProperty(MULTIPLIER, noise.multiplier());
      json.addProperty(TRAINING_ONLY, noise.isTrainingOnly());
      tensors.add(prefix + MEAN, noise.mean(), dimension);
      tensors.add(prefix + FACTOR, noise.factor(), dimension, dimension);
    } else if (adapter instanceof AdapterSequence) {
      JsonArray members = new JsonArray();
      for (ModalityAdapter member : AdapterSequence.members(adapter)) {
        members.add(describe(member, memberPrefix(members.size()), tensors));
      }
      json.addProperty(KIND, SEQUENCE);
      json.add(ADAPTERS, members);
    } else {
      throw new IllegalArgumentException(
          "adapter: expected one of close-core's, found " + adapter.getClass().getName());
    }
    return json;
  }

  private static String memberPrefix(int index) {
    return index + ".";
  }

  /**
   * Loads an adapter.
   *
   * @param file a file that {@link #save} wrote
   * @return the adapter, equal to the saved one in every number
   * @throws UnusableFileException if the file is missing or damaged, or holds no adapter of this
   *     format and version
   */
  public static ModalityAdapter load(Path file) {
    Safetensors tensors = open(file);
    Json description =
        Json.parse(
            tensors.metadata().getOrDefault(ADAPTER_KEY, ""),
            problem -> new UnusableFileException(file, "metadata 'adapter': " + problem));
    try {
      ModalityAdapter adapter = new Reader(tensors).read(description);
      description.requireNothingElse();
      return adapter;
    } catch (IllegalArgumentException e) {
      // The adapters check their own numbers.
      throw new UnusableFileException(
          file, "expected an adapter, found a damaged one: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the notes that were saved with an adapter.
   *
   * @param file a file that {@link #save} wrote
   * @return an immutable map
   * @throws UnusableFileException if the file is missing or damaged, or holds no adapter of this
   *     format and version
   */
  public static Map<String, String> notes(Path file) {
    Map<String, String> notes = new TreeMap<>(open(file).metadata());
    notes.keySet().removeAll(OWN_KEYS);
    return Map.copyOf(notes);
  }

  private static Safetensors open(Path file) {
    Safetensors tensors = Safetensors.open(file);
    require(tensors, FORMAT_KEY, FORMAT);
    require(tensors, VERSION_KEY, VERSION);
    return tensors;
  }

  private static void require(Safetensors tensors, String key, String expected) {
    String found = tensors.metadata().get(key);
    if (!expected.equals(found)) {
      throw new UnusableFileException(
          tensors.file(), "metadata '%s': expected %s, found %s".formatted(key, expected, found));
    }
  }

  /** What {@link #describe} wrote, as an adapter. */
  private record Reader(Safetensors tensors) {

    ModalityAdapter read(Json json) {
      if (!json.text(KIND).equals(SEQUENCE)) {
        return read(json, "");
      }
      ModalityAdapter sequence = ModalityAdapter.identity();
      List<Json> members = json.objects(ADAPTERS);
      for (int i = 0; i < members.size(); i++) {
        sequence = sequence.then(read(members.get(i), memberPrefix(i)));
      }
      return sequence;
    }

    private ModalityAdapter read(Json json, String prefix) {
      return switch (json.text(KIND)) {
        case GAUSSIAN -> new GaussianNoise(json.number(NOISE));
        case MEAN_SHIFT -> {
          MeanShift shift = new MeanShift(vector(prefix + SHIFT)).times(json.number(MULTIPLIER));
          yield json.flag(NORMALIZED) ? shift : shift.withoutNormalization();
        }
        case LINEAR -> {
          float[] bias = vector(prefix + BIAS);
          LinearAdapter linear = new LinearAdapter(matrix(prefix + MATRIX, bias.length), bias);
          yield json.flag(NORMALIZED) ? linear : linear.withoutNormalization();
        }
        case COVARIANCE -> {
          float[] mean = vector(prefix + MEAN);
          CovarianceNoise noise =
              new CovarianceNoise(mean, matrix(prefix + FACTOR, mean.length))
                  .times(json.number(MULTIPLIER));
          yield json.flag(TRAINING_ONLY) ? noise.trainingOnly() : noise;
        }
        default -> throw json.wrong(KIND, "a known kind of adapter");
      };
    }

    private float[] vector(String name) {
      StoredTensor tensor = tensor(name);
      if (tensor.shape().length != 1) {
        throw wrongShape(tensor, "[dimension]");
      }
      return tensor.toFloatArray();
    }

    private float[] matrix(String name, int dimension) {
      StoredTensor tensor = tensor(name);
      if (!Arrays.equals(tensor.shape(), new long[] {dimension, dimension})) {
        throw wrongShape(tensor, "[%d, %d]".formatted(dimension, dimension));
      }
      return tensor.toFloatArray();
    }

    private StoredTensor tensor(String name) {
      StoredTensor tensor = tensors.tensor(name);
      if (tensor.type() != DataType.F32) {
        throw new UnusableFileException(
            tensors.file(), "tensor '%s': expected F32, found %s".formatted(name, tensor.type()));
      }
      return tensor;
    }

    private UnusableFileException wrongShape(StoredTensor tensor, String expected) {
      return new UnusableFileException(
          tensors.file(),
          "tensor '%s': expected %s, found %s"
              .formatted(tensor.name(), expected, Arrays.toString(tensor.shape())));
    }
  }
}
