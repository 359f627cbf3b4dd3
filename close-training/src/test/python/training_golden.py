"""Writes the golden numbers of TrainingStepGoldenTest: three training steps of a tiny T5 with a
prefix, as PyTorch and transformers take them.

Usage, from the folder close-training:

    pip install torch==2.15.0 transformers==5.24.0 safetensors numpy
    python src/test/python/training_golden.py

Into src/test/resources/io/github/close4j/training/golden go, for each case of CASES,
CASE-{prefix,t5}.safetensors (the start), CASE-{prefix,t5}-after.safetensors (after three steps),
CASE.json (vectors, losses, norms of the third step's gradients), and versions.txt.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import T5Config, T5ForConditionalGeneration

OUT = Path("src/test/resources/io/github/close4j/training/golden")
TOKENIZER = Path("src/test/resources/io/github/close4j/training/t5-tokenizer.json")
CLIP_DIM, PREFIX, STEPS, RATE = 16, 4, 3, 3e-4

# (text beside the vector or None, targets) an example
CASES = {
    "multiple": [
        (None, ["a red cat sits", "the big cat", "one cat on the left"]),
        (None, ["two blue dog runs and a bird"]),
        (None, ["small green bird", "a bird"]),
    ],
    "text": [
        ("is the dog big", ["one"]),
        ("two", ["a cat", "the cat is red"]),
        ("the bird sits on the left of the small cat", ["green and blue"]),
    ],
}


def ids(vocabulary, text):
    return [vocabulary[word] for word in text.split()] + [vocabulary["</s>"]]


def padded(rows, value):
    width = max(len(row) for row in rows)
    return torch.tensor([row + [value] * (width - len(row)) for row in rows])


def randomize(module, generator):
    with torch.no_grad():
        for parameter in module.parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.copy_(1 + 0.1 * noise if parameter.dim() == 1 else 0.3 * noise)


def case(name, examples, vocabulary):
    generator = torch.Generator().manual_seed(7)
    config = T5Config(
        vocab_size=len(vocabulary), d_model=8, d_kv=4, d_ff=12, num_layers=2, num_decoder_layers=2,
        num_heads=2, relative_attention_num_buckets=8, relative_attention_max_distance=16,
        dropout_rate=0.0, layer_norm_epsilon=1e-6, feed_forward_proj="relu", pad_token_id=0,
        eos_token_id=1, decoder_start_token_id=0, tie_word_embeddings=True)
    t5 = T5ForConditionalGeneration(config)
    prefix = torch.nn.Linear(CLIP_DIM, PREFIX * config.d_model)
    randomize(t5, generator)
    randomize(prefix, generator)
    vectors = torch.nn.functional.normalize(
        torch.randn(len(examples), CLIP_DIM, generator=generator), dim=-1)

    def write(suffix):
        tensors = {k: v.detach().clone().contiguous() for k, v in t5.named_parameters()}
        save_file(tensors, OUT / f"{name}-t5{suffix}.safetensors")
        tensors = {k: v.detach().clone().contiguous() for k, v in prefix.named_parameters()}
        save_file(tensors, OUT / f"{name}-prefix{suffix}.safetensors")

    write("")
    parameters = list(prefix.parameters()) + list(t5.parameters())
    optimizer = torch.optim.AdamW(
        parameters, lr=RATE, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0)
    owner = torch.tensor([i for i, (_, targets) in enumerate(examples) for _ in targets])
    labels = padded([ids(vocabulary, t) for _, targets in examples for t in targets], -100)
    losses = []
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = RATE * (STEPS - step) / STEPS
        optimizer.zero_grad()
        inputs = prefix(vectors).view(len(examples), PREFIX, config.d_model)
        mask = torch.ones(len(examples), PREFIX, dtype=torch.long)
        if examples[0][0] is not None:
            text = [ids(vocabulary, question) for question, _ in examples]
            inputs = torch.cat([inputs, t5.shared(padded(text, 0))], 1)
            mask = torch.cat([mask, padded([[1] * len(row) for row in text], 0)], 1)
        hidden = t5.encoder(inputs_embeds=inputs, attention_mask=mask).last_hidden_state
        logits = t5(
            encoder_outputs=(hidden[owner],), attention_mask=mask[owner], labels=labels).logits
        loss = torch.nn.functional.cross_entropy(
            logits.view(-1, config.vocab_size), labels.view(-1), ignore_index=-100)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    write("-after")
    norms = {f"prefix.{k}": v.grad.norm().item() for k, v in prefix.named_parameters()}
    norms |= {f"t5.{k}": v.grad.norm().item() for k, v in t5.named_parameters()}
    golden = {
        "examples": [{"text": text, "targets": targets} for text, targets in examples],
        "vectors": vectors.tolist(), "losses": losses, "gradientNorms": norms,
    }
    (OUT / f"{name}.json").write_text(json.dumps(golden, indent=1) + "\n")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    vocabulary = json.loads(TOKENIZER.read_text())["model"]["vocab"]
    for name, examples in CASES.items():
        case(name, examples, vocabulary)
    lines = [f"{name} {version(name)}" for name in ("torch", "transformers", "safetensors")]
    lines.append("python " + sys.version.split()[0])
    (OUT / "versions.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
