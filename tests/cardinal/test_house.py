"""The rules of the house, held by tests where no linter holds them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from cardinal.api.management.commands.export_schema import events_text, openapi_text

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run this Python in the repository's root, with nothing of the tests' own settings."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_platform_folder_is_no_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    entries = {entry.name for entry in (ROOT / "platform").iterdir()} - {"__pycache__"}
    assert entries == {"cardinal"}


@pytest.mark.parametrize("flags", [(), ("-P",)])
def test_the_standard_librarys_platform_module_is_the_one_that_is_found(flags: tuple[str, ...]) -> None:
    done = run(*flags, "-c", "import platform, cardinal; print(platform.python_implementation())")
    assert (done.stdout, done.stderr) == ("CPython\n", "")


def test_manage_py_checks_from_the_root_with_an_empty_environment() -> None:
    done = run("manage.py", "check")
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n")


def test_the_web_process_loads_no_model_library() -> None:
    script = (
        "import django; django.setup(); import cardinal.asgi, sys; "
        "print(sorted(set(sys.modules) & {'ml', 'cv2', 'torch', 'onnxruntime', 'labeling.inference'}))"
    )
    done = run("-c", script, DJANGO_SETTINGS_MODULE="cardinal.settings.demo")
    assert done.stdout == "[]\n", done.stderr


PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "cardinal.settings.production",
    "DATABASE_URL": "postgresql://cardinal:secret@db/cardinal",
    "BROKER_URL": "redis://valkey:6379/0",
    "CARDINAL_ALLOWED_HOSTS": "labels.example.org",
    "CARDINAL_SECRET_KEY": "k" * 50,
}


def test_production_starts_with_what_it_needs() -> None:
    assert run("manage.py", "check", **PRODUCTION).returncode == 0


@pytest.mark.parametrize(
    ("missing", "says"),
    [
        ("CARDINAL_SECRET_KEY", "CARDINAL_SECRET_KEY must be set to at least 32 random characters."),
        ("CARDINAL_ALLOWED_HOSTS", "CARDINAL_ALLOWED_HOSTS must name the host names"),
        ("DATABASE_URL", "DATABASE_URL is not set."),
        ("BROKER_URL", "BROKER_URL must be redis://host:6379/0"),
    ],
)
def test_production_refuses_to_start_without(missing: str, says: str) -> None:
    done = run("manage.py", "check", **{**PRODUCTION, missing: ""})
    assert done.returncode != 0
    assert says in done.stderr.splitlines()[-1]


def test_the_committed_descriptions_are_the_generated_ones() -> None:
    assert (ROOT / "openapi.yaml").read_text(encoding="utf-8") == openapi_text()
    assert (ROOT / "events.schema.json").read_text(encoding="utf-8") == events_text()


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def sources(*folders: str) -> dict[str, str]:
    """Return the text of every Python file in these folders, by its path from the root."""
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


def files_with(pattern: str, *folders: str) -> list[str]:
    """Return the files in which the pattern stands."""
    return [name for name, text in sources(*folders).items() if re.search(pattern, text)]


def test_only_services_publish() -> None:
    found = files_with(r"publish_on_commit|\.group_send\(", "labeling", "platform/cardinal")
    outside = [name for name in found if not name.startswith("labeling/services/")]
    assert outside == ["platform/cardinal/events/publish.py"]


def test_no_django_signals_decide_what_happens_next() -> None:
    signals = r"django\.(db\.models|core|dispatch).*signals?\b|@receiver"
    assert files_with(signals, "labeling", "platform/cardinal") == []


def test_the_environment_is_read_in_one_place() -> None:
    found = files_with(r"os\.environ|getenv", "labeling", "platform/cardinal")
    elsewhere = [name for name in found if "/embedded/" not in name]
    # The ASGI entry names its settings, and the Celery application sets how idle threads wait.
    assert elsewhere == [
        "platform/cardinal/asgi.py",
        "platform/cardinal/celery.py",
        "platform/cardinal/settings/environment.py",
    ]


def test_nothing_is_pickled() -> None:
    assert files_with(r"\bpickle\b|yaml\.load\(", "labeling", "platform/cardinal", "ml") == []
