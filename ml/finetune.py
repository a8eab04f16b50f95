"""From weights and a team's own masks to weights that may be better, and to the figures that say so.

One folder holds a whole job: `job.json` says what is wanted, `train.csv` and `held_out.csv` are indexes of
objects (`ml.data.objects`), and `out/` gets the weights, their export, a report, a picture and the curves.
Started again in the same folder it goes on where it was ended, and on a CPU comes to the same result.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ml.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from ml.contact_sheet import contact_sheet_png
from ml.data.augment import AugmentConfig
from ml.data.examples import ClickConfig
from ml.data.objects import ObjectEntry, read_index
from ml.errors import DataInvalid, GpuMemoryFull
from ml.export import export
from ml.gate import Comparison, GateRules, objections
from ml.registry import load_predictor
from ml.report import write_whole
from ml.side_by_side import Done, SideBySide, click_both
from ml.training.config import (
    CorrectionConfig,
    DataConfig,
    NetworkConfig,
    OptimiserConfig,
    ScheduleConfig,
    TrainConfig,
)
from ml.training.loop import LAST, Report, Run

JOB, TRAIN, HELD_OUT, OUT = "job.json", "train.csv", "held_out.csv", "out"
CANDIDATE, REPORT, EVIDENCE = "candidate.safetensors", "report.json", "evidence.png"
SMALLER = "batch"
FORMAT = 1
BATCH = 16
# A step for every few objects, within bounds: 200 masks take some minutes on two cores.
STEPS_EACH, FEWEST_STEPS, MOST_STEPS = 1.0, 120, 3000
# How far clicks miss, in pixels, where nobody has measured it.
USUAL_MISS = 3.0
# How far the weights that come out have gone from the start to what was trained: half the way keeps almost
# all that was won on the project's objects, and gives back what was forgotten of others (Wortsman et al.
# 2022, "Robust fine-tuning of zero-shot models").
TAKEN = 0.5
# Of the objects with people's clicks so many are clicked by simulation in each step.
SIMULATED = 0.5
# More held-out objects than this make the comparison longer, hardly sharper.
MOST_COMPARED = 400
# Objects of other kinds, which come with `ml`; see the README beside them.
CHECK = Path(__file__).with_name("check") / "check.csv"
# Of the largest gains and of the largest losses.
SHOWN = 6


class Job(BaseModel):
    """What is wanted.

    Attributes:
        start: the weights to start from; its network, input and answer are kept.
        name, licence: of the weights that come out.
        seed: of everything random.
        threads: that the network computes with; 0 lets torch choose.
        steps: how long; 0 leaves it to `plan`.
        click_error_pixels: how far the team's own clicks miss, where that is known.
        rules: what the gate wants, see `ml.gate.GateRules`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    format: Literal[1]
    start: Path
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=80)
    licence: str = Field(default="unstated", max_length=200)
    seed: int = Field(default=0, ge=0, lt=2**31)
    threads: int = Field(default=0, ge=0, le=256)
    steps: int = Field(default=0, ge=0, le=1_000_000)
    click_error_pixels: float | None = Field(default=None, ge=0, le=100)
    rules: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: `step` of `steps` of a phase, and the seconds that are left of it."""

    phase: Literal["train", "check"]
    step: int
    steps: int
    seconds_left: float
    loss: float | None = None
    iou: float | None = None
    tune_iou: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of the weights that came out; no objections mean that they are better."""

    objections: list[str]
    held_out: Comparison
    check: Comparison
    megabytes: float
    checkpoint: Checkpoint = field(repr=False)

    @property
    def better(self) -> bool:
        """Whether nothing speaks against them."""
        return not self.objections


Listener = Callable[[Progress], None]
Stop = Callable[[], bool]


def plan(objects: int) -> int:
    """Return how many steps of `BATCH` objects a job with so many of them takes."""
    return int(min(max(round(objects * STEPS_EACH), FEWEST_STEPS), MOST_STEPS))


def read_job(folder: Path) -> Job:
    """Return a folder's job. Raises `DataInvalid`, naming what is wrong."""
    try:
        job = Job.model_validate_json((folder / JOB).read_bytes())
        GateRules(**job.rules)
    except (OSError, ValidationError, TypeError) as error:
        raise DataInvalid(f"{folder / JOB} cannot be used: {error}") from error
    return job


def config_of(job: Job, checkpoint: Checkpoint, objects: int, *, batch: int = BATCH) -> TrainConfig:
    """Return the training run of a job: short, and with the network that it starts from.

    Objects are mirrored and lit otherwise, but neither turned nor resized: what small ones teach is where
    their last pixel is, and resampling blurs just that.
    """
    # Smaller batches see as many objects.
    steps = (job.steps or plan(objects)) * BATCH // batch
    network = {name: value for name, value in checkpoint.network.items() if name != "guidance"}
    miss = USUAL_MISS if job.click_error_pixels is None else job.click_error_pixels
    return TrainConfig(
        name=job.name,
        licence=job.licence,
        seed=job.seed,
        threads=job.threads,
        network=NetworkConfig(
            architecture=checkpoint.architecture, arguments=network, start=str(job.start.resolve())
        ),
        input=checkpoint.input,
        answer=checkpoint.answer,
        data=DataConfig(train=TRAIN, tune=HELD_OUT, tune_limit=60),
        augment=AugmentConfig(rotate_degrees=0, scale=(1.0, 1.0), colour=0.6),
        clicks=ClickConfig(miss_pixels=miss, simulated=SIMULATED),
        # Hard objects once more, with the fifth click that was made or would be (section 4.6 of the paper).
        corrections=CorrectionConfig(start=0.0, below=0.9, share=0.5, rounds=2, weight=0.5),
        optimiser=OptimiserConfig(rate=6e-4, encoder_rate=1.5e-4, average_decay=0.98),
        schedule=ScheduleConfig(
            steps=steps,
            batch=batch,
            warmup=max(steps // 10, 1),
            last_rate=0.02,
            validate_every=max(steps // 4, 1),
            save_every=20,
        ),
    )


def finetune(folder: Path, listener: Listener, stop: Stop = lambda: False) -> Verdict | None:
    """Do a folder's job; return None when `stop` answered yes, and the job can go on later.

    Raises `DataInvalid`, `WeightsRefused` or `ImageInvalid` for what cannot be used, `LossNotFinite`,
    `GpuMemoryFull`, and the disk's errors.
    """
    job = read_job(folder)
    trained = read_index(folder / TRAIN)
    held_out = _evenly(read_index(folder / HELD_OUT), MOST_COMPARED)
    checkpoint = read_checkpoint(job.start)
    out = folder / OUT
    went_through = _train(
        job,
        checkpoint,
        folder,
        objects=len(trained),
        listener=lambda report: listener(_training(report)),
        stop=stop,
    )
    if not went_through:
        return None
    candidate = out / CANDIDATE
    _write_candidate(checkpoint, out / "run" / LAST, candidate, len(trained))
    export(candidate)
    return _checked(job, held_out, candidate, out, listener)


def _train(
    job: Job,
    checkpoint: Checkpoint,
    folder: Path,
    *,
    objects: int,
    listener: Callable[[Report], None],
    stop: Stop,
) -> bool:
    """Train to the end, with smaller batches where a GPU's memory does not hold them.

    Raises `GpuMemoryFull` when it does not hold a single object.
    """
    out = folder / OUT
    while True:
        batch = _batch(out)
        try:
            run = Run(config_of(job, checkpoint, objects, batch=batch), folder, out / "run")
            return run.train(listener, stop)
        except torch.OutOfMemoryError as error:
            if batch == 1:
                raise GpuMemoryFull(
                    "The GPU's memory does not hold one object at a time. End what else runs on it, then "
                    "try again."
                ) from error
        # What was learned belongs to batches of another size: the run begins anew.
        shutil.rmtree(out / "run", ignore_errors=True)
        write_whole(out / SMALLER, str(batch // 2).encode())
        torch.cuda.empty_cache()


def _batch(out: Path) -> int:
    """Return the size of batches that memory is known to hold."""
    try:
        return int((out / SMALLER).read_text(encoding="ascii"))
    except FileNotFoundError:
        return BATCH


def _training(report: Report) -> Progress:
    tuned = report.validation.mean_iou if report.validation else None
    return Progress(
        "train", report.step, report.steps, report.seconds_left, report.loss, report.overlap, tuned
    )


def _write_candidate(start: Checkpoint, source: Path, target: Path, objects: int) -> None:
    made = read_checkpoint(source)
    metrics = {name: value for name, value in made.metrics.items() if name == "steps"}
    tensors = {name: _between(start.tensors[name], trained) for name, trained in made.tensors.items()}
    written = replace(made, data=f"{objects} objects", metrics=metrics, tensors=tensors)
    write_checkpoint(target, written, half=True)


def _between(start: NDArray[Any], trained: NDArray[Any]) -> NDArray[Any]:
    """Return what lies `TAKEN` of the way from the start; counters and other whole numbers as trained."""
    if not np.issubdtype(trained.dtype, np.floating):
        return trained
    first, last = start.astype(np.float32), trained.astype(np.float32)
    return np.asarray(first + TAKEN * (last - first), np.float32)


def _checked(
    job: Job, held_out: Sequence[ObjectEntry], candidate: Path, out: Path, listener: Listener
) -> Verdict:
    """Compare the candidate with what it started from, and write down what came of it."""
    before, after = load_predictor(job.start), load_predictor(candidate)
    others = read_index(CHECK)
    steps = len(held_out) + len(others)

    def done_before(count: int) -> Done:
        # Objects of both sets take about as long.
        def done(number: int, seconds: float) -> None:
            step = count + number
            each = seconds / max((len(held_out) if count == 0 else len(others)) - number, 1)
            listener(Progress("check", step, steps, each * (steps - step)))

        return done

    miss = job.click_error_pixels or 0.0
    sides = click_both(before, after, held_out, done_before(0), miss=miss, seed=job.seed)
    checked = click_both(before, after, others, done_before(len(held_out)), seed=job.seed)
    comparison, check = sides.compared(seed=job.seed), checked.compared(seed=job.seed)
    files = (candidate, candidate.with_suffix(".onnx"))
    megabytes = max(path.stat().st_size for path in files) / 1e6
    found = objections(comparison, check, megabytes=megabytes, rules=GateRules(**job.rules))
    verdict = Verdict(found, comparison, check, megabytes, read_checkpoint(candidate))
    shown = [case for at in _telling(comparison.gains) for case in sides.cases[at]]
    title = "The largest gains and losses on held-out objects: before, then after"
    write_whole(out / EVIDENCE, contact_sheet_png(shown, title))
    write_whole(out / REPORT, json.dumps(_report(verdict, sides), indent=1).encode())
    return verdict


def _telling(gains: Sequence[float]) -> list[int]:
    """Return the numbers of the objects with the largest gains and losses, each at most once."""
    order = np.argsort(np.asarray(gains), kind="stable").tolist()
    best = [at for at in reversed(order) if gains[at] > 0][:SHOWN]
    worst = [at for at in order if gains[at] < 0][:SHOWN]
    return [*best, *worst]


def _report(verdict: Verdict, sides: SideBySide) -> dict[str, Any]:
    objects = [
        {"name": one.name, "before": one.overlaps[0], "after": other.overlaps[0]}
        for one, other in zip(sides.before, sides.after, strict=True)
    ]
    return {
        "format": FORMAT,
        "better": verdict.better,
        "objections": verdict.objections,
        "held_out": {**_figures(verdict.held_out), "objects": objects},
        "check": _figures(verdict.check),
        "megabytes": round(verdict.megabytes, 2),
        "steps": verdict.checkpoint.metrics["steps"],
        "sha256": verdict.checkpoint.sha256,
        **{name: getattr(verdict.checkpoint, name) for name in ("version", "architecture", "licence")},
    }


def _figures(comparison: Comparison) -> dict[str, Any]:
    figures = asdict(comparison)
    both = ("mean_iou", "share_85", "clicks_to_90", "latency_p50_ms")
    before, after = ({name: figures[name][side] for name in both} for side in (0, 1))
    shared = {name: figures[name] for name in ("n", "groups", "gain", "low", "high")}
    return {**shared, "before": before, "after": after}


def _evenly(entries: Sequence[ObjectEntry], most: int) -> list[ObjectEntry]:
    if len(entries) <= most:
        return list(entries)
    return [entries[int(at)] for at in np.linspace(0, len(entries) - 1, most)]
