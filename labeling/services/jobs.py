"""Long work in the background: rows that workers take up and go on with after a crash, till they are over."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from cardinal.accounts.models import User
from cardinal.celery import app
from labeling.services.records import audit

logger = logging.getLogger(__name__)


class Over(Exception):
    """The work was cancelled meanwhile, or is over already."""


# A row has a project, a state, and the moments when it was touched last and when it ended.
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Jobs(Generic[Row]):
    """One kind of work.

    Attributes:
        rows: all rows, with what `tell` needs joined.
        active: the states in which a worker is wanted; all others wait for a person or are over.
        over: the states in which nothing will happen any more; "cancelled" is one of them.
        task, queue: what a worker is told, with the row's key.
        stale: a row that nobody has written for so long has lost its worker, or its message.
        tell: tells whoever looks on.
        word: how the audit log calls it.
        at_end: what holds of every row that is over.
    """

    rows: Callable[[], QuerySet[Any]]
    active: tuple[str, ...]
    over: tuple[str, ...]
    task: str
    queue: str
    stale: timedelta
    tell: Callable[[Row], None]
    word: str
    at_end: Mapping[str, object] = field(default_factory=dict)

    def enqueue(self, key: int) -> None:
        """Send a worker; without a broker the row waits until `resume` finds it."""
        try:
            app.send_task(self.task, args=[key], queue=self.queue, retry=False)
        except Exception as error:
            logger.warning("%s %s waits for the broker: %s", self.word.capitalize(), key, error)

    def resume(self) -> int:
        """Send workers again to what nobody has touched for a while; return to how many."""
        stale = self.rows().filter(state__in=self.active, updated_at__lt=timezone.now() - self.stale)
        keys = list(stale.values_list("pk", flat=True))
        for key in keys:
            self.enqueue(key)
        return len(keys)

    def locked(self, key: int) -> Row:
        """Return a row that is held until the transaction ends."""
        row: Row = self.rows().select_for_update(of=("self",)).get(pk=key)
        return row

    def update(self, key: int, **changes: object) -> Row:
        """Change a row whose work goes on, and tell. Raises `Over` for one whose work does not."""
        with transaction.atomic():
            row: Any = self.locked(key)
            if row.state not in self.active:
                raise Over
            for name, value in changes.items():
                setattr(row, name, value)
            self._keep(row)
        return row  # type: ignore[no-any-return]

    def cancel(self, key: int, *, by: User) -> Row:
        """Stop what is not over; what is over stays as it is."""
        with transaction.atomic():
            row: Any = self.locked(key)
            if row.state not in self.over:
                row.state = "cancelled"
                audit(actor=by, action=f"{self.word}.cancel", target=row, project_id=row.project_id)
                self._keep(row)
        return row  # type: ignore[no-any-return]

    def _keep(self, row: Any) -> None:  # noqa: ANN401 - a Row with columns that all of them have
        if row.state in self.over:
            row.finished_at = timezone.now()
            for name, value in self.at_end.items():
                setattr(row, name, value)
        row.save()
        self.tell(row)
