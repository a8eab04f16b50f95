"""A run that takes seconds: a small network at 64 pixels on a few discs."""

from copy import deepcopy
from pathlib import Path
from typing import Any

from ml.training.config import TrainConfig
from ml.training.loop import Run
from tests.ml.objects_folder import write_objects

SETTINGS: dict[str, Any] = {
    "name": "small-0.1",
    "seed": 3,
    "threads": 1,
    "network": {"arguments": {"backbone": "efficientnet_lite0"}, "start": "random", "frozen": False},
    "input": {
        "size": 64,
        "relax_pixels": 2,
        "relax_share": 0.15,
        "guidance": "roles",
        "guidance_size": 16,
        "truncate": False,
    },
    "answer": {"threshold": 0.5, "slack_share": 0.04, "paste": "logits"},
    "augment": {"colour": 0.5, "paste": 0.5},
    "schedule": {"steps": 6, "batch": 2, "warmup": 2, "validate_every": 3, "save_every": 2},
    "corrections": {"start": 0.3, "below": 1.0, "rounds": 2, "again": 0.5},
}


def settings(**sections: Any) -> dict[str, Any]:
    """Return the settings with single values of sections, or whole values, replaced."""
    changed = deepcopy(SETTINGS)
    for name, value in sections.items():
        if isinstance(value, dict):
            changed.setdefault(name, {}).update(value)
        else:
            changed[name] = value
    return changed


def config(**sections: Any) -> TrainConfig:
    """Return the configuration with changes as `settings` takes them."""
    return TrainConfig.model_validate(settings(**sections))


def new_run(folder: Path, **sections: Any) -> Run:
    """Return a run in `folder`/out on the objects of `folder`/data, which are written when not there."""
    if not (folder / "data").exists():
        write_objects(folder / "data")
    return Run(config(**sections), folder / "data", folder / "out")


def as_toml(values: dict[str, Any]) -> str:
    """Return settings as TOML, inner tables inline."""
    return "".join(f"{name} = {_value(value)}\n" for name, value in values.items())


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_value(inner)}" for name, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return (
        str(value).lower()
        if isinstance(value, bool)
        else f'"{value}"'
        if isinstance(value, str)
        else repr(value)
    )
