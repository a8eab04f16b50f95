"""`python -m ml compose`: cut-outs laid onto photographs, to learn from."""

import argparse
import sys
from pathlib import Path


def add_compose(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its options."""
    command = commands.add_parser(
        "compose",
        help="objects to learn from, cut out and laid onto photographs",
        description="Lays PNGs with an alpha channel onto photographs and writes an index of the objects.",
    )
    command.add_argument("cutouts", type=Path, metavar="FOLDER", help="PNGs, in folders below it too")
    command.add_argument("--backgrounds", type=Path, required=True, help="folder of photographs")
    command.add_argument("--out", type=Path, required=True, help="folder of pictures, masks, composed.csv")
    command.add_argument("--each", type=int, default=6, help="pictures of each cut-out")
    command.add_argument("--seed", type=int, default=1)
    command.add_argument(
        "--skip", action="append", default=[], metavar="WORD", help="leave out paths that contain it"
    )
    command.set_defaults(run=_compose)


def _compose(options: argparse.Namespace) -> int:
    from ml.data.compose import compose, cutouts_in  # noqa: PLC0415
    from ml.errors import DataInvalid  # noqa: PLC0415
    from ml.files import SUFFIXES  # noqa: PLC0415

    photographs = sorted(
        path for path in options.backgrounds.rglob("*") if path.suffix.lower() in SUFFIXES - {".png"}
    )
    if not photographs:
        raise DataInvalid(f"{options.backgrounds} holds no photographs.")
    if options.each < 1:
        raise DataInvalid("--each has to be 1 or more.")
    cutouts = cutouts_in(options.cutouts, options.skip)
    index = compose(cutouts, photographs, options.out, each=options.each, seed=options.seed)
    sys.stdout.write(f"{index}: {len(cutouts) * options.each} objects\n")
    return 0
