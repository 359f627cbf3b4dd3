"""Captions pictures with transformers and adds JSON lines to a file: one for each batch size and way
of decoding that the file does not have yet.

usage: peer.py WORK SYSTEM OUT [options]

SYSTEM
  eager        plain transformers; generate with its own cache
  compiled     the same, CLIP's tower by torch.compile
  static       CLIP's tower, prefix and T5's encoder by torch.compile, and
               generate(cache_implementation="static"), which compiles the decoder; for beams,
               where it does not, the decoder is compiled by hand
  static-kept  the same with one StaticCache that is handed to generate and reset between calls
"""

import argparse
import inspect
import json
import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy
import torch
import torch._dynamo
from PIL import Image
from transformers import (
    AutoTokenizer, CLIPImageProcessor, CLIPModel, CompileConfig, EncoderDecoderCache, StaticCache,
    T5ForConditionalGeneration)
from transformers.modeling_outputs import BaseModelOutput

TOKENS, WARM_UP, MOST_ROUNDS, IDS_BATCH = 20, 3, 100, 64
BEAMS = {"greedy": 1, "beam": 5}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("system", choices=["eager", "compiled", "static", "static-kept"])
    parser.add_argument("out", type=Path)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--precision", default="float16")
    parser.add_argument("--batches", default="1,8,64,256")
    parser.add_argument("--decodings", default="greedy,beam")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--compile", choices=["yes", "no"], default="yes")
    parser.add_argument("--ids", action="store_true", help="token ids of all pictures; no times")
    return parser.parse_args()


class Peer:
    """CLIP's image tower, the prefix and T5, from pixels to ids and from files to words."""

    def __init__(self, options):
        dtype = getattr(torch, options.precision)
        self.device, self.compiles = options.device, options.compile == "yes"
        self.system = options.system
        self.clip = CLIPModel.from_pretrained(options.work / "clip", dtype=dtype)
        self.clip.eval().to(self.device)
        self.t5 = T5ForConditionalGeneration.from_pretrained(options.work / "t5", dtype=dtype)
        self.t5.eval().to(self.device)
        state = torch.load(options.work / "state-ep8.pth", weights_only=True, mmap=True)
        weight, bias = state["adapter.lin.weight"], state["adapter.lin.bias"]
        self.prefix = torch.nn.Linear(weight.shape[1], weight.shape[0])
        self.prefix.load_state_dict({"weight": weight, "bias": bias})
        self.prefix.to(self.device, dtype)
        self.positions = weight.shape[0] // self.t5.config.d_model
        self.processor = CLIPImageProcessor.from_pretrained(options.work / "clip")
        self.tokenizer = AutoTokenizer.from_pretrained(options.work / "t5")
        self.pool = ThreadPoolExecutor(os.cpu_count())
        self.vision, self.front = self.vectors, self.encoded
        self.kept, self.together = None, False
        self.plain_forward = self.t5.forward

    def prepare(self, beams):
        """For a batch size and a way of decoding, of which each is compiled for itself."""
        torch._dynamo.reset()
        torch._dynamo.utils.counters.clear()
        self.beams = beams
        self.settings = dict(
            num_beams=beams, max_new_tokens=TOKENS, min_new_tokens=TOKENS, do_sample=False)
        if beams > 1:
            self.settings |= dict(length_penalty=1.0, early_stopping=False)
        if self.system == "eager":
            return
        mode = "reduce-overhead" if self.device == "cuda" else "default"
        if self.compiles and self.system == "compiled":
            self.vision = torch.compile(self.vectors, mode=mode, dynamic=False)
        elif self.compiles:
            self.front = torch.compile(self.encoded, mode=mode, dynamic=False)
            self.t5.forward = self.plain_forward if beams == 1 else torch.compile(
                self.plain_forward, mode=mode, dynamic=False)
        if self.system == "static":
            self.settings["cache_implementation"] = "static"
        if self.system == "static-kept":
            config = self.t5.config.get_text_config(decoder=True)
            self.kept = EncoderDecoderCache(
                StaticCache(config=config, max_cache_len=TOKENS + 1),
                StaticCache(config=config, max_cache_len=self.positions))
            name = "cache" if "cache" in inspect.signature(self.t5.forward).parameters else None
            self.settings[name or "past_key_values"] = self.kept
        if self.system != "compiled" and self.compiles and self.device != "cuda" and beams == 1:
            self.settings["compile_config"] = CompileConfig(mode=mode)
            self.settings["compile_config"]._compile_all_devices = True

    def vectors(self, pixels):
        features = self.clip.visual_projection(
            self.clip.vision_model(pixel_values=pixels).pooler_output)
        return torch.nn.functional.normalize(features, dim=-1)

    def encoded(self, pixels):
        inputs = self.prefix(self.vision(pixels)).view(len(pixels), self.positions, -1)
        return self.t5.encoder(inputs_embeds=inputs).last_hidden_state

    @torch.no_grad()
    def ids(self, pixels):
        """Pixels [B,3,S,S] -> ids [B,T] in the processor's memory."""
        pixels = pixels.to(self.device).to(self.prefix.weight.dtype)
        if self.device == "cuda":
            torch.compiler.cudagraph_mark_step_begin()
        # What a CUDA graph returns is overwritten by its next run; generate runs others meanwhile.
        hidden = self.front(pixels).clone()
        if self.kept is not None:
            self.kept.reset()
        mask = torch.ones(len(pixels), self.positions, dtype=torch.long, device=self.device)
        sequences = self.t5.generate(
            encoder_outputs=BaseModelOutput(hidden), attention_mask=mask, **self.settings)
        return sequences[:, 1:].cpu()

    def words(self, paths):
        """JPEG files -> captions."""
        return self.tokenizer.batch_decode(self.ids(self.pixels(paths)), skip_special_tokens=True)

    def pixels(self, paths):
        """Prepared all together, on the GPU where the processor can, or each on a thread."""
        if self.together:
            images = list(self.pool.map(self.image, paths))
            place = {} if "Pil" in type(self.processor).__name__ else {"device": self.device}
            return self.processor(images, return_tensors="pt", **place)["pixel_values"]
        return torch.cat(list(self.pool.map(self.alone, paths)))

    def alone(self, path):
        return self.processor(self.image(path), return_tensors="pt")["pixel_values"]

    @staticmethod
    def image(path):
        return Image.open(path).convert("RGB")

    def choose_preprocessing(self, paths):
        """The faster of the two ways."""
        times = {}
        for self.together in [True, False]:
            self.pixels(paths[:2])
            start = time.perf_counter()
            self.pixels(paths).cpu()
            times[self.together] = time.perf_counter() - start
        self.together = min(times, key=times.get)
        return "all together" if self.together else "each on a thread"


def latency(options, prepare):
    """As Latency.java: so many rounds and so many seconds at least, but no more than the most."""
    for number in range(WARM_UP):
        prepare(number)()
    millis, begun = [], time.perf_counter()
    while len(millis) < options.rounds or (
            len(millis) < MOST_ROUNDS and time.perf_counter() - begun < options.seconds):
        call = prepare(len(millis))
        start = time.perf_counter()
        call()
        millis.append(1e3 * (time.perf_counter() - start))
    millis.sort()
    return {"rounds": len(millis), "medianMillis": millis[len(millis) // 2],
            "p95Millis": millis[math.ceil(0.95 * len(millis)) - 1]}


def measure(options, peer, pixels, pictures, batch, decoding):
    peer.prepare(BEAMS[decoding])

    def taken(number):
        return torch.from_numpy(
            pixels[[(number * batch + i) % len(pixels) for i in range(batch)]])

    def chosen(number):
        return [pictures[(number * batch + i) % len(pictures)] for i in range(batch)]

    def from_pixels(number):
        host = taken(number)
        return lambda: peer.ids(host)

    def from_files(number):
        paths = chosen(number)
        return lambda: peer.words(paths)

    start = time.perf_counter()
    ids = peer.ids(taken(0)).tolist()
    first = time.perf_counter() - start
    direct = latency(options, from_pixels)
    way = peer.choose_preprocessing(chosen(0))
    whole = latency(options, from_files)
    counters = torch._dynamo.utils.counters
    return {
        "withPreprocessing": whole, "fromPixels": direct, "ids": ids, "preprocessing": way,
        "secondsOfFirstCall": first, "compiledGraphs": counters["stats"]["unique_graphs"],
        "graphBreaks": sum(counters["graph_break"].values()), "skippedCudaGraphs":
            counters["inductor"]["cudagraph_skips"]}


def main():
    options = arguments()
    torch.backends.cudnn.allow_tf32 = False  # float32 is what it says
    known = set()
    if options.out.exists():
        lines = map(json.loads, options.out.read_text().splitlines())
        known = {(line["decoding"], line["batch"]) for line in lines}
    pictures = sorted((options.work / "pictures").glob("*.jpg"))
    peer = Peer(options)
    edge = peer.clip.config.vision_config.image_size
    pixels = numpy.memmap(options.work / "pixels.f32", numpy.float32, "r").reshape(-1, 3, edge, edge)
    batches = [IDS_BATCH] if options.ids else map(int, options.batches.split(","))
    for batch in batches:
        for decoding in options.decodings.split(","):
            if (decoding, batch) in known:
                continue
            line = {"decoding": decoding, "batch": batch,
                    "system": f"transformers, {options.system}",
                    "precision": options.precision.upper()}
            try:
                if options.ids:
                    peer.prepare(BEAMS[decoding])
                    line["ids"] = [
                        row for start in range(0, len(pixels), batch)
                        for row in peer.ids(
                            torch.from_numpy(pixels[start:start + batch].copy())).tolist()]
                else:
                    line |= measure(options, peer, pixels, pictures, batch, decoding)
            except Exception as e:  # the others go on, and the table says what failed
                line["failed"] = f"{type(e).__name__}: {e}".splitlines()[0][:300]
            with options.out.open("a") as out:
                out.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
