"""How far a long command is, with the time left, where a person can see it."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

# Seconds between two drawings: more often is flicker.
DRAW_EVERY_S = 0.1


class ProgressLine:
    """One line on a terminal that is drawn over and over; nothing but messages goes anywhere else.

    Use it in a `with` statement, so that the line is gone when the work ends, in whichever way.
    """

    def __init__(
        self, total: int, *, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._total, self._clock = total, clock
        self._stream = sys.stderr if stream is None else stream
        self._live = self._stream.isatty()
        self._done, self._began, self._drawn_at, self._width = 0, clock(), -DRAW_EVERY_S, 0

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._erase()

    def advance(self, note: str = "") -> None:
        """Count one more step as done, and draw the line with a note behind."""
        self._done += 1
        now = self._clock()
        if not self._live or (now - self._drawn_at < DRAW_EVERY_S and self._done < self._total):
            return
        left = (now - self._began) / self._done * (self._total - self._done)
        text = f"{self._done}/{self._total}  {duration(left)} left" + (f"  {note}" if note else "")
        self._stream.write(f"\r{text.ljust(self._width)}")
        self._stream.flush()
        self._drawn_at, self._width = now, len(text)

    def say(self, message: str) -> None:
        """Write a message on a line of its own."""
        self._erase()
        self._stream.write(f"{message}\n")
        self._stream.flush()

    def _erase(self) -> None:
        if self._width:
            self._stream.write(f"\r{' ' * self._width}\r")
            self._stream.flush()
            self._width = 0


def duration(seconds: float) -> str:
    """Return seconds as 0:07, 12:30 or 3:02:09, rounded."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
