"""Prints what run.sh measured as Markdown.

usage: table.py RESULTS SIZE COMMAND
"""

import json
import sys
from pathlib import Path

BYTES = {"FLOAT32": 4, "FLOAT16": 2}
MEGA, GIGA, TERA = 1e6, 1e9, 1e12
OURS = ["ours-float32", "ours-float16"]
PEERS = ["eager", "compiled", "static", "static-kept"]
ORDER = {"greedy": 0, "beam": 1}

results, size, command = Path(sys.argv[1]), sys.argv[2], sys.argv[3]


def lines(name):
    file = results / name
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def head(title, *columns):
    print(f"\n{title}\n")
    row(*columns)
    print("|" + "---|" * len(columns))


def missing(*names):
    """Says of each file that is not there that its step was not run."""
    absent = [name for name in names if not lines(name)]
    for name in absent:
        print(f"\n{name.split('.')[0]}: not run{'' if on_gpu else ': no GPU'}.")
    return bool(absent)


def same(expected, found):
    """How many of the ids found are those expected, of which there may be more, or none."""
    return f"{sum(a == b for a, b in zip(expected, found))} of {len(found)}" if expected else "–"


rates = lines("rates.json")[0]
on_gpu = rates["device"] == "cuda"
reference = {line["decoding"]: line for line in lines("ids-cpu-float32.jsonl")}


def heading():
    runtime = next((line["runtime"] for line in reference.values()), "ours: no ids")
    print(f"{rates['date']}, models of size `{size}`, `{command}`. "
          f"{rates['card'] or 'No GPU'}, {rates['processor']}; "
          + (f"driver {rates['driver']}, CUDA {rates['cuda']}; " if on_gpu else "")
          + f"{runtime}; Python {rates['python']}, torch {rates['torch']}, "
          f"transformers {rates['transformers']}.")
    if not on_gpu:
        print("\n**A trial of the script on a processor: its times mean nothing.**")
    flops = ", ".join(f"{rate / TERA:.3g} in {name.lower()}"
                      for name, rate in rates["flopsPerSecond"].items())
    print(f"\nMeasured here: {rates['bytesPerSecond'] / GIGA:.0f} GB/s copied (read and written), "
          f"TFLOP/s of products: {flops}.")


def floor_millis(line, work):
    """The least a batch can take: of each part the longer of arithmetic and of reading weights."""
    rate = rates["flopsPerSecond"][line["precision"]]
    size_of = BYTES[line["precision"]]
    return 1e3 * sum(
        max(part["flops"] / rate, size_of * part["weights"] / rates["bytesPerSecond"])
        for part in work)


def name(line):
    uncompiled = "static" in line["system"] and line.get("compiledGraphs") == 0
    return (f"{line['system']}, {line['precision'].lower()}"
            + (" (not compiled)" if uncompiled else ""))


def captioning():
    found = [line for system in OURS + PEERS for line in lines(f"{system}.jsonl")]
    work = {(line["decoding"], line["batch"]): line["work"] for line in found if "work" in line}
    head("Captions of 20 tokens; from JPEG files to words, and from pixels to ids, both in the "
         "processor's memory. Floor: for CLIP's tower, T5's encoder and the decoder's steps, the "
         "longer of their FLOPs over the rate of products and the bytes of their weights, each "
         "once a step, over the bandwidth. Same ids: as the processor's captioner in float32.",
         "decoding", "batch", "system", "files: images/s", "median, 95% ms", "pixels: images/s",
         "median, 95% ms", "× eager, files", "pixels", "share of the floor", "same ids")
    for line in sorted(found, key=lambda line: (ORDER[line["decoding"]], line["batch"])):
        key = line["decoding"], line["batch"]
        if "failed" in line:
            row(*key, name(line), f"failed: {line['failed']}", *[""] * 7)
            continue
        eager = timed("eager", *key)
        ways = [line["withPreprocessing"], line["fromPixels"]]
        times = [cell for way in ways for cell in (
            f"{1e3 * line['batch'] / way['medianMillis']:.1f}",
            f"{way['medianMillis']:.1f}, {way['p95Millis']:.1f}")]
        ratios = [f"{eager[way]['medianMillis'] / line[way]['medianMillis']:.2f}" if eager else "–"
                  for way in ["withPreprocessing", "fromPixels"]]
        share = (f"{floor_millis(line, work[key]) / line['fromPixels']['medianMillis']:.3f}"
                 if key in work else "–")
        ids = reference.get(line["decoding"], {"ids": []})["ids"]
        row(*key, name(line), *times, *ratios, share, same(ids, line["ids"]))
    missing(*[f"{system}.jsonl" for system in OURS + PEERS])
    ways = {line["preprocessing"] for line in found if "preprocessing" in line}
    print(f"\nTransformers' pictures are prepared by the faster of two ways: "
          f"{', '.join(sorted(ways))}. A setting is measured for "
          f"{min((line['fromPixels']['rounds'] for line in found if 'failed' not in line), default=0)}"
          " calls or more.")


def timed(system, decoding, batch):
    """The result of a setting, unless it is not there or failed."""
    return next((line for line in lines(f"{system}.jsonl")
                 if (line["decoding"], line["batch"]) == (decoding, batch)
                 and "failed" not in line), None)


def ids():
    head("Token ids of all pictures beside those of the processor's captioner in float32.",
         "system", "greedy", "beam")
    for file in sorted(results.glob("ids-*.jsonl")):
        found = {line["decoding"]: line for line in lines(file.name)}
        cells = [found[way].get("failed") or same(reference[way]["ids"], found[way]["ids"])
                 if way in found and way in reference else "not run" for way in ORDER]
        first = next(iter(found.values()))
        row(f"{first['system']}, {first['precision'].lower()}", *cells)


def stepping():
    if missing("stepping-float32.jsonl", "stepping-float16.jsonl"):
        return
    head("The decoder's loop in the graph and stepped from Java, from vectors to ids.",
         "precision", "decoding", "batch", "in the graph, ms", "stepped, ms", "times as fast",
         "MB copied by the steps", "same captions")
    for line in lines("stepping-float32.jsonl") + lines("stepping-float16.jsonl"):
        key = line["precision"].lower(), line["decoding"], line["batch"]
        if "failed" in line:
            row(*key, f"failed: {line['failed']}", *[""] * 4)
            continue
        graph, steps = line["inGraph"]["medianMillis"], line["stepped"]["medianMillis"]
        row(*key, f"{graph:.1f}", f"{steps:.1f}", f"{steps / graph:.2f}",
            f"{line['megabytesCopied']:.1f}", f"{line['sameIds']} of {line['batch']}")


def training():
    if missing("training-peer.jsonl", "training-ours.jsonl"):
        return
    peer, ours = lines("training-peer.jsonl")[0], lines("training-ours.jsonl")[0]
    head(f"Training, {peer['precision']}, {peer['steps']} steps.",
         "system", "steps/s", "× peer", "loss, first and last")
    for line in [peer, ours]:
        row(line["system"], f"{line['stepsPerSecond']:.2f}",
            f"{line['stepsPerSecond'] / peer['stepsPerSecond']:.2f}",
            f"{line['firstLoss']:.3f} {line['lastLoss']:.3f}")


def memory():
    if not on_gpu or missing("memory.jsonl"):
        print("\nMemory of the GPU: not run: no GPU." if not on_gpu else "")
        return
    used = {line["when"]: line["gpuMegabytes"] for line in lines("memory.jsonl")}
    head("Memory of the GPU in use, MiB, all processes together; float16, the largest batch.",
         *used)
    row(*used.values())


def placement():
    if missing("placement-float32.jsonl", "placement-float16.jsonl"):
        return
    head("Nodes that copy between the two memories, and bytes of the largest copy, batch 4."
         + ("" if on_gpu else " Not run: no GPU; the counts below are the processor's."),
         "precision", "decoding", "in the loop", "largest, bytes", "outside", "largest, bytes",
         "one layer's keys, half way, bytes", "computes elsewhere")
    for line in lines("placement-float32.jsonl") + lines("placement-float16.jsonl"):
        row(line["precision"].lower(), line["decoding"], line["copyNodesInLoop"],
            line["largestCopyInLoop"], line["copyNodesOutside"], line["largestCopyOutside"],
            line["cacheOfOneLayer"], ("; ".join(line["notOnGpu"]) or "none") if on_gpu else "–")


def ratio(systems, decoding, batch, way):
    """How many times as fast as the fastest of some systems ours in float16 is."""
    ours = timed("ours-float16", decoding, batch)
    peers = [peer for peer in (timed(system, decoding, batch) for system in systems) if peer]
    if not ours or not peers:
        return None
    return min(peer[way]["medianMillis"] for peer in peers) / ours[way]["medianMillis"]


def verdict(found, wanted):
    return "not run" if found is None else f"{found:.2f} ({'met' if found >= wanted else 'missed'})"


def goals():
    if not on_gpu:
        print("\nGoals: not judged: no GPU.")
        return
    head("Goals, ours in float16.", "goal", "wanted", "from pixels", "from files")
    ways = ["fromPixels", "withPreprocessing"]
    settings = [("eager", ["eager"], decoding, 1, 4) for decoding in ORDER]
    settings.append(("eager", ["eager"], "beam", 64, 1.5))
    settings += [("the faster of static and static-kept", ["static", "static-kept"], decoding,
                  batch, 1) for decoding in ORDER for batch in [1, 8, 64, 256]]
    for peer, systems, decoding, batch, wanted in settings:
        row(f"{decoding}, batch {batch}, against {peer}", wanted,
            *[verdict(ratio(systems, decoding, batch, way), wanted) for way in ways])
    own = {line["decoding"]: line for line in lines("ids-float32.jsonl")}
    for way in ORDER:
        share = (sum(a == b for a, b in zip(reference[way]["ids"], own[way]["ids"]))
                 / len(own[way]["ids"])) if way in own and way in reference else None
        row(f"{way}, same ids in float32 as on the processor", 0.98, verdict(share, 0.98), "")
    peer, ours = lines("training-peer.jsonl"), lines("training-ours.jsonl")
    speed = ours[0]["stepsPerSecond"] / peer[0]["stepsPerSecond"] if peer and ours else None
    row("training, against PyTorch", 1, verdict(speed, 1), "")


for part in [heading, captioning, ids, stepping, training, memory, placement, goals]:
    part()
