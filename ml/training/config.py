"""A training run as a TOML file: every choice in one place, unknown ones refused."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ml.data.augment import AugmentConfig
from ml.data.examples import ClickConfig
from ml.errors import DataInvalid
from ml.preprocess import InputSpec
from ml.runtimes.network import AnswerSpec

# Side of the encoder's coarsest cells.
STRIDE = 32


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class NetworkConfig(_Section):
    """What is trained, and from which weights on.

    Attributes:
        architecture, arguments: see `ml.models`; how many channels the guidance has is taken from the input.
        start: `imagenet`, `random`, or a weights file, relative to the data folder.
        frozen: hold the first stages of the encoder as they are.
    """

    architecture: str = "dextr_lite"
    arguments: dict[str, str | int | float | bool] = {}
    start: str = "imagenet"
    frozen: bool = True


class DataConfig(_Section):
    """What is learned from, and what is validated on.

    Attributes:
        train, tune: index files, relative to the data folder.
        more: further index files to learn from, relative to the data folder or absolute.
        shares: how often each set or kind is drawn; see `sampling_weights`.
        tune_limit: validate on so many objects from the beginning of the index; 0 takes all.
    """

    train: str = "train.csv"
    more: tuple[str, ...] = ()
    tune: str = "tune.csv"
    shares: dict[str, Annotated[float, Field(ge=0)]] = {"object": 1.0}
    tune_limit: int = Field(default=0, ge=0)


class LossConfig(_Section):
    """Weights of the terms. `pixel` chooses the cross-entropy."""

    pixel: Literal["plain", "balanced"] = "plain"
    pixel_weight: float = Field(default=1.0, ge=0)
    jaccard_weight: float = Field(default=1.0, ge=0)
    quality_weight: float = Field(default=0.2, ge=0)


class OptimiserConfig(_Section):
    """AdamW, and the running average of the weights that is kept.

    Attributes:
        rate, encoder_rate: the highest learning rate of new layers, and of those that begin with ImageNet's.
        weight_decay: of kernels; biases and normalisations have none.
        clip_norm: longer gradients are cut to this length.
        average_decay: what a step leaves of the average.
    """

    rate: float = Field(default=1e-3, gt=0)
    encoder_rate: float = Field(default=3e-4, gt=0)
    weight_decay: float = Field(default=1e-2, ge=0)
    clip_norm: float = Field(default=2.0, gt=0)
    average_decay: float = Field(default=0.998, ge=0, lt=1)


class ScheduleConfig(_Section):
    """Lengths in steps.

    Attributes:
        steps: of the whole run.
        batch: objects a step, in each process.
        warmup: steps in which the rates rise.
        last_rate: what the rates have fallen to in the end, as a share of the highest.
        validate_every, save_every: steps between two validations, and between two states to go on from.
        patience: so many validations without a better one end the run; 0 never does.
    """

    steps: int = Field(gt=0)
    batch: int = Field(default=16, gt=0)
    warmup: int = Field(default=200, ge=0)
    last_rate: float = Field(default=0.01, ge=0, le=1)
    validate_every: int = Field(default=1000, gt=0)
    save_every: int = Field(default=250, gt=0)
    patience: int = Field(default=0, ge=0)


class CorrectionConfig(_Section):
    """The paper's fifth click, and those behind it.

    Attributes:
        start: the share of the run after which corrections are learned; 1 never does.
        below: only objects whose intersection over union is below it are corrected.
        share: the most of a batch that is corrected at a time: the hardest.
        rounds: how many clicks there may be in a row.
        again: probability that another one follows.
        miss_cells: how far a click may miss, in cells of the answer.
        weight: how much an answer to corrections counts beside one without.
    """

    start: float = Field(default=1.0, ge=0, le=1)
    below: float = Field(default=0.8, ge=0, le=1)
    share: float = Field(default=0.5, gt=0, le=1)
    rounds: int = Field(default=1, ge=1, le=6)
    again: float = Field(default=0.3, ge=0, le=1)
    miss_cells: float = Field(default=1.5, ge=0)
    weight: float = Field(default=1.0, gt=0)


class TrainConfig(_Section):
    """The whole file.

    Attributes:
        name, licence: the version and the licence of the weights that come out.
        seed: of everything random.
        threads: that the network computes with; 0 lets torch choose.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")
    licence: str = "unstated"
    seed: int = Field(default=0, ge=0)
    threads: int = Field(default=0, ge=0)
    network: NetworkConfig = NetworkConfig()
    input: InputSpec = InputSpec()
    answer: AnswerSpec = AnswerSpec()
    data: DataConfig = DataConfig()
    augment: AugmentConfig = AugmentConfig()
    clicks: ClickConfig = ClickConfig()
    loss: LossConfig = LossConfig()
    optimiser: OptimiserConfig = OptimiserConfig()
    schedule: ScheduleConfig
    corrections: CorrectionConfig = CorrectionConfig()

    @model_validator(mode="after")
    def _sides(self) -> "TrainConfig":
        if not (self.input.size > 0 and self.input.guidance_size > 0 and self.input.bump_width > 0):
            raise ValueError("input.size, guidance_size and bump_width have to be above 0")
        if self.network.architecture == "dextr_lite" and self.input.size % STRIDE:
            raise ValueError(f"input.size has to be a multiple of {STRIDE} for dextr_lite")
        if not 0 < self.answer.threshold < 1:
            raise ValueError("answer.threshold has to lie between 0 and 1")
        return self


def read_config(path: Path) -> TrainConfig:
    """Return a run's configuration. Raises `DataInvalid`, naming every field that is wrong."""
    try:
        return TrainConfig.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataInvalid(f"{path} cannot be read as a training configuration: {error}.") from error
    except ValidationError as error:
        faults = "; ".join(
            ": ".join([*filter(None, [".".join(map(str, fault["loc"]))]), fault["msg"]])
            for fault in error.errors()
        )
        raise DataInvalid(f"{path}: {faults}.") from error
