"""Writes tiny seeded folders in the forms that transformers writes and has written, and its numbers.

Usage, from the folder close-onnx:

    pip install torch==2.15.0 transformers==5.24.0 safetensors==0.8.0 tokenizers==0.23.3 \
        numpy==2.4.6 pillow==13.0.0 sentencepiece==0.2.3
    python src/test/python/folders_golden.py src/test/resources/io/github/close4j/onnx/folders

The tiny vocabularies are trained, which is not the same in every run. clip: what CLIPProcessor and
CLIPModel save in version 5 (settings of pictures in processor_config.json alone), in bfloat16, with
the tensors' names behind "clip." and vocab.json and merges.txt in place of tokenizer.json. t5-plain
and t5-gated: what T5ForConditionalGeneration saves, with spiece.model in place of tokenizer.json.
towers: what CLIPTextModelWithProjection and CLIPVisionModelWithProjection save.

golden.safetensors has the features of pictures (raw pixels in, through transformers' own
preprocessing) and texts for pairs of activations "vision+text", and logits of T5 for each
feed_forward_proj. tokens.json has texts and their ids. variants.json lists changes of the folders
that transformers was seen to read as the same model: tensors' names and settings of pictures.
"""

import io
import json
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

import sentencepiece
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from tokenizers import Regex
from transformers import (
    AutoImageProcessor, CLIPConfig, CLIPImageProcessorPil, CLIPModel, CLIPProcessor,
    CLIPTextModelWithProjection, CLIPTokenizer, CLIPVisionModelWithProjection, T5Config,
    T5ForConditionalGeneration)

EDGE = 32
PAIRS = ["quick_gelu+gelu", "gelu+quick_gelu", "gelu_new+relu", "gelu_pytorch_tanh+silu",
         "gelu_fast+swish", "relu+gelu_new", "silu+gelu_pytorch_tanh"]
FEED_FORWARDS = ["relu", "gelu", "gelu_new", "gelu_pytorch_tanh", "silu", "swish", "quick_gelu",
                 "gated-relu", "gated-gelu", "gated-gelu_new", "gated-silu", "gated-gelu_pytorch_tanh",
                 "gated-quick_gelu"]
SENTENCES = [
    "a dog runs across the green field", "two children are playing with a red ball",
    "a man in a blue shirt rides a horse", "the cat sleeps on the warm window sill",
    "people walk along the beach at sunset", "a woman is reading a book under a tree",
    "it's raining and they're carrying umbrellas", "three boats float on the calm lake",
    "café naïve façade über Ångström", "the year 1234 and the 56th of 789",
    "what colour is the ball? don't know!", "привет мир и добрый день", "日本語 の 写真 です",
]
TEXTS = SENTENCES + [
    "", " ", "A DOG", "  two   spaces  ", "tab\tand\nline", "e\u0301 combining", "🐈 and 👩‍👩‍👧",
    "<pad> </s> <unk>", "<|startoftext|> x <|endoftext|>", "<extra_id_0> a",
    "a" * 60, "\u00a0nbsp\u2003em", "ﬁ ½ ² №", "-- “quotes” ‘single’ ...", "don't CAN'T it's",
    "x_y-z/w\\v", "trailing ", " leading", "0 1 22 333", "\u200bzero", "Привет МИР", "ñandú",
]


def picture(number):
    """Raw RGB of 45 x 38 by a formula that the test repeats."""
    x = torch.arange(45).view(1, 45, 1)
    y = torch.arange(38).view(38, 1, 1)
    c = torch.arange(3).view(1, 1, 3)
    return ((x * (7 + number) + y * 13 + c * 29 * (number + 1) + x * y * (number + 3)) % 256).byte()


def seeded(model, seed):
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        draw = torch.randn(parameter.shape, generator=generator)
        if "norm" in name and name.endswith("weight"):
            parameter.data = 1 + 0.2 * draw
        elif parameter.dim() <= 1 or "bias" in name:
            parameter.data = 0.3 * draw
        else:
            parameter.data = draw * (1.0 if "embed" in name or "shared" in name
                                     else 1.5 * parameter[0].numel() ** -0.5)
        parameter.data = parameter.data.bfloat16().float()
    return model.eval()


def write_json(path, value):
    path.write_text(json.dumps(value, indent=1) + "\n")


def clip_tokenizer(folder):
    """vocab.json and merges.txt of CLIP's kind, trained on the sentences."""
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>", unk_token="<|endoftext|>"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(
            Regex(r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"),
            behavior="removed", invert=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False)])
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(SENTENCES, trainers.BpeTrainer(
        vocab_size=700, initial_alphabet=alphabet, end_of_word_suffix="</w>"))
    model = json.loads(tokenizer.to_str())["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    tokens += [a + "</w>" for a in sorted(alphabet) if a + "</w>" not in model["vocab"]]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    vocabulary["<|startoftext|>"] = len(vocabulary)
    vocabulary["<|endoftext|>"] = len(vocabulary)
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False))
    lines = [m if isinstance(m, str) else " ".join(m) for m in model["merges"]]
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2"] + lines) + "\n")
    return len(vocabulary)


def sentence_pieces(folder):
    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES * 3), model_writer=out, vocab_size=200, model_type="unigram",
        pad_id=0, eos_id=1, unk_id=2, bos_id=-1, pad_piece="<pad>", eos_piece="</s>",
        normalization_rule_name="identity", character_coverage=1.0, hard_vocab_limit=False,
        minloglevel=2)
    (folder / "spiece.model").write_bytes(out.getvalue())


def clip(target, golden, tokens, variants):
    folder = target / "clip"
    folder.mkdir()
    size = clip_tokenizer(folder)
    tokenizer = CLIPTokenizer.from_pretrained(folder)
    end = tokenizer.eos_token_id
    config = CLIPConfig(
        text_config=dict(vocab_size=size, hidden_size=24, intermediate_size=40, num_hidden_layers=2,
                         num_attention_heads=3, max_position_embeddings=77, hidden_act="gelu",
                         eos_token_id=end, bos_token_id=end - 1, projection_dim=20),
        vision_config=dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2,
                           num_attention_heads=4, image_size=EDGE, patch_size=8,
                           hidden_act="quick_gelu", projection_dim=20),
        projection_dim=20)
    model = seeded(CLIPModel(config), 31)
    processor = CLIPProcessor(
        image_processor=CLIPImageProcessorPil(size=EDGE, crop_size=EDGE), tokenizer=tokenizer)
    scratch = target / "scratch"
    processor.save_pretrained(scratch)
    shutil.copy(scratch / "processor_config.json", folder)
    settings = json.loads((scratch / "processor_config.json").read_text())["image_processor"]
    model.to(torch.bfloat16).save_pretrained(scratch)
    for name, cls in (("clip-text", CLIPTextModelWithProjection),
                      ("clip-vision", CLIPVisionModelWithProjection)):
        cls.from_pretrained(scratch).save_pretrained(target / "towers" / name)
        tower = target / "towers" / name
        shutil.copy(folder / "processor_config.json", tower)
    shutil.copy(scratch / "config.json", folder)
    state = load_file(scratch / "model.safetensors")
    save_file({"clip." + k: v for k, v in state.items()}, folder / "model.safetensors",
              metadata={"format": "pt"})
    model.float()

    pictures = [picture(i).numpy() for i in range(4)]
    texts = SENTENCES[:8]
    pixels = processor(images=pictures, return_tensors="pt").pixel_values
    ids = tokenizer(texts, padding=True, return_tensors="pt").input_ids
    golden["pixels"] = pixels
    for pair in PAIRS:
        vision, text = pair.split("+")
        stated = json.loads((folder / "config.json").read_text())
        stated["vision_config"]["hidden_act"] = vision
        stated["text_config"]["hidden_act"] = text
        write_json(scratch / "config.json", stated)
        save_file({"clip." + k: v for k, v in state.items()}, scratch / "model.safetensors",
                  metadata={"format": "pt"})
        read = CLIPModel.from_pretrained(scratch, dtype=torch.float32).eval()
        with torch.inference_mode():
            golden[f"{pair}/images"] = read.visual_projection(
                read.vision_model(pixel_values=pixels).pooler_output)
            golden[f"{pair}/texts"] = read.text_projection(read.text_model(input_ids=ids).pooler_output)

    def same(old):
        """Whether transformers prepares the pictures alike from these settings."""
        (scratch / "processor_config.json").unlink(missing_ok=True)
        write_json(scratch / "preprocessor_config.json", old)
        read = AutoImageProcessor.from_pretrained(scratch)
        return torch.equal(read(images=pictures, return_tensors="pt").pixel_values, pixels)

    bare = {k: v for k, v in settings.items() if k not in ("image_processor_type", "size", "crop_size")}
    square = {"height": EDGE, "width": EDGE}
    forms = []
    for size_form in (EDGE, {"shortest_edge": EDGE}):
        for crop_form in (EDGE, square, [EDGE, EDGE]):
            forms.append({"size": size_form, "crop_size": crop_form,
                          "image_processor_type": "CLIPImageProcessor"})
    for kind in ("CLIPImageProcessor", "CLIPImageProcessorFast", "CLIPImageProcessorPil"):
        forms.append({"size": EDGE, "crop_size": EDGE, "image_processor_type": kind})
    forms += [
        {"size": EDGE, "crop_size": EDGE, "feature_extractor_type": "CLIPFeatureExtractor"},
        {"size": EDGE, "crop_size": EDGE, "feature_extractor_type": "CLIPFeatureExtractor",
         "image_processor_type": "CLIPImageProcessor"},
        {"size": EDGE, "crop_size": EDGE, "image_processor_type": "CLIPImageProcessor",
         "do_convert_rgb": False},
        {"size": EDGE, "crop_size": EDGE, "image_processor_type": "CLIPImageProcessor",
         "do_convert_rgb": None, "do_pad": None, "pad_size": None, "data_format": "channels_first",
         "device": None, "return_tensors": None, "input_data_format": None,
         "disable_grouping": None, "processor_class": "CLIPProcessor"},
    ]
    variants["preprocessing"] = []
    for form in forms:
        complete = {**bare, **form}
        assert same(complete), form
        variants["preprocessing"].append(complete)
    short = {"crop_size": EDGE, "do_center_crop": True, "do_normalize": True, "do_resize": True,
             "feature_extractor_type": "CLIPFeatureExtractor", "image_mean": settings["image_mean"],
             "image_std": settings["image_std"], "resample": 3, "size": EDGE}
    assert same(short)
    variants["preprocessing"].append(short)
    shutil.rmtree(scratch)
    tokens["clip"] = [{"text": t, "ids": tokenizer(t, truncation=True)["input_ids"][:77]} for t in TEXTS]


def t5(target, golden, tokens, variants):
    scratch = target / "scratch"
    ids = torch.randint(3, 200, (3, 9), generator=torch.Generator().manual_seed(3))
    ids[1, 6:] = 0
    mask = (ids != 0).long()
    decoder_ids = torch.randint(3, 200, (3, 5), generator=torch.Generator().manual_seed(4))
    decoder_ids[:, 0] = 0
    golden["ids"], golden["mask"], golden["decoder_ids"] = ids, mask, decoder_ids
    for name, gated in (("t5-plain", False), ("t5-gated", True)):
        folder = target / name
        folder.mkdir()
        sentence_pieces(folder)
        tied = not gated
        config = T5Config(
            vocab_size=300, d_model=24, d_kv=8, d_ff=40, num_heads=2, num_layers=2,
            decoder_start_token_id=0, feed_forward_proj="gated-gelu" if gated else "relu",
            tie_word_embeddings=tied)
        model = seeded(T5ForConditionalGeneration(config), 41)
        model.to(torch.bfloat16).save_pretrained(folder)
        (folder / "generation_config.json").unlink()
        state = load_file(folder / "model.safetensors")
        stated = json.loads((folder / "config.json").read_text())
        for proj in FEED_FORWARDS:
            if proj.startswith("gated-") != gated:
                continue
            changed = {k: v for k, v in stated.items() if k not in ("dense_act_fn", "is_gated_act")}
            changed["feed_forward_proj"] = proj
            golden[f"{proj}/logits"] = logits(scratch, changed, state, ids, mask, decoder_ids)
        own = golden["gated-gelu/logits" if gated else "relu/logits"]
        # The activation that is stated beside feed_forward_proj counts.
        changed = {**stated, "dense_act_fn": "silu"}
        golden[f"{name}-stated-silu/logits"] = logits(
            scratch, changed, state, ids, mask, decoder_ids)
        # Names of the one table of embeddings, and what may stand before all names.
        table = state.pop("shared.weight")
        shared, encoder, decoder, head = (
            "shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight",
            "lm_head.weight")
        names = [[shared], [encoder], [decoder], [encoder, decoder], [shared, encoder, decoder],
                 [shared, encoder, decoder, head], [encoder, head], [head]]
        variants["embeddings"] = names
        for some in names:
            changed = {**state, **{n: table.clone() for n in some}}
            assert torch.equal(logits(scratch, stated, changed, ids, mask, decoder_ids), own), some
        changed = {"transformer." + k: v for k, v in {**state, shared: table}.items()}
        assert torch.equal(logits(scratch, stated, changed, ids, mask, decoder_ids), own)
        older = {k: v for k, v in stated.items() if k not in
                 ("scale_decoder_outputs", "dense_act_fn", "is_gated_act", "dtype")}
        older = {**older, "tie_word_embeddings": tied, "torch_dtype": "bfloat16"}
        assert torch.equal(
            logits(scratch, older, {**state, shared: table}, ids, mask, decoder_ids), own)
        write_json(folder / "config-older.json", older)
    shutil.rmtree(scratch)
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(target / "t5-plain/spiece.model"))
    tokens["t5"] = [{"text": t, "ids": pieces.encode(t) + [1]} for t in SENTENCES
                    + ["A DOG", "  two   spaces  ", "trailing ", " leading", "0 1 22 333", "a" * 60,
                       "x_y-z/w\\v", "", " ", "ñandú"]]


def logits(scratch, config, state, ids, mask, decoder_ids):
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    write_json(scratch / "config.json", config)
    save_file({k: v.contiguous() for k, v in state.items()}, scratch / "model.safetensors",
              metadata={"format": "pt"})
    model = T5ForConditionalGeneration.from_pretrained(scratch, dtype=torch.float32).eval()
    with torch.inference_mode():
        return model(input_ids=ids, attention_mask=mask, decoder_input_ids=decoder_ids).logits


def main():
    torch.set_num_threads(1)
    target = Path(sys.argv[1])
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    golden, tokens, variants = {}, {}, {}
    clip(target, golden, tokens, variants)
    t5(target, golden, tokens, variants)
    save_file({k: v.float().contiguous() if v.is_floating_point() else v for k, v in golden.items()},
              target / "golden.safetensors")
    (target / "tokens.json").write_text(json.dumps(tokens) + "\n")
    write_json(target / "variants.json", variants)
    packages = ("torch", "transformers", "safetensors", "tokenizers", "numpy", "pillow",
                "sentencepiece")
    lines = [f"{p} {version(p)}\n" for p in packages] + [f"python {sys.version.split()[0]}\n"]
    (target / "versions.txt").write_text("".join(lines))


if __name__ == "__main__":
    main()
