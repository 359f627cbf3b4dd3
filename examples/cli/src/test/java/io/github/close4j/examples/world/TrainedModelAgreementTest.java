package io.github.close4j.examples.world;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.close4j.embedding.EmbeddingBatch;
import io.github.close4j.examples.scenes.SceneCorpus;
import io.github.close4j.examples.scenes.SceneRenderer;
import io.github.close4j.examples.scenes.Split;
import io.github.close4j.onnx.InferenceOptions;
import io.github.close4j.onnx.internal.graph.CaptionGraph;
import io.github.close4j.onnx.internal.graph.WeightBank;
import io.github.close4j.onnx.internal.model.CaptionerConfig;
import io.github.close4j.onnx.internal.model.ModelFolder;
import io.github.close4j.onnx.internal.session.ClipFeatures;
import io.github.close4j.onnx.internal.session.InputTensor;
import io.github.close4j.onnx.internal.session.Sessions;
import io.github.close4j.onnx.internal.tokenizer.TextTokenizer;
import io.github.close4j.training.internal.network.CaptionNetwork;
import io.github.close4j.training.internal.torch.Tensors;
import io.github.close4j.training.internal.torch.TorchRuntime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

/** The built-in model, run by libtorch and by the graph: the same logits. */
final class TrainedModelAgreementTest {
  private static final int SCENES = 32;

  @Test
  void logitsAgreeOnPicturesItHasNeverSeen() {
    ModelFolder model = ModelFolder.open(BuiltInModel.SCENES.directory());
    CaptionerConfig config = model.config();
    SceneCorpus corpus = SceneCorpus.draw(Split.TEST, SCENES, 5);
    EmbeddingBatch vectors;
    try (ClipFeatures encoder =
        ClipFeatures.open(model.clip(), InferenceOptions.defaults().threads(1))) {
      vectors = encoder.images(corpus.scenes().stream().map(SceneRenderer::render).toList());
      vectors.normalize();
    }
    List<long[]> targets;
    try (TextTokenizer tokenizer =
        TextTokenizer.open(model.file(ModelFolder.T5_TOKENIZER), config.maxTextTokens())) {
      targets =
          tokenizer.encode(corpus.captions().stream().map(captions -> captions.get(0)).toList());
    }
    assertArrayEquals(
        torchLogits(model, vectors, targets), graphLogits(model, vectors, targets), 1e-4f);
  }

  @SuppressWarnings("try") // the scope frees what is made within it
  private static float[] torchLogits(
      ModelFolder model, EmbeddingBatch vectors, List<long[]> targets) {
    TorchRuntime.initialize(1, 1);
    long[] exampleOfTarget = LongStream.range(0, targets.size()).toArray();
    CaptionNetwork.Input input =
        new CaptionNetwork.Input(
            vectors.values(),
            vectors.rows(),
            List.of(),
            exampleOfTarget,
            targets,
            model.config().t5());
    try (CaptionNetwork network =
            CaptionNetwork.stored(
                model.config(),
                0.1,
                model.weights(ModelFolder.PREFIX_WEIGHTS),
                model.weights(ModelFolder.T5_WEIGHTS));
        PointerScope scope = new PointerScope()) {
      return Tensors.toFloats(network.logits(input));
    }
  }

  private static float[] graphLogits(
      ModelFolder model, EmbeddingBatch vectors, List<long[]> targets) {
    WeightBank weights =
        new WeightBank()
            .add(CaptionGraph.T5, model.weights(ModelFolder.T5_WEIGHTS))
            .add(CaptionGraph.PREFIX, model.weights(ModelFolder.PREFIX_WEIGHTS));
    int length = targets.stream().mapToInt(ids -> ids.length).max().orElseThrow();
    long[] said = new long[targets.size() * length];
    Arrays.fill(said, model.config().t5().padTokenId());
    for (int i = 0; i < targets.size(); i++) {
      System.arraycopy(targets.get(i), 0, said, i * length + 1, targets.get(i).length - 1);
    }
    Map<String, InputTensor> inputs =
        Map.of(
            "vectors", InputTensor.of(vectors.values(), vectors.rows(), vectors.dimension()),
            "decoder_ids", InputTensor.of(said, targets.size(), length));
    try (Sessions<String> sessions =
        new Sessions<>("test", InferenceOptions.defaults().threads(1))) {
      return sessions
          .get("logits", () -> new CaptionGraph(model.config(), weights).logits(false))
          .run(inputs, outputs -> outputs.floats("logits"));
    }
  }
}
