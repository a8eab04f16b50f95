from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.errors import ImageInvalid
from ml.files import find_pairs, read_image, read_mask, write_mask

VALUES = np.array([[0, 127, 128, 255]], np.uint8)


def test_mask_values_above_127_are_object(tmp_path: Path) -> None:
    Image.fromarray(VALUES).save(tmp_path / "mask.png")
    mask, void = read_mask(tmp_path / "mask.png")
    assert mask.tolist() == [[False, False, True, True]]
    assert void is None


def test_the_void_value_is_neither_object_nor_ground(tmp_path: Path) -> None:
    Image.fromarray(VALUES).save(tmp_path / "mask.png")
    mask, void = read_mask(tmp_path / "mask.png", 128)
    assert mask.tolist() == [[False, False, False, True]]
    assert void is not None
    assert void.tolist() == [[False, False, True, False]]


@pytest.mark.parametrize("mode", ["RGB", "P", "1"])
def test_masks_in_other_modes_mean_the_same(tmp_path: Path, mode: str) -> None:
    Image.fromarray(np.array([[0, 255]], np.uint8)).convert(mode).save(tmp_path / "mask.png")
    assert read_mask(tmp_path / "mask.png")[0].tolist() == [[False, True]]


def test_a_written_mask_reads_back(tmp_path: Path) -> None:
    mask = np.array([[True, False], [False, True]])
    write_mask(mask, tmp_path / "mask.out")
    assert np.array_equal(read_mask(tmp_path / "mask.out")[0], mask)


def test_pairs_share_a_stem_and_come_in_order(tmp_path: Path) -> None:
    for name in ("b.jpg", "a.png", "c.txt", "lonely.jpg"):
        (tmp_path / name).touch()
    masks = tmp_path / "masks"
    masks.mkdir()
    for name in ("a.PNG", "b.png", "c.png", "other.png"):
        (masks / name).touch()
    assert [(pair.name, pair.image.name, pair.mask.name) for pair in find_pairs(tmp_path, masks)] == [
        ("a", "a.png", "a.PNG"),
        ("b", "b.jpg", "b.png"),
    ]


def test_what_is_no_image_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("text")
    for read in (read_image, read_mask):
        with pytest.raises(ImageInvalid, match=r"text\.png cannot be read"):
            read(tmp_path / "text.png")
