"""The life of a task: open -> submitted -> accepted, with changes requested in between, or skipped."""

from labeling.domain.errors import conflict

OPEN, SUBMITTED, CHANGES_REQUESTED, ACCEPTED = "open", "submitted", "changes_requested", "accepted"
SKIPPED = "skipped"

TRANSITIONS: dict[str, tuple[frozenset[str], str]] = {
    "submit": (frozenset({OPEN, CHANGES_REQUESTED, SKIPPED}), SUBMITTED),
    "accept": (frozenset({SUBMITTED}), ACCEPTED),
    "request_changes": (frozenset({SUBMITTED, ACCEPTED}), CHANGES_REQUESTED),
    # A second person may skip what the first one skipped; the task stays where it is.
    "skip": (frozenset({OPEN, CHANGES_REQUESTED, SKIPPED}), SKIPPED),
    "unskip": (frozenset({SKIPPED}), OPEN),
    "unskip_sent_back": (frozenset({SKIPPED}), CHANGES_REQUESTED),
}

# Who comes to a skipped task may label it after all.
ANNOTATE_STATES = frozenset({OPEN, CHANGES_REQUESTED, SKIPPED})
REVIEW_STATES = frozenset({SUBMITTED})

WHY_NOT_EDITABLE = {
    SUBMITTED: "This task was submitted and waits for review. A reviewer can change it or send it back.",
    ACCEPTED: "This task was accepted. A reviewer can reopen it by requesting changes.",
}


def next_state(state: str, action: str) -> str:
    """Return the state after `action`, or raise `Refused` with code `task_not_editable`."""
    allowed, target = TRANSITIONS[action]
    if state not in allowed:
        words = action.removesuffix("_sent_back").replace("_", " ")
        raise conflict(
            "task_not_editable",
            f"A task that is {state.replace('_', ' ')} cannot take “{words}”. Reload the page.",
            state=state,
        )
    return target


def ensure_editable(state: str, *, may_review: bool) -> None:
    """Raise `Refused` with code `task_not_editable` unless objects may change in this state."""
    if state in ANNOTATE_STATES or (state in REVIEW_STATES and may_review):
        return
    raise conflict("task_not_editable", WHY_NOT_EDITABLE[state], state=state)


def ensure_under_review(state: str) -> None:
    """Raise `Refused` with code `task_not_submitted` unless the task waits for review."""
    if state not in REVIEW_STATES:
        raise conflict(
            "task_not_submitted",
            "Objects are accepted and rejected while their task waits for review. Reload the page.",
            state=state,
        )


def imported_state(state: str, *, existing: str) -> str | None:
    """Return the state in which a task takes imported objects; None where it takes none.

    `existing` is "keep", "add" or "replace". What was handed in is replaced only, and is sent back by that;
    what was skipped has objects now, and is open.
    """
    if state in (SUBMITTED, ACCEPTED):
        return CHANGES_REQUESTED if existing == "replace" else None
    return OPEN if state == SKIPPED else state
