import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from ml.cli import main
from ml.metrics import iou
from tests.ml.pictures import disc, painted

ROOT = Path(__file__).resolve().parents[2]
POINTS = ["60,90", "120,30", "180,90", "120,150"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two photographs with masks, one photograph without, and a file that is neither."""
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
    for stem, radius in (("one", 60), ("two", 40)):
        mask = disc(radius=radius)
        Image.fromarray(painted(mask)).save(tmp_path / "images" / f"{stem}.jpg", quality=95)
        Image.fromarray(mask.astype(np.uint8) * 255).save(tmp_path / "masks" / f"{stem}.png")
    Image.fromarray(painted(disc())).save(tmp_path / "images" / "lonely.png")
    (tmp_path / "images" / "notes.txt").write_text("no image")
    return tmp_path


def evaluate(folder: Path, *more: str) -> int:
    return main(["evaluate", "--images", str(folder / "images"), "--masks", str(folder / "masks"), *more])


def test_predict_writes_the_mask_and_prints_one_json_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "mask.png"
    status = main(
        ["predict", "--image", str(folder / "images/one.jpg"), "--points", *POINTS, "--out", str(out)]
    )
    assert status == 0
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
    out = folder / "mask.png"
    main(["predict", "--image", str(folder / "turned.png"), "--points", *POINTS, "--out", str(out)])
    assert iou(np.asarray(Image.open(out)) == 255, disc()) > 0.95


def test_evaluate_prints_the_contract_s_figures_as_one_json_object(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(folder, "--model", "grabcut", "--json") == 0
    figures = json.loads(capsys.readouterr().out)
    assert list(figures) == [
        "mean_iou",
        "share_85",
        "share_90",
        "clicks_to_85",
        "clicks_to_90",
        "box_error_percent",
        "latency_p50_ms",
        "latency_p95_ms",
        "n",
    ]
    assert (figures["n"], figures["share_90"], figures["clicks_to_90"]) == (2, 1.0, 4.0)
    assert figures["mean_iou"] > 0.95


def test_evaluate_prints_a_table_without_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(folder) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 9
    assert lines[-1].split() == ["n", "2"]


def test_void_pixels_do_not_count(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Both truths lose their right halves.
    for stem, radius in (("one", 60), ("two", 40)):
        values = disc(radius=radius).astype(np.uint8) * 255
        values[:, 121:][values[:, 121:] > 0] = 128
        Image.fromarray(values).save(folder / f"masks/{stem}.png")
    found = {}
    for name, more in (("object", []), ("void", ["--void", "128"])):
        assert evaluate(folder, "--json", *more) == 0
        found[name] = json.loads(capsys.readouterr().out)
    # Without --void, 128 is object as any value above 127, and both whole discs are found.
    assert found["object"]["mean_iou"] > 0.95
    # With it the clicks are those of the left halves, whose masks end at the last click.
    assert found["void"]["box_error_percent"] > found["object"]["box_error_percent"]


def test_evaluating_twice_gives_the_same_figures(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seen = []
    for _ in range(2):
        evaluate(folder, "--json", "--clicks", "6", "--jitter", "3")
        figures = json.loads(capsys.readouterr().out)
        seen.append({name: value for name, value in figures.items() if not name.startswith("latency")})
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "nothing"], "There is no predictor 'nothing'"),
        (["--model", "weights.pth"], "no weights file"),
        (["--masks", "{folder}/images/none"], "No such file"),
        (["--masks", "{folder}"], "has a mask of its name"),
    ],
)
def test_what_is_wrong_is_one_line_and_status_2(
    folder: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(folder, *[argument.format(folder=folder) for argument in arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err
    assert len(printed.err.splitlines()) == 1


def test_a_pair_of_different_sizes_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.fromarray(np.full((10, 10), 255, np.uint8)).save(folder / "masks/two.png")
    assert evaluate(folder) == 2
    assert "differ in size" in capsys.readouterr().err


def test_a_damaged_image_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = (folder / "images/one.jpg").read_bytes()
    (folder / "images/one.jpg").write_bytes(content[: len(content) // 2])
    assert evaluate(folder) == 2
    assert "one.jpg cannot be read" in capsys.readouterr().err


def test_an_empty_mask_is_left_out_and_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.fromarray(np.zeros((200, 260), np.uint8)).save(folder / "masks/two.png")
    assert evaluate(folder, "--json") == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["n"] == 1
    assert "two has an empty mask" in printed.err


@pytest.mark.parametrize("arguments", [["--clicks", "3"], ["--clicks", "many"]])
def test_fewer_clicks_than_four_are_a_wrong_argument(folder: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        evaluate(folder, *arguments)
    assert caught.value.code == 2


def test_points_that_are_none_are_a_wrong_argument(folder: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["predict", "--image", "a.jpg", "--points", "1;2", "--out", "b.png"])
    assert caught.value.code == 2


def test_the_module_runs_as_a_program_without_django(folder: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "ml", "evaluate", "--json"),
            *("--images", str(folder / "images"), "--masks", str(folder / "masks")),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        check=True,
    )
    assert json.loads(done.stdout)["n"] == 2
    assert done.stderr == ""
