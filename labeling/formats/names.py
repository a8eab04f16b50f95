"""Names of files in archives, made of names that people gave: safe everywhere, and no two alike."""

import re
import unicodedata

LONGEST = 100
# What some system takes for something else than a letter of a name.
UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\s]+')
RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def safe(name: str, otherwise: str = "unnamed") -> str:
    """Return a name for a file or folder: letters of any script stay, what is special becomes `_`."""
    text = UNSAFE.sub("_", unicodedata.normalize("NFC", name))
    # Marks that turn the direction of writing hide what a name ends with.
    text = "".join(letter for letter in text if unicodedata.category(letter) not in ("Cf", "Cs", "Co", "Cn"))
    text = text.strip("._ ")
    while len(text.encode()) > LONGEST:
        text = text[:-1]
    text = text.rstrip("._ ")
    if not text:
        return otherwise
    return f"{text}_" if RESERVED.match(text) else text


class Names:
    """Stems of files for images, each once; the second of one name gets its image's number."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def stem(self, name: str, number: int) -> str:
        """Return the stem for an image's name; the same calls in the same order give the same stems."""
        stem = safe(name.rpartition(".")[0] or name, f"image_{number}")
        if key_of(stem) in self._taken:
            stem = f"{stem}_{number}"
        while key_of(stem) in self._taken:
            stem += "_"
        self._taken.add(key_of(stem))
        return stem


def key_of(stem: str) -> str:
    """Return one spelling for stems that some systems do not tell apart, by case or compatible letters."""
    return unicodedata.normalize("NFKC", stem).casefold()


def stem_of(name: str) -> str:
    """Return what files about an image of that name are called in any archive, in one spelling."""
    return key_of(safe(name.rpartition(".")[0] or name, ""))


def ending(name: str) -> str:
    """Return how a file's name ends, if that is safe to keep: `.jpg`; nothing where it says nothing."""
    _, dot, last = name.lower().rpartition(".")
    return f".{last}" if dot and last.isascii() and last.isalnum() and len(last) <= 5 else ""
