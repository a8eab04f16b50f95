"""`python -m ml`: the model without the platform."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ml.commands.ablate import add_ablate
from ml.commands.compose import add_compose
from ml.commands.evaluate import add_evaluate
from ml.commands.finetune import add_finetune
from ml.commands.train import add_train
from ml.commands.weights import add_admit, add_calibrate, add_convert, add_export
from ml.errors import PredictorError
from ml.files import read_image, write_mask
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
    except ModuleNotFoundError as error:
        needed = f"This command needs {error.name}, which the extra `train` brings"
        print(f"ml: {needed}: pip install 'cardinal-labeling[train]'.", file=sys.stderr)
        return USAGE_ERROR


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml", description="Masks from four extreme points.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_predict(commands)
    add_evaluate(commands)
    add_compose(commands)
    add_train(commands)
    add_finetune(commands)
    add_ablate(commands)
    add_convert(commands)
    add_export(commands)
    add_admit(commands)
    add_calibrate(commands)
    return parser


def _add_predict(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("predict", help="one mask from an image and clicks")
    named = f"one of {', '.join(predictor_names())}, or a weights file"
    command.add_argument("--model", default="default", help=named)
    command.add_argument("--image", type=Path, required=True)
    command.add_argument(
        "--points", type=_point, nargs="+", required=True, metavar="X,Y", help="pixels, x right, y down"
    )
    command.add_argument("--out", type=Path, required=True, help="the mask as a PNG, object 255")
    command.set_defaults(run=_predict)


def _point(text: str) -> tuple[float, float]:
    x, _, y = text.partition(",")
    try:
        return float(x), float(y)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not X,Y") from None


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
