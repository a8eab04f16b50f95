"""What may be kept of a person's preferences: a small JSON document, stored as it came."""

import json
from collections.abc import Mapping

from labeling.domain.errors import Kind, Refused, invalid_field

MAX_BYTES = 32 * 1024


def document_check(document: Mapping[str, object]) -> None:
    """Raise `Refused` unless the document fits into the database and is at most 32 kB of JSON."""
    try:
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        size = len(text.encode())
    except (ValueError, RecursionError):
        raise invalid_field("preferences", "Only text, finite numbers, lists and objects are kept.") from None
    # JSON writes a NUL as an escape, which Postgres cannot store.
    if "\\u0000" in text.replace("\\\\", ""):
        raise invalid_field("preferences", "Preferences must not contain NUL characters.")
    if size > MAX_BYTES:
        raise Refused(
            "too_large",
            f"Preferences have {size:,} bytes; {MAX_BYTES:,} is the limit. Remove what you changed last.",
            kind=Kind.TOO_LARGE,
        )
