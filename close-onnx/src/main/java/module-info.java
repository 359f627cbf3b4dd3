/** CLIP and T5 on ONNX Runtime: the captioner an application uses. */
@SuppressWarnings("module") // The module that reads the internals is compiled after this one.
module io.github.close4j.onnx {
  requires transitive io.github.close4j.core;
  requires transitive java.desktop;
  requires ai.djl.api;
  requires ai.djl.tokenizers;
  requires com.google.common;
  requires com.google.gson;
  requires com.google.protobuf;
  requires com.microsoft.onnxruntime;
  requires java.net.http;
  requires org.tribuo.util.onnx;
  requires org.slf4j;
  requires static transitive com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  uses org.slf4j.spi.SLF4JServiceProvider;

  exports io.github.close4j.onnx;
  exports io.github.close4j.onnx.pretrained;
  exports io.github.close4j.onnx.internal.checkpoint to
      io.github.close4j.training;
  exports io.github.close4j.onnx.internal.model to
      io.github.close4j.training;
  exports io.github.close4j.onnx.internal.natives to
      io.github.close4j.training;
  exports io.github.close4j.onnx.internal.session to
      io.github.close4j.training;
  exports io.github.close4j.onnx.internal.tokenizer to
      io.github.close4j.training;
}
