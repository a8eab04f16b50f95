"""A project of any size, made in the database itself: clicks would take weeks."""

from contextlib import suppress

import psutil
import psycopg

from bench.stack import Stack
from labeling.domain import masks

IMAGE = """
    insert into labeling_image (dataset_id, sha256, created_by_id, created_at, name, width, height,
        media_type, display_media_type, byte_size, original_key, display_key, thumbnail_key)
    select dataset_id, encode(sha256((image.id || '-' || n)::bytea), 'hex'), created_by_id, now(), name,
        width, height, media_type, display_media_type, byte_size, original_key, display_key, thumbnail_key
    from labeling_image image, generate_series(2, %(times)s) n
    where dataset_id = (select dataset_id from labeling_project_datasets where project_id = %(project)s)
"""
TASK = """
    insert into labeling_task (project_id, image_id, position, state, split, annotation_count,
        unresolved_comment_count, created_at, updated_at)
    select %(project)s, id, 10000 + row_number() over (order by id), 'accepted', '', %(each)s, 0, now(), now()
    from labeling_image
    where dataset_id = (select dataset_id from labeling_project_datasets where project_id = %(project)s)
        and id not in (select image_id from labeling_task where project_id = %(project)s)
"""
OBJECT = """
    insert into labeling_annotation (task_id, client_id, label_id, mask_counts, bbox, area, attributes,
        occluded, truncated, crowd, ignore, position, seconds, tool_seconds, verdict, verdict_reasons,
        verdict_text, version, created_by_id, updated_by_id, created_at, updated_at)
    values (%s, gen_random_uuid(), %s, %s, %s, %s, '{}', false, false, false, false, 0, 3, '{}', 'none', '{}',
        '', 1, 1, 1, now(), now())
"""
OBJECTS = """
    with known as (
        select annotation.*, row_number() over (order by annotation.id) - 1 as place
        from labeling_annotation annotation join labeling_task task on task.id = task_id
        where task.project_id = %(project)s),
    fresh as (
        select id, row_number() over (order by position) as place
        from labeling_task where project_id = %(project)s and position > 10000)
    insert into labeling_annotation (task_id, client_id, label_id, mask_counts, bbox, area, attributes,
        occluded, truncated, crowd, ignore, position, seconds, tool_seconds, verdict, verdict_reasons,
        verdict_text, version, created_by_id, updated_by_id, created_at, updated_at)
    select fresh.id, gen_random_uuid(), label_id, mask_counts, bbox, area, attributes,
        occluded, truncated, crowd, ignore, n, seconds, tool_seconds, verdict, verdict_reasons,
        verdict_text, version, created_by_id, updated_by_id, now(), now()
    from fresh cross join generate_series(0, %(each)s - 1) n
    join known on known.place = (fresh.place * 7 + n) %% (select count(*) from known)
"""
ACCEPTED = "update labeling_task set state = 'accepted', annotation_count = %s where project_id = %s"


def database(stack: Stack) -> psycopg.Connection:
    """Connect to the stack's own Postgres, as its processes do."""
    for child in psutil.Process(stack.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if url := child.environ().get("DATABASE_URL"):
                return psycopg.connect(url, autocommit=True)
    raise RuntimeError("No process of this stack knows the database.")


def fill(stack: Stack, project: dict, drawn: list[masks.Rle]) -> None:
    """Give every task of a project its share of these objects, and accept it."""
    label = project["labels"][0]["id"]
    with database(stack) as connection, connection.cursor() as cursor:
        found = cursor.execute(
            "select id from labeling_task where project_id = %s order by position", [project["id"]]
        )
        tasks = [row[0] for row in found]
        boxes = [([float(side) for side in masks.bbox(rle)], masks.area(rle)) for rle in drawn]
        rows = [
            (tasks[number % len(tasks)], label, rle.counts, *boxes[number])
            for number, rle in enumerate(drawn)
        ]
        cursor.executemany(OBJECT, rows)
        cursor.execute(ACCEPTED, [len(drawn) // len(tasks), project["id"]])


def multiply(stack: Stack, project_id: int, *, times: int = 500, each: int = 10) -> None:
    """Give a project `times` its images, with `each` of its annotations on each new one."""
    given = {"project": project_id, "times": times, "each": each}
    with database(stack) as connection, connection.cursor() as cursor:
        for statement in (IMAGE, TASK, OBJECTS, "analyze"):
            cursor.execute(statement, given if "%" in statement else None)
