"""`python -m ml evaluate`: predictors against true masks."""

import argparse
import json
import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ml.contact_sheet import WorstObjects, contact_sheet_png
from ml.evaluate import MOST_CLICKS, Figure, Outcome, Truth, evaluate_object, read_truths, summarise, warm_up
from ml.files import find_pairs
from ml.predictor import EXTREME_POINTS, Predictor
from ml.progress import ProgressLine
from ml.registry import load_predictor, predictor_names
from ml.report import outcomes_as_csv, write_whole

Figures = dict[str, Figure]


def add_evaluate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its options."""
    command = commands.add_parser(
        "evaluate",
        help="predictors against true masks",
        description="Clicks each object as a person would, corrects its mask where it is worst, compares.",
        epilog=f"Objects that never get good enough count as {MOST_CLICKS} clicks in clicks_to_85 and _90.",
    )
    named = f"one of {', '.join(predictor_names())}, or a weights file"
    command.add_argument("--model", default="default", help=named)
    command.add_argument(
        "--compare", action="append", default=[], metavar="MODEL", help="another model; may be repeated"
    )
    command.add_argument("--images", type=Path, required=True, help="folder of images")
    command.add_argument("--masks", type=Path, required=True, help="folder of masks with the same stems")
    command.add_argument("--clicks", type=_clicks, default=EXTREME_POINTS, help="4, or more with corrections")
    command.add_argument("--void", type=int, help="mask value that does not count, such as 128")
    command.add_argument("--jitter", type=_pixels, default=0.0, help="pixels that clicks may miss by")
    command.add_argument("--seed", type=_seed, default=0, help="chooses where clicks miss to")
    command.add_argument("--csv", type=_new_file, metavar="FILE", help="write a line for each object")
    command.add_argument("--sheet", type=_new_file, metavar="FILE.png", help="draw the worst objects")
    command.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    command.set_defaults(run=_evaluate)


@dataclass
class Collected:
    """What a run gathers: outcomes by model in the objects' order, and the main model's worst objects."""

    main: str
    outcomes: dict[str, list[Outcome]]
    worst: WorstObjects = field(default_factory=WorstObjects)


def _evaluate(options: argparse.Namespace) -> int:
    names = list(dict.fromkeys([options.model, *options.compare]))
    collected = _collect({name: load_predictor(name) for name in names}, options)
    most = max(options.clicks, MOST_CLICKS)
    if options.csv:
        lines = ((name, outcome) for name in names for outcome in collected.outcomes[name])
        write_whole(options.csv, outcomes_as_csv(lines, most_clicks=most).encode())
    figures = {
        name: summarise(outcomes, clicks=options.clicks, jitter=options.jitter)
        for name, outcomes in collected.outcomes.items()
    }
    if options.sheet:
        write_whole(options.sheet, contact_sheet_png(collected.worst.cases, _title(collected, options)))
    text = _as_json(figures, options.model) if options.json else _as_table(figures)
    sys.stdout.write(f"{text}\n")
    return 0


def _collect(predictors: Mapping[str, Predictor], options: argparse.Namespace) -> Collected:
    pairs = find_pairs(options.images, options.masks)
    if not pairs:
        raise FileNotFoundError(f"no image in {options.images} has a mask of its name in {options.masks}.")
    collected = Collected(options.model, {name: [] for name in predictors})
    with ProgressLine(len(pairs)) as progress:
        for truth in _objects(read_truths(pairs, options.void), progress):
            for name, predictor in predictors.items():
                if not collected.outcomes[name]:
                    warm_up(predictor, truth)
                outcome, answer = evaluate_object(
                    predictor, truth, clicks=options.clicks, jitter=options.jitter, seed=options.seed
                )
                collected.outcomes[name].append(outcome)
                if name == collected.main and options.sheet:
                    collected.worst.add(truth, outcome, answer)
            done = collected.outcomes[collected.main]
            mean = sum(outcome.overlap_at(options.clicks) for outcome in done) / len(done)
            progress.advance(f"mean IoU {mean:.3f}")
    if not collected.outcomes[collected.main]:
        raise FileNotFoundError("no mask holds an object.")
    return collected


def _objects(truths: Iterator[Truth], progress: ProgressLine) -> Iterator[Truth]:
    for truth in truths:
        if truth.mask.any():
            yield truth
        else:
            progress.say(f"ml: {truth.name} has an empty mask and is left out.")
            progress.advance()


def _title(collected: Collected, options: argparse.Namespace) -> str:
    n, shown = len(collected.outcomes[collected.main]), len(collected.worst.cases)
    missed = f", missed by up to {options.jitter:g} px" if options.jitter else ""
    return f"{Path(collected.main).name}: the worst {shown} of {n} objects at {options.clicks} clicks{missed}"


def _as_json(figures: Mapping[str, Figures], main: str) -> str:
    rounded = {name: {key: _rounded(value) for key, value in own.items()} for name, own in figures.items()}
    others = {name: own for name, own in rounded.items() if name != main}
    return json.dumps({**rounded[main], "compare": others} if others else rounded[main])


def _rounded(value: Figure) -> Figure:
    if isinstance(value, list):
        return [round(part, 5) for part in value]
    return round(value, 5) if isinstance(value, float) else value


def _as_table(figures: Mapping[str, Figures]) -> str:
    """Return a line for each figure and a column for each model."""
    columns = [dict(_cells(own)) for own in figures.values()]
    widths = [max(10, len(name)) for name in figures]
    lines = [[key, *(column[key] for column in columns)] for key in columns[0]]
    if len(columns) > 1:
        lines.insert(0, ["", *figures])
    return "\n".join(
        f"{key:18}" + "".join(f" {cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        for key, *cells in lines
    )


def _cells(figures: Figures) -> Iterator[tuple[str, str]]:
    for key, value in figures.items():
        if isinstance(value, list):
            yield from (
                (f"mean_iou at {count}", f"{part:.4f}") for count, part in enumerate(value, EXTREME_POINTS)
            )
        else:
            yield key, "-" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)


def _clicks(text: str) -> int:
    if not text.isdecimal() or int(text) < EXTREME_POINTS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of clicks from {EXTREME_POINTS} on")
    return int(text)


def _pixels(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of pixels")
    return value


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 on")
    return int(text)


def _new_file(text: str) -> Path:
    """Find out now, not after an hour of clicks, that a file cannot be written."""
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is no file in a folder that is there")
    return path
