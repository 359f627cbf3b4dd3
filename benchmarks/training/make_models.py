"""Makes a T5, by default T5-small, and CLIP ViT-L/14's text tower at full size with seeded random
weights, and takes captions out of COCO's file.

usage: make_models.py DIR TOKENIZERS CAPTIONS [small|base|tiny]

TOKENIZERS holds clip-vit-l14/ and t5/ with their tokenizer.json, CAPTIONS is COCO's
captions_val2014.json.gz. Into DIR go clip/ and t5/ in Hugging Face's layout, and captions.txt. CLIP's
vision tower, which nothing here runs, has one layer.
"""

import gzip
import json
import shutil
import sys
from pathlib import Path

import torch
from transformers import (
    CLIPConfig, CLIPImageProcessor, CLIPModel, T5Config, T5ForConditionalGeneration)

SIZES = {
    "small": dict(d_model=512, d_ff=2048, num_layers=6, num_heads=8),
    "base": dict(d_model=768, d_ff=3072, num_layers=12, num_heads=12),
    "tiny": dict(d_model=128, d_ff=256, num_layers=2, num_heads=2),
}

out, tokenizers, captions = (Path(argument) for argument in sys.argv[1:4])
size = SIZES[sys.argv[4] if len(sys.argv) > 4 else "small"]
torch.manual_seed(20261)
clip = CLIPModel(CLIPConfig(
    text_config=dict(hidden_size=768, intermediate_size=3072, num_hidden_layers=12,
                     num_attention_heads=12, eos_token_id=2, projection_dim=768),
    vision_config=dict(hidden_size=1024, intermediate_size=4096, num_hidden_layers=1,
                       num_attention_heads=16, patch_size=14, image_size=224, projection_dim=768),
    projection_dim=768))
clip.save_pretrained(out / "clip")
CLIPImageProcessor().save_pretrained(out / "clip")
shutil.copy(tokenizers / "clip-vit-l14/tokenizer.json", out / "clip")
t5 = T5ForConditionalGeneration(T5Config(
    d_kv=64, vocab_size=32128, feed_forward_proj="relu", decoder_start_token_id=0, **size))
t5.save_pretrained(out / "t5")
shutil.copy(tokenizers / "t5/tokenizer.json", out / "t5")
with gzip.open(captions) as stream:
    texts = [" ".join(a["caption"].split()) for a in json.load(stream)["annotations"]]
(out / "captions.txt").write_text("\n".join(t for t in texts if t) + "\n")
