"""The supervisor with toy children: starting, stopping, crashes, and what a killed one leaves behind."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from cardinal.embedded.records import Record, Records, start_mark
from tests.cardinal.embedded.running import eventually, house, runs, stopped, toy

# Says at its end who it is, in the order in which the children end.
_SIGNS_OUT = (
    "import signal, sys, time\n"
    "def end(*_):\n"
    "    open('ends', 'a').write({name!r} + '\\n')\n"
    "    sys.exit(0)\n"
    "signal.signal(signal.SIGTERM, end)\n"
    "open({name!r} + '.up', 'w').close()\n"
    "time.sleep(1000)"
)
_STUBBORN = (
    "import signal, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "open('stubborn.up', 'w').close()\n"
    "time.sleep(1000)"
)
# A leader with a child of its own that would outlive it.
_PARENT = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'])\n"
    "open('grandchild', 'w').write(str(child.pid) + '\\n')\n"
    "time.sleep(1000)"
)


def _signs_out(name: str, stage: int) -> dict[str, object]:
    return toy(name, _SIGNS_OUT.format(name=name), stage=stage, ready=f"{name}.up")


def _grandchild(data: Path) -> int:
    written = data / "grandchild"
    assert eventually(lambda: written.exists() and written.read_text().endswith("\n"))
    return int(written.read_text())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_ends_all_children_stage_by_stage(tmp_path: Path, number: signal.Signals) -> None:
    children = [_signs_out("database", 0), _signs_out("broker", 1), _signs_out("web", 2)]
    with house(tmp_path, *children) as running:
        running.wait_line("ready")
        tree = running.tree()
        assert len(tree) == 4
        assert running.stop(number) == 0
        assert all(stopped(tree))
    assert (tmp_path / "ends").read_text().split() == ["web", "broker", "database"]
    assert not (tmp_path / "children.json").exists()
    assert running.errors == ""


def test_a_child_that_ignores_the_request_is_killed_after_its_grace(tmp_path: Path) -> None:
    with house(tmp_path, toy("stubborn", _STUBBORN, grace_s=0.2, ready="stubborn.up")) as running:
        running.wait_line("ready")
        pid = running.pid("stubborn")
        assert running.stop() == 0
        assert not runs(pid)


def test_a_second_request_cuts_the_grace_short(tmp_path: Path) -> None:
    with house(tmp_path, toy("stubborn", _STUBBORN, grace_s=10_000, ready="stubborn.up")) as running:
        running.wait_line("ready")
        running.process.send_signal(signal.SIGINT)
        running.wait_line("Stopping.")
        assert running.stop(signal.SIGINT) == 0


def test_a_crashed_child_is_reported_in_one_line_and_started_again(tmp_path: Path) -> None:
    with house(tmp_path, toy("web"), policy={"first_delay_s": 0.1}) as running:
        running.wait_line("ready")
        before = running.pid("web")
        os.kill(before, signal.SIGKILL)
        line = running.wait_line("web")
        assert (
            line == f"web was ended by SIGKILL; starting it again in 0.1 s. Its log: {tmp_path}/logs/web.log"
        )
        assert eventually(
            lambda: any(row["name"] == "web" and row["pid"] != before for row in running.recorded())
        )
        assert runs(running.pid("web"))
        assert running.stop() == 0


def test_a_crashed_child_takes_its_own_children_along(tmp_path: Path) -> None:
    with house(tmp_path, toy("worker", _PARENT), policy={"first_delay_s": 1000}) as running:
        running.wait_line("ready")
        grandchild = _grandchild(tmp_path)
        os.kill(running.pid("worker"), signal.SIGKILL)
        running.wait_line("worker was ended by SIGKILL")
        assert all(stopped([grandchild]))


def test_a_child_that_keeps_crashing_ends_the_supervisor_with_a_clear_line(tmp_path: Path) -> None:
    crash = (
        "import os, time\n"
        "while not os.path.exists('go'): time.sleep(0.01)\n"
        "print('no such luck'); raise SystemExit(3)"
    )
    policy = {"first_delay_s": 0.01, "crashes": 3, "steady_s": 1000}
    with house(tmp_path, toy("steady"), toy("web", crash), policy=policy) as running:
        running.wait_line("ready")
        steady = running.pid("steady")
        (tmp_path / "go").touch()
        assert running.wait() == 1
        assert all(stopped([steady]))
    assert running.errors == (
        "cardinal: web ended 3 times in a row soon after its start, the last time it ended with code 3 "
        "(no such luck); "
        f"see {tmp_path}/logs/web.log.\n"
    )
    assert [line for line in running.lines if "starting it again" in line] == [
        f"web ended with code 3; starting it again in 0.0 s. Its log: {tmp_path}/logs/web.log"
    ] * 2


def test_a_child_that_lived_for_a_while_may_crash_without_end(tmp_path: Path) -> None:
    with house(tmp_path, toy("web"), policy={"first_delay_s": 0.01, "crashes": 2, "steady_s": 0}) as running:
        running.wait_line("ready")
        for _ in range(4):
            assert eventually(lambda: len(running.recorded()) == 1)
            os.kill(running.pid("web"), signal.SIGKILL)
            running.wait_line("web was ended by SIGKILL; starting it again in 0.0 s.")
        assert running.stop() == 0


def test_a_console_that_goes_away_changes_nothing(tmp_path: Path) -> None:
    with house(tmp_path, toy("web"), policy={"first_delay_s": 0.01}) as running:
        running.wait_line("ready")
        before = running.pid("web")
        running.close_console()
        os.kill(before, signal.SIGKILL)
        assert eventually(lambda: any(row["pid"] != before for row in running.recorded()))
        assert running.stop() == 0
        assert running.errors == ""


def test_a_child_that_does_not_start_ends_the_supervisor_with_its_last_words(tmp_path: Path) -> None:
    with house(tmp_path, toy("steady"), toy("web", "raise SystemExit('no port')", ready="never")) as running:
        assert running.wait() == 1
    assert running.errors == (
        f"cardinal: web did not start: it ended with code 1 (no port); see {tmp_path}/logs/web.log.\n"
    )
    assert not (tmp_path / "children.json").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")
def test_children_end_by_themselves_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    with house(tmp_path, toy("web"), toy("worker")) as running:
        running.wait_line("ready")
        children = running.tree()[1:]
        assert len(children) == 2
        running.process.kill()
        running.wait()
        assert all(stopped(children))


def test_the_next_start_ends_what_a_killed_supervisor_left(tmp_path: Path) -> None:
    stubborn = toy("stubborn", _STUBBORN, ready="stubborn.up", death_signal=0)
    with house(tmp_path, stubborn, toy("leader", _PARENT, death_signal=signal.SIGKILL)) as first:
        first.wait_line("ready")
        left, grandchild = first.pid("stubborn"), _grandchild(tmp_path)
        leader = first.pid("leader")
        first.process.kill()
        first.wait()
        assert all(stopped([leader]))
        assert runs(left)
        assert runs(grandchild)
        with house(tmp_path, toy("web")) as second:
            second.wait_line("Ended what an earlier start left running: leader, stubborn.")
            assert not runs(left)
            assert not runs(grandchild)
            second.wait_line("ready")
            assert [row["name"] for row in second.recorded()] == ["web"]
            assert second.stop() == 0


def test_a_process_that_was_given_a_recorded_number_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        assert start_mark(stranger.pid) is not None
        row = Record("web", stranger.pid, "another boot 1", stop_signal=9, stop_stage=2, orphan_grace_s=0.1)
        (tmp_path / "children.json").write_text(json.dumps([asdict(row)]))
        assert Records(tmp_path / "children.json").left_over() == [row]
        with house(tmp_path, toy("web")) as running:
            running.wait_line("ready")
            assert running.lines == ["ready"]
            assert stranger.poll() is None
            assert running.stop() == 0
        stranger.communicate(b"\n")
        assert stranger.returncode == 0
