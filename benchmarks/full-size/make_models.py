"""Makes a CLIP and a T5 with seeded random weights, by default ViT-L/14 and T5-base at full size.

usage: make_models.py DIR TOKENIZERS [full|small|tiny]

TOKENIZERS holds clip-vit-l14/ and t5/ with their tokenizer.json. Into DIR go clip/ and t5/ in
Hugging Face's layout, and model.json and state-ep8.pth in that of the paper's authors.

A T5 of purely random weights says nearly the same for every picture: it repeats one token, as a
token's embedding reaches the tied output head almost unchanged. So four things are put right,
all of them by multiplying or replacing weights, so that the architecture stays T5-base's: the
prefix has no bias and a large scale; cross-attention and the last feed-forward layer weigh more;
the decoder's first self-attention takes past tokens' embeddings away from the present one (its
output matrix is minus its value matrix transposed, times a gain); and the logits are spread out.
The distances at which it looks back differ from head to head.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from transformers import (
    CLIPConfig, CLIPImageProcessor, CLIPModel, T5Config, T5ForConditionalGeneration)

SEED = 20260
PREFIX_VECTORS = 4
PREFIX_STD = 8
CROSS_ATTENTION_GAIN = 4
LAST_LAYER_GAIN = 4
INHIBITION = 6
DISTANCE_GAIN = 30
LOGIT_STD = 3

SIZES = {
    "full": dict(
        projection=768,
        text=dict(hidden_size=768, intermediate_size=3072, num_hidden_layers=12,
                  num_attention_heads=12),
        vision=dict(hidden_size=1024, intermediate_size=4096, num_hidden_layers=24,
                    num_attention_heads=16),
        t5=dict(d_model=768, d_ff=3072, num_layers=12, num_heads=12)),
    "small": dict(
        projection=192,
        text=dict(hidden_size=128, intermediate_size=512, num_hidden_layers=2,
                  num_attention_heads=2),
        vision=dict(hidden_size=256, intermediate_size=1024, num_hidden_layers=6,
                    num_attention_heads=4),
        t5=dict(d_model=256, d_ff=1024, num_layers=4, num_heads=4)),
    "tiny": dict(
        projection=64,
        text=dict(hidden_size=64, intermediate_size=256, num_hidden_layers=1,
                  num_attention_heads=1),
        vision=dict(hidden_size=64, intermediate_size=256, num_hidden_layers=2,
                    num_attention_heads=1),
        t5=dict(d_model=128, d_ff=256, num_layers=2, num_heads=2)),
}


def make_clip(sizes):
    return CLIPModel(CLIPConfig(
        text_config=dict(eos_token_id=2, **sizes["text"]),
        vision_config=dict(patch_size=14, image_size=224, **sizes["vision"]),
        projection_dim=sizes["projection"]))


@torch.no_grad()
def make_t5(sizes):
    t5 = T5ForConditionalGeneration(T5Config(
        d_kv=64, vocab_size=32128, feed_forward_proj="relu", decoder_start_token_id=0,
        **sizes["t5"]))
    first = t5.decoder.block[0].layer[0].SelfAttention
    rotation = torch.linalg.qr(torch.randn(first.v.weight.shape))[0]
    first.v.weight.copy_(rotation)
    first.o.weight.copy_(-INHIBITION * rotation.T)
    first.relative_attention_bias.weight.mul_(DISTANCE_GAIN)
    for block in t5.decoder.block:
        block.layer[1].EncDecAttention.o.weight.mul_(CROSS_ATTENTION_GAIN)
    t5.decoder.block[-1].layer[2].DenseReluDense.wo.weight.mul_(LAST_LAYER_GAIN)
    t5.decoder.final_layer_norm.weight.mul_(LOGIT_STD)
    return t5


def main(out, tokenizers, sizes):
    torch.manual_seed(SEED)
    make_clip(sizes).save_pretrained(out / "clip")
    CLIPImageProcessor().save_pretrained(out / "clip")
    shutil.copy(tokenizers / "clip-vit-l14/tokenizer.json", out / "clip")
    t5 = make_t5(sizes)
    t5.save_pretrained(out / "t5")
    shutil.copy(tokenizers / "t5/tokenizer.json", out / "t5")

    state = {f"_t5_model.{name}": tensor for name, tensor in t5.state_dict().items()}
    width = PREFIX_VECTORS * sizes["t5"]["d_model"]
    state["adapter.lin.weight"] = PREFIX_STD * torch.randn(width, sizes["projection"])
    state["adapter.lin.bias"] = torch.zeros(width)
    torch.save(state, out / "state-ep8.pth")
    (out / "model.json").write_text(json.dumps({
        "type": "clip-t5", "clip_model": "ViT-L/14", "openai_clip": "ViT-L/14",
        "t5_model_name": "t5-base",
        "adapter": {"type": "linear", "n_tokens": PREFIX_VECTORS, "n_constant": 0}}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), SIZES[sys.argv[3] if len(sys.argv) > 3 else "full"])
