"""Failed sign-ins are counted by name and address: ten a minute, then a pause."""

from hashlib import sha256

from django.core.cache import cache

from labeling.domain.errors import Kind, Refused

ALLOWED_FAILURES = 10
WINDOW_S = 60


def _key(username: str, address: str) -> str:
    return "sign-in-failures:" + sha256(f"{address} {username}".encode()).hexdigest()


def ensure_attempts_left(*, username: str, address: str) -> None:
    """Raise `Refused` with code `too_many_requests` while there were too many failures."""
    if cache.get(_key(username, address), 0) >= ALLOWED_FAILURES:
        raise Refused(
            "too_many_requests",
            "Too many failed attempts. Wait a minute, then try again.",
            kind=Kind.TOO_MANY,
        )


def record_failure(*, username: str, address: str) -> None:
    """Count one failure."""
    key = _key(username, address)
    if not cache.add(key, 1, WINDOW_S):
        cache.incr(key)
