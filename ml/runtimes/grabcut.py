"""GrabCut seeded by the four extreme points: no weights."""

import cv2
import numpy as np
from numpy.typing import ArrayLike

from ml.errors import EmptyMask
from ml.predictor import Image, Prediction, checked_input

SIDE = 256


class GrabCutPredictor:
    """OpenCV's GrabCut on a scaled crop round the clicks."""

    version = "grabcut-0"

    def predict(self, image: Image, points: ArrayLike) -> Prediction:
        """See `Predictor.predict`."""
        pixels, places = checked_input(image, points)
        height, width = pixels.shape[:2]
        low, high = np.floor(places[:4].min(axis=0)).astype(int), np.ceil(places[:4].max(axis=0)).astype(int)
        pad = np.maximum((high - low) // 8, 4)
        x0, y0 = np.maximum(low - pad, 0)
        x1, y1 = np.minimum(high + pad + 1, [width, height])
        crop = pixels[y0:y1, x0:x1]
        scale = min(1.0, SIDE / max(crop.shape[:2]))
        small = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        seeds = np.full(small.shape[:2], cv2.GC_BGD, np.uint8)
        corners = ((places - [x0, y0]) * scale).round().astype(int)
        hull = cv2.convexHull(corners[:4].reshape(-1, 1, 2).astype(np.int32))
        left, top = corners[:4].min(axis=0)
        right, bottom = corners[:4].max(axis=0)
        seeds[top : bottom + 1, left : right + 1] = cv2.GC_PR_BGD
        cv2.fillConvexPoly(seeds, hull, cv2.GC_PR_FGD)
        for x, y in corners:
            cv2.circle(seeds, (int(x), int(y)), 2, cv2.GC_FGD, -1)
        cv2.setRNGSeed(0)
        cv2.grabCut(
            np.ascontiguousarray(small[:, :, ::-1]), seeds, None, np.zeros((1, 65)), np.zeros((1, 65)), 4,
            cv2.GC_INIT_WITH_MASK,
        )
        soft = np.isin(seeds, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
        probability = cv2.resize(soft, (x1 - x0, y1 - y0), interpolation=cv2.INTER_LINEAR)
        mask = probability > 0.5
        if not mask.any():
            raise EmptyMask("No object was found between the points.")
        return Prediction((height, width), (int(x0), int(y0)), mask, lambda: probability, 0.7, {"total": 0.0})
