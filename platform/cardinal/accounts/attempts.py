"""Guessing passwords is slow: attempts count before a password is looked at, and few are hashed at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from cardinal.events.publish import broker
from labeling.domain.errors import Kind, Refused

WINDOW_S = 60
BY_NAME = 10
BY_ADDRESS = 100
# Hashing takes a third of a second of one core by design; more at once would leave none for the others.
_hashing = threading.BoundedSemaphore(2)
PATIENCE_S = 10


@contextmanager
def counted_attempt(*, username: str, address: str) -> Iterator[None]:
    """Admit one attempt; the caller checks the password inside. A successful one is not counted.

    Raises `Refused` with code `too_many_requests` after ten failures in a minute for one name from one
    address, or a hundred for one address.
    """
    keys = {_key(f"{address} {username}"): BY_NAME, _key(address): BY_ADDRESS}
    with broker().pipeline() as pipe:
        for key in keys:
            pipe.incr(key)
            pipe.expire(key, WINDOW_S, nx=True)
        counts = pipe.execute()[::2]
    if any(count > limit for count, limit in zip(counts, keys.values(), strict=True)):
        raise _too_many("Too many failed attempts. Wait a minute, then try again.")
    if not _hashing.acquire(timeout=PATIENCE_S):
        raise _too_many("Too many people sign in at this moment. Try again.")
    try:
        yield
    finally:
        _hashing.release()
    with broker().pipeline() as pipe:
        for key in keys:
            pipe.decr(key)
        pipe.execute()


def _too_many(message: str) -> Refused:
    return Refused("too_many_requests", message, kind=Kind.TOO_MANY)


def _key(text: str) -> str:
    return "cardinal:attempts:" + sha256(text.encode()).hexdigest()
