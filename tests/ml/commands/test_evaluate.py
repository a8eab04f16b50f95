import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import registry
from ml.cli import main
from tests.ml.pairs import write_pairs
from tests.ml.pictures import disc

ROOT = Path(__file__).resolve().parents[3]
CONTRACT = [
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
FURTHER = ["mean_iou_by_clicks", "hard_n", "hard_gain_fifth", "score_spearman", "jitter"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_pairs(tmp_path)


@pytest.fixture(autouse=True)
def fake_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_loaded", {})
    monkeypatch.setenv("CARDINAL_ALLOW_FAKE_PREDICTOR", "1")


def evaluate(folder: Path, *more: str) -> int:
    """Evaluate the fake, which finds discs, unless `more` names another model."""
    folders = ["--images", str(folder / "images"), "--masks", str(folder / "masks")]
    return main(["evaluate", "--model", "fake", *folders, *more])


def figures_of(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict:
    assert evaluate(folder, "--json", *more) == 0
    printed = capsys.readouterr().out
    assert len(printed.splitlines()) == 1
    return json.loads(printed)


def save_mask(folder: Path, stem: str, values: np.ndarray) -> None:
    Image.fromarray(values.astype(np.uint8)).save(folder / "masks" / f"{stem}.png")


def test_the_contract_s_figures_come_first_in_one_json_object(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = figures_of(folder, capsys)
    assert list(figures) == CONTRACT + FURTHER
    assert (figures["n"], figures["share_90"], figures["clicks_to_90"]) == (2, 1.0, 4.0)
    assert figures["mean_iou"] > 0.998
    assert figures["mean_iou_by_clicks"] == [figures["mean_iou"]] * 7
    assert (figures["hard_n"], figures["hard_gain_fifth"], figures["score_spearman"]) == (0, None, None)


def test_without_json_there_is_a_line_for_each_figure(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(folder) == 0
    lines = [line.rsplit(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    curve = [f"mean_iou at {clicks}" for clicks in range(4, 11)]
    assert [name for name, _ in lines] == CONTRACT + curve + FURTHER[1:]
    assert dict(lines)["n"] == "2"
    assert dict(lines)["hard_gain_fifth"] == "-"


def test_other_models_are_compared_in_the_same_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = figures_of(
        folder, capsys, "--compare", "fake:empty", "--compare", "grabcut", "--compare", "fake"
    )
    assert list(figures) == [*CONTRACT, *FURTHER, "compare"]
    assert list(figures["compare"]) == ["fake:empty", "grabcut"]
    empty, grabcut = figures["compare"].values()
    assert list(empty) == list(grabcut) == CONTRACT + FURTHER
    assert (empty["mean_iou"], empty["n"], empty["hard_n"], empty["hard_gain_fifth"]) == (0.0, 2, 2, 0.0)
    assert 0.95 < grabcut["mean_iou"] < figures["mean_iou"]


def test_a_compared_model_is_a_column_of_the_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(folder, "--compare", "fake:empty") == 0
    head, first, *_ = capsys.readouterr().out.splitlines()
    assert head.split() == ["fake", "fake:empty"]
    assert first.split()[0] == "mean_iou"
    assert first.split()[2] == "0.0000"
    assert len(head) == len(first)


def test_void_pixels_do_not_count(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # A square whose corners are void: the fake's disc is all that counts.
    square = np.zeros((200, 260), np.bool_)
    square[30:151, 60:181] = True
    for stem in ("one", "two"):
        save_mask(folder, stem, np.where(square & ~disc(), 128, square * 255))
    object_too = figures_of(folder, capsys)
    # Without --void, 128 is object as any value above 127.
    share = int(disc().sum()) / int(square.sum())
    assert object_too["mean_iou"] == pytest.approx(share, abs=0.002)
    assert object_too["box_error_percent"] == pytest.approx(100 * (1 - share), abs=0.2)
    left_out = figures_of(folder, capsys, "--void", "128")
    assert left_out["mean_iou"] > 0.998
    assert left_out["box_error_percent"] < 0.2


def test_evaluating_twice_gives_the_same_figures(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seen = []
    for seed in ("7", "7", "8"):
        figures = figures_of(folder, capsys, "--clicks", "6", "--jitter", "3", "--seed", seed)
        seen.append({name: value for name, value in figures.items() if not name.startswith("latency")})
    assert seen[0] == seen[1]
    assert seen[0]["jitter"] == 3.0
    assert seen[0]["mean_iou"] != seen[2]["mean_iou"]


def test_leaving_objects_out_does_not_move_the_clicks_of_others(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    overlaps, table = [], folder / "out.csv"
    for _ in range(2):
        assert evaluate(folder, "--jitter", "5", "--csv", str(table), "--compare", "grabcut") == 0
        lines = csv.DictReader(io.StringIO(table.read_text()))
        overlaps.append([line["iou_4"] for line in lines if line["name"] == "two"])
        (folder / "images/one.jpg").unlink(missing_ok=True)
    assert overlaps[0] == overlaps[1]
    assert len(overlaps[0]) == 2


def test_the_table_of_objects_has_a_line_for_each_model_and_object(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate(folder, "--csv", str(folder / "out.csv"), "--compare", "fake:empty", "--clicks", "11")
    lines = list(csv.DictReader(io.StringIO((folder / "out.csv").read_text())))
    assert [(line["name"], line["model"], line["refused"]) for line in lines] == [
        ("one", "fake", ""),
        ("two", "fake", ""),
        ("one", "fake:empty", "empty_mask"),
        ("two", "fake:empty", "empty_mask"),
    ]
    assert (lines[0]["box_x"], lines[0]["box_width"], lines[0]["area"]) == ("60", "121", str(disc().sum()))
    assert lines[2]["iou_11"] == "0.00000"


def test_the_sheet_is_a_picture_of_the_main_model_s_worst(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheets = []
    for model in ("fake", "fake:empty"):
        assert evaluate(folder, "--model", model, "--sheet", str(folder / "sheet.png")) == 0
        sheets.append(np.array(Image.open(folder / "sheet.png")))
    fine, lost = sheets
    assert fine.shape == lost.shape == (374, 2016, 3)
    # Missed everything: where there were hits there is the blue of the truth.
    hit, missed = (236, 236, 236), (62, 154, 224)
    body = np.s_[78:318, 260:500]
    assert (fine[body] == hit).all(axis=2).sum() > 20_000
    assert (lost[body] == hit).all(axis=2).sum() == 0
    assert (lost[body] == missed).all(axis=2).sum() > 20_000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "nothing"], "There is no predictor 'nothing'"),
        (["--compare", "nothing"], "There is no predictor 'nothing'"),
        (["--model", "weights.pth"], "weights.pth"),
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


def test_a_pair_of_different_sizes_is_refused_and_nothing_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_mask(folder, "two", np.full((10, 10), 255))
    assert evaluate(folder, "--csv", str(folder / "out.csv"), "--sheet", str(folder / "out.png")) == 2
    assert "differ in size" in capsys.readouterr().err
    assert not list(folder.glob("out.*"))


def test_a_damaged_image_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = (folder / "images/one.jpg").read_bytes()
    (folder / "images/one.jpg").write_bytes(content[: len(content) // 2])
    assert evaluate(folder) == 2
    assert "one.jpg cannot be read" in capsys.readouterr().err


def test_an_empty_mask_is_left_out_and_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_mask(folder, "two", np.zeros((200, 260)))
    assert evaluate(folder, "--json") == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["n"] == 1
    assert "two has an empty mask" in printed.err


def test_without_any_object_there_are_no_figures(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for stem in ("one", "two"):
        save_mask(folder, stem, np.zeros((200, 260)))
    assert evaluate(folder, "--json") == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "no mask holds an object" in printed.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--clicks", "3"], "number of clicks"),
        (["--clicks", "many"], "number of clicks"),
        (["--jitter", "-1"], "number of pixels"),
        (["--jitter", "nan"], "number of pixels"),
        (["--jitter", "few"], "number of pixels"),
        (["--seed", "-1"], "whole number"),
        (["--csv", "{folder}/none/out.csv"], "no file in a folder that is there"),
        (["--sheet", "{folder}"], "no file in a folder that is there"),
    ],
)
def test_a_wrong_argument_is_said_before_any_work(
    folder: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        evaluate(folder, *[argument.format(folder=folder) for argument in arguments])
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


def test_the_module_runs_as_a_program_without_django(folder: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "ml", "evaluate", "--model", "grabcut", "--json"),
            *("--images", str(folder / "images"), "--masks", str(folder / "masks")),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        check=True,
    )
    figures = json.loads(done.stdout)
    assert figures["n"] == 2
    assert figures["mean_iou"] > 0.95
    assert done.stderr == ""
