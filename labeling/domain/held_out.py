"""Which images a project never trains on, so that what a model shows on them means something.

An image is held out or trained on for the project's life. Which of both follows from the hash of its content,
so that neither the order of work nor an admin's wish has a say.
"""

import hashlib
import math
from collections.abc import Collection

# The share of images that is held out, and how many there have to be before a comparison means anything.
SHARE = 0.15
FEWEST = 10
SCALE = 2**64


def place(*, project_id: int, sha256: str) -> float:
    """Return where an image stands among all images, in 0..1: the same for ever, and evenly spread."""
    digest = hashlib.sha256(f"{project_id}:{sha256}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / SCALE


def choose(*, project_id: int, new: Collection[str], held: int, trained: int) -> set[str]:
    """Return which of the `new` images, known by their content's hash, are held out from now on.

    `held` and `trained` are how many images have been divided before; those are never moved. Everything below
    the share is held out. Where that leaves fewer than the comparison needs, further images follow in the
    order of their places, but never more than half of all: there has to be something to learn from.
    """
    order = sorted(new, key=lambda sha256: (place(project_id=project_id, sha256=sha256), sha256))
    below = sum(place(project_id=project_id, sha256=sha256) < SHARE for sha256 in order)
    everything = held + trained + len(order)
    wanted = max(math.ceil(everything * SHARE), FEWEST) - held
    most = everything // 2 - held
    return set(order[: max(0, below, min(wanted, most))])
