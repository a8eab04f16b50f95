"""The paper's ablation (its table 2), rerun at a smaller size: what each choice gains, all else equal."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ml.clicks import extreme_points
from ml.errors import PredictorError
from ml.metrics import iou
from ml.predictor import Predictor
from ml.report import write_whole
from ml.runtimes.network import NetworkPredictor

if TYPE_CHECKING:
    from ml.data.objects import View
    from ml.training.config import TrainConfig
    from ml.training.loop import Report, Run

SCORES_FILE = "scores.json"
# Which answers are object is chosen for each run: losses differ in how sure they make a network, and what is
# measured is what it learned. One that the paper fixed for all, 0.8, is among them.
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
RESAMPLES = 10_000

Values = NDArray[np.float64]
Listener = Callable[[str, "Report"], None]


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the paper's table: two networks that differ in one choice.

    Attributes:
        name: the setting that differs from the base, and the name of the run that has it.
        label: what the paper compares.
        paper: IoU points that it gains.
        settings: what differs, as in a training configuration.
        towards: whether the paper goes from the base to this setting, not from this setting to the base.
    """

    name: str
    label: str
    paper: float
    settings: Mapping[str, Any]
    towards: bool = False


BASE = "base"
BASE_SETTINGS: Mapping[str, Any] = {
    "network": {"arguments": {"head": "psp"}},
    "input": {"region": "crop", "guidance": "extreme_points"},
    "loss": {"pixel": "balanced"},
}
CHANGES = (
    Change("box", "box to extreme points", 3.1, {"input": {"guidance": "box"}}),
    Change("plain", "plain to balanced loss", 3.3, {"loss": {"pixel": "plain"}}),
    Change("full_image", "full image to crop", 7.9, {"input": {"region": "full_image"}}),
    Change("aspp", "ASPP to PSP", 2.3, {"network": {"arguments": {"head": "aspp"}}}),
    Change(
        "distance_map", "bumps to distance map", -1.3, {"input": {"guidance": "distance_map"}}, towards=True
    ),
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A finished run: intersection over union of each tuning object, (N,), at the threshold that suits it."""

    overlaps: Values
    threshold: float


@dataclass(frozen=True, slots=True)
class Row:
    """What a change gains here, in IoU points.

    Attributes:
        before, after: mean intersection over union of its two sides, in percent.
        gain: the mean difference over objects and seeds.
        low, high: its bootstrap 95 % interval over objects.
        spread: its standard deviation over seeds; None for a single one.
    """

    change: Change
    before: float
    after: float
    gain: float
    low: float
    high: float
    spread: float | None


def planned(
    base: "TrainConfig", changes: Sequence[Change], *, seeds: int
) -> "dict[tuple[str, int], TrainConfig]":
    """Return the configuration of every run, by change (or `base`) and seed, one seed after the other.

    All have the same budget and validate once, at their end. Seeds count from the base's own on.
    """
    steps = base.schedule.steps
    common = _merged(BASE_SETTINGS, {"schedule": {"validate_every": steps, "patience": 0}})
    named = {BASE: {}, **{change.name: change.settings for change in changes}}
    values = base.model_dump()
    return {
        (name, seed): type(base).model_validate(
            _merged(_merged(values, common), _merged(settings, {"seed": seed}))
        )
        for seed in range(base.seed, base.seed + seeds)
        for name, settings in named.items()
    }


def run_folder(out: Path, name: str, seed: int) -> Path:
    """Return the folder of a run."""
    return out / f"{name}-{seed}"


def run_scored(
    config: "TrainConfig", data: Path, folder: Path, listener: "Callable[[Report], None]"
) -> Scored:
    """Train a run to its end, from where it was, and score it; what is there already is not done again.

    Raises `DataInvalid` when the folder holds another run, and what training raises.
    """
    # What imports torch is imported where it is needed: the changes can be listed without it.
    from ml.training.loop import Run  # noqa: PLC0415

    run = Run(config, data, folder)
    overlaps = _stored(folder / SCORES_FILE, run.fingerprint)
    if overlaps is None:
        run.train(listener)
        overlaps = _overlaps(run)
        content = {"fingerprint": run.fingerprint, "thresholds": THRESHOLDS, "overlaps": overlaps.tolist()}
        write_whole(folder / SCORES_FILE, json.dumps(content).encode())
    best = int(overlaps.mean(axis=1).argmax())
    return Scored(overlaps[best], THRESHOLDS[best])


def ablated(
    base: "TrainConfig",
    data: Path,
    out: Path,
    *,
    changes: Sequence[Change] = CHANGES,
    seeds: int = 1,
    listener: Listener,
) -> dict[str, list[Scored]]:
    """Train and score all runs, each in a folder of its own; return them by change (or `base`), a seed each.

    `listener` hears the run's folder name and what the training loop reports.
    """
    scored: dict[str, list[Scored]] = {}
    for (name, seed), config in planned(base, changes, seeds=seeds).items():
        folder = run_folder(out, name, seed)

        def listen(report: "Report", run: str = folder.name) -> None:
            listener(run, report)

        scored.setdefault(name, []).append(run_scored(config, data, folder, listen))
    return scored


def compared(change: Change, scored: Mapping[str, Sequence[Scored]]) -> Row:
    """Return what a change gains, from its runs and the base's: the same seeds and objects on both sides."""
    names = (BASE, change.name) if change.towards else (change.name, BASE)
    before, after = (100 * np.stack([run.overlaps for run in scored[name]]) for name in names)
    differences = after - before
    low, high = interval_95(differences.mean(axis=0))
    return Row(
        change=change,
        before=float(before.mean()),
        after=float(after.mean()),
        gain=float(differences.mean()),
        low=low,
        high=high,
        spread=spread(differences.mean(axis=1)),
    )


def interval_95(differences: Values) -> tuple[float, float]:
    """Return the bootstrap 95 % interval of the mean of (N,) paired differences: objects drawn anew."""
    rng = np.random.default_rng(0)
    drawn = rng.integers(len(differences), size=(RESAMPLES, len(differences)))
    low, high = np.percentile(differences[drawn].mean(axis=1), (2.5, 97.5)).tolist()
    return low, high


def spread(values: Values) -> float | None:
    """Return the standard deviation of (N,) values, or None of a single one."""
    return float(values.std(ddof=1)) if len(values) > 1 else None


def _merged(values: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested values with those of `changes` in their places."""
    merged = dict(values)
    for name, value in changes.items():
        inner = isinstance(value, Mapping)
        merged[name] = _merged(merged.get(name, {}), value) if inner else value
    return merged


def _stored(path: Path, fingerprint: str) -> Values | None:
    """Return a run's scores where they are there, whole, of this run and at these thresholds."""
    try:
        stored = json.loads(path.read_bytes())
        same = (stored["fingerprint"], stored["thresholds"]) == (fingerprint, list(THRESHOLDS))
        return np.array(stored["overlaps"], np.float64) if same else None
    except (FileNotFoundError, ValueError, LookupError, TypeError):
        return None


def _overlaps(run: "Run") -> Values:
    """Return intersection over union on the tuning set, (thresholds, objects)."""
    from ml.runtimes.torch import TorchForward  # noqa: PLC0415

    config = run.config
    predictor = NetworkPredictor(
        version=config.name,
        inputs=config.input,
        # The lowest: what a higher one finds is in it.
        answer=replace(config.answer, threshold=THRESHOLDS[0]),
        forward=TorchForward(run.learner.average.network, run.processes.device),
    )
    return np.array([_object_overlaps(predictor, run.files.load(entry)) for entry in run.tune]).T


def _object_overlaps(predictor: Predictor, view: "View") -> list[float]:
    try:
        probability = predictor.predict(view.image, extreme_points(view.mask)).probability
    except PredictorError:
        return [0.0] * len(THRESHOLDS)
    return [iou(probability > threshold, view.mask) for threshold in THRESHOLDS]
