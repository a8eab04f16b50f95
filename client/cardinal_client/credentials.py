"""Where the command remembers whom it is signed in as."""

import json
import os
from pathlib import Path


class NotSignedIn(Exception):
    """Nothing is known that one could be signed in with."""


def path() -> Path:
    """Return the file that holds address and token."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "cardinal" / "credentials.json"


def load() -> tuple[str, str]:
    """Return address and token: from the environment, or as `cardinal login` left them."""
    url, token = os.environ.get("CARDINAL_URL"), os.environ.get("CARDINAL_TOKEN")
    if url and token:
        return url, token
    try:
        stored = json.loads(path().read_text(encoding="utf-8"))
        return str(stored["url"]), str(stored["token"])
    except (OSError, ValueError, KeyError, TypeError):
        raise NotSignedIn("Sign in first: cardinal login ADDRESS") from None


def store(url: str, token: str) -> None:
    """Remember address and token, for nobody else to read."""
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"url": url, "token": token}, file)
    os.replace(part, target)


def forget() -> None:
    """Forget address and token."""
    path().unlink(missing_ok=True)
