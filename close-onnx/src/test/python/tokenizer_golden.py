"""Writes what transformers' tokenizers make of COCO's captions and of odd texts.

Usage, from the folder close-onnx, with the experiments' data beside the project:

    pip install transformers==5.24.0 tokenizers==0.23.3
    python src/test/python/tokenizer_golden.py ../../shared/data \
        src/test/resources/io/github/close4j/onnx/tokenizer

hashes.tsv has a SHA-256 for every 1000 captions of captions_val2017, in the order of the file, and for
every 1000 texts of 25 captions joined, which CLIP cuts at 77 tokens: of the ids of a text joined by
spaces and ended by a line feed. odd.json has texts and their ids.
"""

import gzip
import hashlib
import json
import sys
from importlib.metadata import version
from pathlib import Path

from transformers import AutoTokenizer

ODD = [
    "", " ", "a", "A", "A photo of a CAT.", "  two   spaces  ", "tab\tand\nline", "don't can't it's",
    "café naïve Ångström", "日本語の写真", "Привет мир", "🐈 and 👩‍👩‍👧", "e\u0301 combining",
    "123 4567 3.14 1,000", "<pad> </s> <unk>", "<|startoftext|> <|endoftext|>", "<extra_id_0> x",
    "a" * 300, "word " * 200, "!!!???...", "http://a.b/c?d=e&f=g", "\u00a0nbsp\u2003em", "\u200bzero",
    "ﬁ ligature ½ ² №", "Ω ≈ ç √ ∫", "-- “quotes” ‘single’", "&amp; &lt;tag&gt;", "mixedCASEWords",
]


def digest(rows):
    return hashlib.sha256("".join(" ".join(map(str, r)) + "\n" for r in rows).encode()).hexdigest()


def main():
    data, target = Path(sys.argv[1]), Path(sys.argv[2])
    tokenizers = {
        "clip-vit-l14": (AutoTokenizer.from_pretrained(data / "tokenizers/clip-vit-l14"), 77),
        "t5": (AutoTokenizer.from_pretrained(data / "tokenizers/t5"), 512),
    }
    with gzip.open(data / "coco/captions_val2017.json.gz") as file:
        captions = [a["caption"] for a in json.load(file)["annotations"]]
    joined = [" ".join(captions[i:i + 25]) for i in range(0, len(captions), 25)]
    lines = [f"# {p} {version(p)}" for p in ("transformers", "tokenizers")]
    for name, (tokenizer, longest) in tokenizers.items():
        for kind, texts in (("captions", captions), ("joined", joined)):
            for start in range(0, len(texts), 1000):
                part = texts[start:start + 1000]
                ids = tokenizer(part, truncation=True, max_length=longest)["input_ids"]
                lines.append("\t".join([name, kind, str(start), digest(ids)]))
    (target / "hashes.tsv").write_text("\n".join(lines) + "\n")
    odd = [
        {"text": text, **{n: t(text, truncation=True, max_length=m)["input_ids"]
                          for n, (t, m) in tokenizers.items()}}
        for text in ODD
    ]
    (target / "odd.json").write_text(json.dumps(odd) + "\n")


if __name__ == "__main__":
    main()
