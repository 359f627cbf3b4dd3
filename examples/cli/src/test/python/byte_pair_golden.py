"""Writes the vocabulary that Hugging Face's trainer learns from a few captions, and how its tokenizer cuts texts.

Usage, from the folder examples/cli:

    pip install tokenizers==0.23.3
    python src/test/python/byte_pair_golden.py src/test/resources/io/github/close4j/examples/text
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

CAPTIONS = [
    "A brown dog is running in the snow .",
    "Two brown dogs run through the snow , one after the other .",
    "A woman climbs a rock wall ; a man holds the rope .",
    "The man's dog runs towards him on the beach .",
    "Children are playing football on a field in the rain .",
    "A child in a red jacket is playing in the snow .",
    "Zwei Hunde: a café's owner and 2 dogs, 10 metres apart!",
]
TEXTS = ["A brown cat sits in the snow!", "", "  Crème brûlée,  2 dogs ", "xylophone", "O'Neill's \u4f60 dog"]
SIZE = 130


def main():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase(),
         normalizers.Replace(Regex("[^a-z0-9']+"), " "), normalizers.Strip()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    alphabet = list("'0123456789abcdefghijklmnopqrstuvwxyz\u2581")
    tokenizer.train_from_iterator(CAPTIONS, trainers.BpeTrainer(
        vocab_size=SIZE, special_tokens=["<pad>", "</s>", "<unk>"], initial_alphabet=alphabet, show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    model = json.loads(tokenizer.to_str())["model"]
    vocabulary = sorted(model["vocab"], key=model["vocab"].get)
    golden = {
        "tokenizers": version("tokenizers"),
        "captions": CAPTIONS,
        "size": SIZE,
        "tokens": vocabulary,
        "merges": [list(m) if isinstance(m, (list, tuple)) else m.split(" ") for m in model["merges"]],
        "texts": [{"text": t, "ids": tokenizer.encode(t).ids, "decoded": tokenizer.decode(tokenizer.encode(t).ids)}
                  for t in TEXTS],
    }
    out = Path(sys.argv[1]) / "byte-pairs.json"
    out.write_text(json.dumps(golden, ensure_ascii=True, indent=1) + "\n")
    print(len(vocabulary), vocabulary[40:70], golden["texts"])


main()
