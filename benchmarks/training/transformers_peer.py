"""Trains a T5 on COCO captions as the reference does, with PyTorch and transformers, and prints one
JSON line.

usage: transformers_peer.py DIR BATCH STEPS THREADS float32|bfloat16 step|epoch [cuda]

step: the vectors are given; prefix, T5, loss, gradients and AdamW alone. epoch: CLIP's text encoder
runs on each batch first, its texts padded to 77 tokens, as the reference's loop has it. Batches are
those of ours. The first three steps are not counted.
"""

import json
import resource
import sys
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import CLIPTextModelWithProjection, T5ForConditionalGeneration

WARM_UP, NOISE, RATE, PREFIX, CONTEXT = 3, 0.08, 3e-4, 4, 77
work, batch_size, steps, threads, precision, mode = (
    Path(sys.argv[1]), *map(int, sys.argv[2:5]), *sys.argv[5:7])
device = sys.argv[7] if len(sys.argv) > 7 else "cpu"


class JavaRandom:
    """java.util.Random, to draw the same batches."""

    def __init__(self, seed):
        self.seed = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1)

    def bits(self, count):
        self.seed = (self.seed * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        return self.seed >> (48 - count)

    def next_int(self, bound):
        if bound & -bound == bound:
            return (bound * self.bits(31)) >> 31
        while True:
            bits = self.bits(31)
            if bits - bits % bound + bound - 1 < 1 << 31:
                return bits % bound


def order(count, seed, epoch):
    numbers, random = list(range(count)), JavaRandom(seed * 1_000_003 + epoch)
    for i in range(count, 1, -1):
        j = random.next_int(i)
        numbers[i - 1], numbers[j] = numbers[j], numbers[i - 1]
    return numbers


torch.manual_seed(1)
torch.set_num_threads(threads)
captions = (work / "captions.txt").read_text().splitlines()[:batch_size * steps]
t5_tokenizer = Tokenizer.from_file(str(work / "t5/tokenizer.json"))
t5_tokenizer.no_padding()
clip_tokenizer = Tokenizer.from_file(str(work / "clip/tokenizer.json"))
clip_tokenizer.enable_truncation(CONTEXT)
clip_tokenizer.enable_padding(length=CONTEXT)
clip = CLIPTextModelWithProjection.from_pretrained(work / "clip").eval().to(device)
t5 = T5ForConditionalGeneration.from_pretrained(work / "t5").train().to(device)
prefix = torch.nn.Linear(clip.config.projection_dim, PREFIX * t5.config.d_model).to(device)
# On a GPU the fused form is PyTorch's fastest.
optimizer = torch.optim.AdamW(
    [*prefix.parameters(), *t5.parameters()], lr=RATE, weight_decay=0.0,
    fused=True if device == "cuda" else None)
given = torch.nn.functional.normalize(
    torch.randn(batch_size * steps, prefix.in_features), dim=-1).to(device)


def vectors(rows):
    if mode == "step":
        return given[rows]
    with torch.no_grad():
        ids = torch.tensor(
            [e.ids for e in clip_tokenizer.encode_batch([captions[row] for row in rows])],
            device=device)
        return torch.nn.functional.normalize(clip(input_ids=ids).text_embeds, dim=-1)


def labels(rows):
    ids = [e.ids for e in t5_tokenizer.encode_batch([captions[row].lower() for row in rows])]
    width = max(map(len, ids))
    return torch.tensor([row + [-100] * (width - len(row)) for row in ids], device=device)


shuffled, losses, begun = order(len(captions), 1, 0), [], 0.0
for step in range(steps):
    if step == WARM_UP:
        begun = time.perf_counter()
    rows = shuffled[step * batch_size:(step + 1) * batch_size]
    for group in optimizer.param_groups:
        group["lr"] = RATE * (steps - step) / steps
    x = vectors(rows)
    x = torch.nn.functional.normalize(x + NOISE * torch.randn_like(x), dim=-1)
    optimizer.zero_grad()
    with torch.autocast(device, torch.bfloat16, enabled=precision == "bfloat16"):
        inputs = prefix(x).view(len(rows), PREFIX, t5.config.d_model)
        loss = t5(inputs_embeds=inputs, labels=labels(rows)).loss
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
seconds = time.perf_counter() - begun
print(json.dumps({
    "system": "PyTorch + transformers", "mode": mode, "precision": precision, "threads": threads,
    "stepsPerSecond": (steps - WARM_UP) / seconds, "encodingSeconds": 0.0, "steps": steps,
    "firstLoss": losses[0], "lastLoss": losses[-1],
    "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
