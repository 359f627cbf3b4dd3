"""Makes CLIP ViT-L/14 and T5-base at full size with seeded random weights.

usage: make_models.py DIR TOKENIZERS

TOKENIZERS holds clip-vit-l14/ and t5/ with their tokenizer.json. Into DIR go clip/ and t5/ in
Hugging Face's layout, and model.json and state-ep8.pth in that of the paper's authors, whose prefix
is large enough for pictures to get captions of their own.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from transformers import (
    CLIPConfig, CLIPImageProcessor, CLIPModel, T5Config, T5ForConditionalGeneration)

out, tokenizers = Path(sys.argv[1]), Path(sys.argv[2])
torch.manual_seed(20260)
clip = CLIPModel(CLIPConfig(
    text_config=dict(hidden_size=768, intermediate_size=3072, num_hidden_layers=12,
                     num_attention_heads=12, eos_token_id=2),
    vision_config=dict(hidden_size=1024, intermediate_size=4096, num_hidden_layers=24,
                       num_attention_heads=16, patch_size=14, image_size=224),
    projection_dim=768))
clip.save_pretrained(out / "clip")
CLIPImageProcessor().save_pretrained(out / "clip")
shutil.copy(tokenizers / "clip-vit-l14/tokenizer.json", out / "clip")
t5 = T5ForConditionalGeneration(T5Config(
    d_model=768, d_kv=64, d_ff=3072, num_layers=12, num_heads=12, vocab_size=32128,
    feed_forward_proj="relu", decoder_start_token_id=0))
t5.save_pretrained(out / "t5")
shutil.copy(tokenizers / "t5/tokenizer.json", out / "t5")

state = {f"_t5_model.{name}": tensor for name, tensor in t5.state_dict().items()}
state["adapter.lin.weight"] = 2 * torch.randn(4 * 768, 768)
state["adapter.lin.bias"] = torch.randn(4 * 768)
torch.save(state, out / "state-ep8.pth")
(out / "model.json").write_text(json.dumps({
    "type": "clip-t5", "clip_model": "ViT-L/14", "openai_clip": "ViT-L/14",
    "t5_model_name": "t5-base", "adapter": {"type": "linear", "n_tokens": 4, "n_constant": 0}}))
