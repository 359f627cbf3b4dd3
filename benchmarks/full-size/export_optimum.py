"""Exports the full-size CLIP and T5 with Hugging Face Optimum, as import --clip-onnx reads them.

usage: export_optimum.py DIR   (reads DIR/clip and DIR/t5, writes DIR/optimum)
Tried with optimum 2.1.0, optimum-onnx 0.1.0, transformers 4.57.6, torch 2.15.0, onnx 1.23.2.
"""

import shutil
import sys
from pathlib import Path

from optimum.exporters.onnx import export, main_export
from optimum.exporters.onnx.model_configs import (
    CLIPTextWithProjectionOnnxConfig, CLIPVisionModelOnnxConfig)
from transformers import CLIPConfig, CLIPTextModelWithProjection, CLIPVisionModelWithProjection

folder = Path(sys.argv[1])
source, target = folder / "clip", folder / "optimum/clip"


class VisionConfig(CLIPVisionModelOnnxConfig):
    """The tower with its projection, as the split exports of CLIP on the hub have it."""

    @property
    def outputs(self):
        return {"image_embeds": {0: "batch_size"}, "last_hidden_state": {0: "batch_size"}}


class TextConfig(CLIPTextWithProjectionOnnxConfig):
    @property
    def outputs(self):
        return {"text_embeds": {0: "batch_size"},
                "last_hidden_state": {0: "batch_size", 1: "sequence_length"}}


def export_tower(kind, config, exporter, file):
    config.projection_dim = whole.projection_dim
    tower = kind.from_pretrained(source, config=config).eval()
    export(tower, exporter(tower.config), target / file)


whole = CLIPConfig.from_pretrained(source)
target.mkdir(parents=True, exist_ok=True)
export_tower(
    CLIPVisionModelWithProjection, whole.vision_config, VisionConfig, "vision_model.onnx")
export_tower(CLIPTextModelWithProjection, whole.text_config, TextConfig, "text_model.onnx")
for name in ["config.json", "preprocessor_config.json", "tokenizer.json"]:
    shutil.copy(source / name, target / name)
main_export(str(folder / "t5"), str(folder / "optimum/t5"),
            task="text2text-generation-with-past", do_validation=False)
