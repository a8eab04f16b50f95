"""Pictures of cells that are drawn: a domain far from photographs, for measurements that need one."""

import cv2
import numpy as np

SIDE = 384


def draw_cells(seed: int, *, count: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return a picture, (H, W, 3) uint8, of up to `count` cells under a microscope, and their masks."""
    random = np.random.default_rng(seed)
    light = np.full((SIDE, SIDE), random.uniform(20, 45), np.float32)
    light += cv2.GaussianBlur(random.normal(0, 60, (SIDE, SIDE)).astype(np.float32), (0, 0), 24) * 3
    taken = np.zeros((SIDE, SIDE), bool)
    found: list[np.ndarray] = []
    for _ in range(20 * count):
        mask = _cell(random)
        if len(found) == count:
            break
        if (
            mask.sum() < 400
            or (taken & cv2.dilate(mask.astype(np.uint8), np.ones((5, 5))).astype(bool)).any()
        ):
            continue
        taken |= mask
        found.append(mask)
        grain = cv2.GaussianBlur(random.normal(0, 25, (SIDE, SIDE)).astype(np.float32), (0, 0), 2) * 2
        soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.5)
        light += soft * (random.uniform(25, 90) + grain)
    light += random.normal(0, 7, light.shape)
    grey = np.clip(light, 0, 255).astype(np.uint8)
    tint = (grey[..., None] * np.array([0.9, 0.75, 1.0])).astype(np.uint8)
    return tint, found


def _cell(random: np.random.Generator) -> np.ndarray:
    """Return the mask of one round, dented cell."""
    angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    waves = [random.normal(0, 0.12 / k) * np.cos(k * angles + random.uniform(0, 6)) for k in (2, 3, 4)]
    radius = random.uniform(14, 38) * (1 + np.sum(waves, axis=0))
    centre = random.uniform(30, SIDE - 30, 2)
    outline = np.stack([centre[0] + radius * np.cos(angles), centre[1] + radius * np.sin(angles)], axis=1)
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(mask, [outline.round().astype(np.int32)], 1)
    return mask.astype(bool)
