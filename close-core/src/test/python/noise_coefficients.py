"""Prints the coefficients of Normals.java: polynomials at Chebyshev nodes, rounded to float32.

    python src/test/python/noise_coefficients.py      (Python 3.11, numpy==2.4.6)

    -2 ln(1 - g) / g           for g from 0 to 1/2
    sin(pi t) / t, in t^2      for t^2 from 0 to 1/4
    cos(pi t), in t^2          for t^2 from 0 to 1/4
"""

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial


def fit(name, function, low, high, degree):
    fitted = Chebyshev.interpolate(function, degree, domain=[low, high])
    coefficients = fitted.convert(kind=Polynomial).coef.astype(np.float32)
    x = np.linspace(low, high, 100001)
    error = np.abs(Polynomial(coefficients.astype(np.float64))(x) - function(x)).max()
    print(name, [float(c).hex() for c in coefficients], [str(c) for c in coefficients], "error %.1e" % error)


def safe(function, limit):
    return lambda x: np.where(np.abs(x) < 1e-12, limit, function(np.where(np.abs(x) < 1e-12, 0.25, x)))


fit("log", safe(lambda g: -2 * np.log1p(-g) / g, 2.0), 0, 0.5, 6)
fit("sin", safe(lambda s: np.sin(np.pi * np.sqrt(s)) / np.sqrt(s), np.pi), 0, 0.25, 4)
fit("cos", lambda s: np.cos(np.pi * np.sqrt(s)), 0, 0.25, 4)
