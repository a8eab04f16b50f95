"""`manage.py export_schema`: write openapi.yaml and events.schema.json, from which TypeScript types come."""

import json
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandParser
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from labeling.shapes import events, requests, workspace

ROOTS: dict[str, Any] = {
    "TaskSocketEvent": events.TaskSocketEvent,
    "ProjectSocketEvent": events.ProjectSocketEvent,
}

FRAMES: dict[str, type[BaseModel]] = {
    "segment": requests.SegmentFrame,
    "preview": requests.PreviewFrame,
    "heartbeat": requests.Heartbeat,
    "pointer": workspace.PointerFrame,
    "editing": workspace.EditingFrame,
}


class Command(BaseCommand):
    help = "Write openapi.yaml and events.schema.json into a folder (the current one unless told)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder."""
        parser.add_argument("folder", nargs="?", default=".", type=Path)

    def handle(self, *_args: object, **options: Any) -> None:
        """Write both files."""
        folder: Path = options["folder"]
        (folder / "openapi.yaml").write_text(openapi_text(), encoding="utf-8")
        (folder / "events.schema.json").write_text(events_text(), encoding="utf-8")


def openapi_text() -> str:
    """Return the OpenAPI description of every view."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    # Plain data first: the generator's containers are its own classes.
    return yaml.safe_dump(
        json.loads(json.dumps(schema, default=str)), sort_keys=False, allow_unicode=True, width=110
    )


def events_text() -> str:
    """Return the JSON schema of what the sockets send and take."""
    definitions: dict[str, Any] = {}
    for name, union in ROOTS.items():
        schema = TypeAdapter(union).json_schema(mode="serialization")
        definitions.update(schema.pop("$defs"))
        definitions[name] = {"title": name, **schema}
    definitions.update(models_json_schema([(frame, "validation") for frame in FRAMES.values()])[1]["$defs"])
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "CardinalEvents",
        "description": "Frames of /ws/tasks/{id} and /ws/projects/{id}.",
        "type": "object",
        "properties": {
            "task": {"$ref": "#/$defs/TaskSocketEvent"},
            "project": {"$ref": "#/$defs/ProjectSocketEvent"},
            **{name: {"$ref": f"#/$defs/{frame.__name__}"} for name, frame in FRAMES.items()},
        },
        "$defs": dict(sorted(definitions.items())),
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
