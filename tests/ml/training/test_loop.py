import csv
from pathlib import Path

import numpy as np
import pytest
import torch

from ml.checkpoint import read_checkpoint
from ml.errors import DataInvalid
from ml.models import build_network
from ml.training.loop import Report, Run
from ml.training.state import STATE_FILE
from tests.ml.objects_folder import SIZE, write_index, write_object, write_objects
from tests.ml.pictures import disc
from tests.ml.training.small import new_run


def train(run: Run) -> list[Report]:
    heard: list[Report] = []
    run.train(heard.append)
    return heard


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "out" / "curves.csv").open() as file:
        return list(csv.DictReader(file))


def test_a_run_leaves_weights_state_and_curves(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    assert run.train(lambda report: None) is True
    assert (run.over, run.progress.step) == (True, 6)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "best.safetensors",
        "curves.csv",
        "curves.png",
        "last.safetensors",
        "state.pt",
    ]
    lines = table(tmp_path)
    assert [line["step"] for line in lines] == ["3", "6"]
    assert list(lines[0]) == [
        *("step", "loss", "iou", "rate", "tune_iou", "tune_share_85", "tune_score_error"),
    ]


def test_the_weights_file_holds_the_running_average_and_all_to_use_it(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    train(run)
    found = read_checkpoint(tmp_path / "out" / "last.safetensors")
    assert (found.architecture, found.version, found.data) == ("dextr_lite", "small-0.1", "4 objects")
    assert found.network == {"backbone": "efficientnet_lite0", "guidance": 3}
    assert (found.input, found.answer) == (run.config.input, run.config.answer)
    assert found.metrics == {"tune_iou": round(run.progress.latest, 5), "steps": 6}
    network = build_network(found.architecture, found.network)
    network.load_state_dict({name: torch.from_numpy(values) for name, values in found.tensors.items()})
    crop, guidance = torch.rand(1, 3, 64, 64) * 255, torch.rand(1, 3, 16, 16) * 255
    with torch.no_grad():
        expected = run.learner.average.network(crop, guidance)
        answers = network.eval()(crop, guidance)
    # To the last bit but for the order of sums, which depends on how tensors lie in memory.
    assert torch.allclose(answers[0], expected[0], atol=1e-4)
    assert torch.allclose(answers[1], expected[1], atol=1e-4)


def test_the_best_weights_are_those_of_the_best_validation(tmp_path: Path) -> None:
    run = new_run(tmp_path, schedule={"validate_every": 6, "steps": 24})
    scores = {report.step: report.validation.mean_iou for report in train(run) if report.validation}
    assert list(scores) == [6, 12, 18, 24]
    best = max(scores, key=scores.__getitem__)
    found = read_checkpoint(tmp_path / "out" / "best.safetensors").metrics
    assert found == {"tune_iou": round(scores[best], 5), "steps": best}
    assert run.progress.best == scores[best] > 0.3


def test_listeners_hear_each_step_with_the_means_since_the_last_line(tmp_path: Path) -> None:
    heard = train(new_run(tmp_path))
    assert [(report.step, report.steps, report.recorded) for report in heard] == [
        (1, 6, False),
        (2, 6, False),
        (3, 6, True),
        (4, 6, False),
        (5, 6, False),
        (6, 6, True),
    ]
    assert [report.validation is not None for report in heard] == [report.recorded for report in heard]
    lines = table(tmp_path)
    for report, line in zip((heard[2], heard[5]), lines, strict=True):
        assert (float(line["loss"]), float(line["iou"])) == (report.loss, report.overlap)
    # The mean of one step, then of two.
    assert heard[1].loss != heard[0].loss
    assert heard[-1].seconds_left == 0


def test_validating_changes_nothing_in_what_is_learned(tmp_path: Path) -> None:
    write_objects(tmp_path / "data")
    hashes = []
    for name, every in (("often", 2), ("once", 6)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "data").symlink_to(tmp_path / "data")
        train(new_run(tmp_path / name, schedule={"validate_every": every}))
        hashes.append(read_checkpoint(tmp_path / name / "out" / "last.safetensors").sha256)
    assert hashes[0] == hashes[1]


def test_a_stopped_run_is_saved_and_ends_as_if_it_had_not_been_stopped(tmp_path: Path) -> None:
    write_objects(tmp_path / "data")
    for name in ("whole", "parts"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "data").symlink_to(tmp_path / "data")
    plan = {"save_every": 100, "validate_every": 3, "steps": 6}
    train(new_run(tmp_path / "whole", schedule=plan))
    run = new_run(tmp_path / "parts", schedule=plan)
    assert run.train(lambda report: None, stop=lambda: run.progress.step == 2) is False
    assert not (tmp_path / "parts" / "out" / "last.safetensors").exists()
    again = new_run(tmp_path / "parts", schedule=plan)
    assert again.progress.step == 2
    assert [report.step for report in train(again)] == [3, 4, 5, 6]
    for name in ("last.safetensors", "best.safetensors", "curves.csv"):
        whole, parts = (tmp_path / folder / "out" / name for folder in ("whole", "parts"))
        assert whole.read_bytes() == parts.read_bytes(), name


def test_patience_ends_a_run_and_it_stays_ended(tmp_path: Path) -> None:
    # Rates of nearly nothing: no validation is better than the first that is worth something.
    changes = {
        "optimiser": {"rate": 1e-12, "encoder_rate": 1e-12},
        "schedule": {"steps": 40, "validate_every": 1, "patience": 2},
    }
    run = new_run(tmp_path, **changes)
    assert run.train(lambda report: None) is True
    assert run.progress.step < 40
    assert run.progress.since_best == 2
    again = new_run(tmp_path, **changes)
    assert again.over
    assert train(again) == []
    assert again.progress.step == run.progress.step


def test_a_finished_run_writes_its_weights_again_and_learns_no_more(tmp_path: Path) -> None:
    train(new_run(tmp_path))
    path = tmp_path / "out" / "last.safetensors"
    before = path.read_bytes()
    path.unlink()
    assert train(new_run(tmp_path)) == []
    assert path.read_bytes() == before


def test_a_run_that_breaks_down_says_so_and_keeps_the_last_state(tmp_path: Path) -> None:
    run = new_run(tmp_path, optimiser={"rate": 1e25}, schedule={"save_every": 1, "warmup": 0, "steps": 20})
    with pytest.raises(
        DataInvalid, match=r"The (loss|gradient) is (nan|inf) at step \d+: training has become unstable"
    ):
        run.train(lambda report: None)
    state = torch.load(tmp_path / "out" / STATE_FILE, weights_only=True)
    assert state["progress"]["step"] == run.progress.step > 0
    values = [value for value in state["states"]["network"].values() if value.is_floating_point()]
    assert all(torch.isfinite(value).all() for value in values)


@pytest.mark.parametrize(
    "changes", [{"seed": 4}, {"schedule": {"steps": 7}}, {"augment": {"jpeg": 0.5}}, {"name": "other"}]
)
def test_another_configuration_in_the_same_folder_is_refused(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    run = new_run(tmp_path)
    run.train(lambda report: None, stop=lambda: True)
    before = (tmp_path / "out" / STATE_FILE).read_bytes()
    with pytest.raises(DataInvalid, match="holds a run of another configuration"):
        new_run(tmp_path, **changes)
    assert (tmp_path / "out" / STATE_FILE).read_bytes() == before


def test_other_objects_in_the_same_folder_are_refused_and_other_threads_are_not(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    run.train(lambda report: None, stop=lambda: True)
    assert new_run(tmp_path, threads=2).progress.step == 1
    write_objects(tmp_path / "data", train=5)
    with pytest.raises(DataInvalid, match="another configuration, other data"):
        new_run(tmp_path)


def test_data_that_cannot_be_used_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    write_objects(tmp_path / "data")
    refusals = {
        "only train9.jpg": {"data": {"shares": {"fish": 1.0}}},
        "no such index": {"data": {"train": "none.csv"}},
    }
    for changes in refusals.values():
        with pytest.raises(DataInvalid):
            new_run(tmp_path, **changes)
    (tmp_path / "data" / "tune1.png").unlink()
    with pytest.raises(DataInvalid, match=r"tune1.png is not there \(1 of 12 files are missing\)"):
        new_run(tmp_path)
    write_index(tmp_path / "data" / "train.csv", [])
    with pytest.raises(DataInvalid, match=r"train.csv lists no objects"):
        new_run(tmp_path)
    assert not (tmp_path / "out").exists()


def test_files_of_sets_that_are_not_drawn_may_be_missing(tmp_path: Path) -> None:
    rows = [write_object(tmp_path / "data", f"one{index}", disc(SIZE, (50, 48), 25)) for index in range(2)]
    write_index(tmp_path / "data" / "tune.csv", rows)
    write_index(tmp_path / "data" / "train.csv", [*rows, {**rows[0], "kind": "pseudo", "image": "gone.jpg"}])
    train(new_run(tmp_path))
    assert read_checkpoint(tmp_path / "out" / "last.safetensors").data == "2 objects"


def test_further_indexes_are_learned_from_wherever_they_lie(tmp_path: Path) -> None:
    write_objects(tmp_path / "data", train=2)
    row = write_object(tmp_path / "elsewhere", "more", disc(SIZE, (50, 48), 25))
    index = tmp_path / "elsewhere" / "more.csv"
    write_index(index, [{**row, "set": "composed"}])
    shares = {"discs": 1.0, "composed": 3.0}
    run = new_run(tmp_path, data={"more": [str(index)], "shares": shares})
    assert [entry.image.name for entry in run.recipe.entries] == ["train0.jpg", "train1.jpg", "more.jpg"]
    assert run.recipe.weights.tolist() == [0.125, 0.125, 0.75]
    run.train(lambda report: None, stop=lambda: True)
    write_index(index, [{**row, "set": "composed"}, {**row, "set": "composed"}])
    with pytest.raises(DataInvalid, match="another configuration, other data"):
        new_run(tmp_path, data={"more": [str(index)], "shares": shares})


def test_one_object_and_a_batch_of_one_are_enough(tmp_path: Path) -> None:
    write_objects(tmp_path / "data", train=1, tune=1)
    assert len(train(new_run(tmp_path, schedule={"batch": 1}))) == 6


def test_a_limit_validates_on_the_first_objects(tmp_path: Path) -> None:
    run = new_run(tmp_path, data={"tune_limit": 1})
    assert [entry.image.name for entry in run.tune] == ["tune0.jpg"]


def test_people_s_clicks_are_learned_from(tmp_path: Path) -> None:
    mask = disc(SIZE, (50, 48), 25)
    row = write_object(tmp_path / "data", "one", mask)
    clicks = "25,50;52,24;74,46;49,72;60,25"
    write_index(tmp_path / "data" / "train.csv", [{**row, "clicks": clicks}])
    write_index(tmp_path / "data" / "tune.csv", [row])
    still = {"flip": 0, "rotate_degrees": 0, "scale": [1, 1], "paste": 0}
    run = new_run(tmp_path, augment=still, corrections={"start": 0.0, "below": 0.0, "rounds": 1})
    asked: list[np.ndarray] = []
    run.learner.network.register_forward_pre_hook(lambda _, inputs: asked.append(inputs[1].numpy()))
    run.train(lambda report: None, stop=lambda: True)
    first, second = asked
    assert first.shape == (2, 3, 16, 16)
    assert not first[:, 1].any()
    # The fifth click, which nobody simulated, is in the channel of corrections, after the first answer.
    assert second[:, 1].max() > 100
    assert np.array_equal(second[0, 0], first[0, 0])
