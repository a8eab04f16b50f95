from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.domain.snapshots import SnapshotDamaged, SnapshotObject, content_hash, lines, read

CAT = SnapshotObject(
    image="ab" * 32,
    width=640,
    height=480,
    annotation=7,
    version=2,
    label="Kätzchen",
    mask="PPYo0",
    clicks=((1.5, 2.0), (3.0, 4.0), (5.0, 6.0), (7.0, 8.0)),
    held_out=False,
)

numbers = st.floats(0, 12_000, allow_nan=False)
objects = st.builds(
    SnapshotObject,
    image=st.sampled_from(["aa" * 32, "bb" * 32, "cc" * 32]),
    width=st.integers(1, 20_000),
    height=st.integers(1, 20_000),
    annotation=st.integers(1, 2**53),
    version=st.integers(1, 1000),
    label=st.text(max_size=20).filter(lambda text: text.isprintable()),
    mask=st.text(alphabet="0123PQRo", min_size=1, max_size=30),
    clicks=st.lists(st.tuples(numbers, numbers), max_size=6).map(tuple),
    held_out=st.booleans(),
)
snapshots = st.lists(objects, max_size=8, unique_by=lambda one: one.annotation)


def test_a_snapshot_is_these_bytes() -> None:
    assert b"".join(lines([CAT])) == (
        b'{"format":1}\n'
        b'{"annotation":7,"clicks":[[1.5,2.0],[3.0,4.0],[5.0,6.0],[7.0,8.0]],"height":480,"held_out":false,'
        b'"image":"' + b"ab" * 32 + b'","label":"K\\u00e4tzchen","mask":"PPYo0","version":2,"width":640}\n'
    )


@given(snapshots, st.randoms(use_true_random=False))
def test_the_order_of_objects_changes_nothing(made: list[SnapshotObject], random: Random) -> None:
    shuffled = list(made)
    random.shuffle(shuffled)
    assert list(lines(shuffled)) == list(lines(made))


@given(snapshots)
def test_what_is_read_is_what_was_written(made: list[SnapshotObject]) -> None:
    content = list(lines(made))
    found = read(content, sha256=content_hash(content))
    assert sorted(found, key=lambda one: one.annotation) == sorted(made, key=lambda one: one.annotation)


@pytest.mark.parametrize(
    "changes",
    [{"version": 3}, {"mask": "PPYo1"}, {"label": "cat"}, {"held_out": True}, {"clicks": ()}],
)
def test_anything_else_has_another_name(changes: dict[str, object]) -> None:
    other = replace(CAT, **changes)  # type: ignore[arg-type]
    assert content_hash(lines([other])) != content_hash(lines([CAT]))


def test_a_file_that_is_not_what_its_name_says_is_refused() -> None:
    content = list(lines([CAT]))
    with pytest.raises(SnapshotDamaged, match="does not match its name"):
        read(content[:1], sha256=content_hash(content))
    later = [b'{"format":2}\n', *content[1:]]
    with pytest.raises(SnapshotDamaged, match="format that this version does not read"):
        read(later, sha256=content_hash(later))
