import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from ml.errors import DataInvalid
from ml.training.state import STATE_FILE, Progress, load_state, save_state


def parts(seed: int) -> dict[str, Any]:
    """Return a network and its optimiser after a step."""
    torch.manual_seed(seed)
    network = nn.Linear(3, 2)
    optimiser = torch.optim.AdamW(network.parameters(), lr=0.1)
    network(torch.ones(1, 3)).sum().backward()
    optimiser.step()
    return {"network": network, "optimiser": optimiser}


def numbers(values: dict[str, Any]) -> list[Any]:
    """Return all that the network and its optimiser hold."""
    state = values["optimiser"].state_dict()["state"]
    kept = [
        *values["network"].state_dict().values(),
        *(part for one in state.values() for part in one.values()),
    ]
    return [tensor.tolist() for tensor in kept]


def test_everything_comes_back_as_it_was(tmp_path: Path) -> None:
    progress = Progress(7, 0.9, 0.8, 2, 12.5, [(0.5, 0.75)], [{"step": 5, "loss": 0.25}])
    saved, fresh = parts(1), parts(2)
    save_state(tmp_path, saved, progress, "mine")
    assert load_state(tmp_path, fresh, "mine") == progress
    assert numbers(fresh) == numbers(saved)
    assert [path.name for path in tmp_path.iterdir()] == [STATE_FILE]


def test_an_empty_folder_is_the_beginning(tmp_path: Path) -> None:
    assert load_state(tmp_path, {}, "mine") == Progress()


def test_a_run_of_another_configuration_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    save_state(tmp_path, parts(1), Progress(7), "mine")
    fresh = parts(2)
    before, content = numbers(fresh), (tmp_path / STATE_FILE).read_bytes()
    with pytest.raises(DataInvalid, match="holds a run of another configuration"):
        load_state(tmp_path, fresh, "yours")
    assert numbers(fresh) == before
    assert (tmp_path / STATE_FILE).read_bytes() == content


@pytest.mark.parametrize(
    "damage", [lambda whole: whole[: len(whole) // 2], lambda _: b"", lambda _: b"nothing"]
)
def test_a_damaged_state_is_refused(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    save_state(tmp_path, parts(1), Progress(7), "mine")
    path = tmp_path / STATE_FILE
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataInvalid, match=r"state.pt is damaged or from another version; delete it"):
        load_state(tmp_path, parts(2), "mine")


def test_a_state_that_would_run_code_is_refused(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "sprung"),)

    torch.save({"fingerprint": Trap()}, tmp_path / STATE_FILE)
    with pytest.raises(DataInvalid, match="is damaged"):
        load_state(tmp_path, parts(1), "mine")
    assert not (tmp_path / "sprung").exists()


def test_a_state_that_cannot_be_written_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_state(tmp_path, parts(1), Progress(7), "mine")

    def full(_: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        save_state(tmp_path, parts(1), Progress(9), "mine")
    monkeypatch.undo()
    assert load_state(tmp_path, parts(2), "mine").step == 7
