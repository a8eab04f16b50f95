"""Publish events to sockets, and wake whoever waits for one answer. Only services call this."""

import logging
from collections.abc import Callable, Iterable
from functools import cache

import redis
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection, transaction
from pydantic import BaseModel

logger = logging.getLogger(__name__)
WAKE_KEPT_S = 30


def publish_on_commit(*, groups: Iterable[str], event: BaseModel | Callable[[], BaseModel]) -> None:
    """Send `event` to every socket in `groups` once the transaction has been committed.

    What depends on other people's rows too is given as a function, which is called after the commit: inside
    the transaction it would miss what others commit at the same time. A broker that is away never undoes
    what was stored: the sockets bring fresh state when they come back.
    """
    names = list(groups)
    if isinstance(event, BaseModel):
        text = event.model_dump_json()
        transaction.on_commit(lambda: _send(names, text), robust=True)
    else:
        transaction.on_commit(lambda: _send(names, event().model_dump_json()), robust=True)


def publish_now(*, groups: Iterable[str], event: BaseModel) -> None:
    """Send `event` at once: for what is stored nowhere, such as a pointer."""
    _send(list(groups), event.model_dump_json())


def _send(groups: list[str], text: str) -> None:
    # What the channel layer's own group_send does, without an event loop: 0.3 ms instead of 4 in each write.
    message = get_channel_layer().serialize({"type": "event.forward", "text": text})
    prefix = settings.CHANNEL_LAYERS["default"]["CONFIG"]["prefix"]
    with broker().pipeline(transaction=False) as pipe:
        for group in groups:
            pipe.publish(f"{prefix}__group__{group}", message)
        pipe.execute()


@cache
def broker() -> redis.Redis:
    """Return this process's pooled client of the broker."""
    return redis.Redis.from_url(
        settings.BROKER_URL, socket_connect_timeout=2, socket_timeout=30, health_check_interval=15
    )


def wake_on_commit(*, key: str) -> None:
    """Wake the one who waits for `key` once the transaction has been committed."""
    transaction.on_commit(lambda: wake(key=key), robust=True)


def wake(*, key: str) -> None:
    """Wake the one who waits for `key` now."""
    name = f"cardinal:wake:{key}"
    with broker().pipeline() as pipe:
        pipe.lpush(name, b"1")
        pipe.expire(name, WAKE_KEPT_S)
        pipe.execute()


def wait_for_wake(*, key: str, timeout_s: float) -> bool:
    """Wait until `key` is woken; return False after `timeout_s` seconds. A wake that came before counts.

    The database connection goes back to the pool meanwhile: those who wait must not keep others from it.
    """
    if not connection.in_atomic_block:
        connection.close()
    name = f"cardinal:wake:{key}"
    # Taken and put back in one step: whoever else waits for the same is woken too. Seconds may be fractions.
    if broker().blmove(name, name, timeout_s, "LEFT", "LEFT") is None:  # type: ignore[arg-type]
        return False
    broker().expire(name, WAKE_KEPT_S)
    return True
