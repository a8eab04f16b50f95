"""How often somebody may do something that costs others: so many times in a second, no more."""

from collections import deque


class Allowance:
    """At most `limit` times within any `window_s` seconds; the rest is counted in `dropped`."""

    def __init__(self, limit: int, *, window_s: float = 1.0) -> None:
        self.dropped = 0
        self._window_s = window_s
        self._taken: deque[float] = deque(maxlen=limit)

    def take(self, now: float) -> bool:
        """Return whether it may happen at `now`, in seconds of a clock that never runs backwards."""
        if len(self._taken) == self._taken.maxlen and now - self._taken[0] < self._window_s:
            self.dropped += 1
            return False
        self._taken.append(now)
        return True
