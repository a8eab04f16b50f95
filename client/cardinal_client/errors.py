"""What can go wrong, in words that say what to do."""

from typing import Any


class ApiError(Exception):
    """The server refused; `code` is for programs, the message for people."""

    def __init__(self, status: int, code: str, message: str, details: dict[str, Any]) -> None:
        super().__init__(message)
        self.status, self.code, self.details = status, code, details


class Unreachable(Exception):
    """No server answered, after several tries."""


class Failed(Exception):
    """Work that was waited for ended without a result."""
