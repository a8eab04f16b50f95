"""Writing preferences. They are one's own affair: nothing of them is audited or told to others."""

from typing import Any

from django.db import IntegrityError, transaction

from cardinal.accounts.models import User
from labeling.domain.errors import Refused, conflict
from labeling.domain.preferences import document_check
from labeling.models import Preferences
from labeling.selectors.preferences import preferences_shape


def preferences_set(*, user: User, version: int, document: dict[str, Any]) -> Preferences:
    """Store the whole document; `version` is the one last seen, 0 before the first.

    Raises `Refused`: `stale_version` with the current document, `too_large`, `invalid`.
    """
    document_check(document)
    try:
        with transaction.atomic():
            row = Preferences.objects.select_for_update().filter(user=user).first()
            if version != (row.version if row else 0):
                raise _stale(user)
            if row is None:
                return Preferences.objects.create(user=user, document=document)
            row.document, row.version = document, row.version + 1
            row.save()
            return row
    except IntegrityError:
        # Another page of the same person stored the first one at the same moment.
        raise _stale(user) from None


def _stale(user: User) -> Refused:
    return conflict(
        "stale_version",
        "Your preferences were changed on another page. Reload them, then change them again.",
        current=preferences_shape(user=user).model_dump(mode="json"),
    )
