import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.ablate import BASE, CHANGES, THRESHOLDS, Scored, ablated, compared, interval_95, planned, run_scored
from ml.cli import main
from ml.commands.ablate import CONFIG
from ml.errors import DataInvalid
from ml.training.config import TrainConfig, read_config
from ml.training.loop import Report
from tests.ml.objects_folder import write_objects
from tests.ml.training import small

BY_NAME = {change.name: change for change in CHANGES}
SMALL: dict[str, Any] = {
    "seed": 1,
    "corrections": {"start": 1.0},
    "schedule": {"steps": 3, "batch": 2, "warmup": 1, "save_every": 2},
}


def scored(*seeds: list[float]) -> list[Scored]:
    return [Scored(np.array(overlaps), 0.5) for overlaps in seeds]


def ignore(*_: object) -> None:
    """Listen to nothing."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_objects(tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(small.as_toml(small.settings(**SMALL)), "utf-8")
    return path


def command(data: Path, out: Path, config_file: Path, *further: str) -> int:
    paths = ["--data", str(data), "--out", str(out), "--config", str(config_file)]
    return main(["ablate", *paths, *further])


def test_a_change_gains_the_mean_difference_over_objects_and_seeds() -> None:
    runs = {BASE: scored([0.8, 0.9], [0.9, 0.9]), "box": scored([0.7, 0.9], [0.7, 0.7])}
    row = compared(BY_NAME["box"], runs)
    assert (row.before, row.after, row.gain) == pytest.approx((75, 87.5, 12.5))
    # The objects gain 15 and 10 points: two drawn anew are both the one, both the other, or one of each.
    assert (row.low, row.high) == pytest.approx((10, 15))
    # The seeds gain 5 and 20 points.
    assert row.spread == pytest.approx(15 / 2**0.5)


def test_towards_the_distance_map_the_base_comes_first() -> None:
    runs = {BASE: scored([0.8, 0.9]), "distance_map": scored([0.7, 0.8])}
    row = compared(BY_NAME["distance_map"], runs)
    assert (row.before, row.after, row.gain) == pytest.approx((85, 75, -10))
    # Every object loses the same: whichever are drawn, so does their mean. One seed has no spread.
    assert (row.low, row.high) == pytest.approx((-10, -10))
    assert row.spread is None


def test_the_interval_is_as_wide_as_chance_makes_a_mean() -> None:
    low, high = interval_95(np.tile([1.0, -1.0], 200))
    # 1.96 standard errors of 1/20 to either side.
    assert (low, high) == pytest.approx((-0.098, 0.098), abs=0.007)


def test_every_run_differs_from_the_base_in_its_one_setting_alone() -> None:
    runs = planned(small.config(), CHANGES, seeds=1)
    differing = {
        name: sorted(differences(runs[BASE, 3].model_dump(), config.model_dump()))
        for (name, _), config in runs.items()
    }
    assert differing == {
        "base": [],
        "box": [("input.guidance", "extreme_points", "box")],
        "plain": [("loss.pixel", "balanced", "plain")],
        "full_image": [("input.region", "crop", "full_image")],
        "aspp": [("network.arguments.head", "psp", "aspp")],
        "distance_map": [("input.guidance", "extreme_points", "distance_map")],
    }


def differences(one: dict[str, Any], other: dict[str, Any], path: str = "") -> list[tuple[str, Any, Any]]:
    """Return the dotted names of the values that differ, with both."""
    assert one.keys() == other.keys()
    found: list[tuple[str, Any, Any]] = []
    for name, value in one.items():
        if isinstance(value, dict):
            found += differences(value, other[name], f"{path}{name}.")
        elif value != other[name]:
            found.append((f"{path}{name}", value, other[name]))
    return found


def test_the_seeds_count_from_the_base_s_on_and_runs_validate_once() -> None:
    runs = planned(small.config(), [BY_NAME["plain"]], seeds=2)
    assert list(runs) == [("base", 3), ("plain", 3), ("base", 4), ("plain", 4)]
    assert [config.seed for config in runs.values()] == [3, 3, 4, 4]
    assert {(c.schedule.steps, c.schedule.validate_every, c.schedule.patience) for c in runs.values()} == {
        (6, 6, 0)
    }


def test_the_bundled_configuration_has_the_paper_s_loss_alone() -> None:
    config = planned(read_config(CONFIG), CHANGES, seeds=1)[BASE, 1]
    assert (config.input.size, config.network.arguments) == (
        128,
        {"backbone": "efficientnet_lite0", "head": "psp"},
    )
    assert (config.loss.pixel, config.loss.jaccard_weight, config.loss.quality_weight) == ("balanced", 0, 0)


def test_the_command_trains_all_networks_prints_a_table_and_repeats_nothing(
    data: Path, tmp_path: Path, config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert command(data, out, config_file, "--steps", "2", "--json") == 0
    first = capsys.readouterr()
    figures = json.loads(first.out)
    assert [(row["name"], row["paper"]) for row in figures["rows"]] == [
        ("region_based", 3.9),
        ("box", 3.1),
        ("plain", 3.3),
        ("full_image", 7.9),
        ("aspp", 2.3),
        ("distance_map", -1.3),
    ]
    assert figures["rows"][0]["here"] is None
    assert all(row["low"] <= row["here"] <= row["high"] for row in figures["rows"][1:])
    assert (figures["steps"], figures["batch"], figures["seeds"], figures["objects"]) == (2, 2, [1], 2)
    assert list(figures["runs"]) == ["base", "box", "plain", "full_image", "aspp", "distance_map"]
    assert len(first.err.splitlines()) == 6

    lines = (out / "table.md").read_text("utf-8").splitlines()
    assert lines[0] == (
        "The paper's table 2, rerun with dextr_lite (efficientnet_lite0) at 64 px, "
        "2 steps of 2 objects, seed 1; 2 objects."
    )
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:10]]
    assert [line[:2] for line in cells if line[0][0] != "-"] == [
        ["change", "paper"],
        ["region-based to DeepLab", "+3.9"],
        ["box to extreme points", "+3.1"],
        ["plain to balanced loss", "+3.3"],
        ["full image to crop", "+7.9"],
        ["ASPP to PSP", "+2.3"],
        ["bumps to distance map", "-1.3"],
    ]
    assert cells[2][2:] == ["not rerun", "-", "-", "-", "-"]
    assert len({len(line) for line in lines[2:10]}) == 1

    states = {path: path.stat().st_mtime_ns for path in out.glob("*/*")}
    assert command(data, out, config_file, "--steps", "2", "--only", "aspp") == 0
    second = capsys.readouterr()
    assert {path: path.stat().st_mtime_ns for path in out.glob("*/*")} == states
    assert second.err == ""
    assert second.out == (out / "table.md").read_text("utf-8")
    assert [line.split("|")[1].strip() for line in second.out.splitlines()[4:6]] == [
        "region-based to DeepLab",
        "ASPP to PSP",
    ]


def test_a_run_that_was_ended_goes_on_where_it_was_and_comes_out_the_same(data: Path, tmp_path: Path) -> None:
    base = small.config(**SMALL)
    steps: list[tuple[str, int]] = []

    def until_the_third(run: str, report: Report) -> None:
        steps.append((run, report.step))
        if len(steps) == 3:
            raise KeyboardInterrupt

    def go_on(run: str, report: Report) -> None:
        steps.append((run, report.step))

    with pytest.raises(KeyboardInterrupt):
        ablated(base, data, tmp_path / "ended", changes=[], listener=until_the_third)
    resumed = ablated(base, data, tmp_path / "ended", changes=[], listener=go_on)
    whole = ablated(base, data, tmp_path / "whole", changes=[], listener=ignore)
    # The last state before the end was that of the second step.
    assert steps == [("base-1", 1), ("base-1", 2), ("base-1", 3), ("base-1", 3)]
    assert weights(tmp_path / "ended/base-1") == weights(tmp_path / "whole/base-1")
    assert resumed[BASE][0].overlaps.tolist() == whole[BASE][0].overlaps.tolist()


def weights(folder: Path) -> bytes:
    return (folder / "last.safetensors").read_bytes()


def test_another_seed_is_another_network(data: Path, tmp_path: Path) -> None:
    runs = ablated(small.config(**SMALL), data, tmp_path, changes=[], seeds=2, listener=ignore)
    assert [len(run.overlaps) for run in runs[BASE]] == [2, 2]
    assert weights(tmp_path / "base-1") != weights(tmp_path / "base-2")


def one_run() -> TrainConfig:
    return planned(small.config(**SMALL), [], seeds=1)[BASE, 1]


def test_scores_that_are_lost_or_damaged_are_made_again_without_training(data: Path, tmp_path: Path) -> None:
    first = run_scored(one_run(), data, tmp_path / "run", ignore)
    path = tmp_path / "run/scores.json"
    before = path.read_bytes()
    heard: list[Report] = []
    for content in (None, b"{", b"[]", b'{"fingerprint": "of another run", "thresholds": []}'):
        path.unlink() if content is None else path.write_bytes(content)
        again = run_scored(one_run(), data, tmp_path / "run", heard.append)
        assert path.read_bytes() == before
        assert (again.overlaps.tolist(), again.threshold) == (first.overlaps.tolist(), first.threshold)
    assert heard == []


def test_a_run_counts_at_the_threshold_that_suits_it(data: Path, tmp_path: Path) -> None:
    run_scored(one_run(), data, tmp_path / "run", ignore)
    path = tmp_path / "run/scores.json"
    stored = json.loads(path.read_bytes())
    assert np.array(stored["overlaps"]).shape == (len(THRESHOLDS), 2)
    stored["overlaps"] = [[0.5, 0.5]] * 3 + [[0.9, 0.6]] + [[0.6, 0.8]] * 4
    path.write_text(json.dumps(stored))
    found = run_scored(one_run(), data, tmp_path / "run", ignore)
    assert (found.overlaps.tolist(), found.threshold) == ([0.9, 0.6], 0.5)


def test_a_folder_with_runs_of_another_length_is_refused_and_left_alone(
    data: Path, tmp_path: Path, config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    ablated(small.config(**SMALL), data, out, changes=[], listener=ignore)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert command(data, out, config_file, "--steps", "4", "--only", "aspp") == 2
    assert "base-1 holds a run of another configuration" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_a_tuning_picture_that_is_gone_is_an_error_before_anything_is_trained(
    data: Path, tmp_path: Path
) -> None:
    (data / "tune0.jpg").unlink()
    with pytest.raises(DataInvalid, match=r"tune0\.jpg is not there"):
        run_scored(one_run(), data, tmp_path / "run", ignore)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "further",
    [["--steps", "0"], ["--seeds", "0"], ["--seeds", "two"], ["--only", "heads"], ["--only"]],
)
def test_what_makes_no_sense_is_refused(
    tmp_path: Path, config_file: Path, further: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        command(tmp_path, tmp_path / "out", config_file, *further)
    assert refused.value.code == 2
    assert further[0] in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
