"""Writes what the package efficientnet_lite_pytorch computes with weights that follow from their place.

Usage, from the folder examples/cli:

    pip install torch==2.15.0 numpy==2.4.6 efficientnet_lite_pytorch==0.1.0
    python src/test/python/backbone_golden.py src/test/resources/io/github/close4j/examples/backbone

Element k of a tensor is centre + spread * sin(0.1 + 1.3 * k), as doubles, then rounded to 32 bits; EfficientNetLiteTest
makes the same. The picture is [1,3,64,64], 0.8 * sin(0.01 * k). lite0.json and lite2.json hold the mean of each of the
1280 maps and, to tell a shifted map, the first map's elements.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from efficientnet_lite_pytorch import EfficientNet


def filled(shape, centre, spread):
    k = np.arange(int(np.prod(shape)), dtype=np.float64)
    return torch.from_numpy((centre + spread * np.sin(0.1 + 1.3 * k)).astype(np.float32).reshape(shape))


def fill(net):
    state = net.state_dict()
    for name, tensor in state.items():
        if name.endswith("num_batches_tracked"):
            continue
        if name.endswith("running_var"):
            centre, spread = 1, 0.5
        elif name.endswith("running_mean"):
            centre, spread = 0, 0.1
        elif tensor.dim() == 1 and name.endswith("weight"):
            centre, spread = 1, 0.2
        elif tensor.dim() == 1:
            centre, spread = 0.1, 0.2
        else:
            centre, spread = 0, 2 / np.sqrt(np.prod(tensor.shape[1:]))
        state[name] = filled(tensor.shape, centre, spread)
    net.load_state_dict(state)
    return net.eval()


def main():
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    picture = 0.8 * np.sin(0.01 * np.arange(3 * 64 * 64))
    picture = torch.from_numpy(picture.astype(np.float32).reshape(1, 3, 64, 64))
    for size in (0, 2):
        net = fill(EfficientNet.from_name(f"efficientnet-lite{size}")).double()
        with torch.no_grad():
            maps = net.extract_features(picture.double())[0]
        golden = {
            "torch": version("torch"),
            "efficientnet_lite_pytorch": "0.1.0",
            "shape": list(maps.shape),
            "means": [float(f"{x:.7g}") for x in maps.mean((1, 2)).tolist()],
            "first_map": [float(f"{x:.7g}") for x in maps[0].flatten().tolist()],
        }
        (folder / f"lite{size}.json").write_text(json.dumps(golden) + "\n")
        print(size, golden["shape"], maps.mean().item(), maps.std().item())


main()
