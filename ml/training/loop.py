"""The one training loop: from a configuration and a folder of objects to weights."""

import hashlib
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import torch

from ml.checkpoint import Checkpoint, write_checkpoint
from ml.data.objects import ObjectFiles, check_files, read_index, sampling_weights
from ml.data.stream import Recipe, batches
from ml.errors import DataInvalid
from ml.training.config import TrainConfig
from ml.training.curves import write_picture, write_table
from ml.training.distributed import Processes
from ml.training.learner import Learner
from ml.training.networks import answer_size, network_arguments, start_network
from ml.training.state import load_state, save_state
from ml.training.validation import Validation, validate

BEST, LAST = "best.safetensors", "last.safetensors"
# Steps between two lines of the curves.
RECORD_EVERY = 20


@dataclass(frozen=True, slots=True)
class Report:
    """What a listener hears after each step.

    Attributes:
        step, steps: how many are done, and how many there are.
        loss, overlap: means since the last line of the curves; the overlap is the intersection over union of
            the answers to four clicks, before each step.
        seconds_left: an estimate, at the pace of this process.
        recorded: whether this step ends a line of the curves.
        validation: where there was one after this step.
    """

    step: int
    steps: int
    loss: float
    overlap: float
    seconds_left: float
    recorded: bool
    validation: Validation | None


Listener = Callable[[Report], None]


class Run:
    """A training run in a folder. Started again in the same folder, it goes on where it was killed.

    On a CPU it then ends with the same weights to the bit. Where `torchrun` starts several processes, all of
    them need the same folders, and the first one alone validates and writes.
    """

    def __init__(self, config: TrainConfig, data: Path, folder: Path) -> None:
        """Read the data's indexes and the run's last state. Raises `DataInvalid` or `WeightsRefused`."""
        self.config, self.folder = config, folder
        self.files = ObjectFiles()
        indexes = (config.data.train, *config.data.more)
        train = [entry for name in indexes for entry in read_index(data / name)]
        weights = sampling_weights(train, config.data.shares)
        self.tune = read_index(data / config.data.tune)[: config.data.tune_limit or None]
        check_files([*(train[number] for number in np.flatnonzero(weights)), *self.tune])
        if config.threads:
            torch.set_num_threads(config.threads)
        torch.manual_seed(config.seed)
        network = start_network(config, data)
        cells = answer_size(network, config)
        self.recipe = Recipe(train, weights, config.input, cells, config.augment, config.clicks, config.seed)
        self.processes = Processes.join()
        device = self.processes.device
        network = network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.learner = Learner(network, config, self.processes)
        self.parts = {
            "network": network,
            "average": self.learner.average.network,
            "optimiser": self.learner.optimiser,
        }
        self.fingerprint = self._fingerprint(data)
        folder.mkdir(parents=True, exist_ok=True)
        self.progress = load_state(folder, self.parts, self.fingerprint)
        if not self.processes.same(self.progress.step):
            raise DataInvalid(f"The processes of this run do not see the same folder {folder}.")

    @property
    def over(self) -> bool:
        """Whether all steps are done or patience has ended."""
        schedule, progress = self.config.schedule, self.progress
        patience_ended = 0 < schedule.patience <= progress.since_best
        return progress.step >= schedule.steps or patience_ended

    def train(self, listener: Listener, stop: Callable[[], bool] = lambda: False) -> bool:
        """Train to the end of the schedule, or until patience ends, and leave the weights in the folder.

        Returns True then. When `stop` answers yes after a step, in any process, the state is saved and it
        returns False: the run can go on later. Raises `DataInvalid` when the loss is no number any more; the
        last state stays as it is.
        """
        schedule, progress, world = self.config.schedule, self.progress, self.processes.world
        stream = batches(
            self.recipe,
            self.files,
            batch=schedule.batch,
            first_step=progress.step,
            rank=self.processes.rank,
            world=world,
        )
        first, began, before = progress.step, time.monotonic(), progress.seconds
        with closing(stream):
            while not self.over:
                progress.recent.append(self.learner.step(next(stream), progress.step))
                progress.step += 1
                validation = self._validation() if self._due(schedule.validate_every) else None
                spent = time.monotonic() - began
                progress.seconds = before + spent
                left = spent / (progress.step - first) * (schedule.steps - progress.step)
                listener(self._report(left, validation))
                stopped = self.processes.any(stop())
                if stopped or validation or self._due(schedule.save_every):
                    self._save(draw=validation is not None)
                if stopped:
                    break
        if self.over:
            self._write_weights(LAST)
        self.processes.leave()
        return self.over

    def _due(self, every: int) -> bool:
        return self.progress.step % every == 0 or self.progress.step == self.config.schedule.steps

    def _validation(self) -> Validation:
        """Validate the running average in the first process; the others wait for its figures."""
        config, progress, processes = self.config, self.progress, self.processes
        figures = (0.0, 0.0, 0.0)
        if processes.rank == 0:
            network = self.learner.average.network
            figures = astuple(
                validate(
                    network,
                    inputs=config.input,
                    answer=config.answer,
                    entries=self.tune,
                    files=self.files,
                    device=processes.device,
                )
            )
        validation = Validation(*processes.first(figures))
        progress.latest = validation.mean_iou
        if validation.mean_iou > progress.best:
            progress.best, progress.since_best = validation.mean_iou, 0
            self._write_weights(BEST)
        else:
            progress.since_best += 1
        return validation

    def _report(self, left: float, validation: Validation | None) -> Report:
        """Sum up the last steps and, where a line of the curves ends, write it down."""
        progress, steps = self.progress, self.config.schedule.steps
        loss, overlap = np.mean(progress.recent, axis=0).tolist()
        recorded = validation is not None or progress.step % RECORD_EVERY == 0
        if recorded:
            line = {"step": progress.step, "loss": loss, "iou": overlap, "rate": self.learner.rate}
            if validation:
                line |= {
                    "tune_iou": validation.mean_iou,
                    "tune_share_85": validation.share_85,
                    "tune_score_error": validation.score_error,
                }
            progress.curves.append(line)
            progress.recent = []
        return Report(progress.step, steps, loss, overlap, left, recorded, validation)

    def _save(self, *, draw: bool) -> None:
        if self.processes.rank:
            return
        save_state(self.folder, self.parts, self.progress, self.fingerprint)
        write_table(self.folder, self.progress.curves)
        if draw:
            write_picture(self.folder, self.progress.curves)

    def _write_weights(self, name: str) -> None:
        """Write the running average as a weights file of this name into the folder."""
        if self.processes.rank:
            return
        config = self.config
        state = self.learner.average.network.state_dict()
        drawn = int((self.recipe.weights > 0).sum())
        checkpoint = Checkpoint(
            architecture=config.network.architecture,
            network=network_arguments(config),
            input=config.input,
            answer=config.answer,
            version=config.name,
            licence=config.licence,
            data=f"{drawn} objects",
            metrics={"tune_iou": round(self.progress.latest, 5), "steps": self.progress.step},
            # What lies channels last in memory would come as an array of another order than files know.
            tensors={key: value.cpu().contiguous().numpy() for key, value in state.items()},
        )
        write_checkpoint(self.folder / name, checkpoint)

    def _fingerprint(self, data: Path) -> str:
        """Return a hash of all that makes another run of it: configuration, indexes, number of processes."""
        config = self.config
        digest = hashlib.sha256(config.model_dump_json(exclude={"threads"}).encode())
        for name in (config.data.train, *config.data.more, config.data.tune):
            digest.update((data / name).read_bytes())
        digest.update(f"{self.processes.world}".encode())
        return digest.hexdigest()
