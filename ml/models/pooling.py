"""Adaptive average pooling as two matrix products, which every runtime can compute."""

import numpy as np
import torch
from torch import Tensor


def averaging_matrix(bins: int, length: int) -> Tensor:
    """Return the (bins, length) float32 matrix that averages a row of `length` cells into `bins` bins.

    Bin i covers the cells from floor(i * length / bins) to ceil((i + 1) * length / bins), as adaptive average
    pools do; a length that does not divide makes bins that overlap.
    """
    matrix = np.zeros((bins, length), np.float32)
    for index in range(bins):
        start, stop = index * length // bins, -(-(index + 1) * length // bins)
        matrix[index, start:stop] = 1 / (stop - start)
    return torch.from_numpy(matrix)


def adaptive_average_pool(features: Tensor, bins: int) -> Tensor:
    """Return (N, C, bins, bins), the averages of (N, C, h, w) over a grid of bins.

    The same as torch's adaptive pool, whose export refuses sizes that do not divide.
    """
    if bins == 1:
        return features.mean(dim=(2, 3), keepdim=True)
    height, width = int(features.shape[2]), int(features.shape[3])
    rows = averaging_matrix(bins, height).to(features.device, features.dtype)
    columns = averaging_matrix(bins, width).to(features.device, features.dtype)
    pooled: Tensor = torch.matmul(torch.matmul(rows, features), columns.t())
    return pooled
