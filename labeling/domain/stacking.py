"""Which object lies in front: a higher position is nearer; of two at the same one, the later object is."""

from collections.abc import Sequence
from dataclasses import dataclass

FRONT, BACK, FORWARD, BACKWARD = "front", "back", "forward", "backward"
MOVES = (FRONT, BACK, FORWARD, BACKWARD)
# Objects stand apart, so that one can go between two others without a change of theirs.
STEP = 1024
# A browser holds larger whole numbers only roughly.
MAX_POSITION = 2**53 - 1


@dataclass(frozen=True, slots=True, order=True)
class Placed:
    """Where an object stands; sorted, a list of these goes from back to front."""

    position: int
    id: int


def position_in_front(frontmost: int | None) -> int:
    """Return the position of a new object, given the highest one in the image, or None in an empty image."""
    return STEP if frontmost is None else min(frontmost + STEP, MAX_POSITION)


def move_object(objects: Sequence[Placed], key: int, move: str) -> dict[int, int]:
    """Return the new positions, by id, that bring object `key` to front or back, or one step nearer or away.

    Only the object itself changes while there is room; without room all are numbered anew. Nothing changes
    where it stands there already. `objects` holds every object of the image, in any order.
    """
    stack = sorted(objects)
    start = next(index for index, placed in enumerate(stack) if placed.id == key)
    target = {
        FRONT: len(stack) - 1,
        BACK: 0,
        FORWARD: min(start + 1, len(stack) - 1),
        BACKWARD: max(start - 1, 0),
    }[move]
    if target == start:
        return {}
    moved = stack.pop(start)
    position = _between(stack[target - 1] if target else None, stack[target] if target < len(stack) else None)
    if position is not None:
        return {key: position}
    stack.insert(target, moved)
    numbered = {placed.id: STEP * number for number, placed in enumerate(stack, start=1)}
    return {placed.id: numbered[placed.id] for placed in stack if placed.position != numbered[placed.id]}


def _between(below: Placed | None, above: Placed | None) -> int | None:
    """Return a position between two neighbours, or None where there is no room."""
    if below is None:
        low = above.position - STEP if above else STEP
        return low if low >= -MAX_POSITION else None
    if above is None:
        high = below.position + STEP
        return high if high <= MAX_POSITION else None
    middle = (below.position + above.position) // 2
    return middle if below.position < middle < above.position else None
