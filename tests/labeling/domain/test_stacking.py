"""The order from back to front."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.domain.stacking import (
    BACK,
    BACKWARD,
    FORWARD,
    FRONT,
    MAX_POSITION,
    MOVES,
    Placed,
    move_object,
    position_in_front,
)

STACK = [Placed(1024, 7), Placed(2048, 3), Placed(3072, 5)]
POSITIONS = st.one_of(
    st.integers(-3, 3),
    st.integers(-5000, 5000),
    st.sampled_from([-MAX_POSITION, MAX_POSITION - 1, MAX_POSITION]),
)
STACKS = st.dictionaries(st.integers(1, 50), POSITIONS, min_size=1, max_size=8)


def test_new_objects_stand_in_front() -> None:
    assert [position_in_front(highest) for highest in (None, 1024, -5, MAX_POSITION)] == [
        1024,
        2048,
        1019,
        MAX_POSITION,
    ]


@pytest.mark.parametrize(
    ("key", "move", "changes"),
    [
        (7, FRONT, {7: 4096}),
        (7, FORWARD, {7: 2560}),
        (3, FORWARD, {3: 4096}),
        (5, BACK, {5: 0}),
        (5, BACKWARD, {5: 1536}),
        (3, BACKWARD, {3: 0}),
        (5, FRONT, {}),
        (5, FORWARD, {}),
        (7, BACK, {}),
        (7, BACKWARD, {}),
    ],
)
def test_a_move_changes_the_moved_object_alone(key: int, move: str, changes: dict[int, int]) -> None:
    assert move_object(STACK, key, move) == changes


def test_of_two_at_one_position_the_later_object_is_in_front() -> None:
    assert sorted([Placed(0, 2), Placed(0, 1)]) == [Placed(0, 1), Placed(0, 2)]
    assert move_object([Placed(0, 2), Placed(0, 1)], 2, FRONT) == {}


def test_without_room_all_are_numbered_anew() -> None:
    tight = [Placed(4, 1), Placed(5, 2), Placed(6, 3)]
    assert move_object(tight, 1, FORWARD) == {2: 1024, 1: 2048, 3: 3072}


@given(STACKS, st.data(), st.sampled_from(MOVES))
def test_whatever_the_positions_a_move_brings_the_object_to_its_place_and_leaves_the_others_in_order(
    positions: dict[int, int], data: st.DataObject, move: str
) -> None:
    key = data.draw(st.sampled_from(sorted(positions)))
    placed = [Placed(position, number) for number, position in positions.items()]
    before = [each.id for each in sorted(placed)]
    changes = move_object(placed, key, move)
    after = [
        each.id for each in sorted(Placed(changes.get(n, position), n) for n, position in positions.items())
    ]
    start = before.index(key)
    target = {FRONT: len(before) - 1, BACK: 0, FORWARD: start + 1, BACKWARD: start - 1}[move]
    expected = [each for each in before if each != key]
    expected.insert(min(max(target, 0), len(before) - 1), key)
    assert after == expected
    assert all(abs(position) <= MAX_POSITION for position in changes.values())
    assert all(positions[number] != position for number, position in changes.items())
