package io.github.close4j.onnx.internal.model;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Refuses text where a number is expected; Gson would read the number in it. */
final class PlainNumbers implements TypeAdapterFactory {
  private static final Set<Class<?>> NUMBERS =
      Set.of(int.class, long.class, float.class, double.class);

  @Override
  public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
    if (!NUMBERS.contains(type.getRawType())) {
      return null;
    }
    TypeAdapter<T> numbers = gson.getDelegateAdapter(this, type);
    return new TypeAdapter<>() {
      @Override
      public void write(JsonWriter out, T value) throws IOException {
        numbers.write(out, value);
      }

      @Override
      public T read(JsonReader in) throws IOException {
        if (in.peek() != JsonToken.NUMBER) {
          throw new JsonSyntaxException(
              "%s: expected a number, found %s".formatted(in.getPath(), in.peek()));
        }
        return numbers.read(in);
      }
    };
  }
}
