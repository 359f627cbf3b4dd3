"""Prints the results of run.sh as a Markdown table.

usage: table.py RESULTS
"""

import json
import sys
from pathlib import Path

results = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
peers = {(r["mode"], r["precision"]): r for r in results if not r["system"].startswith("ours")}
print("| what | precision | threads | system | steps/s | × peer | loss, first and last | peak MB |")
print("|---|---|---|---|---|---|---|---|")
for r in results:
    # The first epoch encodes; a later one finds its vectors on the disk.
    peer = peers.get((r["mode"].removeprefix("first "), r["precision"]))
    ratio = f"{r['stepsPerSecond'] / peer['stepsPerSecond']:.2f}" if peer else "–"
    print(f"| {r['mode']} | {r['precision']} | {r['threads']} | {r['system']} "
          f"| {r['stepsPerSecond']:.3f} | {ratio} | {r['firstLoss']:.3f} {r['lastLoss']:.3f} "
          f"| {r['peakMegabytes']:.0f} |")
