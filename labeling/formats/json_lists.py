"""Long lists in a JSON file, entry by entry: memory is bounded by the longest entry, and that by a limit."""

from collections.abc import Collection, Iterator
from typing import IO, Any

import ijson

from labeling.formats.opened import Malformed, Opened
from labeling.formats.reading import parsed

# An image with 65,536 objects has one and a half million values.
MOST_VALUES = 4_000_000
MOST_BYTES = 1 << 28
DEEPEST = 32
OPENING, CLOSING = ("start_map", "start_array"), ("end_map", "end_array")
# So large a file is read again to find the line of what is wrong.
READ_AGAIN = 1 << 26


def entries(opened: Opened, name: str, lists: Collection[str]) -> Iterator[tuple[str, int, Any]]:
    """Yield each entry of the lists of these names at the top of a JSON object: list, place, value.

    They come in the order of the file. Raises `Malformed` where the file is no such object, with the line of
    what is wrong, and for entries that no person means; what came before that was yielded.
    """
    with opened.open(name) as member:
        file = _Bounded(member)
        try:
            yield from _entries(file, lists)
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise Malformed(_why(opened, name, error)) from error


def top(opened: Opened, name: str, key: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return one value of a JSON object by its key, and read no further. Raises `Malformed`."""
    with opened.open(name) as member:
        try:
            for found, value in ijson.kvitems(_Bounded(member), "", use_float=True):
                if found == key:
                    return value
        except ijson.JSONError as error:
            raise Malformed(_why(opened, name, error)) from error
    raise Malformed(f"has no “{key}”")


def _entries(file: "_Bounded", lists: Collection[str]) -> Iterator[tuple[str, int, Any]]:
    depth, listed, place = 0, "", 0
    key: str = ""
    entry = _Entry()
    for event, value in ijson.basic_parse(file, use_float=True):
        file.silent = 0
        if listed and (depth > 2 or event != "end_array"):
            depth += (event in OPENING) - (event in CLOSING)
            if entry.take(event, value, depth):
                yield listed, place, entry.value
                place += 1
                file.begin_entry()
                entry = _Entry()
            continue
        file.begin_entry()
        if depth == 0 and event != "start_map":
            raise Malformed("is no object of JSON")
        if event == "map_key" and depth == 1:
            key = value
        elif event == "start_array" and depth == 1 and key in lists:
            listed, place = key, 0
        depth += (event in OPENING) - (event in CLOSING)
        if depth > DEEPEST:
            raise Malformed("has lists in lists without end")
        if event == "end_array" and depth == 1:
            listed = ""


class _Entry:
    """One entry that is put together from what is read."""

    __slots__ = ("_count", "_holders", "_keys", "value")

    def __init__(self) -> None:
        self.value: Any = None
        self._holders: list[Any] = []
        self._keys: list[str] = []
        self._count = 0

    def take(self, event: str, value: Any, depth: int) -> bool:  # noqa: ANN401
        """Add what was read; return whether the entry is whole."""
        self._count += 1
        if self._count > MOST_VALUES or depth > DEEPEST:
            raise Malformed("has an entry that is too large for one image")
        if event == "map_key":
            self._keys[-1] = value
            return False
        if event in CLOSING:
            self._holders.pop()
            self._keys.pop()
            return not self._holders
        if event in OPENING:
            value = {} if event == "start_map" else []
        if not self._holders:
            self.value = value
        elif isinstance(self._holders[-1], dict):
            self._holders[-1][self._keys[-1]] = value
        else:
            self._holders[-1].append(value)
        if event in OPENING:
            self._holders.append(value)
            self._keys.append("")
        return not self._holders


class _Bounded:
    """A file whose entries and texts may not grow without end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._entry = 0
        # Bytes since anything was understood: a text that does not end.
        self.silent = 0

    def begin_entry(self) -> None:
        self._entry = 0

    def read(self, size: int) -> bytes:
        block = self._file.read(size)
        self._entry += len(block)
        self.silent += len(block)
        if max(self._entry, self.silent) > MOST_BYTES:
            raise Malformed("has an entry that is too large for one image")
        return block


def _why(opened: Opened, name: str, error: Exception) -> str:
    """Return what is wrong with a file, with the line where it can be found again."""
    try:
        parsed(opened.read(name, READ_AGAIN))
    except Malformed as found:
        return str(found)
    return f"is no JSON: {str(error).splitlines()[0]}"
