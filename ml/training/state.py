"""What a run must keep to go on after it was killed."""

import os
import pickle
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from ml.errors import DataInvalid

STATE_FILE = "state.pt"


@dataclass(slots=True)
class Progress:
    """Where a run is.

    Attributes:
        step: how many are done.
        best, latest: mean intersection over union of the best and of the last validation.
        since_best: how many validations there were since.
        seconds: spent on it, in all processes that went on with it one after the other.
        recent: loss and intersection over union of the steps since the last line of the curves.
        curves: a line for each step that was written down.
    """

    step: int = 0
    best: float = 0.0
    latest: float = 0.0
    since_best: int = 0
    seconds: float = 0.0
    recent: list[tuple[float, float]] = field(default_factory=list)
    curves: list[dict[str, float]] = field(default_factory=list)


def save_state(folder: Path, parts: Mapping[str, Any], progress: Progress, fingerprint: str) -> None:
    """Write everything at once or nothing: a run killed in between goes on from the state before."""
    temporary = folder / f"{STATE_FILE}.part"
    with temporary.open("wb") as file:
        states = {name: part.state_dict() for name, part in parts.items()}
        torch.save({"states": states, "progress": asdict(progress), "fingerprint": fingerprint}, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, folder / STATE_FILE)


def load_state(folder: Path, parts: Mapping[str, Any], fingerprint: str) -> Progress:
    """Fill the parts with the run's last state and return where it was; nothing there, the beginning.

    Raises `DataInvalid` when the folder holds another run, or a file that is no state of one.
    """
    path = folder / STATE_FILE
    if not path.exists():
        return Progress()
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
        if loaded["fingerprint"] != fingerprint:
            raise DataInvalid(
                f"{folder} holds a run of another configuration, other data or another number of processes; "
                "choose another folder."
            )
        for name, part in parts.items():
            part.load_state_dict(loaded["states"][name])
        return Progress(**loaded["progress"])
    except (RuntimeError, LookupError, TypeError, ValueError, EOFError, pickle.UnpicklingError) as error:
        raise DataInvalid(f"{path} is damaged or from another version; delete it to begin anew.") from error
