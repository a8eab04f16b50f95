"""From weights and a team's own masks to weights that may be better, and to the figures that say so.

One folder holds a whole job: `job.json` says what is wanted, `train.csv` and `held_out.csv` are indexes of
objects (`ml.data.objects`), and `out/` gets the weights, their export, a report, a picture and the curves.
Started again in the same folder it goes on where it was ended, and on a CPU comes to the same result.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from ml.contact_sheet import contact_sheet_png
from ml.data.objects import ObjectEntry, read_index
from ml.export import export
from ml.gate import Comparison, GateRules, objections
from ml.job import HELD_OUT, OUT, TRAIN, Job, Listener, Progress, Stop, read_job
from ml.job_training import RUN, train_job
from ml.registry import load_predictor
from ml.report import write_whole
from ml.side_by_side import Done, SideBySide, click_both
from ml.training.loop import LAST

CANDIDATE, REPORT, EVIDENCE = "candidate.safetensors", "report.json", "evidence.png"
FORMAT = 1
# How far the weights that come out have gone from the start to what was trained: half the way keeps almost
# all that was won on the project's objects, and gives back what was forgotten of others (Wortsman et al.
# 2022, "Robust fine-tuning of zero-shot models").
TAKEN = 0.5
# More held-out objects than this make the comparison longer, hardly sharper.
MOST_COMPARED = 400
# Objects of other kinds, which come with `ml`; see the README beside them.
CHECK = Path(__file__).with_name("check") / "check.csv"
# Of the largest gains and of the largest losses.
SHOWN = 6


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


def finetune(folder: Path, listener: Listener, stop: Stop = lambda: False) -> Verdict | None:
    """Do a folder's job; return None when `stop` answered yes, and the job can go on later.

    Raises what `train_job` and `check_job` raise.
    """
    return check_job(folder, listener) if train_job(folder, listener, stop) else None


def check_job(folder: Path, listener: Listener) -> Verdict:
    """Make weights of what a folder's job has trained, and compare them with those before.

    Raises `DataInvalid` and `WeightsRefused` for what cannot be used, and the disk's errors.
    """
    job, out = read_job(folder), folder / OUT
    held_out = _evenly(read_index(folder / HELD_OUT), MOST_COMPARED)
    candidate = out / CANDIDATE
    start, objects = read_checkpoint(job.start), len(read_index(folder / TRAIN))
    _write_candidate(start, out / RUN / LAST, candidate, objects)
    export(candidate)
    return _checked(job, held_out, candidate, out, listener)


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
