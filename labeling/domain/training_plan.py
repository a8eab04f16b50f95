"""What a training run will take: how many steps, and how long on a machine whose speed is known."""

from dataclasses import dataclass

# Objects in one step, as `ml` trains.
BATCH = 16
# A step for every object, within bounds: 200 masks take some minutes on two cores.
FEWEST_STEPS, MOST_STEPS = 120, 3000
# The gate looks at no more held-out objects, and finds nothing on fewer images.
MOST_COMPARED = 400
FEWEST_COMPARED_IMAGES = 8
# Objects of other kinds that every run is compared on.
CHECK_SET = 30
# So many accepted images give that many held-out ones: at most half of all are held out.
FEWEST_IMAGES = 2 * FEWEST_COMPARED_IMAGES
# Getting ready: a snapshot, pictures copied, libraries loaded.
PREPARE_S = 10.0


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast a machine is: objects trained on, and objects compared, a second."""

    trained: float
    compared: float


# Two cores without a GPU, see `make bench NAME=model` and the experiments' log: what is told before the first
# run of a site, whose own rates are known after it.
STORED = Rates(trained=9.0, compared=2.5)


@dataclass(frozen=True, slots=True)
class Plan:
    """The length of a run; times in seconds."""

    steps: int
    train_s: float
    check_s: float

    @property
    def samples(self) -> int:
        """How many objects are looked at in training, each several times."""
        return self.steps * BATCH

    @property
    def seconds(self) -> float:
        """From the start to the decision."""
        return PREPARE_S + self.train_s + self.check_s

    def progress(self, phase: str, share: float) -> float:
        """Return how much of the run is behind it, 0..1, after `share` of a phase."""
        before = {"prepare": 0.0, "train": PREPARE_S, "check": PREPARE_S + self.train_s}
        lasts = {"prepare": PREPARE_S, "train": self.train_s, "check": self.check_s}
        return min((before[phase] + share * lasts[phase]) / self.seconds, 1.0)

    def seconds_left(self, phase: str, left_of_phase: float) -> float:
        """Return what is left of the run where so much is left of a phase."""
        return left_of_phase + (self.check_s if phase == "train" else 0.0)


def plan(*, objects: int, held_out_objects: int, rates: Rates = STORED) -> Plan:
    """Return the length of a run on so many objects, of which some are held out and only compared on."""
    steps = min(max(objects - held_out_objects, FEWEST_STEPS), MOST_STEPS)
    compared = min(held_out_objects, MOST_COMPARED) + CHECK_SET
    return Plan(steps, steps * BATCH / rates.trained, compared / rates.compared)


def measured(*, steps: int, train_s: float, compared: int, check_s: float) -> Rates | None:
    """Return the rates of a run that went through without a break; None where nothing can be told."""
    if min(steps, train_s, compared, check_s) <= 0:
        return None
    return Rates(steps * BATCH / train_s, compared / check_s)
