"""The one place that reads the environment. Every variable that Cardinal understands is listed here.

Two more belong to the supervisor of `make demo` alone, which runs before any settings: CARDINAL_PORT (0 to
65535, 0 for any free one) and CARDINAL_SEGMENT_PROCESSES (1 to 64).
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parents[3]


class EnvironmentInvalid(Exception):
    """A variable is missing or malformed; the message names it and says what to set."""


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def _number(name: str, default: float, *, minimum: float, maximum: float = float("inf")) -> float:
    text = os.environ.get(name, "")
    try:
        value = float(text) if text else default
    except ValueError:
        raise EnvironmentInvalid(f"{name} must be a number, not {text!r}.") from None
    if not minimum <= value <= maximum:
        bounds = f"from {minimum:g} to {maximum:g}" if maximum < float("inf") else f"at least {minimum:g}"
        raise EnvironmentInvalid(f"{name} must be {bounds}, not {value:g}.")
    return value


def default_services(*, database_url: str, broker_url: str) -> None:
    """Use these addresses where the environment gives none."""
    os.environ.setdefault("DATABASE_URL", database_url)
    os.environ.setdefault("BROKER_URL", broker_url)


def data_folder() -> Path:
    """Return the folder of everything that must survive a restart."""
    return Path(os.environ.get("CARDINAL_DATA") or ROOT / ".cardinal").absolute()


@dataclass(frozen=True)
class Environment:
    """What the process was started with. Times are in seconds, sizes in bytes."""

    secret_key: str = field(default_factory=lambda: os.environ.get("CARDINAL_SECRET_KEY", ""))
    data: Path = field(default_factory=data_folder)
    database_url: str = field(default_factory=lambda: os.environ.get("DATABASE_URL", ""))
    broker_url: str = field(default_factory=lambda: os.environ.get("BROKER_URL", ""))
    allowed_hosts: list[str] = field(default_factory=lambda: _list("CARDINAL_ALLOWED_HOSTS"))
    csrf_origins: list[str] = field(default_factory=lambda: _list("CARDINAL_CSRF_ORIGINS"))
    insecure_http: bool = field(default_factory=lambda: os.environ.get("CARDINAL_INSECURE_HTTP", "") == "1")
    frontend_dist: Path = field(
        default_factory=lambda: Path(os.environ.get("CARDINAL_FRONTEND_DIST") or ROOT / "frontend" / "dist")
    )
    storage: str = field(default_factory=lambda: os.environ.get("CARDINAL_STORAGE", ""))
    predictor: str = field(default_factory=lambda: os.environ.get("CARDINAL_PREDICTOR") or "default")
    segment_deadline_s: float = field(
        default_factory=lambda: _number("CARDINAL_SEGMENT_DEADLINE_S", 8, minimum=0.2, maximum=25)
    )
    lease_seconds: float = field(default_factory=lambda: _number("CARDINAL_LEASE_SECONDS", 120, minimum=1))
    decoded_cache_bytes: int = field(
        default_factory=lambda: int(_number("CARDINAL_DECODED_CACHE_MB", 512, minimum=1) * 2**20)
    )
    log_level: str = field(default_factory=lambda: os.environ.get("CARDINAL_LOG_LEVEL") or "INFO")

    def database(self) -> dict[str, object]:
        """Return Django's database entry for `DATABASE_URL`.

        The host may be a percent-encoded folder (a unix socket): `postgresql://user@%2Frun%2Fpg/name`,
        or the folder may stand in the query: `postgresql://user@/name?host=/run/pg`.
        """
        if not self.database_url:
            raise EnvironmentInvalid(
                "DATABASE_URL is not set. Give it as postgresql://user:password@host/name."
            )
        parts = urlsplit(self.database_url)
        if parts.scheme not in {"postgres", "postgresql"} or len(parts.path) < 2:
            raise EnvironmentInvalid("DATABASE_URL must look like postgresql://user:password@host:5432/name.")
        # urlsplit lower-cases hostnames, and a unix socket's folder is case sensitive.
        netloc = parts.netloc.rpartition("@")[2]
        host, _, port = netloc.partition(":")
        query = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.get("host") or unquote(host),
            "PORT": query.get("port") or port,
        }

    def broker(self) -> str:
        """Return `BROKER_URL`: `redis://host:6379/0`, `rediss://…` or `unix:///folder/valkey.sock`."""
        if not self.broker_url.startswith(("redis://", "rediss://", "unix://")):
            raise EnvironmentInvalid(
                "BROKER_URL must be redis://host:6379/0, rediss://… or unix:///folder/valkey.sock."
            )
        return self.broker_url

    def celery_broker(self) -> str:
        """Return the broker in kombu's spelling, in which a unix socket is `redis+socket://`."""
        return self.broker().replace("unix://", "redis+socket://", 1)
