import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from ml.cli import main
from ml.metrics import iou
from tests.ml.pairs import write_pairs
from tests.ml.pictures import disc

POINTS = ["60,90", "120,30", "180,90", "120,150"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_pairs(tmp_path)


def predict(image: Path, out: Path) -> int:
    named = ["--model", "grabcut", "--image", str(image), "--out", str(out)]
    return main(["predict", *named, "--points", *POINTS])


def test_predict_writes_the_mask_and_prints_one_json_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "mask.png"
    assert predict(folder / "images/one.jpg", out) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["model"] == "grabcut-1"
    written = np.asarray(Image.open(out))
    assert set(np.unique(written)) == {0, 255}
    assert answer["area"] == int((written == 255).sum())
    assert iou(written == 255, disc()) > 0.95


def test_predict_sees_the_upright_picture(folder: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    turned = Image.open(folder / "images/one.jpg").transpose(Image.Transpose.ROTATE_90)
    turned.save(folder / "turned.png", exif=exif)
    assert predict(folder / "turned.png", folder / "mask.png") == 0
    assert iou(np.asarray(Image.open(folder / "mask.png")) == 255, disc()) > 0.95


def test_points_that_are_none_are_a_wrong_argument(folder: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["predict", "--image", "a.jpg", "--points", "1;2", "--out", "b.png"])
    assert caught.value.code == 2


def test_a_command_without_its_packages_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    # As on a machine that serves only: the import fails as it does where the package is missing.
    monkeypatch.setitem(sys.modules, "ml.export", None)
    assert main(["export", str(tmp_path / "some.safetensors")]) == 2
    assert capsys.readouterr().err == (
        "ml: This command needs ml.export, which the extra `train` brings: "
        "pip install 'cardinal-labeling[train]'.\n"
    )
