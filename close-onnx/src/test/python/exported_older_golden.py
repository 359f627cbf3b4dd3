"""Exports tiny seeded models with the Hugging Face Optimum of 2024.

Usage, from the folder close-onnx, after exported_golden.py:

    pip install torch==2.15.0 transformers==4.41.2 optimum==1.21.4 tokenizers==0.19.1 \\
        huggingface_hub==0.23.4 onnx==1.23.2 safetensors==0.8.0 numpy==2.4.6
    python src/test/python/exported_older_golden.py src/test/resources/io/github/close4j/onnx SCRATCH

Into the folder exported:

- clip-model: model.onnx with both towers (checkpoint/clip-gelu), opset 14
- t5-merged: golden/t5 with its decoders merged, opset 13
"""

import platform
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

import torch
from optimum.exporters.onnx import main_export
from safetensors.torch import load_file
from transformers import CLIPModel

import model_golden

MERGED = ["encoder_model.onnx", "decoder_model_merged.onnx"]
PACKAGES = ["torch", "transformers", "optimum", "onnx", "safetensors", "numpy"]


def clip_whole(resources, folder, scratch):
    source = resources / "checkpoint/clip-gelu"
    model = CLIPModel.from_pretrained(source).eval()
    model.save_pretrained(scratch / "clip-gelu")
    main_export(str(scratch / "clip-gelu"), str(folder), task="feature-extraction",
                do_validation=False)
    for file in ["config.json", "preprocessor_config.json", "tokenizer.json"]:
        shutil.copy(source / file, folder / file)


def t5(directory, scratch, names, **options):
    for name, files in names.items():
        folder = directory / name
        main_export(str(scratch), str(folder), task="text2text-generation-with-past",
                    do_validation=False, **options)
        for file in folder.iterdir():
            if file.name not in files and file.name != "config.json":
                file.unlink()


def t5_v10(resources, scratch):
    model = model_golden.t5_model()
    missing = model.load_state_dict(load_file(resources / "golden/t5.safetensors"), strict=False)
    assert not missing.unexpected_keys
    model.save_pretrained(scratch)


def write_versions(file, packages):
    file.write_text(f"python {platform.python_version()}\n"
                    + "".join(f"{name} {version(name)}\n" for name in packages))


def main():
    # This Optimum knows one exporter of PyTorch; today's PyTorch wants to be told which.
    export_graph = torch.onnx.export
    torch.onnx.export = lambda *args, **options: export_graph(*args, **{**options, "dynamo": False})
    resources, scratch = Path(sys.argv[1]), Path(sys.argv[2])
    directory = resources / "exported"
    clip_whole(resources, directory / "clip-model", scratch)
    t5_v10(resources, scratch / "t5")
    t5(directory, scratch / "t5", {"t5-merged": MERGED})
    write_versions(directory / "versions-older.txt", PACKAGES)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
