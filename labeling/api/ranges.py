"""Parts of a file: a download that was broken off goes on where it ended (RFC 9110, section 14)."""

import re

ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class Unsatisfiable(Exception):
    """A range that begins behind the end of the file."""


def asked_range(*, header: str, condition: str, etag: str, size: int) -> tuple[int, int] | None:
    """Return the first and the last byte that are asked for; None for the whole file.

    `header` is the request's Range, `condition` its If-Range. Several ranges at once, other units and what
    is no range are answered with the whole file, as the standard allows.
    """
    found = ONE_RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", "") or (condition and condition != etag):
        return None
    first, last = found.groups()
    if not first:
        if int(last) == 0 or size == 0:
            raise Unsatisfiable
        return max(size - int(last), 0), size - 1
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise Unsatisfiable
    return int(first), min(int(last), size - 1) if last else size - 1
