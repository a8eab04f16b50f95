"""Answers held against `openapi.yaml`: each one that a test gets through its client is looked up there."""

import json
import re
from functools import cache
from typing import Any

import yaml
from django.http import HttpResponse
from jsonschema import Draft202012Validator

from cardinal.settings.environment import ROOT

JSON = "application/json"


@cache
def document() -> dict[str, Any]:
    """Return the description."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((ROOT / "openapi.yaml").read_text(), Loader=loader)  # type: ignore[no-any-return]  # noqa: S506


@cache
def _templates() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    return [
        (re.compile(re.sub(r"\{[^}]+\}", "[0-9]+", path) + "$"), item)
        for path, item in document()["paths"].items()
    ]


def operation(method: str, path: str) -> dict[str, Any] | None:
    """Return the description of a method at an address, or None."""
    for template, item in _templates():
        if template.match(path):
            found: dict[str, Any] | None = item.get(method.lower())
            return found
    return None


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({**json.loads(schema), "components": document()["components"]})


def check(method: str, path: str, response: HttpResponse) -> None:
    """Fail unless the answer is one that the description promises."""
    described = operation(method, path)
    if described is None or response.status_code in {304, 405}:
        return
    if response.status_code >= 400:
        body = json.loads(response.content)
        _validator(json.dumps({"$ref": "#/components/schemas/Error"})).validate(body)
        return
    answers = described["responses"]
    assert str(response.status_code) in answers, f"{method} {path} answers {response.status_code}"
    content = answers[str(response.status_code)].get("content", {})
    if JSON in content:
        assert response["Content-Type"] == JSON
        _validator(json.dumps(content[JSON]["schema"])).validate(json.loads(response.content))
