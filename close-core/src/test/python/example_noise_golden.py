"""Prints the pinned bits of ExampleNoiseTest from a second implementation, with NumPy's float32.

    python src/test/python/example_noise_golden.py      (Python 3.11, numpy==2.4.6)
"""

import numpy as np

MASK = 0xFFFFFFFF
ROTATIONS = [(10, 26), (11, 21), (13, 27), (23, 5), (6, 20), (17, 11), (25, 10), (18, 20)]
LOG = [2.0000017, 0.99967486, 0.6768239, 0.3838075, 1.0110595, -1.2135867, 1.9390725]
SINE = [3.1415927, -5.1677103, 2.5500774, -0.5982904, 0.07765591]
COSINE = [0.99999994, -4.934793, 4.0584106, -1.3318729, 0.21968243]
f32 = np.float32


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & MASK, (p0 >> 32) ^ c[3] ^ k[1], p0 & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


def rotate(word, by):
    return (word << by | word >> (32 - by)) & MASK


def threefry(counter, key, rounds=13):
    keys = list(key) + [0x1BD11BDA ^ key[0] ^ key[1] ^ key[2] ^ key[3]]
    x = [(c + k) & MASK for c, k in zip(counter, key)]
    for number in range(rounds):
        for (i, j), by in zip([(0, 1), (2, 3)] if number % 2 == 0 else [(0, 3), (2, 1)], ROTATIONS[number % 8]):
            x[i] = (x[i] + x[j]) & MASK
            x[j] = rotate(x[j], by) ^ x[i]
        if number % 4 == 3:
            step = number // 4 + 1
            x = [(x[i] + keys[(step + i) % 5] + (step if i == 3 else 0)) & MASK for i in range(4)]
    return x


def words(number):
    return [number & MASK, (number >> 32) & MASK]


def stream(seed, epoch, stages):
    key = philox(words(epoch) + [0, 1], words(seed))[:2]
    for stage in stages:
        key = philox([stage, 0, 0, 2], key)[:2]
    return key


def polynomial(coefficients, x):
    value = f32(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        value = f32(f32(value * x) + f32(coefficient))
    return value


def radius(word):
    g = f32(f32(word >> 8) * f32(2.0**-25))
    zeros = min(31, (word & -word).bit_length() - 1) if word else 31
    return np.sqrt(f32(f32(g * polynomial(LOG, g)) + f32(f32(zeros) * f32(1.3862944))))


def draw(key, example, component):
    panel, rest = divmod(component, 256)
    word, lane = divmod(rest, 64)
    block = threefry([lane, panel] + words(example), key + [0, 0])
    a, b = block[word // 2 * 2 : word // 2 * 2 + 2]
    t = f32(f32(np.int32(b - 2**32 if b >> 31 else b)) * f32(2.0**-32))
    square = f32(t * t)
    sine = f32(t * polynomial(SINE, square))
    twice = f32(f32(2) * sine)
    if word % 2:
        return f32(radius(a) * f32(twice * polynomial(COSINE, square)))
    return f32(radius(a) * f32(f32(1) - f32(twice * sine)))


# The authors' known answers.
assert philox([0] * 4, [0] * 2) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
assert threefry([0] * 4, [0] * 4, 20) == [0x9C6CA96A, 0xE17EAE66, 0xFC10ECD4, 0x5256A7D8]
assert threefry([0] * 4, [0] * 4, 13) == [0x531C7E4F, 0x39491EE5, 0x2C855A92, 0x3D6ABF9A]
for seed, epoch, example, stages, component in [
    (0, 0, 0, [], 0),
    (0, 0, 0, [], 17),
    (0, 0, 0, [], 1023),
    (42, 7, 123456789012345, [], 767),
    (-1, -2, -3, [], 38),
    (42, 7, 5, [0], 3),
    (42, 7, 5, [3, 1], 50),
]:
    value = draw(stream(seed, epoch, stages), example, component)
    print(seed, epoch, example, stages, component, hex(int(value.view(np.uint32))), value)
