/** Modality adapters, embeddings, CLIP's image preprocessing and caption metrics. */
@SuppressWarnings("module") // The modules that read the internals are compiled after this one.
module io.github.close4j.core {
  requires transitive java.desktop;
  requires transitive com.google.common;
  requires com.google.gson;
  requires com.twelvemonkeys.imageio.core;
  requires com.twelvemonkeys.imageio.tiff;
  requires com.twelvemonkeys.imageio.webp;
  requires ejml.core;
  requires ejml.ddense;
  requires static transitive com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  exports io.github.close4j;
  exports io.github.close4j.adapter;
  exports io.github.close4j.embedding;
  exports io.github.close4j.image;
  exports io.github.close4j.metric;
  exports io.github.close4j.internal.io to
      io.github.close4j.onnx,
      io.github.close4j.training;
  exports io.github.close4j.internal.metric to
      io.github.close4j.training;
  exports io.github.close4j.internal.tensor to
      io.github.close4j.onnx,
      io.github.close4j.training;
}
