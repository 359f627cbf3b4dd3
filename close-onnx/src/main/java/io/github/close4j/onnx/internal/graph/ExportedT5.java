package io.github.close4j.onnx.internal.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.close4j.onnx.internal.exported.ExportedGraph;
import io.github.close4j.onnx.internal.exported.Signature;
import io.github.close4j.onnx.internal.exported.TokenLookup;
import io.github.close4j.onnx.internal.graph.DecodingLoop.Decoder;
import io.github.close4j.onnx.internal.model.T5Config;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * T5 as Hugging Face Optimum exports it.
 *
 * <p>The encoder's look-up of token ids is cut, and embeddings take its place. The decoder without
 * past gives the keys and values of the encoder's output; the decoder with past is the loop's body,
 * from an empty cache on. It wants the encoder's keys and values once a row, so they are repeated
 * for the hypotheses of an item.
 */
final class ExportedT5 implements EncoderDecoder {
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String HIDDEN = "last_hidden_state";
  private static final String ENCODED = "encoder_hidden_states";
  private static final String ENCODED_MASK = "encoder_attention_mask";
  private static final String LOGITS = "logits";

  private final T5Config config;
  private final Inliner encoder;
  private final Inliner decoder;
  private final Inliner decoderWithPast;

  /** {@code prefix} stands before the names of the graphs' weights in {@code weights}. */
  ExportedT5(T5Config config, String prefix, WeightBank weights, ExportedGraphs.T5 graphs) {
    this.config = config;
    this.encoder = new Inliner(graphs.encoder(), prefix, weights);
    this.decoder = new Inliner(graphs.decoder(), prefix, weights);
    this.decoderWithPast = new Inliner(graphs.decoderWithPast(), prefix, weights);
  }

  @Override
  public Value embed(GraphBuilder g, Value ids) {
    TokenLookup lookup = lookup();
    Value embeddings = g.gather(encoder.weight(g, lookup.table()), ids, 0);
    return lookup.isHalf() ? g.cast(embeddings, ElementType.FLOAT) : embeddings;
  }

  private TokenLookup lookup() {
    return TokenLookup.of(encoder.graph(), IDS, config.vocabularySize(), config.dModel());
  }

  @Override
  public Encoded encode(GraphBuilder g, Value embeddings, Value attended) {
    TokenLookup lookup = lookup();
    Value mask = attended;
    if (mask.isAbsent()) {
      Value shape = g.node("Shape", embeddings).attribute("end", 2).output();
      mask = g.op("Expand", g.scalar(1L), shape); // [B,S]
    }
    Map<String, Value> given = new HashMap<>();
    given.put(
        lookup.embeddings(),
        lookup.isHalf() ? g.cast(embeddings, ElementType.FLOAT16) : embeddings);
    given.put(MASK, mask);
    // Only the shape of the ids is still read, and the mask has the same.
    requireOnlyShape(given.keySet());
    given.put(IDS, mask);
    Value hidden = encoder.inline(g, given, List.of(encoder.graph().value(HIDDEN))).get(0);
    return new Encoded(encoder.asFloat(g, HIDDEN, hidden), mask);
  }

  private void requireOnlyShape(Set<String> given) {
    Set<String> needed = new HashSet<>(Set.of(encoder.graph().value(HIDDEN)));
    for (NodeProto node : encoder.graph().needed(needed, given)) {
      Set<String> reads = new HashSet<>();
      ExportedGraph.addReads(node, reads);
      if (reads.contains(IDS) && !node.getOpType().equals("Shape")) {
        throw encoder
            .graph()
            .wrong(
                "expected '%s' to be read by the look-up alone, found it read by %s"
                    .formatted(IDS, node.getOpType()));
      }
    }
  }

  @Override
  public Value logits(GraphBuilder g, Encoded encoded, Value ids) {
    Map<String, Value> given = new HashMap<>(reads(g, decoder, encoded));
    given.put(IDS, ids);
    Value logits = decoder.inline(g, given, List.of(decoder.graph().value(LOGITS))).get(0);
    return decoder.asFloat(g, LOGITS, logits);
  }

  /** What a decoder reads of the encoder. */
  private static Map<String, Value> reads(GraphBuilder g, Inliner decoder, Encoded encoded) {
    Map<String, Value> given = new HashMap<>();
    given.put(ENCODED_MASK, encoded.attended());
    if (decoder.graph().inputs().containsKey(ENCODED)) {
      given.put(ENCODED, decoder.asInput(g, ENCODED, encoded.hidden()));
    }
    return given;
  }

  @Override
  public Decoder decoder(GraphBuilder g, Encoded encoded, int hypotheses, Value maxNewTokens) {
    Map<String, Value> read = new HashMap<>(reads(g, decoderWithPast, encoded));
    List<Value> cross = crossAttention(g, encoded);
    List<String> names = cache("past_key_values.", "encoder");
    for (int i = 0; i < names.size(); i++) {
      read.put(names.get(i), decoderWithPast.asInput(g, names.get(i), cross.get(i)));
    }
    Value batch = g.dimension(encoded.hidden(), 0);
    if (hypotheses > 1) {
      Value items = repeatedItems(g, batch, hypotheses);
      read.replaceAll((name, value) -> g.gather(value, items, 0));
    }
    Value rows = g.op("Mul", batch, g.longs(hypotheses));
    return new Looping(g, rows, read);
  }

  /** Keys and values of the encoder's output, [B,heads,S,headDim] in 32 bits. */
  private List<Value> crossAttention(GraphBuilder g, Encoded encoded) {
    Map<String, Value> given = new HashMap<>(reads(g, decoder, encoded));
    Value one = g.concat(0, g.dimension(encoded.hidden(), 0), g.longs(1));
    given.put(IDS, g.op("Expand", g.scalar((long) config.padTokenId()), one));
    List<String> outputs = cache("present.", "encoder");
    List<Value> values =
        decoder.inline(g, given, outputs.stream().map(decoder.graph()::value).toList());
    List<Value> floats = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      floats.add(decoder.asFloat(g, outputs.get(i), values.get(i)));
    }
    return floats;
  }

  /** Numbers of items, each as often as it has hypotheses: [B·K]. */
  private static Value repeatedItems(GraphBuilder g, Value batch, int hypotheses) {
    Value items = g.op("Range", g.scalar(0L), g.op("Squeeze", batch), g.scalar(1L));
    Value grid = g.concat(0, batch, g.longs(hypotheses));
    Value repeated = g.op("Expand", g.op("Unsqueeze", items, g.longs(1)), grid);
    return g.op("Reshape", repeated, g.longs(-1));
  }

  /** The exported decoder as a loop's body. */
  private final class Looping implements Decoder {
    private final GraphBuilder outer;
    private final Value rows;
    private final Map<String, Value> read;

    Looping(GraphBuilder outer, Value rows, Map<String, Value> read) {
      this.outer = outer;
      this.rows = rows;
      this.read = read;
    }

    @Override
    public Cache empty() {
      List<String> names = cache("past_key_values.", "decoder");
      Value empty = Decoder.emptyTensor(outer, rows, config.heads(), config.headDim());
      Value first = decoderWithPast.asInput(outer, names.get(0), empty);
      ElementType type = first.equals(empty) ? ElementType.FLOAT : ElementType.FLOAT16;
      return new Cache(
          Collections.nCopies(names.size(), first), type, config.heads(), config.headDim());
    }

    @Override
    public Step step(GraphBuilder b, Value ids, Cache past) {
      Map<String, Value> given = new HashMap<>(read);
      given.put(IDS, ids);
      List<String> names = cache("past_key_values.", "decoder");
      for (int i = 0; i < names.size(); i++) {
        given.put(names.get(i), past.values().get(i));
      }
      ExportedGraph graph = decoderWithPast.graph();
      List<String> wanted = new ArrayList<>(List.of(graph.value(LOGITS)));
      cache("present.", "decoder").forEach(name -> wanted.add(graph.value(name)));
      List<Value> made = decoderWithPast.inline(b, given, wanted);
      Value logits = decoderWithPast.asFloat(b, LOGITS, made.get(0)); // [N,1,vocabulary]
      return new Step(b.op("Squeeze", logits, b.longs(1)), past.with(made.subList(1, made.size())));
    }
  }

  private List<String> cache(String prefix, String stack) {
    List<String> names = new ArrayList<>();
    for (int layer = 0; layer < config.decoderLayers(); layer++) {
      names.add(prefix + layer + "." + stack + ".key");
      names.add(prefix + layer + "." + stack + ".value");
    }
    return names;
  }

  @Override
  public void requireWeights() {
    int any = Signature.ANY;
    Signature encoding = new Signature(encoder.graph());
    encoding.integers(IDS, any, any);
    encoding.integers(MASK, any, any);
    encoding.floatOutput(HIDDEN, any, any, config.dModel());
    lookup();
    Signature first = decoding(decoder.graph());
    first.integers(IDS, any, any);
    first.floatInput(ENCODED, any, any, config.dModel());
    Signature next = decoding(decoderWithPast.graph());
    next.integers(IDS, any, Signature.ANY_OR_ONE);
    for (String name : cache("present.", "encoder")) {
      first.floatOutput(name, any, config.heads(), any, config.headDim());
    }
    for (String stack : List.of("encoder", "decoder")) {
      for (String name : cache("past_key_values.", stack)) {
        next.floatInput(name, any, config.heads(), any, config.headDim());
      }
    }
    for (String name : cache("present.", "decoder")) {
      next.floatOutput(name, any, config.heads(), any, config.headDim());
    }
    requireNoFurtherLayer();
    List.of(encoder, decoder, decoderWithPast).forEach(Inliner::requireWeights);
  }

  private Signature decoding(ExportedGraph graph) {
    Signature signature = new Signature(graph);
    signature.integers(ENCODED_MASK, Signature.ANY, Signature.ANY);
    signature.floatOutput(LOGITS, Signature.ANY, Signature.ANY_OR_ONE, config.vocabularySize());
    return signature;
  }

  private void requireNoFurtherLayer() {
    ExportedGraph graph = decoderWithPast.graph();
    String further = "past_key_values." + config.decoderLayers() + ".decoder.key";
    if (graph.inputs().containsKey(further)) {
      throw graph.wrong(
          "expected %d layers, found an input '%s'".formatted(config.decoderLayers(), further));
    }
  }
}
