"""Prints the pinned bits of ExampleNoiseTest from a second implementation, in plain Python.

    python src/test/python/example_noise_golden.py      (Python 3.11, no packages)
"""

import math
import struct

MASK = 0xFFFFFFFF


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & MASK, (p0 >> 32) ^ c[3] ^ k[1], p0 & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


def words(number):
    return [number & MASK, (number >> 32) & MASK]


def stream(seed, epoch, stages):
    key = philox(words(epoch) + [0, 1], words(seed))[:2]
    for stage in stages:
        key = philox([stage, 0, 0, 2], key)[:2]
    return key


def draw(key, example, component):
    block = philox(words(example) + [component // 4, 0], key)
    first = component % 4 // 2 * 2
    radius = math.sqrt(-2 * math.log((block[first] + 0.5) / 2**32))
    angle = block[first + 1] * (2 * math.pi / 2**32)
    return radius * (math.sin(angle) if component % 2 else math.cos(angle))


def bits(number):
    return struct.unpack(">I", struct.pack(">f", number))[0]


assert philox([0] * 4, [0] * 2) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
for seed, epoch, example, stages, component in [
    (0, 0, 0, [], 0),
    (0, 0, 0, [], 1),
    (42, 7, 123456789012345, [], 767),
    (-1, -2, -3, [], 6),
    (42, 7, 5, [0], 3),
    (42, 7, 5, [3, 1], 2),
]:
    value = draw(stream(seed, epoch, stages), example, component)
    print(seed, epoch, example, stages, component, hex(bits(value)), value)
