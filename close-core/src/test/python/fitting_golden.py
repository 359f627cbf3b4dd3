"""Writes the golden numbers of FittingGoldenTest with NumPy and scikit-learn.

Usage, from the folder close-core:

    pip install numpy==2.4.6 scikit-learn==1.9.1      (Python 3.11)
    python src/test/python/fitting_golden.py

Two sets of made pairs, "many" (more pairs than dimensions) and "few" (fewer), go into
src/test/resources/io/github/close4j/adapter/golden as float32 .npy files with what is fitted to
them as float64 .npy files.
"""

import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
from sklearn.covariance import LedoitWolf
from sklearn.linear_model import LinearRegression, Ridge

OUT = Path("src/test/resources/io/github/close4j/adapter/golden")
RIDGE = 0.7


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def pairs(rng, count, dimension):
    """Text near one side, images near another, with a part in common and correlated noise."""
    shared = rng.normal(size=(count, dimension))
    mixing = rng.normal(size=(dimension, dimension)) / np.sqrt(dimension)
    text = shared + 2 * rng.normal(size=dimension)
    image = shared @ mixing + rng.normal(size=(count, dimension)) * np.linspace(0.1, 1, dimension)
    return unit(text), unit(image + 2 * rng.normal(size=dimension))


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(20260401)
    for name, count, dimension in [("many", 150, 12), ("few", 17, 31)]:
        text, image = pairs(rng, count, dimension)
        np.save(OUT / f"{name}-text.npy", text)
        np.save(OUT / f"{name}-image.npy", image)
        text, image = text.astype(np.float64), image.astype(np.float64)
        difference = image - text
        wolf = LedoitWolf().fit(difference)
        ridge = Ridge(alpha=RIDGE).fit(text, image)
        results = {
            "mean": difference.mean(0),
            "covariance": np.cov(difference, rowvar=False),
            "ledoit-wolf": wolf.covariance_,
            "shrinkage": np.float64(wolf.shrinkage_),
            "ridge-coef": ridge.coef_,
            "ridge-bias": ridge.intercept_,
        }
        if count > dimension:
            linear = LinearRegression().fit(text, image)
            results |= {"linear-coef": linear.coef_, "linear-bias": linear.intercept_}
            results["cholesky"] = np.linalg.cholesky(results["covariance"])
        for key, value in results.items():
            np.save(OUT / f"{name}-{key}.npy", value)
    names = ["numpy", "scikit-learn"]
    lines = [f"{name} {version(name)}" for name in names] + ["python " + sys.version.split()[0]]
    (OUT / "versions.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
