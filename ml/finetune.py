"""From weights and a team's own masks to weights that may be better, and to the figures that say so.

One folder holds a whole job: `job.json` says what is wanted, `train.csv` and `held_out.csv` are indexes of
objects (`ml.data.objects`), and `out/` gets the weights, their export, a report, a picture and the curves.
Started again in the same folder it goes on where it was ended, and on a CPU comes to the same result.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ml.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from ml.contact_sheet import Case, case_of, contact_sheet_png
from ml.data.augment import AugmentConfig
from ml.data.examples import ClickConfig
from ml.data.objects import ObjectEntry, ObjectFiles, read_index
from ml.errors import DataInvalid
from ml.evaluate import Answer, Outcome, Truth, evaluate_object, warm_up
from ml.export import export
from ml.gate import Comparison, GateRules, compare, objections
from ml.predictor import Predictor
from ml.registry import load_predictor
from ml.report import write_whole
from ml.training.config import (
    DataConfig,
    NetworkConfig,
    OptimiserConfig,
    ScheduleConfig,
    TrainConfig,
)
from ml.training.loop import LAST, Report, Run

JOB, TRAIN, HELD_OUT, OUT = "job.json", "train.csv", "held_out.csv", "out"
CANDIDATE, REPORT, EVIDENCE = "candidate.safetensors", "report.json", "evidence.png"
FORMAT = 1
BATCH = 16
# A step for every few objects, within bounds: 200 masks take some minutes on two cores.
STEPS_EACH, FEWEST_STEPS, MOST_STEPS = 1.0, 120, 3000
# How far clicks miss, in pixels, where nobody has measured it.
USUAL_MISS = 3.0
# More held-out objects than this make the comparison longer, hardly sharper.
MOST_COMPARED = 400
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


def config_of(job: Job, checkpoint: Checkpoint, objects: int) -> TrainConfig:
    """Return the training run of a job: short, and with the network that it starts from.

    Objects are mirrored and lit otherwise, but neither turned nor resized: what small ones teach is where
    their last pixel is, and resampling blurs just that.
    """
    steps = job.steps or plan(objects)
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
        clicks=ClickConfig(miss_pixels=miss),
        optimiser=OptimiserConfig(rate=6e-4, encoder_rate=1.5e-4, average_decay=0.98),
        schedule=ScheduleConfig(
            steps=steps,
            batch=BATCH,
            warmup=max(steps // 10, 1),
            last_rate=0.02,
            validate_every=max(steps // 4, 1),
            save_every=20,
        ),
    )


def finetune(folder: Path, listener: Listener, stop: Stop = lambda: False) -> Verdict | None:
    """Do a folder's job; return None when `stop` answered yes, and the job can go on later.

    Raises `DataInvalid`, `WeightsRefused` or `ImageInvalid` for what cannot be used, and the disk's errors.
    """
    job = read_job(folder)
    trained = read_index(folder / TRAIN)
    held_out = _evenly(read_index(folder / HELD_OUT), MOST_COMPARED)
    checkpoint = read_checkpoint(job.start)
    out = folder / OUT
    run = Run(config_of(job, checkpoint, len(trained)), folder, out / "run")
    if not run.train(lambda report: listener(_training(report)), stop):
        return None
    candidate = out / CANDIDATE
    _write_candidate(out / "run" / LAST, candidate, len(trained))
    export(candidate)
    return _checked(job, held_out, candidate, out, listener)


def _training(report: Report) -> Progress:
    tuned = report.validation.mean_iou if report.validation else None
    return Progress(
        "train", report.step, report.steps, report.seconds_left, report.loss, report.overlap, tuned
    )


def _write_candidate(source: Path, target: Path, objects: int) -> None:
    made = read_checkpoint(source)
    metrics = {name: value for name, value in made.metrics.items() if name == "steps"}
    write_checkpoint(target, replace(made, data=f"{objects} objects", metrics=metrics), half=True)


def _checked(
    job: Job, held_out: Sequence[ObjectEntry], candidate: Path, out: Path, listener: Listener
) -> Verdict:
    """Compare the candidate with what it started from, and write down what came of it."""
    before, after = load_predictor(job.start), load_predictor(candidate)
    sides, cases = _click_both(before, after, held_out, listener)
    groups = [str(entry.image) for entry in held_out]
    comparison = compare(*sides, groups=groups, seed=job.seed)
    files = (candidate, candidate.with_suffix(".onnx"))
    megabytes = max(path.stat().st_size for path in files) / 1e6
    found = objections(comparison, None, megabytes=megabytes, rules=GateRules(**job.rules))
    verdict = Verdict(found, comparison, megabytes, read_checkpoint(candidate))
    shown = _telling(comparison.gains)
    title = "The largest gains and losses on held-out objects: before, then after"
    write_whole(out / EVIDENCE, contact_sheet_png([case for at in shown for case in cases[at]], title))
    write_whole(out / REPORT, json.dumps(_report(verdict, sides), indent=1).encode())
    return verdict


def _click_both(
    before: Predictor, after: Predictor, entries: Sequence[ObjectEntry], listener: Listener
) -> tuple[tuple[list[Outcome], list[Outcome]], list[tuple[Case, Case]]]:
    """Click every object with both predictors, in turn: what else the machine does meets both alike."""
    sides: tuple[list[Outcome], list[Outcome]] = ([], [])
    cases: list[tuple[Case, Case]] = []
    began = time.monotonic()
    for number, truth in enumerate(_truths(entries)):
        answers: list[tuple[Outcome, Answer]] = []
        for predictor in (before, after):
            if number == 0:
                warm_up(predictor, truth)
            answers.append(evaluate_object(predictor, truth))
        for side, (outcome, _) in zip(sides, answers, strict=True):
            side.append(outcome)
        first, second = (case_of(truth, answer, outcome.overlaps[0]) for outcome, answer in answers)
        cases.append((first, second))
        done = number + 1
        left = (time.monotonic() - began) / done * (len(entries) - done)
        listener(Progress("check", done, len(entries), left))
    return sides, cases


def _truths(entries: Sequence[ObjectEntry]) -> Iterator[Truth]:
    files = ObjectFiles()
    for number, entry in enumerate(entries):
        view = files.load(entry)
        yield Truth(f"{entry.image.stem} {number}", view.image, view.mask, None)


def _telling(gains: Sequence[float]) -> list[int]:
    """Return the numbers of the objects with the largest gains and losses, each at most once."""
    order = np.argsort(np.asarray(gains), kind="stable").tolist()
    best = [at for at in reversed(order) if gains[at] > 0][:SHOWN]
    worst = [at for at in order if gains[at] < 0][:SHOWN]
    return [*best, *worst]


def _report(verdict: Verdict, sides: tuple[list[Outcome], list[Outcome]]) -> dict[str, Any]:
    comparison = verdict.held_out
    both = ("mean_iou", "share_85", "clicks_to_90", "latency_p50_ms")
    figures = asdict(comparison)
    before, after = ({name: figures[name][side] for name in both} for side in (0, 1))
    objects = [
        {"name": one.name, "before": one.overlaps[0], "after": other.overlaps[0]}
        for one, other in zip(*sides, strict=True)
    ]
    shared = {name: figures[name] for name in ("n", "groups", "gain", "low", "high")}
    return {
        "format": FORMAT,
        "better": verdict.better,
        "objections": verdict.objections,
        "held_out": {**shared, "before": before, "after": after, "objects": objects},
        "megabytes": round(verdict.megabytes, 2),
        "steps": verdict.checkpoint.metrics["steps"],
        "sha256": verdict.checkpoint.sha256,
        **{name: getattr(verdict.checkpoint, name) for name in ("version", "architecture", "licence")},
    }


def _evenly(entries: Sequence[ObjectEntry], most: int) -> list[ObjectEntry]:
    if len(entries) <= most:
        return list(entries)
    return [entries[int(at)] for at in np.linspace(0, len(entries) - 1, most)]
