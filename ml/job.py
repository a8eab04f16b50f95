"""What a job of finetuning is: the file that says what is wanted, and the training run that this makes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ml.checkpoint import Checkpoint
from ml.data.augment import AugmentConfig
from ml.data.examples import ClickConfig
from ml.errors import DataInvalid
from ml.gate import GateRules
from ml.training.config import (
    CorrectionConfig,
    DataConfig,
    NetworkConfig,
    OptimiserConfig,
    ScheduleConfig,
    TrainConfig,
)

JOB, TRAIN, HELD_OUT, OUT = "job.json", "train.csv", "held_out.csv", "out"
BATCH = 16
# A step for every few objects, within bounds: 200 masks take some minutes on two cores.
STEPS_EACH, FEWEST_STEPS, MOST_STEPS = 1.0, 120, 3000
# How far clicks miss, in pixels, where nobody has measured it.
USUAL_MISS = 3.0
# Of the objects with people's clicks so many are clicked by simulation in each step.
SIMULATED = 0.5


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


def config_of(
    job: Job, checkpoint: Checkpoint, objects: int, *, batch: int = BATCH, processes: int = 1
) -> TrainConfig:
    """Return the training run of a job: short, and with the network that it starts from.

    The `batch` objects of a step are shared by the processes: more of them are faster, and learn the same.
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
            batch=max(batch // processes, 1),
            warmup=max(steps // 10, 1),
            last_rate=0.02,
            validate_every=max(steps // 4, 1),
            save_every=20,
        ),
    )
