import io

import pytest

from ml.progress import ProgressLine, duration


class Terminal(io.StringIO):
    """What a person would have in front of them."""

    def isatty(self) -> bool:
        return True


class Clock:
    """Goes on by the seconds that it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (750, "12:30"), (3599.7, "1:00:00"), (10929, "3:02:09")],
)
def test_durations_read_as_clocks_do(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_the_line_says_how_much_is_done_and_how_long_the_rest_takes() -> None:
    terminal, clock = Terminal(), Clock()
    progress = ProgressLine(40, stream=terminal, clock=clock)
    clock.now += 20
    progress.advance("mean IoU 0.9")
    assert terminal.getvalue() == "\r1/40  13:00 left  mean IoU 0.9"


def test_a_shorter_line_covers_the_longer_one_before() -> None:
    terminal, clock = Terminal(), Clock()
    progress = ProgressLine(2, stream=terminal, clock=clock)
    for note in ("a long note", ""):
        clock.now += 1
        progress.advance(note)
    assert terminal.getvalue() == "\r1/2  0:01 left  a long note" + "\r2/2  0:00 left" + " " * 13


def test_the_line_is_not_drawn_more_often_than_one_can_read_but_at_the_end() -> None:
    terminal, clock = Terminal(), Clock()
    progress = ProgressLine(100, stream=terminal, clock=clock)
    for _ in range(100):
        clock.now += 0.01
        progress.advance()
    drawn = [line.split()[0] for line in terminal.getvalue().split("\r")[1:]]
    assert drawn[0] == "1/100"
    assert drawn[-1] == "100/100"
    assert 8 <= len(drawn) <= 12


def test_a_message_stands_on_a_line_of_its_own() -> None:
    terminal = Terminal()
    progress = ProgressLine(2, stream=terminal, clock=Clock())
    progress.advance()
    progress.say("left out")
    assert terminal.getvalue() == "\r1/2  0:00 left" + "\r" + " " * 14 + "\r" + "left out\n"


def test_the_line_is_gone_at_the_end_also_of_an_error() -> None:
    terminal = Terminal()

    def work() -> None:
        with ProgressLine(2, stream=terminal, clock=Clock()) as progress:
            progress.advance()
            raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        work()
    assert terminal.getvalue().endswith("\r" + " " * 14 + "\r")


def test_where_nobody_looks_there_are_messages_alone() -> None:
    log = io.StringIO()
    with ProgressLine(2, stream=log, clock=Clock()) as progress:
        progress.advance("note")
        progress.say("left out")
        progress.advance()
    assert log.getvalue() == "left out\n"
