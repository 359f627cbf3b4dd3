"""Answers of CLOSE's reference to a padded batch: its encoder attends to padding.

Usage, from the folder close-onnx, with the packages of checkpoint_golden.py:

    python src/test/python/padding_golden.py src/test/resources/io/github/close4j/onnx/checkpoint

Reads close/state-ep8.pth and t5-v10/config.json there; writes padding.safetensors: vectors [12,20],
texts [12,9] without the end token (-1 behind the last), and for the batch as a whole tokens [12,12]
(-1 behind the end) and scores [12]. The encoder is given no mask, the decoder's cross-attention the
batch's.
"""

import sys
from importlib.metadata import version
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import T5Config, T5ForConditionalGeneration

from checkpoint_golden import MAX_TOKENS, WORDS, beam_search

ROWS, LONGEST, PREFIX = 12, 9, 6


def main():
    torch.set_num_threads(1)
    directory = Path(sys.argv[1])
    state = torch.load(directory / "close/state-ep8.pth", weights_only=True)
    model = T5ForConditionalGeneration(T5Config.from_pretrained(directory / "t5-v10")).eval()
    t5 = "_t5_model."
    model.load_state_dict({k[len(t5):]: v for k, v in state.items() if k.startswith(t5)})
    generator = torch.Generator().manual_seed(23)
    vectors = torch.nn.functional.normalize(torch.randn(ROWS, 20, generator=generator), dim=-1)
    texts = torch.randint(3, WORDS, (ROWS, LONGEST), generator=generator)
    ids = torch.zeros(ROWS, LONGEST + 1, dtype=torch.long)
    mask = torch.ones(ROWS, PREFIX + LONGEST + 1, dtype=torch.long)
    for row in range(ROWS):
        length = 1 + row * 5 % LONGEST if row else LONGEST
        texts[row, length:] = -1
        ids[row, :length] = texts[row, :length]
        ids[row, length] = 1
        mask[row, PREFIX + length + 1:] = 0
    tokens = torch.full((ROWS, MAX_TOKENS), -1)
    scores = torch.zeros(ROWS)
    with torch.inference_mode():
        prefix = vectors @ state["adapter.lin.weight"].T + state["adapter.lin.bias"]
        constants = state["adapter.constant_tokens"].expand(ROWS, -1, -1)
        inputs = torch.cat([constants, prefix.view(ROWS, 4, 24), model.shared(ids)], 1)
        hidden = model.encoder(inputs_embeds=inputs).last_hidden_state
        for row in range(ROWS):
            def decoder(row=row, **arguments):
                count = len(arguments["decoder_input_ids"])
                return model(attention_mask=mask[row:row + 1].expand(count, -1), **arguments)

            found, scores[row] = beam_search(decoder, hidden[row:row + 1])
            tokens[row, :len(found)] = torch.tensor(found)
    save_file(
        dict(vectors=vectors, texts=texts, tokens=tokens, scores=scores),
        directory / "padding.safetensors",
        metadata={p: version(p) for p in ("torch", "transformers", "safetensors")})


if __name__ == "__main__":
    main()
