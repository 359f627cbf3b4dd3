"""Writes the golden numbers of CiderDTest with pycocoevalcap's own CIDEr scorer.

The captions come from a small grammar and a fixed seed. Usage, from the folder close-core:

    pip install pycocoevalcap==1.2 numpy==2.4.6      (Python 3.11)
    python src/test/python/cider_golden.py > src/test/resources/io/github/close4j/metric/cider-d.tsv

Each line of the result is: item, kind (version, reference, candidate, score, corpus), value.
"""

import random
import sys
from importlib.metadata import version

from pycocoevalcap.cider.cider_scorer import CiderScorer

COLOURS = ["red", "green", "blue", "yellow", "grey", "black-and-white"]
SIZES = ["small", "big", "tiny", "huge"]
THINGS = ["circle", "square", "triangle", "star", "ring", "cross"]
PLACES = ["left of", "right of", "above", "below", "next to", "behind"]
OPENINGS = ["", "there is", "we can see", "this picture shows", "on the canvas sits"]
ENDINGS = ["", "on a plain ground", "in the middle of the picture", "and nothing else at all"]


def thing(rng, kind=None):
    words = ["a"]
    if rng.random() < 0.5:
        words.append(rng.choice(SIZES))
    if rng.random() < 0.8:
        words.append(rng.choice(COLOURS))
    words.append(kind or rng.choice(THINGS))
    return " ".join(words)


def caption(rng, first, place, second):
    parts = [rng.choice(OPENINGS), thing(rng, first), place, thing(rng, second)]
    parts.append(rng.choice(ENDINGS))
    if rng.random() < 0.1:
        parts.append("and " + thing(rng) + " and " + thing(rng) + " and " + thing(rng))
    return " ".join(part for part in parts if part)


def item(rng):
    scene = rng.choice(THINGS), rng.choice(PLACES), rng.choice(THINGS)
    references = [caption(rng, *scene) for _ in range(rng.randint(1, 6))]
    return references, candidate(rng, scene, references)


def candidate(rng, scene, references):
    draw = rng.random()
    if draw < 0.1:
        return rng.choice(references)
    if draw < 0.2:
        return " ".join([rng.choice(THINGS)] * rng.randint(1, 20))
    if draw < 0.25:
        return "zebra"
    if draw < 0.28:
        return ""
    if draw < 0.4:
        scene = rng.choice(THINGS), rng.choice(PLACES), rng.choice(THINGS)
    return caption(rng, *scene)


def main():
    rng = random.Random(20260401)
    scorer = CiderScorer(n=4, sigma=6.0)
    items = [item(rng) for _ in range(150)]
    for references, hypothesis in items:
        scorer += (hypothesis, references)
    mean, scores = scorer.compute_score()
    rows = [("-", "version", "pycocoevalcap " + version("pycocoevalcap"))]
    rows.append(("-", "version", "numpy " + version("numpy")))
    rows.append(("-", "version", "python " + sys.version.split()[0]))
    for number, ((references, hypothesis), score) in enumerate(zip(items, scores)):
        rows += [(number, "reference", reference) for reference in references]
        rows.append((number, "candidate", hypothesis))
        rows.append((number, "score", repr(float(score))))
    rows.append(("-", "corpus", repr(float(mean))))
    for row in rows:
        print(*row, sep="\t")


if __name__ == "__main__":
    main()
