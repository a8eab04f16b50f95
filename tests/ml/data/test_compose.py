from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from ml.cli import main
from ml.data.compose import PICTURE, compose, composed, cutouts_in
from ml.data.objects import ObjectFiles, read_index
from ml.errors import DataInvalid
from ml.predictor import Image
from tests.ml.pictures import disc


def cutout(radius: int = 30, size: int = 80) -> Image:
    """Return a red disc on nothing, (H, W, 4) RGBA."""
    pixels = np.zeros((size, size, 4), np.uint8)
    pixels[..., 0] = 200
    pixels[..., 3] = 255 * disc((size, size), centre=(size // 2, size // 2), radius=radius)
    return pixels


def folder_of(tmp_path: Path, **pictures: Image) -> Path:
    for name, pixels in pictures.items():
        path = tmp_path / "cut" / f"{name.replace('__', '/')}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Pillow.fromarray(pixels).save(path)
    return tmp_path / "cut"


def photographs(tmp_path: Path, count: int = 2) -> Path:
    folder = tmp_path / "photographs"
    folder.mkdir()
    for number in range(count):
        grey = np.full((300, 400, 3), 60 + 20 * number, np.uint8)
        Pillow.fromarray(grey).save(folder / f"{number}.jpg", quality=95)
    return folder


def test_only_pngs_with_an_object_in_their_alpha_channel_are_cutouts(tmp_path: Path) -> None:
    opaque = cutout()
    opaque[..., 3] = 255
    folder = folder_of(
        tmp_path,
        animals__fox=cutout(),
        animals__cartoon__fox=cutout(),
        opaque=opaque,
        plain=opaque[..., :3],
        tiny=cutout(radius=8),
    )
    (folder / "broken.png").write_bytes(b"no picture")
    assert cutouts_in(folder, ["cartoon"]) == [folder / "animals" / "fox.png"]
    assert cutouts_in(folder) == [folder / "animals" / "cartoon" / "fox.png", folder / "animals" / "fox.png"]
    with pytest.raises(DataInvalid, match="has no PNG with an object in its alpha channel"):
        cutouts_in(folder, ["fox"])


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.tuples(st.integers(20, 900), st.integers(20, 900)),
    st.tuples(st.integers(10, 300), st.integers(10, 300)),
)
def test_the_whole_object_lies_in_the_picture_and_nothing_else_changes(
    seed: int, behind: tuple[int, int], sides: tuple[int, int]
) -> None:
    front = np.full((*sides, 4), 255, np.uint8)
    background = np.zeros((*behind, 3), np.uint8)
    picture, mask = composed(front, background, np.random.default_rng(seed))
    assert max(picture.shape[:2]) <= PICTURE
    assert mask.shape == picture.shape[:2]
    assert mask.any()
    assert (picture[~mask] == 0).all()
    assert (picture[mask] > 60).all()
    # A full rectangle keeps its shape, to within the pixels that its sides are cut to.
    ys, xs = np.nonzero(mask)
    height, width = np.ptp(ys) + 1, np.ptp(xs) + 1
    assert mask.sum() == height * width
    assert abs(height / sides[0] - width / sides[1]) <= 1 / min(sides) + 1e-9


def test_half_transparent_edges_are_mixed(tmp_path: Path) -> None:
    front = np.full((100, 100, 4), 200, np.uint8)
    front[..., 3] = 100
    front[20:80, 20:80, 3] = 255
    picture, mask = composed(front, np.zeros((400, 400, 3), np.uint8), np.random.default_rng(3))
    ys, xs = np.nonzero(picture[..., 0] > 0)
    inside = np.zeros_like(mask)
    inside[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1] = True
    ring = inside & ~mask
    assert mask.sum() / inside.sum() == pytest.approx(0.36, abs=0.03)
    assert np.median(picture[ring]) / np.median(picture[mask]) == pytest.approx(100 / 255, abs=0.03)


def test_the_index_can_be_learned_from_and_the_same_seed_makes_the_same_files(tmp_path: Path) -> None:
    cuts = folder_of(tmp_path, fox=cutout(), owl=cutout(radius=25))
    command = ["compose", str(cuts), "--backgrounds", str(photographs(tmp_path)), "--each", "2", "--out"]
    for name in ("one", "two"):
        assert main([*command, str(tmp_path / name)]) == 0
    entries = read_index(tmp_path / "one" / "composed.csv")
    assert [(entry.set, entry.kind, entry.image.name) for entry in entries] == [
        ("composed", "object", f"{stem}.jpg") for stem in ("0000_0", "0000_1", "0001_0", "0001_1")
    ]
    for entry in entries:
        view = ObjectFiles().load(entry)
        assert view.image[view.mask][:, 0].mean() > 2 * view.image[view.mask][:, 1].mean()
        twin = tmp_path / "two" / entry.image.relative_to(tmp_path / "one")
        assert twin.read_bytes() == entry.image.read_bytes()
    pictures = {entry.image.read_bytes() for entry in entries}
    assert len(pictures) == 4


def test_what_cannot_be_composed_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cuts, behind = folder_of(tmp_path, fox=cutout()), photographs(tmp_path)
    out = tmp_path / "out"
    for arguments, words in (
        ([str(cuts), "--backgrounds", str(cuts)], "holds no photographs"),
        ([str(behind), "--backgrounds", str(behind)], "has no PNG with an object"),
        ([str(cuts), "--backgrounds", str(behind), "--each", "0"], "--each has to be 1 or more"),
    ):
        assert main(["compose", *arguments, "--out", str(out)]) == 2
        assert words in capsys.readouterr().err
    (behind / "0.jpg").write_bytes(b"damaged")
    (behind / "1.jpg").unlink()
    with pytest.raises(Exception, match=r"0\.jpg cannot be read as an image"):
        compose(cutouts_in(cuts), [behind / "0.jpg"], out, each=1, seed=0)
