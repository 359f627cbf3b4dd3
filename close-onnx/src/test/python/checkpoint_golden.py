"""Writes tiny seeded checkpoints of each model family and what transformers computes with them.

Usage, from the folder close-onnx:

    pip install torch==2.15.0 transformers==5.24.0 safetensors==0.8.0 tokenizers==0.23.3 numpy==2.4.6
    python src/test/python/checkpoint_golden.py src/test/resources/io/github/close4j/onnx/checkpoint

Directories: clip-quick-gelu (bf16, end token stated as 2), clip-gelu (fp32, an end token that is not
the highest id), t5-v10 (fp32, also as pytorch_model.bin), t5-v11 (fp16 in two shards), close (model.json and state-ep8.pth in the
layout of CLOSE's authors), pickles (checkpoints for the reader of PyTorch files). The numbers are in
golden.safetensors, the versions in its metadata and in versions.txt.
"""

import json
import shutil
import sys
from collections import OrderedDict
from importlib.metadata import version
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import CLIPConfig, CLIPModel, T5Config, T5ForConditionalGeneration

WORDS = 64
MEAN = [0.48145466, 0.4578275, 0.40821073]
STD = [0.26862954, 0.26130258, 0.27577711]
BEAMS = 5
MAX_TOKENS = 12


def random_weights(model, spread):
    """Larger than transformers' own, so that every part of the model shows in the result."""
    generator = torch.Generator().manual_seed(sum(map(ord, model.__class__.__name__)) + spread)
    for name, parameter in model.named_parameters():
        draw = torch.randn(parameter.shape, generator=generator)
        if "norm" in name and name.endswith("weight"):
            parameter.data = 1 + 0.2 * draw
        elif parameter.dim() <= 1 or "bias" in name:
            parameter.data = 0.3 * draw
        elif "shared" in name or "lm_head" in name:
            parameter.data = 1.2 * draw
        elif "embedding" in name:
            parameter.data = 0.5 * draw
        else:
            parameter.data = draw * 1.5 * parameter[0].numel() ** -0.5
    return model.eval()


def rounded(model, dtype):
    for parameter in model.parameters():
        parameter.data = parameter.data.to(dtype).float()
    return model


def write_tokenizer(path, words, start, end):
    vocabulary = {word: i for i, word in enumerate(words)}
    unknown = "<unk>" if "<unk>" in vocabulary else end
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=unknown))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    special = [t for t in (start, end) if t]
    tokenizer.add_special_tokens(special + (["<pad>", "<unk>"] if "<pad>" in vocabulary else []))
    single = f"{start} $A {end}" if start else f"$A {end}"
    tokenizer.post_processor = processors.TemplateProcessing(
        single=single, special_tokens=[(t, vocabulary[t]) for t in special]
    )
    tokenizer.save(str(path), pretty=False)


def write_json(path, value):
    path.write_text(json.dumps(value, indent=1) + "\n")


def clip(directory, golden, name, act, end_id, stated_end, dtype):
    config = CLIPConfig(
        text_config=dict(
            vocab_size=WORDS, hidden_size=24, intermediate_size=40, num_hidden_layers=2,
            num_attention_heads=3, max_position_embeddings=16, hidden_act=act,
            eos_token_id=stated_end, bos_token_id=0, layer_norm_eps=1e-5),
        vision_config=dict(
            hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
            image_size=32, patch_size=8, hidden_act=act, layer_norm_eps=1e-4),
        projection_dim=20)
    model = rounded(random_weights(CLIPModel(config), len(name)), dtype)
    folder = directory / name
    folder.mkdir()
    write_json(folder / "config.json", config.to_dict())
    state = {k: v.to(dtype).contiguous() for k, v in model.state_dict().items()}
    state["text_model.embeddings.position_ids"] = torch.arange(16).unsqueeze(0)
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    words = [f"w{i}" for i in range(WORDS)]
    words[0], words[end_id] = "<|startoftext|>", "<|endoftext|>"
    write_tokenizer(folder / "tokenizer.json", words, "<|startoftext|>", "<|endoftext|>")

    generator = torch.Generator().manual_seed(7)
    pixels = torch.randn(6, 3, 32, 32, generator=generator)
    ids = torch.randint(1, WORDS, (50, 16), generator=generator)
    ids[ids == end_id] = 1
    for row in range(len(ids)):
        ids[row, 0] = 0
        ids[row, row % 15 + 1:] = end_id
    with torch.inference_mode():
        vision = model.vision_model(pixel_values=pixels).pooler_output
        text = model.text_model(input_ids=ids).pooler_output
        golden[f"{name}/image_features"] = model.visual_projection(vision)
        golden[f"{name}/text_features"] = model.text_projection(text)
    golden[f"{name}/pixels"] = pixels
    golden[f"{name}/ids"] = ids
    return model


def t5_config(**settings):
    return T5Config(
        vocab_size=WORDS, d_model=24, d_kv=8, d_ff=40, num_heads=2, decoder_start_token_id=0,
        **settings)


def t5(directory, golden, name, config, json_settings, dtype, shards):
    model = T5ForConditionalGeneration(config)
    if "lm_head_is_its_own" in json_settings:
        del json_settings["lm_head_is_its_own"]
        model.lm_head.weight = torch.nn.Parameter(torch.empty(WORDS, 24))
        model.config.scale_decoder_outputs = False
    model = rounded(random_weights(model, len(name)), dtype)
    folder = directory / name
    folder.mkdir()
    stated = dict(
        architectures=["T5ForConditionalGeneration"], model_type="t5", vocab_size=WORDS,
        d_model=24, d_kv=8, d_ff=40, num_heads=2, num_layers=config.num_layers,
        num_decoder_layers=config.num_decoder_layers, decoder_start_token_id=0, pad_token_id=0,
        eos_token_id=1, is_encoder_decoder=True, layer_norm_epsilon=1e-6, dropout_rate=0.1,
        relative_attention_num_buckets=config.relative_attention_num_buckets, **json_settings)
    write_json(folder / "config.json", stated)
    skipped = {"encoder.embed_tokens.weight", "decoder.embed_tokens.weight"}
    if stated.get("tie_word_embeddings", True):
        skipped.add("lm_head.weight")
    state = {k: v.to(dtype).contiguous() for k, v in model.state_dict().items() if k not in skipped}
    write_shards(folder, state, shards)
    if shards == 1:
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
    words = ["<pad>", "</s>", "<unk>"] + [f"w{i}" for i in range(3, WORDS)]
    write_tokenizer(folder / "tokenizer.json", words, None, "</s>")

    generator = torch.Generator().manual_seed(11)
    ids = torch.randint(3, WORDS, (12, 40), generator=generator)
    mask = torch.ones_like(ids)
    for row in range(len(ids)):
        ids[row, 40 - 3 * row:] = 0
        mask[row, 40 - 3 * row:] = 0
    decoder_ids = torch.randint(3, WORDS, (12, 9), generator=generator)
    decoder_ids[:, 0] = 0
    with torch.inference_mode():
        golden[f"{name}/logits"] = model(
            input_ids=ids, attention_mask=mask, decoder_input_ids=decoder_ids).logits
    golden[f"{name}/ids"] = ids
    golden[f"{name}/mask"] = mask
    golden[f"{name}/decoder_ids"] = decoder_ids


def write_shards(folder, state, count):
    if count == 1:
        save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
        return
    weight_map = {}
    for shard in range(count):
        file = f"model-{shard + 1:05d}-of-{count:05d}.safetensors"
        part = {k: v for i, (k, v) in enumerate(state.items()) if i % count == shard}
        save_file(part, folder / file, metadata={"format": "pt"})
        weight_map.update({k: file for k in part})
    index = dict(metadata=dict(total_size=0), weight_map=weight_map)
    write_json(folder / "model.safetensors.index.json", index)


def picture(number):
    """32 x 32 pixels by a formula that the test repeats."""
    x = torch.arange(32).view(1, 1, 32)
    y = torch.arange(32).view(1, 32, 1)
    c = torch.arange(3).view(3, 1, 1)
    value = (x * (7 + number) + y * 13 + c * 29 * (number + 1) + x * y * (number + 3)) % 256
    pixels = value.float() / 255
    return (pixels - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


def beam_search(model, hidden):
    """The reference's rule: a finished beam goes on with the end token at log-probability 0."""
    beams = [([0], 0.0, False)]
    for _ in range(MAX_TOKENS):
        candidates = []
        logits = model(
            encoder_outputs=(hidden.expand(len(beams), -1, -1),),
            decoder_input_ids=torch.tensor([ids for ids, _, _ in beams])).logits[:, -1]
        best = torch.log_softmax(logits, -1).topk(BEAMS)
        for row, (ids, score, done) in enumerate(beams):
            if done:
                candidates.append((ids + [1], score, True))
                continue
            for value, token in zip(best.values[row].tolist(), best.indices[row].tolist()):
                candidates.append((ids + [token], score + value, token == 1))
        beams = sorted(candidates, key=lambda beam: -beam[1])[:BEAMS]
        if all(done for _, _, done in beams):
            break
    return beams[0][0][1:], beams[0][1]


def close(directory, golden, clip_model):
    config = t5_config(num_layers=2, relative_attention_num_buckets=32)
    model = random_weights(T5ForConditionalGeneration(config), 99)
    model.shared.weight.data *= 1.4
    model.shared.weight.data[1] *= 4
    generator = torch.Generator().manual_seed(5)
    linear = torch.nn.Linear(20, 4 * 24)
    linear.weight.data = torch.randn(96, 20, generator=generator) * 5
    linear.bias.data = torch.randn(96, generator=generator) * 0.3
    constants = torch.randn(2, 24, generator=generator)
    state = OrderedDict()
    state["adapter.constant_tokens"] = constants
    state["adapter.lin.weight"] = linear.weight.data
    state["adapter.lin.bias"] = linear.bias.data
    for key, value in model.state_dict().items():
        state["_t5_model." + key] = value
    folder = directory / "close"
    folder.mkdir()
    torch.save(state, folder / "state-ep8.pth")
    write_json(folder / "model.json", {
        "clip_model": "ViT-L/14", "t5_model_name": "t5-base", "openai_clip": None,
        "adapter": {"n_tokens": 4, "n_constant": 2, "type": "linear"},
        "language_shift": {"scale": 0.08, "type": "gaussian-noise"},
        "train_on_l": True, "lowercase_target": True, "caption_mode": "1to1",
        "average_vqa_caption": True, "type": "clip-t5"})

    pixels = torch.stack([picture(i) for i in range(50)])
    texts = torch.randint(3, WORDS, (50, 7), generator=generator)
    for name, with_text in (("captions", False), ("answers", True)):
        tokens = torch.full((50, MAX_TOKENS), -1)
        scores = torch.zeros(50)
        with torch.inference_mode():
            vision = clip_model.vision_model(pixel_values=pixels).pooler_output
            vectors = clip_model.visual_projection(vision)
            vectors = vectors / vectors.norm(dim=-1, keepdim=True)
            for i in range(50):
                prefix = linear(vectors[i]).reshape(1, 4, 24)
                inputs = torch.cat([constants.unsqueeze(0), prefix], 1)
                if with_text:
                    ids = torch.cat([texts[i], torch.tensor([1])]).unsqueeze(0)
                    inputs = torch.cat([inputs, model.shared(ids)], 1)
                hidden = model.encoder(inputs_embeds=inputs).last_hidden_state
                ids, scores[i] = beam_search(model, hidden)
                tokens[i, :len(ids)] = torch.tensor(ids)
        golden[f"close/{name}"] = tokens
        golden[f"close/{name}_scores"] = scores
        print(name, len({tuple(row.tolist()) for row in tokens}), "different,",
              int((tokens == 1).any(1).sum()), "ended", file=sys.stderr)
    golden["close/texts"] = texts
    golden["close/vectors"] = vectors


class Stranger:
    """Pickles as a call of a function that a reader must not call."""

    def __reduce__(self):
        import os
        return os.system, ("echo executed",)


def pickles(directory):
    folder = directory / "pickles"
    folder.mkdir()
    base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
    views = OrderedDict(
        rows=base, transposed=base.t(), part=base[1:3, 2:5], column=base[:, 3],
        parameter=torch.nn.Parameter(base * 0.5), half=base.half() / 3, bfloat16=base.bfloat16() / 3,
        longs=torch.arange(-3, 3), scalar=torch.tensor(2.5), empty=torch.zeros(0, 4))
    nested = {"epoch": 3, "name": "n", "model": {"a": base, "deep": {"b": base[0]}}, "list": [1, 2.5, (True, None)]}
    for name, content in (("views", views), ("nested", nested)):
        torch.save(content, folder / f"{name}.pth")
        torch.save(content, folder / f"{name}-legacy.pth", _use_new_zipfile_serialization=False)
    torch.save({"a": base, "bad": Stranger()}, folder / "stranger.pth")
    torch.save({"a": base.double()}, folder / "double.pth")


def main():
    torch.set_num_threads(1)
    directory = Path(sys.argv[1])
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    golden = {}
    clip_model = clip(directory, golden, "clip-quick-gelu", "quick_gelu", 63, 2, torch.bfloat16)
    write_json(directory / "clip-quick-gelu/preprocessor_config.json", {
        "crop_size": 32, "do_center_crop": True, "do_normalize": True, "do_resize": True,
        "feature_extractor_type": "CLIPFeatureExtractor", "image_mean": MEAN, "image_std": STD,
        "resample": 3, "size": 32})
    clip(directory, golden, "clip-gelu", "gelu", 40, 40, torch.float32)
    write_json(directory / "clip-gelu/preprocessor_config.json", {
        "crop_size": {"height": 32, "width": 32}, "do_center_crop": True, "do_convert_rgb": True,
        "do_normalize": True, "do_rescale": True, "do_resize": True,
        "image_processor_type": "CLIPImageProcessor", "image_mean": [0.5, 0.4, 0.3],
        "image_std": [0.2, 0.3, 0.4], "resample": 3, "rescale_factor": 0.00392156862745098,
        "size": {"shortest_edge": 32}})
    t5(directory, golden, "t5-v10", t5_config(num_layers=2), {}, torch.float32, 1)
    t5(directory, golden, "t5-v11",
       t5_config(num_layers=2, num_decoder_layers=3, feed_forward_proj="gated-gelu",
                 tie_word_embeddings=False, relative_attention_num_buckets=16,
                 relative_attention_max_distance=24),
       {"feed_forward_proj": "gated-gelu", "tie_word_embeddings": False,
        "relative_attention_max_distance": 24, "lm_head_is_its_own": True}, torch.float16, 2)
    close(directory, golden, clip_model)
    pickles(directory)
    versions = {p: version(p) for p in ("torch", "transformers", "safetensors", "tokenizers", "numpy")}
    versions["python"] = sys.version.split()[0]
    save_file({k: v.contiguous() for k, v in golden.items()}, directory / "golden.safetensors",
              metadata=versions)
    (directory / "versions.txt").write_text("".join(f"{k} {v}\n" for k, v in versions.items()))


if __name__ == "__main__":
    main()
