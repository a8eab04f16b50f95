"""The rules of the house that no type checker sees."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from cardinal.settings.environment import ROOT

SOURCES = [
    path for folder in ("labeling", "platform/cardinal", "ml") for path in (ROOT / folder).rglob("*.py")
]
SECRET = "k3Vn8-qWz1Lx_0fTgY7uRb2PmJc9DhEa5SoIi4NtKv6XwZrUyQ"


def _run(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program with nothing of ours in its environment but what is given."""
    kept = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "DATABASE_URL", "BROKER_URL", "CARDINAL_DATA")
    clean = {name: os.environ[name] for name in kept if name in os.environ}
    return subprocess.run(
        arguments, cwd=cwd, env=clean | environment, capture_output=True, text=True, check=False
    )


def _python(code: str, *options: str, **environment: str) -> str:
    result = _run(sys.executable, *options, "-c", code, **environment)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def _code(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_the_platform_folder_is_no_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert [path.name for path in (ROOT / "platform").iterdir() if path.name != "__pycache__"] == ["cardinal"]


def test_commands_run_from_the_root() -> None:
    result = _run(sys.executable, "manage.py", "check", DJANGO_SETTINGS_MODULE="cardinal.settings.test")
    assert (result.returncode, result.stdout) == (0, "System check identified no issues (0 silenced).\n")


@pytest.mark.parametrize("options", [[], ["-P"]])
def test_the_standard_librarys_platform_is_not_shadowed(options: list[str]) -> None:
    code = "import platform, cardinal; print(platform.python_implementation(), cardinal.celery_app.main)"
    assert _python(code, *options) == "CPython cardinal"


def test_importing_a_part_of_the_house_chooses_no_settings() -> None:
    code = "import os, cardinal; print(os.environ.get('DJANGO_SETTINGS_MODULE'))"
    assert _python(code) == "None"


@pytest.mark.parametrize("mode", ["test", "demo"])
def test_the_web_process_loads_no_model_library(mode: str) -> None:
    code = (
        "import sys, cardinal.asgi, django.urls; django.urls.get_resolver().url_patterns;"
        "heavy = {'ml', 'cv2', 'torch', 'onnxruntime', 'safetensors', 'skimage', 'scipy'};"
        "heavy.add('labeling.inference');"
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert _python(code, DJANGO_SETTINGS_MODULE=f"cardinal.settings.{mode}") == "[]"


PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "cardinal.settings.production",
    "CARDINAL_SECRET_KEY": SECRET,
    "CARDINAL_ALLOWED_HOSTS": "labels.example",
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"CARDINAL_SECRET_KEY": ""}, "CARDINAL_SECRET_KEY must be set to at least 32 random characters."),
        ({"CARDINAL_SECRET_KEY": "short"}, "CARDINAL_SECRET_KEY must be set"),
        ({"CARDINAL_ALLOWED_HOSTS": " , "}, "CARDINAL_ALLOWED_HOSTS must name the host names"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set. Give it as postgresql://user:password@host/name."),
        ({"DATABASE_URL": "sqlite:///x"}, "DATABASE_URL must look like postgresql://"),
        ({"BROKER_URL": "amqp://x"}, "BROKER_URL must be redis://"),
        ({"CARDINAL_LEASE_SECONDS": "soon"}, "CARDINAL_LEASE_SECONDS must be a number, not 'soon'."),
        ({"CARDINAL_SEGMENT_DEADLINE_S": "0"}, "CARDINAL_SEGMENT_DEADLINE_S must be from 0.2 to 25, not 0."),
        (
            {"CARDINAL_SEGMENT_DEADLINE_S": "nan"},
            "CARDINAL_SEGMENT_DEADLINE_S must be from 0.2 to 25, not nan.",
        ),
    ],
)
def test_production_does_not_start_without_what_it_needs(change: dict[str, str], words: str) -> None:
    result = _run(sys.executable, "-c", "import cardinal.asgi", **(PRODUCTION | change))
    assert result.returncode != 0
    assert words in result.stderr.splitlines()[-1]


def test_production_starts_with_what_it_needs_and_is_strict() -> None:
    code = (
        "import cardinal.asgi; from django.conf import settings as s;"
        "print(s.DEBUG, s.DEMO, s.ALLOWED_HOSTS, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SECURE_SSL_REDIRECT, s.CSRF_TRUSTED_ORIGINS)"
    )
    assert _python(code, **PRODUCTION) == (
        "False False ['labels.example'] True True True ['https://labels.example']"
    )
    result = _run(sys.executable, "manage.py", "check", "--deploy", **PRODUCTION)
    assert (result.returncode, re.findall(r"security\.W\d+", result.stderr)) == (
        0,
        ["security.W005", "security.W021"],
    )


def test_no_message_is_a_pickle() -> None:
    assert settings.CELERY_ACCEPT_CONTENT == ["json"]
    assert settings.CELERY_TASK_SERIALIZER == "json"
    able = {"pickle", "marshal", "shelve", "dill"}
    found = {path: able & {name.split(".")[0] for name in _imports(path)} for path in SOURCES}
    importing = {path.relative_to(ROOT).as_posix(): names for path, names in found.items() if names}
    # These name the error of torch's own reader, which takes tensors alone.
    assert importing == {"ml/convert.py": {"pickle"}, "ml/training/state.py": {"pickle"}}
    for name in importing:
        assert set(re.findall(r"\bpickle\.\w+", _code(ROOT / name))) == {"pickle.UnpicklingError"}
    loads = {path: re.findall(r"torch\.load\(.*", _code(path)) for path in SOURCES}
    assert all("weights_only=True" in call for calls in loads.values() for call in calls)


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("name", ["openapi.yaml", "events.schema.json"])
def test_generated_descriptions_are_up_to_date(name: str, tmp_path: Path) -> None:
    call_command("export_schema", str(tmp_path))
    made, committed = (tmp_path / name).read_text(), (ROOT / name).read_text()
    assert made == committed, f"{name} is out of date: run make schema"


def test_layers_import_downwards_alone() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    result = _run(str(program), PYTHONPATH=str(ROOT / "platform"))
    assert result.returncode == 0, result.stdout
    assert " kept, 0 broken" in result.stdout


def _imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(_code(path))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def test_only_services_publish() -> None:
    publishing = {"cardinal.events.publish.publish_on_commit", "cardinal.events.publish.wake_on_commit"}
    importers = {path.relative_to(ROOT).as_posix() for path in SOURCES if publishing & _imports(path)}
    assert importers == {"labeling/services/records.py", "labeling/services/proposals.py"}
    at_once = {path for path in SOURCES if "cardinal.events.publish.publish_now" in _imports(path)}
    assert {path.relative_to(ROOT).as_posix() for path in at_once} == {
        "labeling/services/presence.py",
        "labeling/services/previews.py",
    }
    calls = re.compile(r"\bgroup_send\(|\.publish\(")
    senders = {path.relative_to(ROOT).as_posix() for path in SOURCES if calls.search(_code(path))}
    assert senders == {"platform/cardinal/events/publish.py"}


def test_only_services_write() -> None:
    """Views, selectors, consumers and tasks change no row of their own."""
    writes = re.compile(r"\.(save|delete|create|bulk_create|update|update_or_create|get_or_create)\(")
    reading = [*(ROOT / "labeling/api").glob("*.py"), *(ROOT / "labeling/selectors").glob("*.py")]
    reading += [ROOT / "labeling/consumers.py", ROOT / "labeling/tasks.py"]
    assert {path.name: found for path in reading if (found := writes.findall(_code(path)))} == {}


def test_formats_see_plain_records_and_could_change_no_row() -> None:
    known = (
        "django",
        "rest_framework",
        "cardinal",
        "labeling.models",
        "labeling.services",
        "labeling.selectors",
    )
    formats = [*(ROOT / "labeling/formats").glob("*.py")]
    assert len(formats) > 5
    found = {path.name: {name for name in _imports(path) if name.startswith(known)} for path in formats}
    assert {name: names for name, names in found.items() if names} == {}


def test_no_signal_has_a_receiver_in_the_domain() -> None:
    signals = re.compile(
        r"django\.(db\.models|core|dispatch|contrib\.auth)(\.\w+)*\.?signals|django\.dispatch"
    )
    assert [path.name for path in (ROOT / "labeling").rglob("*.py") if signals.search(_code(path))] == []


def test_only_one_file_reads_the_environment() -> None:
    reading = re.compile(r"os\.environ|os\.getenv|getenv\(|environb")
    found = {path.relative_to(ROOT).as_posix() for path in SOURCES if reading.search(_code(path))}
    elsewhere = {path for path in found if not path.startswith("platform/cardinal/embedded/")}
    assert elsewhere == {
        "platform/cardinal/settings/environment.py",
        # Defaults for libraries that read the environment themselves.
        "platform/cardinal/asgi.py",
        "platform/cardinal/celery.py",
        # The fake predictor refuses to load unless the tests' own switch is set.
        "ml/runtimes/fake.py",
        # `ml` is usable without the platform: its own switch, torchrun's variables, and what OpenMP reads.
        "ml/runtimes/torch.py",
        "ml/training/distributed.py",
        "ml/commands/train.py",
    }
    for name in ("platform/cardinal/asgi.py", "platform/cardinal/celery.py"):
        assert set(re.findall(r"os\.environ(\.\w+|\[)?", _code(ROOT / name))) == {".setdefault"}


def test_files_and_functions_stay_small() -> None:
    ours = [path for path in SOURCES if "migrations" not in path.parts]
    lengths = {path.relative_to(ROOT).as_posix(): len(_code(path).splitlines()) for path in ours}
    assert {name: lines for name, lines in lengths.items() if lines > 350} == {}
    long_functions = {
        f"{path.relative_to(ROOT).as_posix()}:{node.name}": _body_lines(node)
        for path in ours
        for node in ast.walk(ast.parse(_code(path)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _body_lines(node) > 40
    }
    assert long_functions == {}


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.body[0].lineno + 1


def test_every_test_folder_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []
