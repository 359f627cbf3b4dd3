package io.github.close4j.programs;

import io.github.close4j.adapter.AdapterFile;
import io.github.close4j.adapter.AdapterFitting;
import io.github.close4j.adapter.GaussianNoise;
import io.github.close4j.adapter.PairedStatistics;
import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.image.ImageDecoder;
import io.github.close4j.onnx.ClipEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Fits an adapter to lines of photo, tab, caption: {@code FitAdapter MODEL PAIRS OUTPUT}. */
public final class FitAdapter {
  public static void main(String[] args) throws IOException {
    List<String[]> pairs =
        Files.readAllLines(Path.of(args[1])).stream().map(line -> line.split("\t")).toList();
    try (ClipEncoder clip = ClipEncoder.open(Path.of(args[0]))) {
      EmbeddingBatch images =
          clip.images(pairs.stream().map(pair -> ImageDecoder.decode(Path.of(pair[0]))).toList());
      EmbeddingBatch texts = clip.texts(pairs.stream().map(pair -> pair[1]).toList());
      PairedStatistics statistics = PairedStatistics.of(texts, images);
      AdapterFile.save(
          AdapterFitting.meanShift(statistics).then(new GaussianNoise(0.04)), Path.of(args[2]));
    }
  }
}
