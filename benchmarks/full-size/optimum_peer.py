"""Captions photographs with Optimum's ONNX Runtime classes, beam 5, 20 tokens; prints one JSON line.

usage: optimum_peer.py DIR PHOTOS BATCH ROUNDS THREADS   (after export_optimum.py DIR)

Optimum's T5 encoder reads token ids, and the prefix is vectors; so the encoder runs in PyTorch here
(four positions of the smaller half of T5).
"""

import json
import resource
import sys
import time
from pathlib import Path

import onnxruntime
import torch
from optimum.onnxruntime import ORTModelForCustomTasks, ORTModelForSeq2SeqLM
from PIL import Image
from transformers import AutoTokenizer, CLIPImageProcessor, T5EncoderModel
from transformers.modeling_outputs import BaseModelOutput

folder, photos = Path(sys.argv[1]), sorted(Path(sys.argv[2]).glob("*.jpg"))
batch, rounds, threads = (int(a) for a in sys.argv[3:6])
torch.set_num_threads(threads)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = threads
start = time.perf_counter()
clip = ORTModelForCustomTasks.from_pretrained(
    folder / "optimum/clip", file_name="vision_model.onnx", session_options=options)
t5 = ORTModelForSeq2SeqLM.from_pretrained(folder / "optimum/t5", session_options=options)
encoder = T5EncoderModel.from_pretrained(folder / "t5").eval()
state = torch.load(folder / "state-ep8.pth", weights_only=True, mmap=True)
prefix = torch.nn.Linear(768, 4 * 768)
prefix.load_state_dict({"weight": state["adapter.lin.weight"], "bias": state["adapter.lin.bias"]})
del state
processor = CLIPImageProcessor.from_pretrained(folder / "clip")
tokenizer = AutoTokenizer.from_pretrained(folder / "t5")
opened = time.perf_counter() - start


@torch.inference_mode()
def caption(paths):
    images = [Image.open(path).convert("RGB") for path in paths]
    pixels = processor(images, return_tensors="pt")["pixel_values"]
    vectors = torch.nn.functional.normalize(clip(pixel_values=pixels)["image_embeds"], dim=-1)
    inputs = prefix(vectors).view(len(paths), 4, 768)
    hidden = encoder(inputs_embeds=inputs).last_hidden_state
    result = t5.generate(
        encoder_outputs=BaseModelOutput(hidden),
        attention_mask=torch.ones(len(paths), 4, dtype=torch.long),
        num_beams=5, max_new_tokens=20, length_penalty=1.0, early_stopping=False, do_sample=False,
        return_dict_in_generate=True, output_scores=True)
    texts = tokenizer.batch_decode(result.sequences, skip_special_tokens=True)
    return list(zip(texts, result.sequences_scores.tolist()))


captions, seconds = [], []
caption(photos[:batch])
for i in range(rounds):
    chosen = [photos[(i * batch + j) % len(photos)] for j in range(batch)]
    start = time.perf_counter()
    captions += caption(chosen)
    seconds.append((time.perf_counter() - start) / batch)
seconds.sort()
print(json.dumps({
    "system": "Optimum", "batch": batch, "secondsPerImage": seconds[len(seconds) // 2],
    "secondsToOpen": opened,
    "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "captions": captions}))
