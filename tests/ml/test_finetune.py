import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from ml.checkpoint import read_checkpoint
from ml.cli import main
from ml.clicks import extreme_points
from ml.data.objects import ObjectEntry, ObjectFiles, check_files, read_index
from ml.errors import DataInvalid, EmptyMask, WeightsRefused
from ml.evaluate import Truth, evaluate_object
from ml.finetune import CHECK, Verdict, finetune
from ml.job import Progress, plan, read_job
from ml.predictor import Prediction
from ml.registry import load_predictor
from ml.side_by_side import click_both
from ml.training.loop import Run
from tests.ml.job_folder import new_job
from tests.ml.objects_folder import write_index


def done(folder: Path) -> Verdict:
    verdict = finetune(folder, lambda progress: None)
    assert verdict is not None
    return verdict


def test_a_job_leaves_weights_their_export_a_report_and_a_picture(tmp_path: Path, start: Path) -> None:
    heard: list[Progress] = []
    verdict = finetune(new_job(tmp_path, start, licence="CC0-1.0"), heard.append)
    assert verdict is not None
    out = tmp_path / "out"
    assert sorted(path.name for path in out.iterdir()) == [
        *("candidate.onnx", "candidate.safetensors", "evidence.png", "report.json", "run"),
    ]
    made, began = read_checkpoint(out / "candidate.safetensors"), read_checkpoint(start)
    assert (made.version, made.licence, made.data) == ("cells-2", "CC0-1.0", "4 objects")
    assert (made.architecture, made.network, made.input, made.answer) == (
        *(began.architecture, began.network, began.input, began.answer),
    )
    report = json.loads((out / "report.json").read_text())
    assert (report["sha256"], report["version"], report["steps"]) == (made.sha256, "cells-2", 4)
    assert (report["architecture"], report["licence"]) == (made.architecture, "CC0-1.0")
    assert (report["held_out"]["n"], report["held_out"]["groups"]) == (3, 3)
    assert [one["name"] for one in report["held_out"]["objects"]] == ["o4 0", "o5 1", "o6 2"]
    assert [(one.phase, one.step, one.steps) for one in heard] == [
        *(("train", step, 4) for step in (1, 2, 3, 4)),
        *(("check", step, 33) for step in range(1, 34)),
    ]
    # Three of the project's objects, and thirty of other kinds.
    assert (report["check"]["n"], report["check"]["groups"]) == (30, 4)
    assert [one.tune_iou is not None for one in heard[:4]] == [True, True, True, True]
    with Image.open(out / "evidence.png") as picture:
        assert picture.width > 1000


def test_what_comes_out_lies_half_way_between_the_start_and_what_was_trained(
    tmp_path: Path, start: Path
) -> None:
    done(new_job(tmp_path, start))
    made = read_checkpoint(tmp_path / "out" / "candidate.safetensors").tensors
    began, trained = (
        read_checkpoint(start).tensors,
        read_checkpoint(tmp_path / "out/run/last.safetensors").tensors,
    )
    moved = 0
    for name, last in trained.items():
        if np.issubdtype(last.dtype, np.floating):
            first = began[name].astype(np.float32)
            half = (first + last.astype(np.float32)) / 2
            np.testing.assert_allclose(made[name].astype(np.float32), half, rtol=2e-3, atol=2e-4)
            moved += int(not np.array_equal(first, last))
        else:
            np.testing.assert_array_equal(made[name], last)
    assert moved > 20


def test_held_out_objects_are_clicked_as_their_people_did(tmp_path: Path, start: Path) -> None:
    folder = new_job(tmp_path, start, click_error_pixels=4.0)
    rows = list(csv.DictReader((folder / "held_out.csv").open()))
    rows[0]["clicks"] = "22,48;58,30;94,48;58,66;60,70"
    write_index(folder / "held_out.csv", rows)
    asked: list[list[list[float]]] = []

    class Witness:
        version = "witness"

        def predict(self, image: np.ndarray, points: np.ndarray) -> Prediction:
            asked.append(points.tolist())
            raise EmptyMask("nothing there")

    entries = read_index(folder / "held_out.csv")
    click_both(Witness(), Witness(), entries, lambda *_: None, miss=4.0, seed=1)
    first = [points for points in asked if len(points) == 4]
    assert [[22.0, 48.0], [58.0, 30.0], [94.0, 48.0], [58.0, 66.0]] in first
    # Others miss as the team does, and both models are asked the same.
    exact = extreme_points(ObjectFiles().load(entries[1]).mask).tolist()
    others = [points for points in first if points[0][0] != 22.0]
    assert exact not in others
    assert all(others.count(points) % 2 == 0 for points in others)


def test_the_check_set_has_thirty_objects_of_four_photographs() -> None:
    entries = read_index(CHECK)
    check_files(entries)
    assert [(entry.image.stem, entry.set) for entry in entries[:6]] == [
        *(("coffee", "cup rim"), ("coffee", "spoon"), ("chelsea", "eye"), ("chelsea", "eye")),
        *(("astronaut", "patch"), ("astronaut", "window")),
    ]
    assert [(entry.image.stem, entry.set) for entry in entries[6:]] == [("coins", "coin")] * 24
    # The bundled model has not been made on them, and does well: their outlines can be trusted.
    overlaps = [evaluate_object(load_predictor("default"), truth(entry))[0].overlaps[0] for entry in entries]
    assert min(overlaps) > 0.9


def truth(entry: ObjectEntry) -> Truth:
    view = ObjectFiles().load(entry)
    return Truth(entry.mask.stem, view.image, view.mask, None)


def test_a_gpu_that_is_too_small_gets_smaller_batches_and_as_many_objects(
    tmp_path: Path, start: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[tuple[int, int]] = []
    real = Run.train

    def small(run: Run, *rest: Any) -> bool:
        schedule = run.config.schedule
        tried.append((schedule.batch, schedule.steps))
        if schedule.batch > 4:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(run, *rest)

    monkeypatch.setattr(Run, "train", small)
    folder = new_job(tmp_path, start, steps=2)
    done(folder)
    assert tried == [(16, 2), (8, 4), (4, 8)]
    # Started again it knows what its memory holds.
    done(folder)
    assert tried[3:] == [(4, 8)]


def test_a_gpu_that_holds_no_object_at_all_is_said_by_name(
    tmp_path: Path, start: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(run: Run, *rest: Any) -> bool:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(Run, "train", full)
    assert main(["finetune", str(new_job(tmp_path, start)), "--json"]) == 3
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["phase"], line["code"]) == ("failed", "gpu_memory")


def test_a_loss_that_is_no_number_is_said_by_name_and_leaves_no_weights(
    tmp_path: Path, start: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ml.training.learner.jaccard_loss", lambda *_: torch.tensor(float("nan")))
    folder = new_job(tmp_path, start)
    assert main(["finetune", str(folder), "--json"]) == 3
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["phase"], line["code"]) == ("failed", "loss_not_finite")
    assert not list(folder.glob("out/candidate*"))


def test_a_full_disk_is_said_by_name(
    tmp_path: Path, start: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ml.finetune.export", full)
    assert main(["finetune", str(new_job(tmp_path, start)), "--json"]) == 3
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (line["phase"], line["code"]) == ("failed", "disk_full")


def test_too_few_held_out_images_are_an_objection_and_not_a_promotion(tmp_path: Path, start: Path) -> None:
    verdict = done(new_job(tmp_path, start))
    assert not verdict.better
    assert verdict.objections[0] == "3 held-out images are too few to tell; 8 are needed."


def test_the_same_job_gives_the_same_weights_also_when_it_was_ended_on_the_way(
    tmp_path: Path, start: Path
) -> None:
    whole = done(new_job(tmp_path / "whole", start))
    folder = new_job(tmp_path / "parts", start)
    steps: list[int] = []

    def heard(progress: Progress) -> None:
        steps.append(progress.step)

    assert finetune(folder, heard, lambda: steps[-1] == 2) is None
    assert steps == [1, 2]
    assert done(folder).checkpoint.sha256 == whole.checkpoint.sha256
    assert done(new_job(tmp_path / "other", start, seed=6)).checkpoint.sha256 != whole.checkpoint.sha256


@pytest.mark.parametrize(
    ("objects", "steps"), [(0, 120), (120, 120), (121, 121), (2999, 2999), (1_000_000, 3000)]
)
def test_a_job_is_as_long_as_its_objects_are_many_within_bounds(objects: int, steps: int) -> None:
    assert plan(objects) == steps


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2},
        {"name": "../escape"},
        {"steps": -1},
        {"surprise": 1},
        {"click_error_pixels": -1},
        {"rules": {"unknown": 1.0}},
    ],
)
def test_a_job_that_says_something_else_is_refused_by_name(
    tmp_path: Path, start: Path, changes: dict[str, Any]
) -> None:
    folder = new_job(tmp_path, start, **changes)
    with pytest.raises(
        DataInvalid, match=next(iter(next(iter(changes.values())) if "rules" in changes else changes))
    ):
        read_job(folder)


def test_what_is_no_weights_file_is_refused_before_anything_is_trained(tmp_path: Path) -> None:
    (tmp_path / "start.safetensors").write_bytes(b"no weights")
    folder = new_job(tmp_path / "job", tmp_path / "start.safetensors")
    with pytest.raises(WeightsRefused):
        done(folder)
    assert not (folder / "out").exists()


def test_a_program_is_told_in_lines_of_json(
    tmp_path: Path, start: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["finetune", str(new_job(tmp_path, start)), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["phase"] for line in lines[:-1]} == {"train", "check"}
    assert (lines[-1]["phase"], lines[-1]["better"], len(lines[-1]["objections"])) == ("done", False, 1)


def test_a_program_is_told_why_a_job_failed(
    tmp_path: Path, start: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = new_job(tmp_path, start)
    (folder / "train.csv").write_text("set,image,mask,value,kind\n")
    assert main(["finetune", str(folder), "--json"]) == 3
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["phase"], line["code"]) == ("failed", "data_invalid")
    assert line["message"].endswith("lists no objects.")
