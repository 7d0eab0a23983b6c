"""The school's colour on paper: readable as ink whatever the school chose, and its lighter tints."""

from typing import Final

_PAPER: Final = 1.05
_READABLE: Final = 4.5

Rgb = tuple[int, int, int]


def ink(colour: str) -> str:
    """The colour, darkened until it can be read on white."""
    rgb = _rgb(colour)
    while _PAPER / (_luminance(rgb) + 0.05) < _READABLE:
        rgb = _mixed(rgb, (0, 0, 0), 0.08)
    return _hex(rgb)


def tint(colour: str, white: float) -> str:
    """The colour mixed with so much white (0 to 1)."""
    return _hex(_mixed(_rgb(colour), (255, 255, 255), white))


def _mixed(rgb: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a * (1 - share) + b * share) for a, b in zip(rgb, other, strict=True))
    return red, green, blue


def _luminance(rgb: Rgb) -> float:
    red, green, blue = (_linear(part / 255) for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(rgb: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)
