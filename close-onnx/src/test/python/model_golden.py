"""Makes the golden files of close-onnx's model tests: tiny CLIPs and T5s with seeded random weights,
and what transformers, and a plain implementation of the reference's beam rule, make of them.

    python src/test/python/model_golden.py src/test/resources/io/github/close4j/onnx/golden

Versions used are written to versions.txt beside the files.
"""

import json
import platform
import sys
from pathlib import Path

import numpy
import safetensors
import torch
import transformers
from safetensors.torch import save_file
from transformers import CLIPConfig, CLIPModel, T5Config, T5ForConditionalGeneration
from transformers.modeling_outputs import BaseModelOutput

CLIP_DIM, D_MODEL, VOCABULARY, PREFIX_LENGTH, CONSTANTS = 64, 32, 60, 4, 2
INPUTS, BEAMS, LOGIT_ROWS = 60, 5, 8
PAD, END = 0, 1
CLIP_START, CLIP_END = 58, 59


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def randomize(model, generator, scale):
    """Weights that make outputs differ from input to input: transformers' own initial values are so
    small that a tiny model says nearly the same of everything."""
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        with torch.no_grad():
            if "norm" in name or "layrnorm" in name:
                parameter.copy_(1 + 0.2 * noise if name.endswith("weight") else 0.1 * noise)
            elif parameter.dim() < 2:
                parameter.copy_(0.1 * noise)
            elif "embedding" in name or "shared" in name or "bias" in name:
                parameter.copy_(noise)
            else:
                fan_in = parameter[0].numel()
                parameter.copy_(noise * scale / fan_in**0.5)


# CLIP ----------------------------------------------------------------------------------------


def clip_model(activation, state=None):
    tower = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
                 hidden_act=activation, layer_norm_eps=1e-5)
    model = CLIPModel(CLIPConfig(
        projection_dim=CLIP_DIM,
        vision_config=dict(tower, image_size=32, patch_size=8, projection_dim=CLIP_DIM),
        text_config=dict(tower, vocab_size=VOCABULARY, max_position_embeddings=16,
                         bos_token_id=CLIP_START, eos_token_id=CLIP_END, pad_token_id=CLIP_END,
                         projection_dim=CLIP_DIM))).eval()
    if state is None:
        randomize(model, seeded(1), 1.5)
    else:
        model.load_state_dict(state)
    return model


def features(output):
    return output if isinstance(output, torch.Tensor) else output.pooler_output


def clip_golden(folder):
    model = clip_model("quick_gelu")
    state = {k: v.clone() for k, v in model.state_dict().items()
             if not k.endswith("position_ids") and k != "logit_scale"}
    save_file(state, folder / "clip.safetensors")
    generator = seeded(2)
    pixels = torch.randn(8, 3, 32, 32, generator=generator)
    lengths = [2, 3, 5, 8, 11, 15, 16, 16]
    ids = torch.full((len(lengths), 16), CLIP_END)
    for row, length in enumerate(lengths):
        ids[row, 0] = CLIP_START
        ids[row, 1:length - 1] = torch.randint(1, 58, (length - 2,), generator=generator)
    cases = {"pixels": pixels, "text_ids": ids.float()}
    for activation in ["quick_gelu", "gelu"]:
        model = clip_model(activation, model.state_dict())
        with torch.no_grad():
            cases[activation + ".image"] = features(model.get_image_features(pixel_values=pixels))
            cases[activation + ".text"] = features(model.get_text_features(
                input_ids=ids, attention_mask=torch.ones_like(ids)))
    save_file(cases, folder / "clip-cases.safetensors")


# T5 ------------------------------------------------------------------------------------------


def t5_model():
    model = T5ForConditionalGeneration(T5Config(
        vocab_size=VOCABULARY, d_model=D_MODEL, d_kv=8, num_heads=4, d_ff=64, num_layers=2,
        num_decoder_layers=2, relative_attention_num_buckets=8, relative_attention_max_distance=16,
        dropout_rate=0, layer_norm_epsilon=1e-6, feed_forward_proj="relu", tie_word_embeddings=True,
        pad_token_id=PAD, eos_token_id=END, decoder_start_token_id=PAD)).eval()
    randomize(model, seeded(12), 4)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("EncDecAttention.o.weight"):
                parameter.mul_(2)  # what is said depends on the input
            if name.endswith("Attention.q.weight"):
                parameter.mul_(0.1)  # T5 does not scale scores: its q is that much smaller
        model.shared.weight[END].mul_(1.6)  # and ends after a while
    return model


class Kind:
    """One kind of input: how the prefix is made, and whether text stands beside it."""

    def __init__(self, name, prefix, constants, with_text):
        self.name, self.prefix, self.constants, self.with_text = name, prefix, constants, with_text

    def encoder_input(self, model, weights, vectors, text, mask):
        rows = torch.nn.functional.normalize(vectors, dim=-1)
        if self.prefix == "PROJECTION":
            rows = rows @ weights["weight"].T + weights["bias"]
        rows = rows.reshape(len(vectors), -1, D_MODEL)
        if self.constants:
            rows = torch.cat([weights["constants"].expand(len(rows), -1, -1), rows], 1)
        attended = torch.ones(rows.shape[:2], dtype=torch.long)
        if self.with_text:
            rows = torch.cat([rows, model.shared(text)], 1)
            attended = torch.cat([attended, mask], 1)
        return rows, attended


KINDS = [
    Kind("projection", "PROJECTION", 0, False),
    Kind("projection-text", "PROJECTION", 0, True),
    Kind("split-text", "SPLIT", 0, True),
    Kind("constants-projection", "PROJECTION", CONSTANTS, False),
    Kind("constants-split-text", "SPLIT", CONSTANTS, True),
]


def texts(generator):
    lengths = torch.randint(0, 11, (INPUTS,), generator=generator).tolist()
    ids = torch.full((INPUTS, max(lengths) + 1), PAD)
    mask = torch.zeros_like(ids)
    for row, length in enumerate(lengths):
        ids[row, :length] = torch.randint(3, VOCABULARY, (length,), generator=generator)
        ids[row, length] = END
        mask[row, :length + 1] = 1
    return ids, mask


def until_end(ids):
    return ids[:ids.index(END) + 1] if END in ids else ids


class Limits:
    """Longest caption, fewest tokens before the end, and n-grams that must not occur twice."""

    def __init__(self, longest, fewest=0, ngram=0):
        self.longest, self.fewest, self.ngram = longest, fewest, ngram

    def __str__(self):
        return f"{self.longest} {self.fewest} {self.ngram}"

    def forbids(self, ids, token):
        """Whether token must not follow the ids, which begin with the start token."""
        if token == END and len(ids) - 1 < self.fewest:
            return True
        if not self.ngram:
            return False
        last = (ids + [token])[-self.ngram:]
        return any(ids[i:i + self.ngram] == last for i in range(len(ids) - self.ngram + 1))


def hugging_face(model, encoded, attended, beams, limits, penalty):
    """Hypotheses of each input, best first: token ids, score, and summed log-probability."""
    output = model.generate(
        encoder_outputs=BaseModelOutput(last_hidden_state=encoded), attention_mask=attended,
        num_beams=beams, num_return_sequences=beams, length_penalty=penalty, early_stopping=False,
        do_sample=False, max_new_tokens=limits.longest, min_new_tokens=limits.fewest,
        no_repeat_ngram_size=limits.ngram, return_dict_in_generate=True, output_scores=True,
        output_logits=True)
    # Greedy: of the model's own logits, not of those without what is forbidden.
    transitions = model.compute_transition_scores(
        output.sequences, output.scores, output.beam_indices
    ) if beams > 1 else model.compute_transition_scores(
        output.sequences, output.logits, normalize_logits=True)
    items = []
    for item in range(len(encoded)):
        hypotheses = []
        for beam in range(beams):
            row = item * beams + beam
            ids = until_end(output.sequences[row, 1:].tolist())
            total = transitions[row, :len(ids)].sum().item()
            score = output.sequences_scores[row].item() if beams > 1 else total
            hypotheses.append({"ids": ids, "logProbability": total, "score": score})
        items.append(hypotheses)
    return items


def log_probabilities(model, encoded, attended, prefixes):
    """After each prefix, all of one length, of one input."""
    count = len(prefixes)
    logits = model(
        encoder_outputs=BaseModelOutput(last_hidden_state=encoded.expand(count, -1, -1)),
        attention_mask=attended.expand(count, -1),
        decoder_input_ids=torch.tensor(prefixes)).logits[:, -1]
    return torch.log_softmax(logits, -1).tolist()


def likeliest(step, ids, beams, limits):
    allowed = [token for token in range(VOCABULARY) if not limits.forbids([PAD] + ids, token)]
    return sorted(allowed, key=lambda token: -step[token])[:beams]


def summed_beams(model, encoded, attended, beams, limits):
    """The reference's rule for one input, without cache or batch, in plain lists."""
    first = log_probabilities(model, encoded, attended, [[PAD]])[0]
    hypotheses = [(first[token], [token]) for token in likeliest(first, [], beams, limits)]
    for _ in range(limits.longest - 1):
        if all(ids[-1] == END for _, ids in hypotheses):
            break
        steps = log_probabilities(model, encoded, attended, [[PAD] + ids for _, ids in hypotheses])
        candidates = []
        for (total, ids), step in zip(hypotheses, steps):
            if ids[-1] == END:
                candidates.append((total, ids + [END]))
            else:
                candidates += [(total + step[token], ids + [token])
                               for token in likeliest(step, ids, beams, limits)]
        hypotheses = sorted(candidates, key=lambda candidate: -candidate[0])[:beams]
    return [{"ids": until_end(ids), "logProbability": total, "score": total}
            for total, ids in hypotheses]


CONSTRAINED = {
    "projection": [Limits(8, 3, 0), Limits(11, 0, 1)],
    "projection-text": [Limits(12, 5, 2), Limits(12, 0, 3)],
}


def t5_golden(folder):
    model = t5_model()
    state = {k: v.clone() for k, v in model.state_dict().items()
             if k not in ("lm_head.weight", "encoder.embed_tokens.weight",
                          "decoder.embed_tokens.weight")}
    save_file(state, folder / "t5.safetensors")
    generator = seeded(4)
    weights = {
        "weight": 2.5 * torch.randn(PREFIX_LENGTH * D_MODEL, CLIP_DIM, generator=generator),
        "bias": 0.5 * torch.randn(PREFIX_LENGTH * D_MODEL, generator=generator),
        "constants": torch.randn(CONSTANTS, D_MODEL, generator=generator),
    }
    save_file(weights, folder / "prefix.safetensors")
    # Of any norm: the graph normalises them.
    vectors = torch.randn(INPUTS, CLIP_DIM, generator=generator)
    vectors *= torch.exp(torch.randn(INPUTS, 1, generator=generator))
    text, mask = texts(generator)
    decoder_ids = torch.randint(2, VOCABULARY, (LOGIT_ROWS, 24), generator=generator)
    decoder_ids[:, 0] = PAD
    cases = {"vectors": vectors, "text": text.float(), "text_mask": mask.float(),
             "decoder_ids": decoder_ids.float()}
    captions = {}
    with torch.no_grad():
        for kind in KINDS:
            rows, attended = kind.encoder_input(model, weights, vectors, text, mask)
            cases[kind.name + ".logits"] = model(
                inputs_embeds=rows[:LOGIT_ROWS], attention_mask=attended[:LOGIT_ROWS],
                decoder_input_ids=decoder_ids).logits
            encoded = model.encoder(
                inputs_embeds=rows, attention_mask=attended).last_hidden_state
            for limits in [Limits(5), Limits(20)] + CONSTRAINED.get(kind.name, []):
                made = {"greedy": hugging_face(model, encoded, attended, 1, limits, 1.0)}
                for penalty in [0.6, 1.0, 2.0]:
                    made["normalized-" + str(penalty)] = hugging_face(
                        model, encoded, attended, BEAMS, limits, penalty)
                made["summed"] = [
                    summed_beams(model, encoded[i:i + 1], attended[i:i + 1], BEAMS, limits)
                    for i in range(INPUTS)]
                for decoding, items in made.items():
                    captions[f"{kind.name} {decoding} {limits}"] = items
    save_file(cases, folder / "t5-cases.safetensors")
    with open(folder / "captions.json", "w") as file:
        file.write("{\n")
        file.write(",\n".join(
            json.dumps(name) + ":" + json.dumps(rounded(items), separators=(",", ":"))
            for name, items in captions.items()))
        file.write("\n}\n")
    report(captions)


def rounded(items):
    return [[[h["ids"], round(h["logProbability"], 4), round(h["score"], 5)] for h in item]
            for item in items]


def report(captions):
    """Prints whether the goldens are worth anything: distinct captions, lengths, ends."""
    for name, items in captions.items():
        best = [tuple(item[0]["ids"]) for item in items]
        lengths = sorted(len(ids) for ids in best)
        ended = sum(ids[-1] == END for ids in best)
        print(f"{name:36} {len(set(best))} distinct, lengths {lengths[0]}..{lengths[-1]} "
              f"(median {lengths[len(lengths) // 2]}), {ended} ended")


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    clip_golden(folder)
    t5_golden(folder)
    versions = {"python": platform.python_version(), "torch": torch.__version__,
                "transformers": transformers.__version__, "numpy": numpy.__version__,
                "safetensors": safetensors.__version__}
    (folder / "versions.txt").write_text(
        "".join(f"{name} {version}\n" for name, version in versions.items()))


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
