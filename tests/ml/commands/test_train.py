import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ml.cli import main
from ml.commands.train import INTERRUPTED, RESTARTED, TUNING, stop_on_signals
from tests.ml.objects_folder import write_objects
from tests.ml.training.small import as_toml, settings

ROOT = Path(__file__).resolve().parents[3]
# A state as soon as three steps are done, and then time enough to be told to end.
SCHEDULE = {"steps": 24, "validate_every": 24, "save_every": 3}


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    """The command for a small run in a folder of its own."""
    write_objects(tmp_path / "data")
    (tmp_path / "run.toml").write_text(as_toml(settings()))
    return [
        "train",
        str(tmp_path / "run.toml"),
        "--data",
        str(tmp_path / "data"),
        "--out",
        str(tmp_path / "out"),
    ]


def test_a_run_writes_plain_lines_where_there_is_no_terminal(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    lines = printed.err.splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        "step 3 of 6",
        "step 6 of 6",
        f"Saved at step 6 of 6. The weights are in {tmp_path / 'out'}.",
    ]
    assert all("  loss " in line and "  tuning IoU " in line for line in lines[:2])
    assert lines[1].endswith("  0:00 left")
    assert main(arguments) == 0
    assert capsys.readouterr().err.splitlines()[0] == "This run is over."


def test_on_a_terminal_one_line_shows_every_step_and_the_time_left(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert main(arguments) == 0
    drawn = capsys.readouterr().err.split("\r")
    assert any(part.startswith("6/6  0:00 left  step 6 of 6  loss ") for part in drawn)
    # What a validation found stays on a line of its own.
    assert sum("tuning IoU" in part and part.endswith("left\n") for part in drawn) == 2


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda folder: (folder / "run.toml").unlink(),
            "run.toml cannot be read as a training configuration",
        ),
        (lambda folder: (folder / "data/train.csv").unlink(), "train.csv cannot be read as an index"),
        (lambda folder: (folder / "data/train0.jpg").unlink(), "train0.jpg is not there"),
        (lambda folder: (folder / "out").write_text("no folder"), "out"),
    ],
)
def test_what_is_wrong_is_one_line_and_status_2(
    arguments: list[str], tmp_path: Path, spoil: object, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(tmp_path)  # type: ignore[operator]
    assert main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("ml: ")
    assert message in line


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_is_remembered_and_the_next_one_does_what_it_always_did(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stop_on_signals() as stop:
        assert not stop()
        signal.raise_signal(number)
        assert stop()
        assert signal.getsignal(number) == signal.SIG_DFL
    assert signal.getsignal(number) == before


def test_a_program_that_is_told_to_end_saves_and_goes_on_when_it_is_started_again(
    arguments: list[str], tmp_path: Path
) -> None:
    (tmp_path / "run.toml").write_text(as_toml(settings(schedule=SCHEDULE)))
    command = [sys.executable, "-m", "ml", *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in TUNING}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as program:
        assert program.stderr is not None
        while program.poll() is None and not (tmp_path / "out" / "state.pt").exists():
            time.sleep(0.01)
        program.send_signal(signal.SIGTERM)
        told = program.stderr.read().splitlines()
    assert program.returncode == INTERRUPTED
    assert "Stopping after this step; once more stops at once." in told
    step = int(told[-1].split()[3])
    assert told[-1] == f"Saved at step {step} of 24. To go on, start it again."
    again = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=True)
    assert again.stdout == ""
    lines = again.stderr.splitlines()
    assert lines[0] == f"Going on from step {step} of 24."
    assert lines[-1] == f"Saved at step 24 of 24. The weights are in {tmp_path / 'out'}."


PROBE = """
import os
from ml.commands.train import TUNING, restart_tuned
restart_tuned()
print(os.getpid(), *(os.environ.get(name, "-") for name in TUNING))
"""


def probe(**environment: str) -> tuple[bool, list[str]]:
    """Return whether the process keeps its number, and the values of `TUNING` that it ends with."""
    plain = {name: value for name, value in os.environ.items() if name not in {*TUNING, RESTARTED}}
    with subprocess.Popen(
        [sys.executable, "-c", PROBE],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**plain, **environment},
    ) as program:
        assert program.stdout is not None
        number, *values = program.stdout.read().split()
    return int(number) == program.pid, values


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc takes these settings")
def test_training_restarts_itself_once_with_memory_kept_and_threads_that_wait() -> None:
    assert probe() == (True, list(TUNING.values()))
    # What somebody chose stays, and a process that lost the settings on the way does not start for ever.
    assert probe(OMP_WAIT_POLICY="ACTIVE") == (True, [*list(TUNING.values())[:3], "ACTIVE"])
    assert probe(**{RESTARTED: "1"}) == (True, ["-", "-", "-", "-"])


def test_the_command_line_starts_without_torch() -> None:
    code = "import sys, ml.cli; print({'torch', 'matplotlib', 'pydantic'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "set()"
