"""Writes adapters as CLOSE's authors pickled them, small ones, and what the reference makes of them.

usage: adapter_golden.py OUTPUT   (a directory; pickles.zip, golden.json and versions.txt)

One linear map, mean difference and covariance, in every protocol of pickle, as 32-bit and 64-bit
floats, row-major and column-major, under the names that NumPy's modules had before version 2 and have
since; and files that must be refused. golden.json holds the numbers and the adapters' evaluation.
"""

import json
import pickle
import sys
import zipfile
from pathlib import Path

import numpy as np
import torch

DIMENSION = 6


def rename_modules(new: bool) -> None:
    """Under which name pickles refer to NumPy's functions."""
    core = "numpy._core" if new else "numpy.core"
    np._core.multiarray._reconstruct.__module__ = core + ".multiarray"
    np._core.multiarray.scalar.__module__ = core + ".multiarray"
    np._core.numeric._frombuffer.__module__ = core + ".numeric"


def main() -> None:
    output = Path(sys.argv[1])
    output.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(7)
    matrix = random.normal(size=(DIMENSION, DIMENSION)).astype("f4").astype("f8")
    bias = random.normal(size=DIMENSION).astype("f4").astype("f8")
    mean = (random.normal(size=DIMENSION) * 0.1).astype("f4").astype("f8")
    pairs = random.normal(size=(40, DIMENSION)) @ random.normal(size=(DIMENSION, DIMENSION))
    covariance = np.cov(pairs.T).astype("f4").astype("f8")
    assert np.array_equal(covariance, covariance.T)

    archive = zipfile.ZipFile(output / "pickles.zip", "w", zipfile.ZIP_DEFLATED)

    def dump(name, value, protocol):
        entry = zipfile.ZipInfo(name + ".pkl")  # Always of the same date.
        archive.writestr(entry, pickle.dumps(value, protocol=protocol), zipfile.ZIP_DEFLATED)

    for new in (False, True):
        rename_modules(new)
        for protocol in range(6):
            for number in ("f4", "f8", ">f8"):
                for order in ("C", "F"):
                    form = f"p{protocol}-{number.replace('>', 'be')}-{order}-{'new' if new else 'old'}"
                    cast = lambda a: np.array(a, dtype=number, order=order)
                    dump(f"linear-{form}", (cast(matrix), cast(bias)), protocol)
                    if order == "C":
                        dump(f"mean-{form}", cast(mean), protocol)
                        dump(f"covariance-{form}", cast(covariance), protocol)
    rename_modules(True)
    dump("read-only", (lambda a: (a.setflags(write=False), a)[1])(mean.copy()), 5)
    dump("list", [matrix, bias], 4)
    # What is refused.
    dump("refused-scalar", np.float64(2.5), 4)
    dump("refused-integers", np.arange(DIMENSION), 2)
    dump("refused-half", mean.astype("f2"), 2)
    dump("refused-complex", mean.astype("c8"), 2)
    dump("refused-objects", np.array([print, 1], dtype=object), 2)
    dump("refused-structure", np.zeros(3, dtype=[("a", "f8"), ("b", "f8")]), 2)
    dump("refused-function", (np.linalg.norm, bias), 4)
    dump("refused-cube", np.zeros((2, 2, 2)), 4)
    dump("refused-map", {"coef": matrix, "bias": bias}, 4)
    dump("refused-one", (matrix,), 4)
    dump("refused-unequal", (matrix, bias[:-1]), 4)
    dump("refused-masked", np.ma.array(mean), 4)
    dump("refused-asymmetric", matrix, 4)
    dump("refused-singular", np.ones((DIMENSION, DIMENSION)), 4)

    archive.close()

    x = random.normal(size=(3, DIMENSION)).astype("f4")
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    mapped = torch.matmul(torch.tensor(x), torch.tensor(matrix, dtype=torch.float).T)
    mapped = mapped + torch.tensor(bias, dtype=torch.float)
    mapped = mapped / mapped.norm(dim=-1, keepdim=True)
    moved = torch.tensor(x) + torch.tensor(mean, dtype=torch.float)
    factor = torch.distributions.MultivariateNormal(
        torch.zeros(DIMENSION, dtype=torch.double), torch.tensor(covariance)
    ).scale_tril
    golden = {
        "vectors": x.ravel().tolist(),
        "matrix": matrix.ravel().tolist(),
        "bias": bias.tolist(),
        "mean": mean.tolist(),
        "factor": factor.numpy().ravel().tolist(),
        "linear": mapped.numpy().ravel().tolist(),
        "shifted": moved.numpy().ravel().tolist(),
        "covariance": (moved / moved.norm(dim=-1, keepdim=True)).numpy().ravel().tolist(),
    }
    (output / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")
    (output / "versions.txt").write_text(
        f"python {sys.version.split()[0]}\nnumpy {np.__version__}\ntorch {torch.__version__}\n"
    )


if __name__ == "__main__":
    main()
