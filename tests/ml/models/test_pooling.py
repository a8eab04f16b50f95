from pathlib import Path

import onnxruntime
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.models.pooling import adaptive_average_pool, averaging_matrix


def test_bins_overlap_where_the_length_does_not_divide() -> None:
    assert averaging_matrix(2, 4).tolist() == [[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]]
    assert averaging_matrix(2, 3).tolist() == [[0.5, 0.5, 0], [0, 0.5, 0.5]]
    assert averaging_matrix(3, 2).tolist() == [[1, 0], [0.5, 0.5], [0, 1]]


@pytest.mark.parametrize("size", [(64, 64), (65, 65), (9, 14), (7, 3), (1, 1)])
@pytest.mark.parametrize("bins", [1, 2, 3, 6])
def test_pools_are_torchs_for_any_size(size: tuple[int, int], bins: int) -> None:
    features = torch.rand((2, 5, *size), generator=torch.Generator().manual_seed(1))
    ours = adaptive_average_pool(features, bins)
    assert ours.shape == (2, 5, bins, bins)
    torch.testing.assert_close(ours, functional.adaptive_avg_pool2d(features, bins), rtol=0, atol=1e-6)


class Pools(nn.Module):
    def forward(self, features: Tensor) -> Tensor:
        return torch.cat([adaptive_average_pool(features, bins).flatten(2) for bins in (1, 2, 3, 6)], dim=2)


def test_pools_that_do_not_divide_are_exported_to_onnx(tmp_path: Path) -> None:
    features = torch.rand((1, 4, 9, 11), generator=torch.Generator().manual_seed(2))
    torch.onnx.export(
        Pools().eval(), (features,), tmp_path / "pools.onnx", dynamo=True, external_data=False, verbose=False
    )
    session = onnxruntime.InferenceSession(tmp_path / "pools.onnx", providers=["CPUExecutionProvider"])
    (answer,) = session.run(None, {session.get_inputs()[0].name: features.numpy()})
    expected = [functional.adaptive_avg_pool2d(features, bins).flatten(2) for bins in (1, 2, 3, 6)]
    torch.testing.assert_close(torch.from_numpy(answer), torch.cat(expected, dim=2), rtol=0, atol=1e-6)
