"""Makes N JPEG pictures out of photographs: the photographs themselves, then seeded crops of them.

usage: pictures.py PHOTOS OUT N
"""

import random
import shutil
import sys
from pathlib import Path

from PIL import Image

LEAST_SHARE, QUALITY = 0.5, 92

photos, out, count = sorted(Path(sys.argv[1]).glob("*.jpg")), Path(sys.argv[2]), int(sys.argv[3])
draw = random.Random(1)
out.mkdir(parents=True)
for number in range(count):
    source, target = photos[number % len(photos)], out / f"{number:04}.jpg"
    if number < len(photos):
        shutil.copy(source, target)
        continue
    photo = Image.open(source).convert("RGB")
    width, height = (round(edge * draw.uniform(LEAST_SHARE, 1)) for edge in photo.size)
    left, top = draw.randint(0, photo.width - width), draw.randint(0, photo.height - height)
    photo.crop((left, top, left + width, top + height)).save(target, quality=QUALITY)
