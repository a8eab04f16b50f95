"""`python -m ml`: the model without the platform."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ml.errors import PredictorError
from ml.evaluate import MOST_CLICKS, Outcome, evaluate_object, read_truths, summarise
from ml.files import find_pairs, read_image, write_mask
from ml.predictor import EXTREME_POINTS
from ml.registry import load_predictor, predictor_names

USAGE_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status. What is wrong goes to standard error as one line."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (PredictorError, OSError) as error:
        print(f"ml: {error}", file=sys.stderr)
        return USAGE_ERROR


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml", description="Masks from four extreme points.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    predict = commands.add_parser("predict", help="one mask from an image and clicks")
    evaluate = commands.add_parser(
        "evaluate",
        help="a predictor against true masks",
        epilog=f"Objects that never get good enough count as {MOST_CLICKS} clicks in clicks_to_85 and _90.",
    )
    for command in (predict, evaluate):
        command.add_argument("--model", default="default", help=f"one of {', '.join(predictor_names())}")
    predict.add_argument("--image", type=Path, required=True)
    predict.add_argument(
        "--points", type=_point, nargs="+", required=True, metavar="X,Y", help="pixels, x right, y down"
    )
    predict.add_argument("--out", type=Path, required=True, help="the mask as a PNG, object 255")
    predict.set_defaults(run=_predict)
    evaluate.add_argument("--images", type=Path, required=True, help="folder of images")
    evaluate.add_argument("--masks", type=Path, required=True, help="folder of masks with the same stems")
    evaluate.add_argument(
        "--clicks", type=_clicks, default=EXTREME_POINTS, help="4, or more with corrections"
    )
    evaluate.add_argument("--void", type=int, help="mask value that does not count, such as 128")
    evaluate.add_argument("--jitter", type=float, default=0.0, help="pixels that clicks may miss by")
    evaluate.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    evaluate.set_defaults(run=_evaluate)
    return parser


def _point(text: str) -> tuple[float, float]:
    x, _, y = text.partition(",")
    try:
        return float(x), float(y)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not X,Y") from None


def _clicks(text: str) -> int:
    if not text.isdecimal() or int(text) < EXTREME_POINTS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of clicks from {EXTREME_POINTS} on")
    return int(text)


def _predict(options: argparse.Namespace) -> int:
    predictor = load_predictor(options.model)
    result = predictor.predict(read_image(options.image), np.array(options.points))
    write_mask(result.mask, options.out)
    timings = {name: round(value, 3) for name, value in result.timings_ms.items()}
    answer = {
        "model": predictor.version,
        "score": round(result.score, 4),
        "area": int(result.local_mask.sum()),
    }
    print(json.dumps({**answer, "timings_ms": timings}))
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    predictor = load_predictor(options.model)
    pairs = find_pairs(options.images, options.masks)
    if not pairs:
        print(f"ml: no image in {options.images} has a mask of its name in {options.masks}.", file=sys.stderr)
        return USAGE_ERROR
    rng = np.random.default_rng(0)
    outcomes: list[Outcome] = []
    for truth in read_truths(pairs, options.void):
        if not truth.mask.any():
            print(f"ml: {truth.name} has an empty mask and is left out.", file=sys.stderr)
            continue
        outcomes.append(
            evaluate_object(predictor, truth, clicks=options.clicks, jitter=options.jitter, rng=rng)
        )
    if not outcomes:
        print("ml: no mask holds an object.", file=sys.stderr)
        return USAGE_ERROR
    _report(summarise(outcomes, clicks=options.clicks), as_json=options.json)
    return 0


def _report(figures: dict[str, float | int], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({name: round(value, 5) for name, value in figures.items()}))
        return
    for name, value in figures.items():
        print(f"{name:18} {value:10.4f}" if isinstance(value, float) else f"{name:18} {value:10d}")
