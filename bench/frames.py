"""From a trace of Chromium to the cost of each frame on the page's main thread."""

from collections.abc import Sequence
from typing import Any

Event = dict[str, Any]
CATEGORIES = "devtools.timeline,disabled-by-default-devtools.timeline"


def frame_costs_ms(events: Sequence[Event]) -> list[float]:
    """Return the milliseconds of scripting, layout and painting that each frame took, in order.

    A frame is every task of the main thread after the last one that ran animation callbacks, up to and with
    the next one that did: input, what it led to, and the drawing. Tasks after the last frame belong to none.
    """
    thread = _main_thread(events)
    here = [event for event in events if (event.get("pid"), event.get("tid")) == thread]
    starts = sorted(event["ts"] for event in here if event["name"] == "FireAnimationFrame")
    tasks = sorted((event["ts"], event.get("dur", 0)) for event in here if event["name"] == "RunTask")
    costs: list[float] = []
    cost, waiting = 0.0, iter(starts)
    start = next(waiting, None)
    for begun, took in tasks:
        if start is None:
            break
        cost += took / 1000
        if begun <= start <= begun + took:
            costs.append(cost)
            cost = 0.0
        while start is not None and start <= begun + took:
            start = next(waiting, None)
    return costs


def _main_thread(events: Sequence[Event]) -> tuple[int, int]:
    """Return process and thread that ran the page's animation callbacks."""
    counts: dict[tuple[int, int], int] = {}
    for event in events:
        if event["name"] == "FireAnimationFrame":
            key = (event["pid"], event["tid"])
            counts[key] = counts.get(key, 0) + 1
    return max(counts, key=lambda key: counts[key], default=(0, 0))
