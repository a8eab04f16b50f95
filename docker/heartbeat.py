"""Beat's schedule with a sign of life, for the container's probe.

Beat's own schedule file is none: when it is written depends on the database library that Python found.
"""

from pathlib import Path

from celery.beat import Scheduler

# In memory (a tmpfs): an old sign never outlives its container.
SIGN = Path("/tmp/beat-alive")  # noqa: S108 - the container has one process and no other users


class Heartbeat(Scheduler):  # type: ignore[misc]  # celery comes without types
    """Sends what is due, and touches `SIGN` in every round, which lasts as long as the shortest interval.

    Nothing is kept over a restart: all intervals are short, and each periodic task may run twice.
    """

    def tick(self, *args: object, **kwargs: object) -> float:
        """Do one round and return the seconds until the next."""
        pause: float = super().tick(*args, **kwargs)
        # Afterwards: a round that hangs on the broker is no sign of life.
        SIGN.touch()
        return pause
