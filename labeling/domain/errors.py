"""How the domain says no. A refusal changes nothing and tells the person what to do."""

import errno
from enum import Enum
from typing import Any

DISK_FULL = "The disk of this site is full. Tell its admin to free some space, then try again."


class Kind(Enum):
    """Why something was refused; the API turns it into an HTTP status."""

    INVALID = "invalid"
    NOT_SIGNED_IN = "not_signed_in"
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    UNSUPPORTED = "unsupported"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    STORAGE_FULL = "storage_full"


class Refused(Exception):
    """A request that cannot be carried out.

    Attributes:
        code: a stable word for programs, in snake_case.
        message: one sentence for people, which says what to do next.
        details: what a program needs to act, JSON-serialisable.
    """

    kind = Kind.INVALID

    def __init__(self, code: str, message: str, *, kind: Kind | None = None, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details
        if kind is not None:
            self.kind = kind


def is_disk_full(error: BaseException) -> bool:
    """Say whether a write has failed since there was no space left, or none left for us."""
    # SQLite, in which imports are staged, tells it in a way of its own.
    if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
        return True
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def invalid_field(field: str, message: str) -> Refused:
    """Return the refusal of one field of a request."""
    return Refused("invalid", message, fields={field: [message]})


def not_allowed(message: str) -> Refused:
    """Return the refusal for a role that does not cover the action."""
    return Refused("not_allowed", message, kind=Kind.NOT_ALLOWED)


def not_found(what: str) -> Refused:
    """Return the refusal for things that are not there, or not there for this person."""
    return Refused(
        "not_found", f"There is no such {what}, or you are no member of its project.", kind=Kind.NOT_FOUND
    )


def conflict(code: str, message: str, **details: Any) -> Refused:
    """Return the refusal for requests that came too late or out of order."""
    return Refused(code, message, kind=Kind.CONFLICT, **details)
