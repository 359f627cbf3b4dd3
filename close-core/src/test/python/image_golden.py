"""Writes the golden pictures and pixels of the tests of io.github.close4j.image.

Usage, from the folder close-core (Python 3.11; Hugging Face's processor checks each resized picture
against its own pixels, so it has to be there):

    pip install pillow==13.0.0 numpy==2.4.6 transformers==5.24.0
    python src/test/python/image_golden.py PHOTOS

PHOTOS is a folder of JPEG photographs, not part of the project; without it photos.* stay as they
are. Into src/test/resources/io/github/close4j/image go

    files/*        one small picture of each kind that a decoder meets
    files.tsv      name, width, height, base64 of the pixels that load_image gives
    made.tsv       kind, width, height, CRC-32 of the 224 x 224 x 3 pixels, nine of them
    normalised.tsv level, channel, bits of the normalised float
    photos.tsv     name, mean of each channel after resizing and cropping, 64 scattered levels
    versions.txt
"""

import base64
import io
import struct
import sys
import zlib
from importlib.metadata import version
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, features

OUT = Path("src/test/resources/io/github/close4j/image")
SIZE = 224
WIDTH, HEIGHT = 19, 13
MADE = [(1, 1), (2, 3000), (3000, 2), (223, 225), (224, 224), (225, 223), (5000, 4000), (20000, 10),
        (10, 20000), (640, 480), (37, 448)]
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def made(width, height):
    """The picture that MadePictures.java makes too: slopes, curves and sharp edges."""
    x = np.arange(width, dtype=np.int64)[None, :, None]
    y = np.arange(height, dtype=np.int64)[:, None, None]
    c = np.arange(3, dtype=np.int64)[None, None, :]
    value = x * 7 + y * 13 + c * 85 + ((x * x + 3 * y * y) >> 4) + ((x ^ y) & 31) * (c + 1)
    return (value & 255).astype(np.uint8)


def resized(image):
    """CLIP's 8-bit pixels, [224, 224, 3], by Pillow alone and checked with Hugging Face's."""
    width, height = image.size
    short, long = min(width, height), max(width, height)
    new_long = int(SIZE * long / short)
    new = (SIZE, new_long) if width <= height else (new_long, SIZE)
    # A strip of one or two rows grows past what Pillow can hold: resize only what is kept.
    left, top = (new[0] - SIZE) // 2, (new[1] - SIZE) // 2
    pixels = np.asarray(image.resize(new, Image.BICUBIC).crop((left, top, left + SIZE, top + SIZE)))
    processor = clip_processor()
    theirs = processor(image, do_rescale=False, do_normalize=False, return_tensors="np")
    assert (theirs["pixel_values"][0].transpose(1, 2, 0) == pixels).all()
    return pixels


def clip_processor():
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    return CLIPImageProcessorPil()


def load_image(data):
    image = Image.open(io.BytesIO(data))
    return ImageOps.exif_transpose(image).convert("RGB")


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png(samples, bits, colour_type, interlaced=False, extra=()):
    """A PNG of samples [height, width, channels], each row with another filter type."""
    height, width, _ = samples.shape

    def packed(rows):
        data = b""
        previous = b""
        step = max(1, bits * samples.shape[2] // 8)
        for number, row in enumerate(rows):
            if bits == 16:
                line = row.astype(">u2").tobytes()
            elif bits == 8:
                line = row.astype(np.uint8).tobytes()
            else:
                ones = (row.reshape(-1)[:, None] >> np.arange(bits - 1, -1, -1)) & 1
                line = np.packbits(ones.reshape(-1).astype(np.uint8)).tobytes()
            kind = number % 3 if previous else number % 2
            data += bytes([kind]) + filtered(line, previous, kind, step)
            previous = line
        return data

    def filtered(line, previous, kind, step):
        before = [bytes(len(line)), bytes(step) + line[:-step] if step <= len(line) else bytes(len(line)), previous]
        return bytes((a - b) & 255 for a, b in zip(line, before[kind]))

    if interlaced:
        passes = [samples[y0::dy, x0::dx] for x0, y0, dx, dy in ADAM7]
        raw = b"".join(packed(part) for part in passes if part.size)
    else:
        raw = packed(samples)
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, int(interlaced))
    chunks = [(b"IHDR", header), *extra, (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b"")]
    body = b""
    for name, content in chunks:
        body += struct.pack(">I", len(content)) + name + content
        body += struct.pack(">I", zlib.crc32(name + content))
    return PNG_SIGNATURE + body


def without_segment(jpeg, marker):
    at = jpeg.index(bytes([0xFF, marker]))
    length = struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
    return jpeg[:at] + jpeg[at + 2 + length :]


def adobe_free(jpeg):
    """Without the segments of applications and comments."""
    kept, at = jpeg[:2], 2
    while jpeg[at + 1] != 0xDA:
        end = at + 2 + struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
        if not 0xE0 <= jpeg[at + 1] <= 0xEF and jpeg[at + 1] != 0xFE:
            kept += jpeg[at:end]
        at = end
    return kept + jpeg[at:]


def with_adobe_transform(jpeg, transform):
    at = jpeg.index(b"Adobe") + 11
    return jpeg[:at] + bytes([transform]) + jpeg[at + 1 :]


def gif_on_screen(gif, width, height, left, top):
    """Makes the screen larger than the frame; Pillow writes an image separator after its blocks."""
    image = Image.open(io.BytesIO(gif))
    at = gif.index(b"," + struct.pack("<HHHH", 0, 0, *image.size))
    data = bytearray(gif)
    data[6:10] = struct.pack("<HH", width, height)
    data[at + 1 : at + 5] = struct.pack("<HH", left, top)
    return bytes(data)


def bmp_rle8():
    """Eight-bit run-length coding: runs, a literal group, line ends, the end mark."""
    width, height = 9, 4
    rows = [b"\x09\x01", b"\x04\x02\x05\x03", b"\x00\x05\x01\x02\x03\x04\x00\x00\x04\x02", b"\x08\x03\x01\x00"]
    data = b"\x00\x00".join(rows) + b"\x00\x01"
    palette = b"".join(struct.pack("BBBB", 10 * i, 90 - 20 * i, 40 * i, 0) for i in range(5))
    offset = 14 + 40 + len(palette)
    head = b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset)
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(data), 2835, 2835, 5, 5)
    return head + info + palette + data


def smooth(width, height):
    """Colours without sharp edges, for JPEG."""
    x = np.arange(width)[None, :]
    y = np.arange(height)[:, None]
    planes = [255 * x / width + 0 * y, 255 * y / height + 0 * x, 128 + 100 * np.sin(x / 4 + y / 5)]
    return Image.fromarray(np.stack(planes, 2).astype(np.uint8))


def png_files():
    rgb = made(WIDTH, HEIGHT).astype(np.int64)
    wide = rgb * 257 ^ (rgb[:, :, ::-1] * 3)
    grey, alpha = rgb[:, :, :1], rgb[:, :, 1:2]
    files = {}
    for interlaced in (False, True):
        name = "interlaced-" if interlaced else ""
        for bits in (1, 2, 4, 8):
            samples = grey >> (8 - bits)
            files[f"{name}grey{bits}.png"] = png(samples, bits, 0, interlaced)
            palette = b"".join(bytes([(37 * i) & 255, (91 * i) & 255, 255 - i]) for i in range(1 << bits))
            plte = (b"PLTE", palette)
            files[f"{name}palette{bits}.png"] = png(samples, bits, 3, interlaced, [plte])
        files[f"{name}rgb8.png"] = png(rgb, 8, 2, interlaced)
        files[f"{name}rgb16.png"] = png(wide, 16, 2, interlaced)
        files[f"{name}grey16.png"] = png(wide[:, :, :1] >> 6, 16, 0, interlaced)
        files[f"{name}grey-alpha8.png"] = png(np.concatenate([grey, alpha], 2), 8, 4, interlaced)
        files[f"{name}rgba8.png"] = png(np.concatenate([rgb, alpha], 2), 8, 6, interlaced)
    files["grey16-bright.png"] = png(wide[:, :, :1], 16, 0)
    files["grey-alpha16.png"] = png(wide[:, :, :2], 16, 4)
    files["rgba16.png"] = png(np.concatenate([wide, wide[:, :, :1]], 2), 16, 6)
    files["grey8-transparent.png"] = png(grey, 8, 0, extra=[(b"tRNS", struct.pack(">H", 20))])
    files["grey1-transparent.png"] = png(grey >> 7, 1, 0, extra=[(b"tRNS", struct.pack(">H", 1))])
    files["grey16-transparent.png"] = png(wide[:, :, :1], 16, 0, extra=[(b"tRNS", struct.pack(">H", 20))])
    colour = struct.pack(">HHH", *rgb[0, 0])
    files["rgb8-transparent.png"] = png(rgb, 8, 2, extra=[(b"tRNS", colour)])
    files["rgb16-transparent.png"] = png(wide, 16, 2, extra=[(b"tRNS", struct.pack(">HHH", *wide[0, 0]))])
    short = (b"PLTE", bytes(range(3 * 5)))
    files["palette8-transparent.png"] = png(grey % 5, 8, 3, extra=[short, (b"tRNS", b"\x00\x80\xff")])
    files["palette4-short.png"] = png(grey % 7, 4, 3, extra=[short])
    files["one-pixel.png"] = png(rgb[:1, :1], 8, 2)
    return files


def jpeg_files():
    image = smooth(WIDTH, HEIGHT)
    files = {
        "grey.jpg": saved(image.convert("L"), "JPEG", quality=90),
        "444.jpg": saved(image, "JPEG", quality=90, subsampling=0),
        "422.jpg": saved(image, "JPEG", quality=90, subsampling=1),
        "420.jpg": saved(image, "JPEG", quality=90, subsampling=2),
        "progressive.jpg": saved(image, "JPEG", quality=85, progressive=True, subsampling=0),
        "progressive-420.jpg": saved(image, "JPEG", quality=85, progressive=True, subsampling=2),
        "rgb.jpg": saved(image, "JPEG", quality=90, keep_rgb=True),
        "restart.jpg": saved(image, "JPEG", quality=90, subsampling=0, restart_marker_blocks=2),
        "cmyk.jpg": saved(cmyk(image), "JPEG", quality=90),
    }
    files["cmyk-no-adobe.jpg"] = without_segment(files["cmyk.jpg"], 0xEE)
    files["ycck.jpg"] = with_adobe_transform(files["cmyk.jpg"], 2)
    profile = bytes(range(256)) * 2
    files["profile.jpg"] = saved(image, "JPEG", quality=90, subsampling=0, icc_profile=profile)
    for orientation in range(10):
        exif = Image.Exif()
        exif[0x0112] = orientation
        files[f"orientation{orientation}.jpg"] = saved(image, "JPEG", quality=90, subsampling=0, exif=exif)
    return files


def cmyk(image):
    pixels = np.asarray(image)
    black = (pixels[:, :, ::-1].mean(2, keepdims=True) * 0.5).astype(np.uint8)
    return Image.fromarray(np.concatenate([pixels, black], 2), "CMYK")


def gif_files():
    image = Image.fromarray(made(WIDTH, HEIGHT)).quantize(16)
    plain = saved(image, "GIF", interlace=0)
    clear = saved(image, "GIF", interlace=0, transparency=3)
    second = Image.fromarray(made(WIDTH, HEIGHT)[::-1]).quantize(16)
    return {
        "plain.gif": plain,
        "interlaced.gif": saved(image, "GIF", interlace=1),
        "transparent.gif": clear,
        "frame-on-screen.gif": gif_on_screen(plain, WIDTH + 9, HEIGHT + 7, 4, 5),
        "transparent-frame-on-screen.gif": gif_on_screen(clear, WIDTH + 9, HEIGHT + 7, 4, 5),
        "frame-off-screen.gif": gif_on_screen(plain, WIDTH, HEIGHT, 4, 5),
        "two-frames.gif": saved(image, "GIF", save_all=True, append_images=[second], interlace=0),
        "grey.gif": saved(Image.fromarray(made(WIDTH, HEIGHT)[:, :, 0]), "GIF", interlace=0),
        "black-and-white.gif": saved(Image.fromarray(made(WIDTH, HEIGHT)[:, :, 0] > 127), "GIF"),
    }


def bmp_files():
    image = Image.fromarray(made(WIDTH, HEIGHT))
    bottom_up = saved(image, "BMP")
    top_down = bytearray(saved(ImageOps.flip(image), "BMP"))
    top_down[22:26] = struct.pack("<i", -HEIGHT)
    return {
        "rgb.bmp": bottom_up,
        "top-down.bmp": bytes(top_down),
        "palette.bmp": saved(image.quantize(16), "BMP"),
        "grey.bmp": saved(image.convert("L"), "BMP"),
        "black-and-white.bmp": saved(image.convert("1"), "BMP"),
        "rgba.bmp": saved(image.convert("RGBA"), "BMP"),
        "rle8.bmp": bmp_rle8(),
    }


def write_files():
    folder = OUT / "files"
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for name, data in sorted({**png_files(), **jpeg_files(), **gif_files(), **bmp_files()}.items()):
        (folder / name).write_bytes(data)
        image = load_image(data)
        rows.append((name, *image.size, base64.b64encode(image.tobytes()).decode()))
    write_table("files.tsv", rows)


def write_made():
    rows = []
    for kind in ("rgb", "grey"):
        for width, height in MADE:
            pixels = made(width, height)
            image = Image.fromarray(pixels if kind == "rgb" else pixels[:, :, 0]).convert("RGB")
            result = resized(image)
            picks = result[[0, 112, 223]][:, [0, 112, 223]].tobytes().hex()
            rows.append((kind, width, height, zlib.crc32(result.tobytes()), picks))
    write_table("made.tsv", rows)


def write_normalised():
    rows = []
    levels = np.arange(256, dtype=np.uint8).repeat(SIZE * SIZE // 256)
    picture = Image.fromarray(np.repeat(levels.reshape(SIZE, SIZE, 1), 3, 2))
    planes = clip_processor()(picture, return_tensors="np")["pixel_values"][0]
    assert planes.dtype == np.float32
    for level in range(256):
        for channel in range(3):
            value = planes[channel].reshape(-1)[level * (SIZE * SIZE // 256)]
            rows.append((level, channel, value.view(np.uint32)))
    write_table("normalised.tsv", rows)


def write_photos(folder):
    # Scattered, so that they test every region and show nothing of the photograph.
    positions = [(i * 7919 + 37) % (3 * SIZE * SIZE) for i in range(64)]
    rows = []
    for path in sorted(Path(folder).glob("*.jpg")):
        pixels = resized(load_image(path.read_bytes()))
        means = (repr(float(mean)) for mean in pixels.mean((0, 1)))
        rows.append((path.name, *means, pixels.reshape(-1)[positions].tobytes().hex()))
    write_table("photos.tsv", rows)


def write_table(name, rows):
    lines = ["\t".join(str(cell) for cell in row) for row in rows]
    (OUT / name).write_text("\n".join(lines) + "\n")


def main():
    write_files()
    write_made()
    write_normalised()
    if len(sys.argv) > 1:
        write_photos(sys.argv[1])
    names = ["pillow", "numpy", "transformers"]
    lines = [f"{name} {version(name)}" for name in names]
    lines += [f"libjpeg-turbo {features.version('libjpeg_turbo')}", "python " + sys.version.split()[0]]
    (OUT / "versions.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
