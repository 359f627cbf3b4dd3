"""Writes the golden numbers of CaptionMetricTest and VqaAccuracyTest.

Usage, from the folder close-core, with Java on the path (pycocoevalcap starts a Java program):

    pip install pycocoevalcap==1.2 numpy==2.4.6      (Python 3.11)
    pip install --no-deps salesforce-lavis==1.0.2    (holds VQA's evaluation program; optional)
    python src/test/python/caption_metrics_golden.py ../../shared/data

It writes three files to src/test/resources/io/github/close4j/metric:

    captions.tsv   captions made here, their tokens and scores
    coco.tsv       scores of the machine captions of fakecap_results.json.gz against the captions of
                   COCO's val2014, and hashes of tokens; none of the captions
    vqa.tsv        accuracies on the validation questions of VQA, none of the text

Every machine caption is one of its picture's references, so each is compared with the others only
(kind "others"), and with those of the next picture (kind "next", of the corpus alone).

Each line is: item, kind, value; or, for the scores of an item, one column a metric.
"""

import gzip
import hashlib
import importlib.util
import json
import os
import random
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.cider.cider_scorer import precook
from pycocoevalcap.rouge.rouge import Rouge
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

OUT = Path("src/test/resources/io/github/close4j/metric")
METRICS = ["BLEU_1", "BLEU_2", "BLEU_3", "BLEU_4", "ROUGE_L", "CIDER", "CIDER_D"]

COLOURS = ["red", "green", "blue", "yellow", "grey", "black-and-white"]
SIZES = ["small", "big", "tiny", "huge"]
THINGS = ["circle", "square", "triangles", "star", "ring", "crosses"]
PLACES = ["left of", "right of", "above", "below", "next to", "running behind"]
OPENINGS = ["", "There is", "We can see", "This picture's showing", "On the canvas sits"]
ENDINGS = ["", "on a plain ground.", "in the middle of the picture", "and nothing else at all!"]

PAIRS = [
    ("A man's dog doesn't sit, on a black-and-white rug...", "The man's dogs don't sit on rugs."),
    ("don’t “smart” quotes – dash — em…", "don't smart-quotes, em dash"),
    ("The T.V. is 3.5 inches; cost $5.00 & 20%", "a T.V. of 3.5 inches costs $5"),
    ("at 10:30 a.m. in the U.S.", "in the U.S. at 10:30am"),
    ("Mr. Smith's 100th x-ray, half-eaten", "an x-ray of Mr. Smith, eaten by half"),
    ("an 18-wheeler and his/her 1/2 of 2-3 dogs", "a wheeler, 18 of them; her 2 dogs"),
    ("AT&T and M&M's signs at 5 o'clock", "a sign of AT&T and an m&m"),
    ("hors d'oeuvres, a graffiti'ed bus!!", "the bus was graffitied; hors d'oeuvres??"),
    ("George W. Bush on Main St.", "W. Bush on St. Main street, no. 2"),
    ("running runs ran (quickly)", "he runs and ran [quick]"),
    ("'60s rock 'n' roll, y'all can't", "rock and roll of the '60s"),
    ("zebra looks over another zebra", "two zebras, one more zebra over there"),
]


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


def candidate(rng, scene, references):
    draw = rng.random()
    if draw < 0.1:
        return rng.choice(references)
    if draw < 0.2:
        return " ".join([rng.choice(THINGS)] * rng.randint(1, 20))
    if draw < 0.25:
        return "zebra"
    if draw < 0.4:
        scene = rng.choice(THINGS), rng.choice(PLACES), rng.choice(THINGS)
    return caption(rng, *scene)


def made_captions():
    rng = random.Random(20260401)
    items = []
    for _ in range(100):
        scene = rng.choice(THINGS), rng.choice(PLACES), rng.choice(THINGS)
        references = [caption(rng, *scene) for _ in range(rng.randint(1, 6))]
        items.append((candidate(rng, scene, references), references))
    for one, other in PAIRS:
        items += [(one, [other]), (other, [one, other + " again"])]
    return items


def tokenize(items):
    captions = [c for one, references in items for c in [one, *references]]
    tokens = PTBTokenizer().tokenize({i: [{"caption": c}] for i, c in enumerate(captions)})
    # A mixed number's no-break space is a word boundary to all scorers but ROUGE.
    each = iter([tokens[i][0].replace("\xa0", " ") for i in range(len(captions))])
    return [(next(each), [next(each) for _ in references]) for _, references in items]


def plain_cider(items):
    """CIDEr without clipping and length penalty, from its formula."""
    counts = [(precook(one), [precook(r) for r in references]) for one, references in items]
    df = {}
    for _, references in counts:
        for ngram in {g for reference in references for g in reference}:
            df[ngram] = df.get(ngram, 0) + 1

    def vector(count, n):
        return {
            g: tf * (np.log(len(items)) - np.log(max(1, df.get(g, 0))))
            for g, tf in count.items()
            if len(g) == n
        }

    def cosine(a, b):
        dot = sum(weight * b.get(g, 0.0) for g, weight in a.items())
        norm = np.sqrt(sum(w * w for w in a.values()) * sum(w * w for w in b.values()))
        return dot / norm if norm != 0 else dot

    scores = []
    for one, references in counts:
        each = [
            np.mean([cosine(vector(one, n), vector(r, n)) for n in range(1, 5)])
            for r in references
        ]
        scores.append(10 * np.mean(each))
    return np.mean(scores), scores


def score(items):
    references = {i: r for i, (_, r) in enumerate(items)}
    candidates = {i: [c] for i, (c, _) in enumerate(items)}
    bleu, bleus = Bleu(4).compute_score(references, candidates, verbose=0)
    results = list(zip(bleu, bleus))
    results.append(Rouge().compute_score(references, candidates))
    results.append(plain_cider(items))
    results.append(Cider().compute_score(references, candidates))
    return [float(corpus) for corpus, _ in results], list(zip(*[each for _, each in results]))


def versions(*packages):
    rows = [("-", "version", f"{package} {version(package)}") for package in packages]
    return rows + [("-", "version", "python " + sys.version.split()[0])]


def write(name, rows):
    with open(OUT / name, "w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            print(*row, sep="\t", file=file)


def numbers(values):
    return ["%.9g" % value for value in values]


def sha256(lines):
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def write_made():
    items = made_captions()
    tokens = tokenize(items)
    corpus, each = score(tokens)
    rows = versions("pycocoevalcap", "numpy") + [("-", "metrics", *METRICS)]
    for i, ((one, references), (words, reference_words)) in enumerate(zip(items, tokens)):
        rows += [(i, "reference", *pair) for pair in zip(references, reference_words)]
        rows += [(i, "candidate", one, words), (i, "scores", *numbers(each[i]))]
    write("captions.tsv", rows + [("-", "corpus", *numbers(corpus))])


def write_coco(data):
    def load(name):
        with gzip.open(Path(data, "coco", name), "rt", encoding="utf-8") as file:
            return json.load(file)

    annotations = load("captions_val2014.json.gz")["annotations"]
    captions = {}
    for annotation in annotations:
        captions.setdefault(annotation["image_id"], []).append(annotation["caption"])
    results = load("fakecap_results.json.gz")
    images = [result["image_id"] for result in results]
    tokens = tokenize([(result["caption"], captions[result["image_id"]]) for result in results])
    rows = versions("pycocoevalcap", "numpy") + [("-", "metrics", *METRICS)]
    others = [(one, [r for r in references if r != one]) for one, references in tokens]
    corpus, each = score(others)
    for image, (one, references), scores in zip(images, tokens, each):
        rows.append((image, "others", sha256([one, *references])[:8], *numbers(scores)))
    rows.append(("-", "others", "corpus", *numbers(corpus)))
    following = [(one, tokens[(i + 1) % len(tokens)][1]) for i, (one, _) in enumerate(tokens)]
    rows.append(("-", "next", "corpus", *numbers(score(following)[0])))
    # In these three the tokenizer reads on into the next caption, whose first word tells it that
    # the last letter's dot ends a sentence.
    ids, lines = [], []
    every = [(annotation["caption"], []) for annotation in annotations]
    for annotation, (line, _) in zip(annotations, tokenize(every)):
        if annotation["caption"].endswith(("12th Ave S.", "sign with a P.", "Nintendo Wii U.")):
            ids.append(annotation["id"])
        else:
            lines.append(line)
    rows.append(("-", "tokens", len(lines), sha256(lines), *ids))
    write("coco.tsv", rows)


def write_vqa(data):
    file = Path(importlib.util.find_spec("lavis").submodule_search_locations[0])
    spec = importlib.util.spec_from_file_location(
        "vqa_eval", file / "common/vqa_tools/vqa_eval.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with gzip.open(Path(data, "vqa/vqa_annotations_valid.gz"), "rt", encoding="utf-8") as text:
        annotations = json.load(text)["annotations"]

    class Answers:
        def __init__(self, answers):
            self.qa = answers

        def getQuesIds(self):
            return list(self.qa)

    keys = {"question_type": "", "answer_type": ""}
    truth = {a["question_id"]: {**keys, "answers": a["answers"]} for a in annotations}
    given = {}
    # What is answered is one person's answer, in ways that the normalisation has to undo.
    for n, annotation in enumerate(annotations):
        answer = annotation["answers"][n % 10]["answer"]
        ways = [answer, f"The {answer}.", answer.upper(), answer.replace(" ", "-"), f" {answer}! "]
        given[annotation["question_id"]] = {"answer": ways[n % 5]}
    normal = module.VQAEval()
    normals = [normal.processDigitArticle(normal.processPunctuation(g["answer"].strip()))
               for g in given.values()]
    program = module.VQAEval(Answers(truth), Answers(given), n=6)
    with open(os.devnull, "w") as nowhere:
        out, sys.stdout = sys.stdout, nowhere
        program.evaluate(list(truth))
        sys.stdout = out
    accuracies = ["%.4f" % program.evalQA[question] for question in truth]
    rows = versions("salesforce-lavis")
    rows.append(("-", "accuracy", len(truth), program.accuracy["overall"]))
    rows.append(("-", "accuracies", sha256(accuracies)))
    rows.append(("-", "answers", sha256(normals)))
    write("vqa.tsv", rows)


if __name__ == "__main__":
    write_made()
    write_coco(sys.argv[1])
    if importlib.util.find_spec("lavis"):
        write_vqa(sys.argv[1])
