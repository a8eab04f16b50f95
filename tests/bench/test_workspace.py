"""The parts of the measurements that can be wrong without anybody seeing it."""

import numpy as np

from bench.frames import frame_costs_ms
from bench.workspace import blob, first_scripts
from labeling.domain import masks


def _event(name: str, ts: int, dur: int = 0, *, tid: int = 1) -> dict[str, object]:
    return {"name": name, "ts": ts, "dur": dur, "pid": 9, "tid": tid, "ph": "X"}


def test_a_frame_costs_all_tasks_since_the_last_one() -> None:
    events = [
        _event("RunTask", 0, 1_000),  # input
        _event("RunTask", 2_000, 4_000),
        _event("FireAnimationFrame", 2_100, 3_000),
        _event("RunTask", 10_000, 500),  # input
        _event("RunTask", 11_000, 700),
        _event("RunTask", 12_000, 2_000, tid=2),  # another thread
        _event("RunTask", 16_000, 3_000),
        _event("FireAnimationFrame", 16_050, 2_000),
        _event("RunTask", 20_000, 9_000),  # after the last frame
    ]
    assert frame_costs_ms(events) == [5.0, 4.2]
    assert frame_costs_ms(list(reversed(events))) == [5.0, 4.2]


def test_two_callbacks_of_one_frame_are_one_frame() -> None:
    events = [
        _event("RunTask", 0, 3_000),
        _event("FireAnimationFrame", 100, 500),
        _event("FireAnimationFrame", 700, 500),
        _event("RunTask", 16_000, 1_000),
        _event("FireAnimationFrame", 16_100, 500),
    ]
    assert frame_costs_ms(events) == [3.0, 1.0]


def test_a_trace_without_frames_costs_nothing() -> None:
    assert frame_costs_ms([]) == []
    assert frame_costs_ms([_event("RunTask", 0, 1_000)]) == []


def test_the_first_scripts_are_those_that_the_page_names() -> None:
    page = (
        '<script src="/color-scheme.js"></script><script type="module" src="/assets/index-a.js"></script>'
        '<link rel="modulepreload" href="/assets/react-b.js"><link rel="stylesheet" href="/assets/c.css">'
        '<link rel="modulepreload" href="/assets/react-b.js">'
    )
    assert first_scripts(page) == ["assets/index-a.js", "assets/react-b.js"]


def test_a_blob_lies_within_its_image_and_has_the_size_it_says() -> None:
    made = blob(np.random.default_rng(1), (6000, 4000), 900)
    x, y, width, height = made["bbox"]
    assert min(x, y) >= 0
    assert (x + width <= 6000, y + height <= 4000) == (True, True)
    assert 1_500_000 < made["area"] < 2_600_000
    rle = masks.Rle(size=(4000, 6000), counts=made["counts"])
    assert masks.area(rle) == made["area"]
