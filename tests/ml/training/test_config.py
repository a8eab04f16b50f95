from pathlib import Path
from typing import Any

import pytest

from ml.errors import DataInvalid
from ml.preprocess import InputSpec
from ml.training.config import TrainConfig, read_config
from tests.ml.training.small import SETTINGS, as_toml, config, settings

CONFIGS = Path(__file__).resolve().parents[3] / "ml" / "configs"


def refused(folder: Path, text: str) -> str:
    """Return what the refusal of a file with this text says."""
    path = folder / "run.toml"
    path.write_text(text)
    with pytest.raises(DataInvalid) as caught:
        read_config(path)
    return str(caught.value).removeprefix(f"{path}")


def test_a_file_is_read_with_defaults_for_what_it_leaves_out(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text(as_toml(SETTINGS))
    found = read_config(tmp_path / "run.toml")
    assert found == config()
    assert found.input == InputSpec(
        size=64, relax_pixels=2, relax_share=0.15, guidance="roles", guidance_size=16, truncate=False
    )
    assert (found.loss.pixel, found.optimiser.rate, found.schedule.patience) == ("plain", 1e-3, 0)


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda path: path.name)
def test_the_configurations_that_come_along_are_right(path: Path) -> None:
    assert isinstance(read_config(path), TrainConfig)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"speed": 1}, "speed: Extra inputs are not permitted"),
        ({"augment": {"zoom": 1}}, "augment.zoom: Extra inputs"),
        ({"input": {"sise": 64}}, "input.sise: Unexpected keyword"),
        ({"input": {"guidance": "dots"}}, "input.guidance: Input should be 'extreme_points'"),
        ({"input": {"size": 65}}, "input.size has to be a multiple of 32"),
        ({"input": {"guidance_size": 0}}, "have to be above 0"),
        ({"answer": {"threshold": 1.0}}, "answer.threshold has to lie between 0 and 1"),
        ({"schedule": {"steps": 0}}, "schedule.steps: Input should be greater than 0"),
        ({"schedule": {"batch": 2.5}}, "schedule.batch"),
        ({"name": "My model"}, "name: String should match"),
        ({"data": {"shares": {"object": -1.0}}}, "data.shares.object: Input should be greater"),
        ({"optimiser": {"rate": float("inf")}}, "optimiser.rate: Input should be a finite number"),
        ({"clicks": {"relax_share": [0.3, 0.1]}}, "the smaller one first"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(
    tmp_path: Path, changed: dict[str, Any], message: str
) -> None:
    assert message in refused(tmp_path, as_toml(settings(**changed)))


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    told = refused(tmp_path, as_toml(settings(schedule={"steps": -1}, seed=-1, speed=3)))
    assert all(name in told for name in ("schedule.steps: ", "seed: ", "speed: "))
    assert "\n" not in told


def test_what_is_no_toml_or_not_there_is_refused(tmp_path: Path) -> None:
    assert " cannot be read as a training configuration: " in refused(tmp_path, "name = ")
    (tmp_path / "run.toml").write_bytes(b"\xff\xfe")
    for path in (tmp_path / "run.toml", tmp_path / "none.toml"):
        with pytest.raises(DataInvalid, match="cannot be read as a training configuration"):
            read_config(path)
