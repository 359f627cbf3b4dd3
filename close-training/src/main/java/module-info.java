/** Fine-tunes T5 and the prefix on text alone, on libtorch. */
module io.github.close4j.training {
  requires transitive io.github.close4j.core;
  requires transitive io.github.close4j.onnx;
  requires com.google.common;
  requires com.google.gson;
  requires com.google.protobuf;
  requires de.siegmar.fastcsv;
  requires org.bytedeco.javacpp;
  requires org.bytedeco.openblas;
  requires org.bytedeco.pytorch;
  requires org.slf4j;
  requires static transitive com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  exports io.github.close4j.training;
  exports io.github.close4j.training.corpus;
}
