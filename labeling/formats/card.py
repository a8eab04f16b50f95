"""The data card of an archive: `README.md` in words and figures, and plots to look at."""

import html
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from labeling.formats.archive import Archive
from labeling.formats.base import ExportImage, ExportSource, Format

Bar = tuple[str, int, str]
WIDTH, ROW, LEFT, RIGHT = 640, 22, 190, 70
NEUTRAL = "#5b6b8c"
FLAGS = ("occluded", "truncated", "crowd", "ignore")


@dataclass
class Counted:
    """What an archive holds, counted while it is written."""

    images: int = 0
    annotations: int = 0
    by_label: Counter[int] = field(default_factory=Counter)
    by_split: Counter[str] = field(default_factory=Counter)
    by_model: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    # Objects in an image, and the binary logarithm of an object's area, each with how often it occurs.
    per_image: Counter[int] = field(default_factory=Counter)
    area_bits: Counter[int] = field(default_factory=Counter)

    def add(self, image: ExportImage) -> None:
        """Count an image and its objects."""
        self.images += 1
        self.by_split[image.split] += 1
        self.per_image[len(image.annotations)] += 1
        self.annotations += len(image.annotations)
        for one in image.annotations:
            self.by_label[one.label_id] += 1
            self.by_model[one.origin.model or "drawn by hand"] += 1
            self.area_bits[one.area.bit_length() - 1] += 1
            for name in FLAGS:
                self.flagged[name] += bool(getattr(one, name))


def write_card(
    archive: Archive, source: ExportSource, format_: Format, counted: Counted, about: Mapping[str, object]
) -> None:
    """Write `README.md` and `plots/*.svg`."""
    labels: list[Bar] = [(one.name, counted.by_label[one.id], one.color) for one in source.labels]
    archive.write("plots/labels.svg", bars("Objects by label", labels))
    archive.write("plots/objects.svg", bars("Images by number of objects", _per_image(counted)))
    archive.write("plots/areas.svg", bars("Objects by area in pixels", _areas(counted)))
    archive.write("README.md", _text(source, format_, counted, about))


def _per_image(counted: Counted) -> list[Bar]:
    """Return 0, 1, 2-3, 4-7 objects and so on."""
    binned: Counter[int] = Counter()
    for count, images in counted.per_image.items():
        binned[count.bit_length()] += images
    return [(_span(bits), binned[bits], NEUTRAL) for bits in range(max(binned, default=0) + 1)]


def _areas(counted: Counted) -> list[Bar]:
    if not counted.area_bits:
        return []
    first, last = min(counted.area_bits), max(counted.area_bits)
    return [(_span(bits + 1), counted.area_bits[bits], NEUTRAL) for bits in range(first, last + 1)]


def _span(bits: int) -> str:
    """Return which numbers have so many binary digits."""
    low, high = (1 << bits) >> 1, (1 << bits) - 1
    return str(low) if low >= high else f"{low} to {high}"


def bars(title: str, rows: Sequence[Bar]) -> str:
    """Return a picture of horizontal bars as SVG, each with its name and its number."""
    height = 44 + ROW * max(1, len(rows))
    most = max((count for _, count, _ in rows), default=0) or 1
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="24" font-size="14" font-weight="bold" fill="#1b1f29">{html.escape(title)}</text>',
    ]
    for place, (name, count, color) in enumerate(rows):
        y = 38 + ROW * place
        length = round((WIDTH - LEFT - RIGHT) * count / most, 1)
        shown = name if len(name) <= 26 else f"{name[:25]}…"
        parts.append(
            f'<text x="{LEFT - 8}" y="{y + 13}" text-anchor="end" fill="#1b1f29">{_printable(shown)}</text>'
            f'<rect x="{LEFT}" y="{y}" width="{length}" height="{ROW - 5}" rx="2" fill="{color}"/>'
            f'<text x="{LEFT + length + 6}" y="{y + 13}" fill="#4a5163">{count}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _printable(text: str) -> str:
    """Return text for XML, which has no word for most control characters."""
    return html.escape("".join(letter for letter in text if letter.isprintable()))


def _text(source: ExportSource, format_: Format, counted: Counted, about: Mapping[str, object]) -> str:
    lines = [
        f"# {one_line(source.project_name)}",
        "",
        f"{counted.images} images with {counted.annotations} objects, as {format_.title}.",
        "",
        "| | |",
        "|---|---|",
        f"| Snapshot | `{about.get('snapshot', '')}` |",
        f"| Licence | {_cell(source.licence) or 'not stated'} |",
        *(f"| Part {_cell(name)} | {counted.by_split[name]} images |" for name in source.splits if name),
        *(f"| {name.capitalize()} | {counted.flagged[name]} objects |" for name in FLAGS),
        "",
        "## Where masks come from",
        "",
        "The model version whose proposal a mask had last, before people drew on it.",
        "",
        "| version | objects |",
        "|---|---:|",
        *(f"| {_cell(name)} | {counted.by_model[name]} |" for name in sorted(counted.by_model)),
        "",
        "## Labels",
        "",
        "| label | kind | objects |",
        "|---|---|---:|",
        *(f"| {_cell(one.name)} | {one.kind} | {counted.by_label[one.id]} |" for one in source.labels),
        "",
        "![Objects by label](plots/labels.svg)",
        "![Images by number of objects](plots/objects.svg)",
        "![Objects by area](plots/areas.svg)",
        "",
        "## What this format cannot say",
        "",
        format_.loses,
        "",
        "Masks are those of the upright image: an EXIF rotation is applied first. `manifest.json` says how "
        "this archive was made and names every file with its hash.",
    ]
    return "\n".join(lines) + "\n"


def one_line(text: str) -> str:
    """Return text without breaks and without what does not show."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _cell(text: str) -> str:
    """Return text for a cell of a table, without what would be markup."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|#!&" else letter for letter in one_line(text))
