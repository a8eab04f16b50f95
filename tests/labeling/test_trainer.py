"""The training command as a process: heard, stopped, killed, and gone with its parent."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

from labeling.trainer import ENDED, KILLED, Training, TrainingFailed


def stand_in(folder: Path, code: str, *, grace_s: float = 5.0) -> Training:
    """A command that behaves as told; its folder is its last argument."""
    script = folder / "stand_in.py"
    script.write_text(textwrap.dedent(code))
    return Training(folder, program=(sys.executable, str(script)), grace_s=grace_s)


def never() -> bool:
    return False


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as file:
        return file.read().split()[2] != "Z"


def gone(pid: int) -> bool:
    for _ in range(200):
        if not alive(pid):
            return True
        time.sleep(0.05)
    return False


def test_what_it_says_is_heard_and_the_end_is_told(tmp_path: Path) -> None:
    heard: list[dict[str, Any]] = []
    training = stand_in(
        tmp_path,
        """
        import sys
        sys.stderr.write("a warning\\n")
        print('{"phase": "train", "step": 1}', flush=True)
        print("no JSON", flush=True)
        print('{"phase": "done", "better": true}', flush=True)
        """,
    )
    assert training.run(heard.append, never) is True
    assert [one["phase"] for one in heard] == ["train", "train", "done"]
    assert training.log == "a warning\n"


def test_it_is_asked_to_stop_and_has_time_to_save(tmp_path: Path) -> None:
    training = stand_in(
        tmp_path,
        """
        import pathlib, signal, sys, time
        def save(*_):
            pathlib.Path(sys.argv[1], "saved").write_text("step 7")
            sys.exit(130)
        signal.signal(signal.SIGTERM, save)
        print('{"phase": "train", "step": 7}', flush=True)
        time.sleep(60)
        """,
    )
    heard: list[dict[str, Any]] = []
    assert training.run(heard.append, lambda: bool(heard)) is False
    assert (tmp_path / "saved").read_text() == "step 7"


def test_what_does_not_stop_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    training = stand_in(
        tmp_path,
        """
        import pathlib, signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        pathlib.Path(sys.argv[1], "child").write_text(str(child.pid))
        print('{"phase": "train", "step": 1}', flush=True)
        time.sleep(60)
        """,
        grace_s=0.5,
    )
    heard: list[dict[str, Any]] = []
    assert training.run(heard.append, lambda: bool(heard)) is False
    assert gone(int((tmp_path / "child").read_text()))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            """
            print('{"phase": "failed", "code": "no_objects", "message": "No objects."}')
            raise SystemExit(3)
            """,
            ("no_objects", "No objects."),
        ),
        # One of several processes said it; the command that led them ended in its own way.
        (
            """
            print('{"phase": "failed", "code": "gpu_memory", "message": "Too little memory."}')
            raise SystemExit(1)
            """,
            ("gpu_memory", "Too little memory."),
        ),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", ("killed", KILLED)),
        ("raise SystemExit(1)", ("ended", ENDED)),
        ("", ("ended", ENDED)),
    ],
)
def test_a_failure_has_a_code_and_a_sentence(tmp_path: Path, code: str, expected: tuple[str, str]) -> None:
    with pytest.raises(TrainingFailed) as caught:
        stand_in(tmp_path, code).run(lambda said: None, never)
    assert (caught.value.code, str(caught.value)) == expected


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
def test_it_does_not_outlive_the_worker_and_leaves_the_processor_to_others(tmp_path: Path) -> None:
    script = tmp_path / "stand_in.py"
    script.write_text(
        "import os, pathlib, sys, time\n"
        "idle = os.sched_getscheduler(0) == os.SCHED_IDLE\n"
        "told = f'{os.getpid()} {os.getpriority(os.PRIO_PROCESS, 0)} {idle}'\n"
        "pathlib.Path(sys.argv[1], 'told').write_text(told)\n"
        'print(\'{"phase": "train"}\', flush=True)\n'
        "time.sleep(60)\n"
    )
    worker = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from labeling.trainer import Training;"
            "training = Training(Path(sys.argv[1]), program=(sys.executable, sys.argv[2]));"
            "training.run(lambda said: None, lambda: False)",
            str(tmp_path),
            str(script),
        ]
    )
    while not (tmp_path / "told").exists() or len((tmp_path / "told").read_text().split()) < 3:
        assert worker.poll() is None
        time.sleep(0.05)
    pid, niceness, idle = (tmp_path / "told").read_text().split()
    assert (niceness, idle) == ("19", "True")
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert gone(int(pid))
