import hashlib

from hypothesis import given
from hypothesis import strategies as st

from labeling.domain.held_out import FEWEST, SHARE, choose, place


def images(count: int, name: str = "image") -> list[str]:
    return [hashlib.sha256(f"{name}{number}".encode()).hexdigest() for number in range(count)]


def chosen(new: list[str], *, project_id: int = 1, held: int = 0, trained: int = 0) -> set[str]:
    return choose(project_id=project_id, new=new, held=held, trained=trained)


def test_the_place_of_an_image_is_known_for_ever() -> None:
    # A stored division depends on these figures: they must never change.
    assert round(place(project_id=1, sha256="ab" * 32), 6) == 0.570439
    assert place(project_id=2, sha256="ab" * 32) != place(project_id=1, sha256="ab" * 32)


def test_places_are_spread_evenly() -> None:
    places = sorted(place(project_id=5, sha256=sha256) for sha256 in images(2000))
    assert 0 <= places[0] < places[-1] < 1
    assert abs(sum(value < SHARE for value in places) / 2000 - SHARE) < 0.03


def test_about_the_share_of_many_images_is_held_out() -> None:
    held = chosen(images(1000))
    assert 150 <= len(held) <= 190
    assert max(place(project_id=1, sha256=sha256) for sha256 in held) < SHARE + 0.03


def test_few_images_hold_out_as_many_as_a_comparison_needs_but_never_most() -> None:
    assert len(chosen(images(40))) == FEWEST
    assert len(chosen(images(20))) == 10
    assert len(chosen(images(9))) == 4
    assert len(chosen(images(1))) == 0
    assert chosen([]) == set()


def test_later_images_make_up_for_what_was_missing() -> None:
    # Of 9 images 4 were held out; with 31 more there are to be ten.
    later = chosen(images(31, "later"), held=4, trained=5)
    assert len(later) >= FEWEST - 4
    assert later <= set(images(31, "later"))


@given(st.permutations(images(30)), st.integers(0, 50), st.integers(0, 400))
def test_the_order_of_work_has_no_say(order: list[str], held: int, trained: int) -> None:
    first = choose(project_id=3, new=images(30), held=held, trained=trained)
    assert choose(project_id=3, new=order, held=held, trained=trained) == first


@given(st.integers(0, 200), st.integers(0, 50), st.integers(0, 400))
def test_what_stands_below_the_share_is_always_held_out(count: int, held: int, trained: int) -> None:
    new = images(count)
    found = choose(project_id=7, new=new, held=held, trained=trained)
    assert {sha256 for sha256 in new if place(project_id=7, sha256=sha256) < SHARE} <= found
    highest = max((place(project_id=7, sha256=sha256) for sha256 in found), default=0)
    # No image is passed over for one that stands behind it.
    assert {sha256 for sha256 in new if place(project_id=7, sha256=sha256) <= highest and found} == found
