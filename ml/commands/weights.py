"""`python -m ml convert`, `export` and `admit`: weights files from other weights files."""

import argparse
import json
import sys
from pathlib import Path

from ml.errors import PredictorError

REFUSED = 3


def add_convert(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command that takes published checkpoints."""
    command = commands.add_parser("convert", help="a published DEXTR checkpoint to a weights file")
    command.add_argument("checkpoint", type=Path, metavar="CHECKPOINT.pth")
    command.add_argument("out", type=Path, metavar="OUT.safetensors")
    command.set_defaults(run=_convert)


def add_export(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command that makes a weights file serve on CPUs."""
    command = commands.add_parser("export", help="a weights file to the ONNX file that CPUs serve from")
    command.add_argument("weights", type=Path, metavar="WEIGHTS.safetensors")
    command.add_argument(
        "out", type=Path, nargs="?", metavar="OUT.onnx", help="beside the weights by default"
    )
    command.set_defaults(run=_export)


# What imports torch is imported by the command that needs it.
def _convert(options: argparse.Namespace) -> int:
    from ml.convert import convert  # noqa: PLC0415

    checkpoint = convert(options.checkpoint, options.out)
    parameters = sum(values.size for values in checkpoint.tensors.values())
    sys.stdout.write(f"{options.out}: {checkpoint.identity}, {parameters:,} values\n")
    return 0


def _export(options: argparse.Namespace) -> int:
    from ml.export import export  # noqa: PLC0415

    target = export(options.weights, options.out)
    sys.stdout.write(f"{target}: {target.stat().st_size / 1e6:.1f} MB\n")
    return 0


def add_admit(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command that looks at weights from outside."""
    command = commands.add_parser(
        "admit",
        help="weights from outside, checked and made ready to serve",
        description="Puts an uploaded weights file or a published checkpoint into a folder, with its export, "
        "makes it answer once, and says what it is in one JSON object; exits with 3 where it is refused.",
    )
    command.add_argument("source", type=Path, metavar="UPLOAD")
    command.add_argument("folder", type=Path, metavar="FOLDER")
    command.set_defaults(run=_admit)


def _admit(options: argparse.Namespace) -> int:
    from ml.admit import admit  # noqa: PLC0415

    try:
        admitted = admit(options.source, options.folder)
    except (PredictorError, MemoryError) as error:
        memory = "This file asks for more memory than there is. Nothing of it was kept."
        message = memory if isinstance(error, MemoryError) else str(error)
        print(json.dumps({"code": getattr(error, "code", "too_large"), "message": message}))
        return REFUSED
    checkpoint = admitted.checkpoint
    said = {name: getattr(checkpoint, name) for name in ("version", "architecture", "licence", "data")}
    files = {"weights": admitted.weights.name, "exported": admitted.exported.name}
    print(json.dumps({**said, **files, "sha256": checkpoint.sha256}))
    return 0


def add_calibrate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command that makes a weights file's quality estimate fit the truth."""
    command = commands.add_parser("calibrate", help="fit a weights file's quality estimate to true overlaps")
    command.add_argument("weights", type=Path, metavar="WEIGHTS.safetensors")
    command.add_argument("out", type=Path, metavar="OUT.safetensors", help="written in float16")
    command.add_argument("--index", type=Path, required=True, help="CSV of objects that were not trained on")
    command.set_defaults(run=_calibrate)


def _calibrate(options: argparse.Namespace) -> int:
    from ml.calibrate import calibrated, estimates  # noqa: PLC0415
    from ml.checkpoint import read_checkpoint, write_checkpoint  # noqa: PLC0415
    from ml.data.objects import ObjectFiles, read_index  # noqa: PLC0415
    from ml.runtimes.torch import load_torch_predictor  # noqa: PLC0415

    predictor = load_torch_predictor(options.weights)
    scores, overlaps = estimates(predictor, read_index(options.index), ObjectFiles())
    checkpoint = calibrated(read_checkpoint(options.weights), scores, overlaps)
    write_checkpoint(options.out, checkpoint, half=True)
    print(f"{options.out}: {checkpoint.metrics}")
    return 0
