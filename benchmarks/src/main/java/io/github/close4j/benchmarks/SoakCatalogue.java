package io.github.close4j.benchmarks;

import io.github.close4j.onnx.Caption;
import io.github.close4j.onnx.CaptionInput;
import io.github.close4j.onnx.Captioner;
import io.github.close4j.onnx.Decoding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Inputs and ways of decoding, and what one thread makes of each pair of them, one at a time. */
final class SoakCatalogue {
  private static final int MAX_TOKENS = 16;
  private static final int MAX_BATCH = 6;

  private static final List<Decoding> DECODINGS =
      List.of(
          Decoding.greedy().maxNewTokens(MAX_TOKENS),
          Decoding.beam(3).maxNewTokens(MAX_TOKENS),
          Decoding.beam(4).maxNewTokens(MAX_TOKENS).lengthNormalized(1).noRepeatNgram(3),
          Decoding.sample(7).maxNewTokens(MAX_TOKENS));

  private final List<CaptionInput> inputs = new ArrayList<>();

  /** By decoding, then by input. */
  private final List<List<Caption>> expected = new ArrayList<>();

  /** Inputs of one call and the way they are to be decoded, by their numbers. */
  record Call(int decoding, List<Integer> inputs) {}

  SoakCatalogue(List<Path> photos) {
    for (Path photo : photos) {
      inputs.add(CaptionInput.of(photo));
      inputs.add(CaptionInput.of(photo).withText("what is in " + photo.getFileName() + "?"));
    }
  }

  int size() {
    return inputs.size() * DECODINGS.size();
  }

  /** Captions every input in every way, one after the other. */
  void prepare(Captioner captioner) {
    for (Decoding decoding : DECODINGS) {
      expected.add(
          inputs.stream()
              .map(input -> captioner.caption(List.of(input), decoding).get(0).get(0))
              .toList());
    }
  }

  Call draw(SplittableRandom random) {
    List<Integer> chosen = new ArrayList<>();
    for (int i = random.nextInt(1, MAX_BATCH + 1); i > 0; i--) {
      chosen.add(random.nextInt(inputs.size()));
    }
    return new Call(random.nextInt(DECODINGS.size()), chosen);
  }

  /** Makes a call; returns a line for each caption that is not the one that was made first. */
  List<String> mismatches(Captioner captioner, Call call) {
    List<List<Caption>> found =
        captioner.caption(
            call.inputs().stream().map(inputs::get).toList(), DECODINGS.get(call.decoding()));
    List<String> mismatches = new ArrayList<>();
    for (int i = 0; i < call.inputs().size(); i++) {
      Caption first = expected.get(call.decoding()).get(call.inputs().get(i));
      Caption now = found.get(i).get(0);
      if (!first.text().equals(now.text())) {
        mismatches.add(
            "input %d of %s: expected '%s' (%.5f), found '%s' (%.5f)"
                .formatted(i, call, first.text(), first.score(), now.text(), now.score()));
      }
    }
    return mismatches;
  }
}
