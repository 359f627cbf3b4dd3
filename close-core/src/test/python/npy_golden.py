"""Writes the golden file of NpyFileTest: arrays as NumPy's format module writes them, one entry of a zip each.

Usage, from the folder close-core:

    pip install numpy==2.4.6      (Python 3.11)
    python src/test/python/npy_golden.py

An entry's name is its type, order, version and shape, and number i of an array, in row-major order, is i/4 - 1,
which 16 bits hold exactly. Entries in the folder `refused` hold what is no array of floats.
"""

import io
import zipfile

import numpy as np

OUT = "src/test/resources/io/github/close4j/internal/tensor/numpy.zip"
REFUSED = {
    "objects": np.array([{}, None], dtype=object),
    "complex": np.zeros(2, "<c8"),
    "integers": np.zeros(2, ">i4"),
    "unsigned": np.zeros(2, "u1"),
    "truth": np.zeros(2, "?"),
    "strings": np.array(["a", "bc"]),
    "bytes": np.array([b"a"]),
    "times": np.zeros(2, "<M8[s]"),
    "records": np.zeros(2, [("x", "<f4"), ("y", "<i2", (2,))]),
    "extended": np.zeros(2, np.longdouble),
}


def written(array, numpy_version):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=numpy_version)
    return file.getvalue()


with zipfile.ZipFile(OUT, "w", zipfile.ZIP_DEFLATED) as archive:
    for kind in ("<f2", ">f2", "<f4", ">f4", "<f8", ">f8"):
        for order in "CF":
            for version in (1, 2, 3):
                for shape in ((), (5,), (2, 3), (2, 3, 4), (0, 3)):
                    size = int(np.prod(shape, dtype=int))
                    array = np.asarray((np.arange(size) / 4 - 1).reshape(shape), dtype=kind, order=order)
                    name = f"{kind}/{order}/{version}/" + "x".join(map(str, shape)) + ".npy"
                    archive.writestr(zipfile.ZipInfo(name), written(array, (version, 0)))
    for name, array in REFUSED.items():
        archive.writestr(zipfile.ZipInfo(f"refused/{name}.npy"), written(array, None))
