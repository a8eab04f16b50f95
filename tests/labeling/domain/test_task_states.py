"""The life of a task as a machine: every way through it stays within the rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.domain import task_states
from labeling.domain.errors import Refused
from labeling.domain.task_states import (
    ACCEPTED,
    ANNOTATE_STATES,
    CHANGES_REQUESTED,
    OPEN,
    SKIPPED,
    SUBMITTED,
    TRANSITIONS,
    ensure_editable,
    next_state,
)

STATES = (OPEN, SUBMITTED, CHANGES_REQUESTED, ACCEPTED, SKIPPED)
TABLE = {
    "submit": {OPEN: SUBMITTED, CHANGES_REQUESTED: SUBMITTED, SKIPPED: SUBMITTED},
    "accept": {SUBMITTED: ACCEPTED},
    "request_changes": {SUBMITTED: CHANGES_REQUESTED, ACCEPTED: CHANGES_REQUESTED},
    "skip": {OPEN: SKIPPED, CHANGES_REQUESTED: SKIPPED, SKIPPED: SKIPPED},
    "unskip": {SKIPPED: OPEN},
    "unskip_sent_back": {SKIPPED: CHANGES_REQUESTED},
}


def _after(state: str, action: str) -> str | None:
    try:
        return next_state(state, action)
    except Refused:
        return None


def test_each_action_in_each_state() -> None:
    found = {
        action: {state: after for state in STATES if (after := _after(state, action)) is not None}
        for action in TRANSITIONS
    }
    assert found == TABLE


@given(st.lists(st.sampled_from(sorted(TRANSITIONS))))
def test_whatever_is_tried_the_state_is_a_known_one_and_only_skipping_skips(actions: list[str]) -> None:
    state = OPEN
    for action in actions:
        after = _after(state, action)
        if after is None:
            continue
        assert after in STATES
        assert (after == SKIPPED) == (action == "skip")
        assert state != SKIPPED or action in {"skip", "submit", "unskip", "unskip_sent_back"}
        assert after != ACCEPTED or state == SUBMITTED
        state = after


@given(st.lists(st.sampled_from(sorted(TRANSITIONS))))
def test_from_wherever_a_task_is_it_can_still_be_accepted(actions: list[str]) -> None:
    state = OPEN
    for action in actions:
        state = _after(state, action) or state
    for action in ("submit", "accept"):
        state = _after(state, action) or state
    assert state == ACCEPTED


@pytest.mark.parametrize("state", [OPEN, CHANGES_REQUESTED])
def test_a_skip_that_is_taken_back_leaves_the_task_where_it_was(state: str) -> None:
    back = "unskip_sent_back" if state == CHANGES_REQUESTED else "unskip"
    assert next_state(next_state(state, "skip"), back) == state


@pytest.mark.parametrize("state", STATES)
def test_objects_change_until_submission_and_for_reviewers_until_the_verdict(state: str) -> None:
    for may_review in (False, True):
        editable = state in ANNOTATE_STATES or (state == SUBMITTED and may_review)
        if editable:
            ensure_editable(state, may_review=may_review)
        else:
            with pytest.raises(Refused) as refused:
                ensure_editable(state, may_review=may_review)
            assert refused.value.code == "task_not_editable"


@given(st.sampled_from(STATES), st.sampled_from(sorted(TRANSITIONS)))
def test_what_is_not_in_the_table_is_refused_with_the_state_as_it_is(state: str, action: str) -> None:
    if state not in TABLE[action]:
        with pytest.raises(Refused) as refused:
            next_state(state, action)
        assert (refused.value.code, refused.value.details) == ("task_not_editable", {"state": state})


def test_a_refusal_names_the_action_as_people_know_it() -> None:
    with pytest.raises(Refused) as refused:
        task_states.next_state(OPEN, "unskip_sent_back")
    assert refused.value.message == "A task that is open cannot take “unskip”. Reload the page."
