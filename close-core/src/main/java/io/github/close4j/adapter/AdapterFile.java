package io.github.close4j.adapter;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.close4j.UnusableFileException;
import io.github.close4j.internal.tensor.DataType;
import io.github.close4j.internal.tensor.Safetensors;
import io.github.close4j.internal.tensor.SafetensorsWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Modality adapters saved in safetensors files and loaded from them, equal to the bit.
 *
 * <p>Vectors and matrices are tensors of 32-bit floats; the adapter's kind and its numbers are JSON
 * in the metadata entry {@code adapter}, beside {@code format} and {@code version} and whatever the
 * application adds, such as the data that the adapter was fitted to.
 */
public final class AdapterFile {
  private static final String FORMAT_KEY = "format";
  private static final String VERSION_KEY = "version";
  private static final String ADAPTER_KEY = "adapter";
  private static final String FORMAT = "close4j-modality-adapter";
  private static final String VERSION = "1";

  private final ModalityAdapter adapter;
  private final Map<String, String> metadata;

  private AdapterFile(ModalityAdapter adapter, Map<String, String> metadata) {
    this.adapter = adapter;
    this.metadata = metadata;
  }

  /**
   * Saves an adapter, whole or not at all.
   *
   * @param adapter one of {@code io.github.close4j.adapter}'s, sequences of them included
   * @param metadata free-form notes, such as data, number of pairs and CLIP model
   * @param file the file to write; replaced if there is one
   * @throws IllegalArgumentException if the adapter is an application's own, which only its
   *     application can save, or {@code metadata} uses a key of this format
   * @throws java.io.UncheckedIOException if the file cannot be written; an earlier one is then
   *     untouched
   */
  public static void save(ModalityAdapter adapter, Map<String, String> metadata, Path file) {
    SafetensorsWriter writer = new SafetensorsWriter(DataType.F32);
    for (Map.Entry<String, String> note : metadata.entrySet()) {
      if (isReserved(note.getKey())) {
        throw new IllegalArgumentException(
            "metadata: expected keys other than this format's own, found " + note.getKey());
      }
      writer.metadata(note.getKey(), note.getValue());
    }
    JsonObject description = AdapterWriter.describe(adapter, writer);
    writer
        .metadata(FORMAT_KEY, FORMAT)
        .metadata(VERSION_KEY, VERSION)
        .metadata(ADAPTER_KEY, description.toString())
        .write(file);
  }

  /**
   * Loads an adapter.
   *
   * @param file a file that {@link #save} wrote
   * @return the adapter and its notes
   * @throws UnusableFileException if the file is missing or damaged, or holds no adapter of this
   *     format and version
   */
  public static AdapterFile load(Path file) {
    Safetensors tensors = Safetensors.open(file);
    require(file, tensors, FORMAT_KEY, FORMAT);
    require(file, tensors, VERSION_KEY, VERSION);
    String description = tensors.metadata().getOrDefault(ADAPTER_KEY, "");
    Map<String, String> notes = new TreeMap<>(tensors.metadata());
    notes.keySet().removeIf(AdapterFile::isReserved);
    try {
      JsonObject json = JsonParser.parseString(description).getAsJsonObject();
      return new AdapterFile(new AdapterReader(tensors).read(json, ""), Map.copyOf(notes));
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | UnsupportedOperationException
        | ClassCastException
        | NullPointerException
        | StackOverflowError e) {
      throw new UnusableFileException(
          file, "expected an adapter's description, found a damaged one: " + e.getMessage(), e);
    }
  }

  private static void require(Path file, Safetensors tensors, String key, String expected) {
    String found = tensors.metadata().get(key);
    if (!expected.equals(found)) {
      throw new UnusableFileException(
          file, "metadata '%s': expected %s, found %s".formatted(key, expected, found));
    }
  }

  private static boolean isReserved(String key) {
    return key.equals(FORMAT_KEY) || key.equals(VERSION_KEY) || key.equals(ADAPTER_KEY);
  }

  /**
   * The adapter.
   *
   * @return the adapter, equal to the saved one in every number
   */
  public ModalityAdapter adapter() {
    return adapter;
  }

  /**
   * The notes that were saved with it.
   *
   * @return an immutable map
   */
  public Map<String, String> metadata() {
    return metadata;
  }
}
