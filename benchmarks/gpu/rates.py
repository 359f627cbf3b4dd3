"""Measures what the card can do at best and prints it with the versions, as JSON.

usage: rates.py cpu|cuda

Bandwidth: a device-to-device copy far larger than the caches, bytes read and written. Rates: a
product of two square matrices of random numbers, for each type; float32 without TF32.
"""

import json
import os
import platform
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import torch
import transformers

ROUNDS = 20
device = sys.argv[1]
on_gpu = device == "cuda"
torch.backends.cuda.matmul.allow_tf32 = False


def seconds(work):
    """Median of the times of a piece of work on the device."""
    times = []
    for _ in range(3):
        work()
    for _ in range(ROUNDS):
        if on_gpu:
            begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            begin.record()
            work()
            end.record()
            end.synchronize()
            times.append(begin.elapsed_time(end) / 1e3)
        else:
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
    return sorted(times)[ROUNDS // 2]


def product_rate(dtype):
    edge = 8192 if on_gpu else 512
    left, right = (torch.randn(edge, edge, device=device).to(dtype) for _ in range(2))
    out = torch.empty_like(left)
    return 2 * edge**3 / seconds(lambda: torch.matmul(left, right, out=out))


def bandwidth():
    count = 2**30 if on_gpu else 2**25
    source = torch.rand(count, device=device)
    target = torch.empty_like(source)
    return 2 * source.nbytes / seconds(lambda: target.copy_(source))


def processor():
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def driver():
    return subprocess.run(
        ["nvidia-smi", "-i", "0", "--query-gpu=driver_version", "--format=csv,noheader"],
        capture_output=True, text=True, check=True).stdout.strip()


print(json.dumps({
    "date": f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC",
    "device": device,
    "card": torch.cuda.get_device_name() if on_gpu else None,
    "driver": driver() if on_gpu else None,
    "cuda": torch.version.cuda if on_gpu else None,
    "processor": f"{processor()}, {os.cpu_count()} cores",
    "python": platform.python_version(),
    "torch": torch.__version__,
    "transformers": transformers.__version__,
    "bytesPerSecond": bandwidth(),
    "flopsPerSecond": {
        "FLOAT32": product_rate(torch.float32),
        "FLOAT16": product_rate(torch.float16),
        "BFLOAT16": product_rate(torch.bfloat16),
    },
}))
