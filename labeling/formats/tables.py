"""Tables of comma-separated values, which people open in spreadsheets."""

import csv
from collections.abc import Iterable
from io import StringIO

# A cell that opens with one of these is a formula to a spreadsheet; the last one marks those that are none.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def row(cells: Iterable[object]) -> str:
    """Return one row with its end of line; words that would be formulas begin with an apostrophe."""
    line = StringIO(newline="")
    shown = [f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell for cell in cells]
    csv.writer(line).writerow(shown)
    return line.getvalue()


def cell(written: str) -> str:
    """Return what was given to `row` for a cell that is written like this."""
    return written[1:] if written[:1] == "'" and written[1:2] in FORMULA else written
