"""Pictures with a known object, made for the tests."""

import numpy as np
from numpy.typing import NDArray

from ml.predictor import Image, Mask


def disc(size: tuple[int, int] = (200, 260), centre: tuple[int, int] = (120, 90), radius: int = 60) -> Mask:
    """Return an (H, W) bool disc; `centre` is x, y."""
    rows, columns = np.mgrid[: size[0], : size[1]]
    inside: Mask = (columns - centre[0]) ** 2 + (rows - centre[1]) ** 2 <= radius**2
    return inside


def painted(mask: Mask, *, noise: int = 12, seed: int = 3) -> Image:
    """Return a reddish object on greenish ground, both noisy, (H, W, 3) uint8."""
    colors = np.where(mask[..., None], np.array([190, 70, 60]), np.array([60, 130, 80]))
    grain: NDArray[np.int64] = np.random.default_rng(seed).integers(-noise, noise + 1, colors.shape)
    return (colors + grain).clip(0, 255).astype(np.uint8)
