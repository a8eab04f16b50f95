"""Work time: what people spent on an object, in seconds, whole and by tool. Clients leave idle time out."""

from collections.abc import Mapping

from labeling.domain.errors import Refused

DAY = 86_400.0
MAX_TOOLS = 32


def time_added(before: float, more: float) -> float:
    """Return the sum in milliseconds' precision, at most a day: what is more was no work on one object."""
    return min(round(before + more, 3), DAY)


def tool_times_added(before: Mapping[str, float], more: Mapping[str, float]) -> dict[str, float]:
    """Return the sum tool by tool. Raises `Refused` with code `too_many_tools`."""
    names = [*before, *(name for name in more if name not in before)]
    if len(names) > MAX_TOOLS:
        raise Refused(
            "too_many_tools",
            f"Work time is kept for {MAX_TOOLS} tools of an object. Add up the others as “other”.",
        )
    return {name: time_added(before.get(name, 0.0), more.get(name, 0.0)) for name in names}
