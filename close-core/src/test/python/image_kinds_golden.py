"""Writes kinds.tsv.gz: one small picture of each kind that users bring, and what Pillow makes of it.

Usage, from the folder close-core (Python 3.11):

    pip install pillow==13.0.0 numpy==2.4.6
    python src/test/python/image_kinds_golden.py

Rows of kinds.tsv.gz, in src/test/resources/io/github/close4j/image: name, width, height, the file
and the pixels of ImageOps.exif_transpose and convert("RGB"), both in hexadecimal; without a size and
pixels where Pillow refuses the file.
"""

import gzip
import io
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from image_golden import OUT, adobe_free, made, saved, smooth

WIDTH, HEIGHT = 13, 9
EXIF = b"Exif\0\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
JFIF = b"JFIF\0\1\1\0\0\1\0\1\0\0"
TURNED = b'<x tiff:Orientation="6"/>'
UNITS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8}
FORMATS = {3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q"}


# JPEG: what the segments of applications say of colours -------------------------------------------


def segment(marker, content):
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def adobe(transform, version=100, extra=b""):
    return b"Adobe" + struct.pack(">H", version) + bytes(4) + bytes([transform]) + extra


def app14(*args, **options):
    return segment(0xEE, adobe(*args, **options))


def with_head(jpeg, *segments):
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def with_ids(jpeg, ids):
    data = bytearray(jpeg)
    frame, scan = jpeg.index(b"\xff\xc0"), jpeg.index(b"\xff\xda")
    for i, identifier in enumerate(ids):
        data[frame + 10 + 3 * i] = identifier
        data[scan + 5 + 2 * i] = identifier
    return bytes(data)


def inks(image):
    pixels = np.asarray(image)
    black = (pixels[:, :, ::-1].mean(2, keepdims=True) * 0.5).astype(np.uint8)
    return Image.fromarray(np.concatenate([pixels, black], 2), "CMYK")


def jpeg_colours():
    image = smooth(WIDTH, HEIGHT)
    jfif, jfif_segment = JFIF, segment(0xE0, JFIF)
    ducky = b"Ducky\0\1\2\3\4\5\6\7\2"
    bases = {
        "three": adobe_free(saved(image, "JPEG", quality=90, subsampling=0)),
        "three-420": adobe_free(saved(image, "JPEG", quality=90)),
        "four": adobe_free(saved(inks(image), "JPEG", quality=90)),
        "four-progressive": adobe_free(saved(inks(image), "JPEG", quality=90, progressive=True)),
        "one": adobe_free(saved(image.convert("L"), "JPEG", quality=90)),
    }
    files = {}
    for name, base in bases.items():
        heads = {
            "bare": b"",
            "jfif": jfif_segment,
            "version-ffff": app14(0, 0xFFFF),
            "version-6400": app14(2, 0x6400),
            "two-0-2": app14(0) + app14(2),
            "two-2-0": app14(2) + app14(0),
            "two-1-0": app14(1) + app14(0),
            "short": segment(0xEE, adobe(0)[:11]),
            "short-behind": app14(0) + segment(0xEE, b"Adobe\0\1\2"),
            "foreign": segment(0xEE, ducky),
            "foreign-behind": app14(0) + segment(0xEE, ducky),
            "lower-case": segment(0xEE, b"adobe" + adobe(0)[5:]),
            "long": app14(0, extra=b"abcdef"),
            "short-jfif": segment(0xE0, jfif[:10]) + app14(0),
            "no-jfif": segment(0xE0, b"JFIX" + jfif[4:]) + app14(0),
            "jfxx": segment(0xE0, b"JFXX\0\x13" + bytes(9)) + app14(0),
            "jfif-behind": app14(0) + jfif_segment,
            "app13": segment(0xED, adobe(0)),
            "fill": b"\xff\xff\xff" + app14(0),
            "junk": app14(0) + b"\0\0",
            "comment": segment(0xFE, b"Adobe" + bytes(20)),
        }
        for transform in (0, 1, 2, 3, 255):
            heads[f"adobe-{transform}"] = app14(transform)
            heads[f"jfif-adobe-{transform}"] = jfif_segment + app14(transform)
        for kind, head in heads.items():
            files[f"{name}-{kind}.jpg"] = with_head(base, head)
        files[f"{name}-adobe-behind-scan.jpg"] = base[:-2] + app14(0) + base[-2:]
    for name in ("three", "three-420"):
        for ids in (b"RGB", b"RGX", b"rgb", b"\0\1\2", b"\2\1\0", b"\1\2\3"):
            base = with_ids(bases[name], ids)
            files[f"{name}-ids-{ids.hex()}.jpg"] = base
            files[f"{name}-ids-{ids.hex()}-jfif.jpg"] = with_head(base, jfif_segment)
            files[f"{name}-ids-{ids.hex()}-adobe.jpg"] = with_head(base, app14(1))
    return files


# Orientation: EXIF in all its forms, XMP, and where each format keeps them ------------------------


def values(order, kind, numbers):
    if kind in FORMATS:
        return struct.pack(f"{order}{len(numbers)}{FORMATS[kind]}", *numbers)
    if kind in (5, 10):
        doubled = sum(([2 * number, 2] for number in numbers), [])
        return struct.pack(f"{order}{len(doubled)}{'I' if kind == 5 else 'i'}", *doubled)
    return b"%d\0" % numbers[0] if kind == 2 else bytes(numbers)


def directory(order, entries, magic=None, offset=8, count=None, end=bytes(4)):
    """A TIFF header and a directory of (tag, type, count, content)."""
    head = magic or (b"II*\0" if order == "<" else b"MM\0*")
    body = struct.pack(order + "H", len(entries) if count is None else count)
    behind = b""
    for tag, kind, number, content in entries:
        field = content
        if len(content) > 4:
            field = struct.pack(order + "I", offset + 6 + 12 * len(entries) + len(behind))
            behind += content
        body += struct.pack(order + "HHI", tag, kind, number) + field.ljust(4, b"\0")
    return head + struct.pack(order + "I", offset) + bytes(offset - 8) + body + end + behind


def orientation(order, number, kind=3):
    return 274, kind, 1, values(order, kind, [number])


def exif_blocks():
    blocks = {}
    for order, name in (("<", "le"), (">", "be")):
        turned = orientation(order, 6)
        for kind, unit in UNITS.items():
            for numbers in ([6], [6, 3], [9], [0]):
                content = values(order, kind, numbers)
                entry = (274, kind, len(content) // unit, content)
                blocks[f"{name}-type-{kind}-{len(numbers)}-{numbers[0]}"] = directory(order, [entry])
        for kind, number in ((6, -6), (8, -3), (9, -6), (11, 6.5), (12, 6.5)):
            blocks[f"{name}-type-{kind}-{number}"] = directory(order, [orientation(order, number, kind)])
        far = struct.pack(order + "I", 60000)
        cases = {
            "count-0": [(274, 3, 0, turned[3])],
            "count-4": [(274, 3, 4, values(order, 3, [6, 1, 2, 3]))],
            "count-huge": [(274, 3, 1000000, turned[3])],
            "unknown-type": [(274, 14, 1, turned[3]), orientation(order, 8)],
            "twice": [turned, orientation(order, 8)],
            "unsorted": [(305, 2, 4, b"abc\0"), turned, (256, 3, 1, turned[3])],
            "outside-before": [(270, 2, 50, far), turned],
            "huge-before": [(270, 2, 5000000, struct.pack(order + "I", 8)), turned],
            "outside-behind": [turned, (306, 2, 50, far)],
        }
        for case, entries in cases.items():
            blocks[f"{name}-{case}"] = directory(order, entries)
        sound = directory(order, [turned])
        blocks[f"{name}-more-declared"] = directory(order, [turned], count=20)
        blocks[f"{name}-cut"] = sound[:-6]
        blocks[f"{name}-offset"] = directory(order, [turned], offset=30)
        blocks[f"{name}-offset-outside"] = sound[:4] + struct.pack(order + "I", 5000)
        swapped = b"II\0*" if order == "<" else b"MM*\0"
        blocks[f"{name}-swapped-version"] = directory(order, [turned], magic=swapped)
        blocks[f"{name}-no-header"] = directory(order, [turned], magic=b"IM\0*")
        blocks[f"{name}-only-header"] = sound[:8]
        blocks[f"{name}-half-header"] = sound[:4]
        thumbnail = struct.pack(order + "H", 1) + directory(order, [turned])[10:]
        next_one = struct.pack(order + "I", 26)
        blocks[f"{name}-of-thumbnail"] = directory(order, [(256, 3, 1, turned[3])], end=next_one) + thumbnail
    return blocks


def jpeg_orientations():
    base = adobe_free(saved(smooth(WIDTH, HEIGHT), "JPEG", quality=90, subsampling=0))

    def jpeg(*contents):
        return with_head(base, *(segment(0xE1, content) for content in contents))

    files = {f"exif-{name}.jpg": jpeg(EXIF + block) for name, block in exif_blocks().items()}
    six, three = (EXIF + directory(">", [orientation(">", n)]) for n in (6, 3))
    none = EXIF + directory("<", [(256, 3, 1, b"\3\0")])
    cases = {
        "double": [EXIF + six],
        "triple": [EXIF + EXIF + six],
        "split": [six[:20], EXIF + six[20:]],
        "two": [six, three],
        "empty-first": [EXIF, six],
        "other-prefix": [b"Exif\0\1" + six[6:]],
        "lower-case": [b"exif\0\0" + six[6:]],
        "xmp-and-exif": [three, XMP + TURNED],
        "xmp-and-exif-0": [EXIF + directory("<", [orientation("<", 0)]), XMP + TURNED],
        "xmp-and-other-exif": [none, XMP + TURNED],
        "xmp-and-empty-exif": [EXIF, XMP + TURNED],
        "xmp-and-no-exif": [EXIF + b"garbage!!!", XMP + TURNED],
        "xmp-two": [XMP + TURNED, XMP + TURNED.replace(b"6", b"3")],
        "xmp-single-quotes": [XMP + TURNED.replace(b'"', b"'")],
        "xmp-spaces": [XMP + TURNED.replace(b"=", b" = ")],
        "xmp-zero": [XMP + b"a\0b" + TURNED],
    }
    for number in range(10):
        cases[f"xmp-attribute-{number}"] = [XMP + TURNED.replace(b"6", b"%d" % number)]
        cases[f"xmp-element-{number}"] = [XMP + b"<tiff:Orientation>%d</tiff:Orientation>" % number]
    files.update({f"turned-{name}.jpg": jpeg(*contents) for name, contents in cases.items()})
    files["turned-app2.jpg"] = with_head(base, segment(0xE2, six))
    files["turned-jfif.jpg"] = with_head(base, segment(0xE0, JFIF), segment(0xE1, six))
    return files


def png_orientations():
    base = saved(smooth(WIDTH, HEIGHT), "PNG")
    pixels, end = base.index(b"IDAT") - 4, len(base) - 12
    six = directory(">", [orientation(">", 6)])
    eight = directory("<", [orientation("<", 8)])

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    def profile(block):
        return b"\nexif\n%8d\n" % len(block) + block.hex().encode() + b"\n"

    raw = b"Raw profile type exif\0"
    xmp = b"XML:com.adobe.xmp\0"
    before = {
        "exif": chunk(b"eXIf", six),
        "exif-prefix": chunk(b"eXIf", EXIF + six),
        "exif-two": chunk(b"eXIf", six) + chunk(b"eXIf", eight),
        "exif-broken": chunk(b"eXIf", b"rubbish"),
        "raw": chunk(b"tEXt", raw + profile(EXIF + six)),
        "raw-zipped": chunk(b"zTXt", raw + b"\0" + zlib.compress(profile(EXIF + six))),
        "raw-and-exif": chunk(b"tEXt", raw + profile(six)) + chunk(b"eXIf", eight),
        "text": chunk(b"tEXt", b"exif\0" + six),
        "xmp": chunk(b"iTXt", xmp + bytes(4) + TURNED),
        "xmp-zipped": chunk(b"iTXt", xmp + b"\1\0\0\0" + zlib.compress(TURNED)),
        "xmp-language": chunk(b"iTXt", xmp + b"\0\0en\0abc\0" + TURNED),
        "xmp-text": chunk(b"tEXt", xmp + TURNED),
        "xmp-short": chunk(b"iTXt", xmp),
        "xmp-and-exif": chunk(b"eXIf", eight) + chunk(b"iTXt", xmp + bytes(4) + TURNED),
        "xmp-and-other-exif": chunk(b"eXIf", directory("<", [(256, 3, 1, b"\3\0")]))
        + chunk(b"iTXt", xmp + bytes(4) + TURNED),
    }
    files = {f"turned-{name}.png": base[:pixels] + chunks + base[pixels:] for name, chunks in before.items()}
    for name in ("exif", "xmp"):
        files[f"turned-{name}-behind.png"] = base[:end] + before[name] + base[end:]
    for number in range(1, 9):
        block = chunk(b"eXIf", directory(">", [orientation(">", number)]))
        files[f"turned-{number}.png"] = base[:pixels] + block + base[pixels:]
    return files


# WebP ---------------------------------------------------------------------------------------------


def riff(*chunks):
    body = b"WEBP"
    for name, content in chunks:
        body += name + struct.pack("<I", len(content)) + content + bytes(len(content) & 1)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def uint24(*numbers):
    return b"".join(number.to_bytes(3, "little") for number in numbers)


def webp_files():
    files = {}
    pictures = {"smooth": smooth(41, 27), "made": Image.fromarray(made(41, 27)), "small": smooth(3, 1)}
    for name, image in pictures.items():
        clear = image.copy()
        clear.putalpha(Image.linear_gradient("L").resize(image.size))
        for kind, picture in (("", image), ("-alpha", clear)):
            for quality in (5, 60, 100):
                files[f"{name}{kind}-{quality}.webp"] = saved(picture, "WEBP", quality=quality)
            files[f"{name}{kind}-lossless.webp"] = saved(picture, "WEBP", lossless=True)
            files[f"{name}{kind}-exact.webp"] = saved(picture, "WEBP", lossless=True, exact=True)
            files[f"{name}{kind}-plain.webp"] = saved(picture, "WEBP", quality=30, method=0)
        files[f"{name}-grey.webp"] = saved(image.convert("L"), "WEBP", quality=50)
        for colours in (2, 4, 16, 200):
            indexed = image.quantize(colours).convert("RGB")
            files[f"{name}-{colours}-colours.webp"] = saved(indexed, "WEBP", lossless=True)
        files[f"{name}-animated.webp"] = saved(
            clear, "WEBP", save_all=True, append_images=[image], duration=100, quality=70)
    six, eight = (directory(">", [orientation(">", n)]) for n in (6, 8))
    size = uint24(WIDTH - 1, HEIGHT - 1)
    for kind, name in ((b"VP8 ", "lossy"), (b"VP8L", "lossless")):
        simple = saved(smooth(WIDTH, HEIGHT), "WEBP", quality=90, lossless=name == "lossless")
        picture = kind, simple[20:20 + struct.unpack("<I", simple[16:20])[0]]
        inner = riff(picture)[12:]

        def header(flags, grown=0):
            return b"VP8X", bytes([flags, 0, 0, 0]) + uint24(WIDTH - 1 + grown, HEIGHT - 1 + grown)

        def frame(left, top):
            return b"ANMF", uint24(left // 2, top // 2) + size + uint24(100) + b"\0" + inner

        cases = {
            "exif": riff(header(8), picture, (b"EXIF", six)),
            "exif-prefix": riff(header(8), picture, (b"EXIF", EXIF + six)),
            "exif-no-flag": riff(header(0), picture, (b"EXIF", six)),
            "exif-first": riff(header(8), (b"EXIF", six), picture),
            "exif-two": riff(header(8), picture, (b"EXIF", six), (b"EXIF", eight)),
            "exif-simple": riff(picture, (b"EXIF", six)),
            "xmp": riff(header(4), picture, (b"XMP ", TURNED)),
            "xmp-no-flag": riff(header(0), picture, (b"XMP ", TURNED)),
            "unknown-chunk": riff(header(0), (b"ABCD", b"12345"), picture),
            "profile": riff(header(0x20), (b"ICCP", b"12345"), picture),
            "large-canvas": riff(header(0, 4), picture),
            "on-canvas": riff(header(2, 7), (b"ANIM", b"\xff\x80\x40\x20\0\0"), frame(4, 2), frame(0, 0)),
            "on-canvas-exif": riff(header(10, 7), (b"ANIM", bytes(6)), frame(4, 2), (b"EXIF", six)),
            "trailing": riff(picture) + b"trailing",
        }
        files.update({f"{name}-{case}.webp": data for case, data in cases.items()})
    return files


# TIFF ---------------------------------------------------------------------------------------------


def tiff(order, tags, strips, tiled=False):
    """A TIFF of tags {number: (type, values)}; its strips or tiles come first."""
    data, offsets = b"", []
    for strip in strips:
        offsets.append(8 + len(data))
        data += strip + bytes(len(strip) & 1)
    where, lengths = (324, 325) if tiled else (273, 279)
    tags = {**tags, where: (4, offsets), lengths: (4, [len(strip) for strip in strips])}
    entries = [
        (tag, kind, len(content) if isinstance(content, bytes) else len(content),
         content if isinstance(content, bytes) else values(order, kind, content))
        for tag, (kind, content) in sorted(tags.items())
    ]
    whole = directory(order, entries, offset=8 + len(data))
    return whole[:8] + data + whole[8 + len(data):]


def tags(bits, photometric, samples, **more):
    basic = {256: (3, [WIDTH]), 257: (3, [HEIGHT]), 258: (3, [bits] * samples), 259: (3, [1]),
             262: (3, [photometric]), 277: (3, [samples]), 278: (3, [HEIGHT])}
    return {**basic, **{int(name[1:]): value for name, value in more.items()}}


def packed(levels, bits):
    ones = (levels[:, :, None] >> np.arange(bits - 1, -1, -1)) & 1
    return np.packbits(ones.astype(np.uint8).reshape(len(levels), -1), axis=1).tobytes()


def tiles(samples, width, height):
    rows, columns = -(-len(samples) // height) * height, -(-samples.shape[1] // width) * width
    padded = np.zeros((rows, columns, *samples.shape[2:]), samples.dtype)
    padded[:len(samples), :samples.shape[1]] = samples
    return [padded[y:y + height, x:x + width].tobytes()
            for y in range(0, rows, height) for x in range(0, columns, width)]


def differences(samples):
    return np.concatenate([samples[:, :1], samples[:, 1:] - samples[:, :-1]], 1)


def tiff_files():
    rgb = made(WIDTH, HEIGHT)
    image = Image.fromarray(rgb)
    clear = image.copy()
    clear.putalpha(Image.fromarray(rgb[:, :, 1]))
    grey, deep = rgb[:, :, 0], rgb.astype(np.uint16) * 257 ^ (rgb[:, :, ::-1].astype(np.uint16) * 3)
    four = np.concatenate([rgb, rgb[:, :, :1] // 2], 2)
    files = {}
    modes = {"1": image.convert("1"), "L": image.convert("L"), "LA": clear.convert("LA"), "P": image.quantize(200),
             "RGB": image, "RGBA": clear, "CMYK": Image.fromarray(four, "CMYK"),
             "I16": Image.fromarray(grey.astype(np.uint16) * 3), "I": Image.fromarray(grey.astype(np.int32) * 3 - 90)}
    for mode, picture in modes.items():
        for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
            files[f"{mode}-{compression}.tif"] = saved(picture, "TIFF", compression=compression, tiffinfo={278: 4})
        if mode != "1":
            options = {"compression": "tiff_lzw", "tiffinfo": {317: 2}}
            files[f"{mode}-predicted.tif"] = saved(picture, "TIFF", **options)
    for compression in ("group3", "group4", "tiff_ccitt"):
        files[f"fax-{compression}.tif"] = saved(modes["1"], "TIFF", compression=compression)
    for mode in ("L", "RGB", "CMYK", "YCbCr"):
        picture = smooth(41, 27).convert(mode)
        files[f"jpeg-{mode}.tif"] = saved(picture, "TIFF", compression="jpeg", quality=90)
        files[f"jpeg-strips-{mode}.tif"] = saved(picture, "TIFF", compression="jpeg", quality=90, tiffinfo={278: 16})
    files["pages.tif"] = saved(image, "TIFF", save_all=True, append_images=[smooth(5, 4)])
    files["big.tif"] = saved(image, "TIFF", big_tiff=True)
    for order, name in (("<", "le"), (">", "be")):
        u2 = order + "u2"
        wide = deep.astype(u2)
        plane = {"t284": (3, [2])}
        jpegs = [saved(smooth(16, 16), "JPEG", quality=90, subsampling=0, keep_rgb=True) for _ in range(1)]
        cases = {
            "rgb16": (tags(16, 2, 3), [wide.tobytes()]),
            "rgb16-predicted": (tags(16, 2, 3, t259=(3, [8]), t317=(3, [2])), [zlib.compress(differences(wide).astype(u2).tobytes())]),
            "rgba16": (tags(16, 2, 4, t338=(3, [2])), [np.concatenate([wide, wide[:, :, :1]], 2).tobytes()]),
            "grey16": (tags(16, 1, 1), [(wide[:, :, 0] >> 6).astype(u2).tobytes()]),
            "grey16-white-is-0": (tags(16, 0, 1), [(65535 - (wide[:, :, 0] >> 6)).astype(u2).tobytes()]),
            "grey16-signed": (tags(16, 1, 1, t339=(3, [2])), [(grey.astype(int) * 3 - 90).astype(order + "i2").tobytes()]),
            "cmyk16": (tags(16, 5, 4), [np.concatenate([wide, wide[:, :, :1] // 2], 2).astype(u2).tobytes()]),
            "grey8-white-is-0": (tags(8, 0, 1), [grey.tobytes()]),
            "rgbx": (tags(8, 2, 4, t338=(3, [0])), [four.tobytes()]),
            "premultiplied": (tags(8, 2, 4, t338=(3, [1])), [np.concatenate([(rgb.astype(int) * rgb[:, :, :1] // 255).astype(np.uint8), rgb[:, :, :1]], 2).tobytes()]),
            "rgba-unsaid": (tags(8, 2, 4), [four.tobytes()]),
            "grey-and-alpha": (tags(8, 1, 2, t338=(3, [2])), [rgb[:, :, :2].tobytes()]),
            "grey-and-other": (tags(8, 1, 2, t338=(3, [0])), [rgb[:, :, :2].tobytes()]),
            "planes": (tags(8, 2, 3, **plane), [rgb[:, :, c].tobytes() for c in range(3)]),
            "planes-in-strips": ({**tags(8, 2, 3, **plane), 278: (3, [4])}, [rgb[y:y + 4, :, c].tobytes() for c in range(3) for y in (0, 4, 8)]),
            "planes-cmyk": (tags(8, 5, 4, **plane), [four[:, :, c].tobytes() for c in range(4)]),
            "planes16": (tags(16, 2, 3, **plane), [wide[:, :, c].tobytes() for c in range(3)]),
            "ycbcr": (tags(8, 6, 3, t530=(3, [1, 1])), [np.asarray(smooth(WIDTH, HEIGHT).convert("YCbCr")).tobytes()]),
            "floats": (tags(32, 1, 1, t339=(3, [3])), [grey.astype(order + "f4").tobytes()]),
            "lab": (tags(8, 8, 3), [rgb.tobytes()]),
            "no-palette": (tags(8, 3, 1), [grey.tobytes()]),
            "no-photometric": ({tag: value for tag, value in tags(8, 1, 1).items() if tag != 262}, [grey.tobytes()]),
            "two-orientations": (tags(8, 2, 3, t274=(3, [6, 3])), [rgb.tobytes()]),
            "xmp": (tags(8, 2, 3, t700=(1, TURNED)), [rgb.tobytes()]),
            "xmp-undefined": (tags(8, 2, 3, t700=(7, TURNED)), [rgb.tobytes()]),
            "xmp-and-tag": (tags(8, 2, 3, t274=(3, [3]), t700=(1, TURNED)), [rgb.tobytes()]),
            "jpeg-alone": ({**tags(8, 2, 3, t259=(3, [7])), 256: (3, [16]), 257: (3, [16]), 278: (3, [16])}, jpegs),
        }
        for number in range(10):
            cases[f"turned-{number}"] = (tags(8, 2, 3, t274=(3, [number])), [rgb.tobytes()])
        for kind in (1, 4, 5, 8, 11, 12):
            cases[f"turned-type-{kind}"] = (tags(8, 2, 3, t274=(kind, [6])), [rgb.tobytes()])
        for bits in (1, 2, 4):
            levels = grey >> (8 - bits)
            rows = packed(levels, bits)
            colours = [int(v) for v in np.arange(3 << bits) * 4321 % 65536]
            mirrored = bytes(int(f"{byte:08b}"[::-1], 2) for byte in rows)
            cases[f"grey{bits}"] = (tags(bits, 1, 1), [rows])
            cases[f"grey{bits}-white-is-0"] = (tags(bits, 0, 1), [rows])
            cases[f"grey{bits}-mirrored"] = (tags(bits, 1, 1, t266=(3, [2])), [mirrored])
            cases[f"palette{bits}"] = (tags(bits, 3, 1, t320=(3, colours)), [rows])
        for case, (numbers, strips) in cases.items():
            files[f"{name}-{case}.tif"] = tiff(order, numbers, strips)
        square = {"t322": (3, [16]), "t323": (3, [16])}
        tiled = {"rgb8": (tags(8, 2, 3, **square), tiles(rgb, 16, 16)),
                 "rgb16": (tags(16, 2, 3, **square), tiles(wide, 16, 16)),
                 "grey8": (tags(8, 1, 1, **square), tiles(grey, 16, 16)),
                 "planes": (tags(8, 2, 3, **square, **plane), sum((tiles(rgb[:, :, c], 16, 16) for c in range(3)), []))}
        small = tags(8, 2, 3, t259=(3, [7]), **square)
        tiled["jpeg"] = ({**small, 256: (3, [29]), 257: (3, [20])}, 4 * jpegs)
        for case, (numbers, strips) in tiled.items():
            numbers.pop(278)
            files[f"{name}-tiled-{case}.tif"] = tiff(order, numbers, strips, tiled=True)
    return files


# BMP ----------------------------------------------------------------------------------------------


def bmp(header, bits, data, size=(WIDTH, HEIGHT), compression=0, palette=b"", masks=b"", colours=0,
        top_down=False, offset=None, gap=b""):
    width, height = size
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHH", header, width, -height if top_down else height, 1, bits)
        if header > 16:
            info += struct.pack("<IIiiII", compression, len(data), 2835, 2835, colours, 0)
        if header > 40:
            info += masks.ljust(header - 40, b"\0")[:header - 40]
            masks = b""
    body = info + masks + palette
    start = 14 + len(body) + len(gap) if offset is None else offset
    return b"BM" + struct.pack("<IHHI", 14 + len(body) + len(data), 0, 0, start) + body + gap + data


def bmp_rows(lines):
    return np.pad(lines, ((0, 0), (0, -lines.shape[1] % 4)))[::-1].tobytes()


def bmp_files():
    pixels = np.asarray(smooth(WIDTH, HEIGHT))
    level = pixels[:, :, 0]
    red, green, blue = (pixels[:, :, c].astype(int) for c in range(3))

    def shorts(words):
        return words.astype("<u2").view(np.uint8).reshape(HEIGHT, -1)

    def lines(*channels):
        return np.stack(channels, 2).astype(np.uint8).reshape(HEIGHT, -1)

    def colours(count, entry):
        return b"".join(bytes([(10 * i) & 255, (90 - 20 * i) & 255, (40 * i) & 255, 0][:entry]) for i in range(count))

    def indexed(bits):
        return np.frombuffer(packed(level >> (8 - bits), bits), np.uint8).reshape(HEIGHT, -1)

    rows24 = bmp_rows(lines(blue, green, red))
    rows32 = bmp_rows(lines(blue, green, red, red))
    rows555 = bmp_rows(shorts((red >> 3) << 10 | (green >> 3) << 5 | blue >> 3))
    rows565 = bmp_rows(shorts((red >> 3) << 11 | (green >> 2) << 5 | blue >> 3))
    rgba = bmp_rows(lines(red, green, blue, red))
    abgr = bmp_rows(lines(red, blue, green, red))
    grey_palette = b"".join(bytes([i, i, i, 0]) for i in range(256))
    files = {}
    for header in (12, 40, 52, 56, 64, 108, 124):
        entry = 3 if header == 12 else 4
        files[f"24-{header}.bmp"] = bmp(header, 24, rows24)
        files[f"32-{header}.bmp"] = bmp(header, 32, rows32)
        files[f"16-{header}.bmp"] = bmp(header, 16, rows555)
        for bits in (1, 4, 8):
            files[f"{bits}-{header}.bmp"] = bmp(header, bits, bmp_rows(indexed(bits)), palette=colours(1 << bits, entry))
        if header == 12:
            continue
        files[f"grey-{header}.bmp"] = bmp(header, 8, bmp_rows(level), palette=grey_palette)
        files[f"short-palette-{header}.bmp"] = bmp(header, 8, bmp_rows(level % 9), palette=colours(5, 4), colours=5)
        files[f"top-down-{header}.bmp"] = bmp(header, 24, rows24, top_down=True)
        if header == 64:
            continue
        kept = 12 if header == 40 else 16
        masked = {
            "565": (16, rows565, (0xF800, 0x7E0, 0x1F, 0)),
            "555": (16, rows555, (0x7C00, 0x3E0, 0x1F, 0)),
            "bgrx": (32, rows32, (0xFF0000, 0xFF00, 0xFF, 0)),
            "bgra": (32, rows32, (0xFF0000, 0xFF00, 0xFF, 0xFF000000)),
            "zero": (32, rows32, (0, 0, 0, 0)),
            "xbgr": (32, abgr, (0xFF000000, 0xFF0000, 0xFF00, 0)),
        }
        if header > 52:
            masked["rgba"] = (32, rgba, (0xFF, 0xFF00, 0xFF0000, 0xFF000000))
        for name, (bits, data, fields) in masked.items():
            masks = struct.pack("<4I", *fields)[:kept]
            files[f"{name}-{header}.bmp"] = bmp(header, bits, data, compression=3, masks=masks)
    files["gap.bmp"] = bmp(40, 24, rows24, gap=bytes(20))
    files["gap-behind-palette.bmp"] = bmp(40, 8, bmp_rows(level), palette=colours(256, 4), gap=bytes(7))
    files["offset-0.bmp"] = bmp(40, 24, rows24, offset=0)
    files["offset-of-palette.bmp"] = bmp(40, 8, bmp_rows(level), palette=colours(256, 4), offset=54)
    runs = [b"\x09\x01", b"\x04\x02\x05\x03", b"\x00\x05\x01\x02\x03\x04\x00\x00\x04\x02", b"\x08\x03\x01\x00"]
    halves = [b"\x09\x12", b"\x04\x21\x05\x34", b"\x00\x05\x12\x34\x10\x00\x04\x21", b"\x08\x34\x01\x10"]
    run = {"size": (9, 4), "compression": 1, "palette": colours(5, 4), "colours": 5}
    files["runs.bmp"] = bmp(40, 8, b"\0\0".join(runs) + b"\0\1", **run)
    files["runs-64.bmp"] = bmp(64, 8, b"\0\0".join(runs) + b"\0\1", **run)
    files["runs-top-down.bmp"] = bmp(40, 8, b"\0\0".join(runs) + b"\0\1", top_down=True, **run)
    files["runs-without-end.bmp"] = bmp(40, 8, b"\0\0".join(runs), **run)
    files["runs-too-long.bmp"] = bmp(40, 8, b"\0\0".join([b"\x0c\x01"] * 4) + b"\0\1", **run)
    files["runs-short-rows.bmp"] = bmp(40, 8, b"\5\1\0\0\2\2\0\0\x09\3\0\0\1\4\0\0\0\1", **run)
    files["runs-jump.bmp"] = bmp(40, 8, b"\3\1\0\2\2\1\4\2\0\0\x09\3\0\0\5\4\0\0\0\1", **run)
    run = {"size": (9, 4), "compression": 2, "palette": colours(16, 4)}
    files["half-runs.bmp"] = bmp(40, 4, b"\0\0".join(halves) + b"\0\1", **run)
    odd = [b"\x00\x03\x12\x30\x06\x45", b"\x00\x09\x12\x34\x01\x23\x40\x00"]
    files["half-runs-odd.bmp"] = bmp(40, 4, b"\0\0".join(odd * 2) + b"\0\1", **run)
    files["jpeg-inside.bmp"] = bmp(40, 24, rows24, compression=4)
    files["png-inside.bmp"] = bmp(40, 24, rows24, compression=5)
    files["2.bmp"] = bmp(40, 2, bmp_rows(indexed(2)), palette=colours(4, 4))
    files["fax-64.bmp"] = bmp(64, 1, bytes(50), compression=3, palette=colours(2, 4))
    files["runs-of-24-bits-64.bmp"] = bmp(64, 24, bytes(500), compression=4)
    return files


def main():
    warnings.simplefilter("ignore")
    files = {**jpeg_colours(), **jpeg_orientations(), **png_orientations(), **webp_files(), **tiff_files(), **bmp_files()}
    rows = []
    for name, data in sorted(files.items()):
        try:
            image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
            answer = (*image.size, data.hex(), image.tobytes().hex())
        except Exception:
            answer = ("", "", data.hex(), "")
        rows.append("\t".join(str(cell) for cell in (name, *answer)))
    packed_rows = gzip.compress(("\n".join(rows) + "\n").encode(), 9, mtime=0)
    (OUT / "kinds.tsv.gz").write_bytes(packed_rows)


if __name__ == "__main__":
    main()
