"""Presence: who has a task open, what they work on, where they point. It lives in Valkey and in no table."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from redis.commands.core import Script

from cardinal.events.publish import broker, publish_now
from labeling.services.records import task_group
from labeling.shapes import events
from labeling.shapes.objects import User
from labeling.shapes.workspace import Editing, PresentPerson

# How long a page counts as there when its process was killed and cannot say goodbye.
TTL_MS = 30_000
# More pages than this of one person on one task are served, and not shown.
MAX_PAGES = 8

# One step for Valkey, so that lists are made in one order: forget who is silent for too long, note or forget
# one page, and return whether anything changed, when (in microseconds of one clock), and everybody.
TOUCH = """
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local changed = tonumber(ARGV[6])
for _, silent in ipairs(redis.call("ZRANGEBYSCORE", KEYS[2], "-inf", now)) do
  changed = changed + redis.call("HDEL", KEYS[1], silent)
  redis.call("ZREM", KEYS[2], silent)
end
local page, entry, ttl = ARGV[1], ARGV[2], tonumber(ARGV[3])
if entry == "" then
  changed = changed + redis.call("HDEL", KEYS[1], page)
  redis.call("ZREM", KEYS[2], page)
else
  local before = redis.call("HGET", KEYS[1], page)
  local room = true
  if not before then
    local own, pages = ARGV[4], 0
    for _, other in ipairs(redis.call("HKEYS", KEYS[1])) do
      if string.sub(other, 1, #own) == own then pages = pages + 1 end
    end
    room = pages < tonumber(ARGV[5])
  end
  if room then
    if before ~= entry then
      redis.call("HSET", KEYS[1], page, entry)
      changed = changed + 1
    end
    redis.call("ZADD", KEYS[2], now + ttl, page)
    redis.call("PEXPIRE", KEYS[1], ttl)
    redis.call("PEXPIRE", KEYS[2], ttl)
  end
end
return {changed, time[1] .. string.format("%06d", time[2]), redis.call("HVALS", KEYS[1])}
"""


@dataclass(frozen=True)
class Page:
    """One page that has a task open, and the person at it."""

    task_id: int
    connection: str
    user: User
    initials: str
    since: datetime
    editing: int | None = None
    editing_since: datetime | None = None


def presence_keep(*, page: Page, arriving: bool = False) -> None:
    """Note that a page is there, and tell everybody on the task when that, or anything about it, is new.

    One that is `arriving` is told who is there in any case.
    """
    entry = {
        "connection": page.connection,
        "id": page.user.id,
        "username": page.user.username,
        "initials": page.initials,
        "since": page.since.isoformat(),
        "editing": page.editing,
        "editing_since": page.editing_since.isoformat() if page.editing_since else None,
    }
    _touch(page, json.dumps(entry), arriving=arriving)


def presence_end(*, page: Page) -> None:
    """Note that a page is gone, and tell everybody who is left."""
    _touch(page, "")


def is_anybody_there(*, task_id: int) -> bool:
    """Say whether a page has the task open."""
    return bool(broker().exists(f"{_name(task_id)}:pages"))


def pointer_tell(*, task_id: int, pointer: events.PointerMoved) -> None:
    """Pass a pointer on to everybody on the task."""
    publish_now(groups=[task_group(task_id)], event=pointer)


def _touch(page: Page, entry: str, *, arriving: bool = False) -> None:
    own = f"{page.user.id}:"
    name = _name(page.task_id)
    changed, revision, entries = _script()(
        keys=[f"{name}:pages", f"{name}:until"],
        args=[own + page.connection, entry, TTL_MS, own, MAX_PAGES, int(arriving)],
    )
    if changed:
        event = _presence(revision=int(revision), entries=[json.loads(item) for item in entries])
        publish_now(groups=[task_group(page.task_id)], event=event)


def _name(task_id: int) -> str:
    return f"cardinal:presence:{{{task_id}}}"


@cache
def _script() -> Script:
    return broker().register_script(TOUCH)


def _presence(*, revision: int, entries: list[dict[str, object]]) -> events.PresenceChanged:
    """Make the list of people, each once, and of what they edit, the earliest first."""
    people: dict[object, PresentPerson] = {}
    pages = Counter(entry["id"] for entry in entries)
    for entry in sorted(entries, key=lambda entry: (entry["since"], entry["id"])):
        person = PresentPerson.model_validate(entry | {"user": entry, "pages": pages[entry["id"]]})
        people.setdefault(entry["id"], person)
    editing = [
        Editing.model_validate(
            entry | {"object_id": entry["editing"], "by": entry, "since": entry["editing_since"]}
        )
        for entry in entries
        if entry["editing"] is not None
    ]
    editing.sort(key=lambda one: (one.since, one.by.id))
    return events.PresenceChanged(revision=revision, people=[*people.values()], editing=editing)
