"""A program for the tests, started by torchrun: one run in several processes.

Each process writes down, in a file of its number in FOLDER, what it ended with. `--stop-at N` has the last
process alone ask to stop after step N; `--fail-at N` has it fail then.
"""

import argparse
import hashlib
import json
from pathlib import Path

from torch import nn

from ml.errors import PredictorError
from ml.training.loop import Report
from tests.ml.training.small import new_run

SCHEDULE = {"steps": 5, "validate_every": 2, "save_every": 100, "patience": 1}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stop-at", type=int, default=0)
    parser.add_argument("--fail-at", type=int, default=0)
    options = parser.parse_args()
    run = new_run(options.folder, schedule=SCHEDULE)
    last = run.processes.rank == run.processes.world - 1
    validations = []

    def listen(report: Report) -> None:
        if report.validation:
            validations.append(report.validation.mean_iou)
        if last and report.step == options.fail_at:
            raise RuntimeError("out of luck")

    told: dict[str, object] = {}
    try:
        told["over"] = run.train(listen, stop=lambda: last and run.progress.step == options.stop_at)
    except PredictorError as error:
        told["error"] = str(error)
    told |= {
        "step": run.progress.step,
        "validations": validations,
        "network": _hash(run.learner.network),
        "average": _hash(run.learner.average.network),
    }
    (options.folder / f"{run.processes.rank}.json").write_text(json.dumps(told))


def _hash(network: nn.Module) -> str:
    digest = hashlib.sha256()
    for value in network.state_dict().values():
        # Normalisations also count their batches, which are more where more was corrected; nothing uses that.
        if value.is_floating_point():
            digest.update(value.contiguous().numpy().tobytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
