"""Exports tiny seeded models with Hugging Face Optimum, in the layout that its users find.

Usage, from the folder close-onnx, after model_golden.py and checkpoint_golden.py:

    pip install torch==2.15.0 transformers==4.57.6 optimum==2.1.0 optimum-onnx==0.1.0 onnx==1.23.2 \\
        onnxruntime==1.32.0 safetensors==0.8.0 numpy==2.4.6
    python src/test/python/exported_golden.py src/test/resources/io/github/close4j/onnx SCRATCH

and then exported_older_golden.py.

Into the folder exported, from the weights in golden and checkpoint (so their numbers hold for the
exports too):

- clip: config.json, preprocessor_config.json, vision_model.onnx, text_model.onnx (golden/clip)
- clip-fp16: the same in 16 bits, in a folder onnx
- t5-pair, t5-fp16: golden/t5 as a pair, and merged in 16 bits
- t5-v11: checkpoint/t5-v11 in opset 14, as a pair, with prefix.safetensors, vectors and captions
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from optimum.exporters.onnx import export
from optimum.exporters.onnx.model_configs import (
    CLIPTextWithProjectionOnnxConfig, CLIPVisionModelOnnxConfig)
from safetensors.torch import load_file, save_file
from transformers import (
    CLIPTextModelWithProjection, CLIPVisionModelWithProjection, T5Config,
    T5ForConditionalGeneration)

import exported_older_golden as older
import model_golden

PAIR = ["encoder_model.onnx", "decoder_model.onnx", "decoder_with_past_model.onnx"]
INPUTS, TEXT, CLIP_DIM, D_MODEL = 60, 7, 20, 24


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


def clip(resources, folder, scratch, dtype):
    state = load_file(resources / "golden/clip.safetensors")
    model = model_golden.clip_model("quick_gelu", dict(state, logit_scale=torch.tensor(1.0)))
    model.save_pretrained(scratch / "clip")
    graphs = folder if dtype == torch.float32 else folder / "onnx"
    graphs.mkdir(parents=True)
    shutil.copy(scratch / "clip/config.json", folder / "config.json")
    name = "fp32" if dtype == torch.float32 else "fp16"
    for kind, config, file in [(CLIPVisionModelWithProjection, VisionConfig, "vision_model.onnx"),
                               (CLIPTextModelWithProjection, TextConfig, "text_model.onnx")]:
        tower = kind.from_pretrained(scratch / "clip", dtype=dtype).eval()
        export(tower, config(tower.config, float_dtype=name), graphs / file, dtype=name)
    preprocessor(folder)


def preprocessor(folder):
    (folder / "preprocessor_config.json").write_text(json.dumps(dict(
        crop_size=dict(height=32, width=32), do_center_crop=True, do_convert_rgb=True,
        do_normalize=True, do_rescale=True, do_resize=True, image_processor_type="CLIPImageProcessor",
        image_mean=[0.48145466, 0.4578275, 0.40821073],
        image_std=[0.26862954, 0.26130258, 0.27577711], resample=3,
        rescale_factor=0.00392156862745098, size=dict(shortest_edge=32)), indent=1) + "\n")


def t5_v11(resources, scratch):
    source = resources / "checkpoint/t5-v11"
    config = T5Config.from_pretrained(source)
    model = T5ForConditionalGeneration(config).eval()
    state = {}
    for shard in sorted(source.glob("*.safetensors")):
        state.update({k: v.float() for k, v in load_file(shard).items()})
    missing = model.load_state_dict(state, strict=False)
    assert not missing.unexpected_keys, missing
    model.save_pretrained(scratch)
    return model


def captions_v11(model, folder):
    generator = torch.Generator().manual_seed(23)
    weights = {"weight": 5 * torch.randn(4 * D_MODEL, CLIP_DIM, generator=generator),
               "bias": 0.5 * torch.randn(4 * D_MODEL, generator=generator)}
    save_file(weights, folder / "prefix.safetensors")
    vectors = torch.randn(INPUTS, CLIP_DIM, generator=generator)
    text = torch.zeros(INPUTS, TEXT + 1, dtype=torch.long)
    mask = torch.zeros_like(text)
    for row in range(INPUTS):
        length = row % TEXT + 1
        text[row, :length] = torch.randint(3, 64, (length,), generator=generator)
        text[row, length] = 1
        mask[row, :length + 1] = 1
    captions = {}
    # This version of transformers makes the cache as deep as the encoder.
    model.config.use_cache = model.generation_config.use_cache = False
    model_golden.VOCABULARY = 64
    model_golden.D_MODEL = D_MODEL
    with torch.no_grad():
        for kind in [k for k in model_golden.KINDS if k.name in ("projection", "projection-text")]:
            rows, attended = kind.encoder_input(model, weights, vectors, text, mask)
            encoded = model.encoder(inputs_embeds=rows, attention_mask=attended).last_hidden_state
            limits = model_golden.Limits(12)
            captions[f"{kind.name} greedy {limits}"] = model_golden.hugging_face(
                model, encoded, attended, 1, limits, 1.0)
            captions[f"{kind.name} normalized-1.0 {limits}"] = model_golden.hugging_face(
                model, encoded, attended, model_golden.BEAMS, limits, 1.0)
            captions[f"{kind.name} summed {limits}"] = [
                model_golden.summed_beams(
                    model, encoded[i:i + 1], attended[i:i + 1], model_golden.BEAMS, limits)
                for i in range(INPUTS)]
    model_golden.report(captions)
    save_file({"vectors": vectors, "text": text.float(), "text_mask": mask.float()},
              folder / "cases.safetensors")
    (folder / "captions.json").write_text("{\n" + ",\n".join(
        json.dumps(name) + ":" + json.dumps(model_golden.rounded(items), separators=(",", ":"))
        for name, items in captions.items()) + "\n}\n")


def export_all(resources, directory, scratch):
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    clip(resources, directory / "clip", scratch, torch.float32)
    clip(resources, directory / "clip-fp16", scratch, torch.float16)
    older.t5_v10(resources, scratch / "t5")
    older.t5(directory, scratch / "t5", {"t5-pair": PAIR})
    older.t5(directory, scratch / "t5", {"t5-fp16": older.MERGED}, dtype="fp16")
    model = t5_v11(resources, scratch / "t5-v11")
    older.t5(directory, scratch / "t5-v11", {"t5-v11": PAIR}, opset=14)
    shutil.copy(resources / "checkpoint/t5-v11/tokenizer.json", directory / "t5-v11")
    captions_v11(model, directory / "t5-v11")


def main():
    resources, scratch = Path(sys.argv[1]), Path(sys.argv[2])
    directory = resources / "exported"
    export_all(resources, directory, scratch)
    older.write_versions(directory / "versions.txt", older.PACKAGES + ["optimum-onnx"])


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
