"""How people are shown where there is little room."""

import re
import unicodedata


def initials(name: str) -> str:
    """Return one or two capital letters for a name: “ada.lovelace” gives “AL”, “annotator” gives “AN”."""
    words = [word for word in re.split(r"[\W_]+", unicodedata.normalize("NFC", name)) if word]
    if not words:
        return "?"
    letters = words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]
    # One letter may have two capitals (ß), and initials have room for two in all.
    return letters.upper()[:2]
