"""Exports the full-size CLIP vision tower and T5 with Hugging Face Optimum.

usage: export_optimum.py DIR   (reads DIR/clip and DIR/t5, writes DIR/optimum)
Tried with optimum 2.1.0, optimum-onnx 0.1.0, transformers 4.57.6, torch 2.15.0, onnx 1.23.2.
"""

import sys
from pathlib import Path

import torch
from optimum.exporters.onnx import export, main_export
from optimum.exporters.onnx.model_configs import CLIPVisionModelOnnxConfig
from transformers import CLIPConfig, CLIPVisionModelWithProjection

folder = Path(sys.argv[1])
target = folder / "optimum"


class VisionConfig(CLIPVisionModelOnnxConfig):
    """The tower with its projection, as the split exports of CLIP on the hub have it."""

    @property
    def outputs(self):
        return {"image_embeds": {0: "batch_size"}, "last_hidden_state": {0: "batch_size"}}


(target / "clip").mkdir(parents=True, exist_ok=True)
whole = CLIPConfig.from_pretrained(folder / "clip")
whole.vision_config.projection_dim = whole.projection_dim
tower = CLIPVisionModelWithProjection.from_pretrained(
    folder / "clip", config=whole.vision_config).eval()
export(tower, VisionConfig(tower.config), target / "clip" / "vision_model.onnx")
tower.config.save_pretrained(target / "clip")
del tower
main_export(str(folder / "t5"), str(target / "t5"), task="text2text-generation-with-past",
            do_validation=False)
print(sorted(p.name for p in target.rglob("*")), torch.__version__)
