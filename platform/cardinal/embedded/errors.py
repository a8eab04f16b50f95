"""The one error that the embedded services raise for a person to read."""

from __future__ import annotations


class EmbeddedError(Exception):
    """Something a person has to mend; the message is one line that says what to do next."""
