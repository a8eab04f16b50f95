"""Training runs: asked for, done by a worker, decided on; and everything that can come between."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from labeling.domain.errors import Refused
from labeling.models import (
    AuditEntry,
    ModelVersion,
    Project,
    RunTrigger,
    Snapshot,
    Split,
    TrainingRules,
    TrainingRun,
)
from labeling.selectors.training import training_plan
from labeling.services import jobs, training_runs
from labeling.services.locks import TRAINING_RUNS
from labeling.services.model_versions import version_activate
from labeling.services.training import (
    rules_change,
    run_cancel,
    run_request,
    runs_resume,
    training_due,
)
from labeling.services.training_runs import job_folder, run_do
from labeling.shapes.training import TrainingRulesChange
from tests.factories import World
from tests.labeling.helpers import Api, Listener, at_once, nothing_changes, refused, stored_files
from tests.labeling.runs import accepted_world, run_make, stand_in
from tests.labeling.versions import version_make

pytestmark = pytest.mark.usefixtures("media")
stored = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def queue() -> Iterator[redis.Redis]:
    """The real broker, with nothing waiting in it."""
    client = redis.Redis.from_url(django_settings.BROKER_URL)
    client.delete("train")
    yield client
    client.delete("train")


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    settings.TRAINING_ROOT = str(tmp_path / "training")


def _request(world: World, **changes: object) -> TrainingRun:
    return run_request(project=world.project, requested_by=world.admin, **changes)  # type: ignore[arg-type]


def _done(world: World, tmp_path: Path, code: str = "finish()") -> TrainingRun:
    run = _request(world)
    run_do(run_id=run.pk, train=stand_in(tmp_path, code))
    return TrainingRun.objects.get(pk=run.pk)


@committed
def test_a_request_is_queued_audited_and_told(queue: redis.Redis) -> None:
    world = accepted_world()
    listener = Listener(f"project.{world.project.pk}")
    response = Api(world.admin).post(f"/projects/{world.project.pk}/training-runs", {"seed": 7})
    run = TrainingRun.objects.get()
    body = response.json()
    assert response.status_code == 202
    assert body == {
        "id": run.pk,
        "project_id": world.project.pk,
        "trigger": "button",
        "state": "queued",
        "phase": "prepare",
        "progress": 0.0,
        "seconds_left": None,
        "seed": 7,
        "snapshot": None,
        "start_id": None,
        "version_id": None,
        "decision": "",
        "objections": [],
        "held_out": None,
        "check": None,
        "latest": None,
        "evidence_url": None,
        "error": None,
        "requested_by": {"id": world.admin.pk, "username": "admin"},
        "created_at": run.created_at.isoformat().replace("+00:00", "Z"),
        "started_at": None,
        "finished_at": None,
    }
    assert queue.llen("train") == 1
    assert listener.events(1) == [{"type": "training_run.changed", "run": body}]
    entry = AuditEntry.objects.get(action="training.request")
    assert (entry.object_id, entry.data) == (run.pk, {"trigger": "button"})


@stored
def test_nothing_accepted_and_too_few_images_are_said_before_a_run_starts() -> None:
    world = World(images=0)
    api = Api(world.admin)
    path = f"/projects/{world.project.pk}/training-runs"
    with nothing_changes():
        refused(api.post(path), 409, "nothing_accepted")
    plan = training_plan(project=world.project)
    assert plan.obstacle is not None
    assert (plan.obstacle.code, plan.object_count, plan.held_out_image_count) == ("nothing_accepted", 0, 0)


@stored
def test_fifteen_images_are_too_few_to_see_whether_a_run_helped() -> None:
    world = accepted_world(images=15)
    with nothing_changes():
        error = refused(
            Api(world.admin).post(f"/projects/{world.project.pk}/training-runs"), 409, "too_few_images"
        )
    assert error["message"] == (
        "Images with accepted objects: 15. Accept 16 or more: some are kept apart, to see on them whether a "
        "run made the model better."
    )


@stored
def test_the_plan_counts_what_a_snapshot_would_hold_and_divides_nothing_yet() -> None:
    world = accepted_world()
    with nothing_changes():
        plan = Api(world.viewer).get(f"/projects/{world.project.pk}/training-plan").json()
    assert plan["obstacle"] is None
    assert (plan["image_count"], plan["object_count"], plan["new_object_count"]) == (16, 16, 16)
    assert (plan["held_out_image_count"], plan["held_out_object_count"]) == (8, 8)
    assert (plan["steps"], plan["samples"]) == (120, 1920)
    assert plan["seconds"] == pytest.approx(10 + 1920 / 9 + 38 / 2.5)


@stored
def test_better_weights_become_a_version_that_serves_and_every_figure_is_kept(tmp_path: Path) -> None:
    world = accepted_world()
    code = """
    say(phase="train", step=1, steps=2, seconds_left=5.0, loss=0.5, iou=0.8, tune_iou=None)
    say(phase="train", step=2, steps=2, seconds_left=0.0, loss=0.4, iou=0.9, tune_iou=0.91)
    say(phase="check", step=40, steps=40, seconds_left=0.0)
    sys.stderr.write("all is well")
    finish()
    """
    run = _done(world, tmp_path, code)
    version = ModelVersion.objects.get()
    assert (run.state, run.decision, run.version, run.progress) == ("succeeded", "promoted", version, 1.0)
    assert (version.state, version.name, version.number) == ("ready", f"Run {run.pk}", 1)
    assert (version.architecture, version.licence) == ("dextr_lite", "CC0-1.0")
    assert version.identity == f"project-1+{version.sha256[:12]}"
    assert version.metrics["mean_iou"] == 0.8
    assert Project.objects.get().active_version == version
    body = Api(world.viewer).get(f"/training-runs/{run.pk}").json()
    assert body["held_out"]["gain"] == pytest.approx(0.1)
    assert [point["step"] for point in body["curves"]] == [1, 2]
    assert body["latest"] == {"step": 2, "loss": 0.4, "iou": 0.9, "tune_iou": 0.91}
    assert body["log"] == "all is well"
    assert (body["snapshot"]["object_count"], body["snapshot"]["held_out_object_count"]) == (16, 8)
    answer = Api(world.viewer).get(f"/training-runs/{run.pk}/evidence")
    assert (answer.content, answer["Content-Type"]) == (b"picture", "image/png")
    assert not job_folder(run.pk).exists()
    assert AuditEntry.objects.get(action="training.decide").data == {
        "decision": "promoted",
        "version": version.pk,
    }
    assert AuditEntry.objects.get(action="model.activate").data["run"] == run.pk


@stored
def test_what_is_not_better_is_kept_as_rejected_and_serves_nobody(tmp_path: Path) -> None:
    world = accepted_world()
    run = _done(world, tmp_path, "finish(better=False)")
    assert (run.state, run.decision, run.objections) == (
        "succeeded",
        "rejected",
        ["The gain may be none."],
    )
    assert ModelVersion.objects.get().state == "rejected"
    assert Project.objects.get().active_version is None


@stored
@pytest.mark.parametrize("why", ["rule", "pin", "another version"])
def test_better_weights_wait_for_a_person_where(why: str, tmp_path: Path) -> None:
    world = accepted_world()
    run = _request(world)
    other = version_make(world)
    if why == "rule":
        TrainingRules.objects.create(project=world.project, promote_automatically=False)
    started = stand_in(tmp_path)

    def meanwhile(folder: Path) -> training_runs.Training:
        # Somebody chooses while it trains.
        if why != "rule":
            version_activate(
                project_id=world.project.pk,
                version_id=None if why == "pin" else other.pk,
                pinned=why == "pin",
                activated_by=world.admin,
            )
        return started(folder)

    before = Project.objects.get().active_version_id
    run_do(run_id=run.pk, train=meanwhile)
    run.refresh_from_db()
    assert (run.decision, run.version and run.version.state) == ("proposed", "proposed")
    assert Project.objects.get().active_version_id == (other.pk if why == "another version" else before)


@stored
def test_a_run_starts_from_the_version_that_serves(tmp_path: Path) -> None:
    world = accepted_world()
    serving = version_make(world, "cells")
    version_activate(
        project_id=world.project.pk, version_id=serving.pk, pinned=False, activated_by=world.admin
    )
    code = """
    job = json.loads((folder / "job.json").read_text())
    assert pathlib.Path(job["start"]).read_bytes() == b"weights of cells"
    assert pathlib.Path(job["start"]).with_suffix(".onnx").read_bytes() == b"export of cells"
    finish()
    """
    run = _done(world, tmp_path, code)
    assert (run.decision, run.start, run.version and run.version.parent) == ("promoted", serving, serving)


@committed
def test_two_admins_at_once_start_one_run() -> None:
    world = accepted_world()
    results = at_once(partial(_request, world), partial(_request, world))
    assert sorted(result if isinstance(result, str) else "run" for result in results) == ["run", "run_active"]
    run = TrainingRun.objects.get()
    error = refused(Api(world.admin).post(f"/projects/{world.project.pk}/training-runs"), 409, "run_active")
    assert error["details"] == {"run_id": run.pk}


@stored
def test_a_cancelled_run_stops_its_command_and_leaves_nothing(tmp_path: Path) -> None:
    world = accepted_world()
    run = _request(world)
    code = """
    import signal, time
    say(phase="train", step=1, steps=9, seconds_left=60.0, loss=0.5, iou=0.8, tune_iou=None)
    time.sleep(60)
    """
    started = stand_in(tmp_path, code)

    def cancelled_at_once(folder: Path) -> training_runs.Training:
        command = started(folder)
        real = command.run

        def run_and_cancel(listener, stop):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            def heard(said):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
                listener(said)
                run_cancel(run=run, cancelled_by=world.admin)

            return real(heard, stop)

        command.run = run_and_cancel  # type: ignore[method-assign]
        return command

    files = stored_files()
    run_do(run_id=run.pk, train=cancelled_at_once)
    run.refresh_from_db()
    assert (run.state, run.version, ModelVersion.objects.count()) == ("cancelled", None, 0)
    assert not job_folder(run.pk).exists()
    assert {name for name in stored_files() - files if not name.startswith("snapshots/")} == set()


@stored
def test_a_run_cancelled_while_its_result_is_stored_promotes_nothing(tmp_path: Path) -> None:
    world = accepted_world()
    run = _request(world)
    started = stand_in(tmp_path)

    def cancelled_late(folder: Path) -> training_runs.Training:
        command = started(folder)
        real = command.run

        def run_then_cancel(listener, stop):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            done = real(listener, stop)
            run_cancel(run=run, cancelled_by=world.admin)
            return done

        command.run = run_then_cancel  # type: ignore[method-assign]
        return command

    run_do(run_id=run.pk, train=cancelled_late)
    run.refresh_from_db()
    assert (run.state, ModelVersion.objects.count(), Project.objects.get().active_version) == (
        "cancelled",
        0,
        None,
    )
    assert not [name for name in stored_files() if name.startswith(("models/", "training/"))]


@stored
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('say(phase="failed", code="loss_not_finite", message="Lower the rate."); sys.exit(3)',
         ("loss_not_finite", "Lower the rate.")),
        ('say(phase="failed", code="gpu_memory", message="Free it."); sys.exit(3)',
         ("gpu_memory", "Free it.")),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", ("killed", "memory ran out")),
        ("sys.stdout.write('garbage\\n' * 5)", ("ended", "")),
        ("finish(); (folder / 'out' / 'report.json').write_text('{')", ("failed", training_runs.BROKEN)),
        ("finish(); (folder / 'out' / 'evidence.png').unlink()", ("failed", training_runs.BROKEN)),
    ],
    ids=["no number", "gpu memory", "killed", "garbage", "broken report", "no picture"],
)  # fmt: skip
def test_what_goes_wrong_is_said_and_nothing_is_promoted(
    code: str, expected: tuple[str, str], tmp_path: Path
) -> None:
    world = accepted_world()
    run = _done(world, tmp_path, code)
    assert (run.state, run.error_code) == ("failed", expected[0])
    assert expected[1] in run.error_message
    assert (run.version, ModelVersion.objects.count(), Project.objects.get().active_version) == (
        None,
        0,
        None,
    )
    assert not job_folder(run.pk).exists()
    assert not [name for name in stored_files() if name.startswith(("models/", "training/"))]
    # The project can be trained again.
    assert _done(world, tmp_path).decision == "promoted"


@stored
def test_a_full_disk_is_said_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = accepted_world()

    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(training_runs, "job_write", full)
    run = _done(world, tmp_path)
    assert (run.state, run.error_code, run.error_message) == ("failed", "disk_full", training_runs.DISK_FULL)


@stored
def test_a_picture_that_is_gone_is_said_by_its_name(tmp_path: Path) -> None:
    world = accepted_world()
    world.dataset.images.update(display_key="images/gone.png")
    run = _done(world, tmp_path)
    assert (run.state, run.error_code, run.error_message) == (
        "failed",
        "picture_gone",
        training_runs.NOT_THERE,
    )


@stored
def test_a_run_whose_worker_always_dies_is_given_up(tmp_path: Path) -> None:
    world = accepted_world()
    run = _request(world)
    TrainingRun.objects.update(attempts=training_runs.MOST_ATTEMPTS)
    run_do(run_id=run.pk, train=stand_in(tmp_path))
    run.refresh_from_db()
    assert (run.state, run.error_code) == ("failed", "gave_up")


@committed
def test_the_second_worker_leaves_a_run_to_the_first(tmp_path: Path) -> None:
    world = accepted_world()
    run = _request(world)

    def elsewhere() -> None:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s, %s)", [TRAINING_RUNS, run.pk])
            held.set()
            release.wait(10)
        connection.close()

    held, release = threading.Event(), threading.Event()
    thread = threading.Thread(target=elsewhere)
    thread.start()
    held.wait(10)
    run_do(run_id=run.pk, train=stand_in(tmp_path))
    release.set()
    thread.join()
    run.refresh_from_db()
    assert (run.state, run.attempts) == ("queued", 0)


@committed
def test_runs_that_nobody_touches_are_queued_again(queue: redis.Redis) -> None:
    world = accepted_world()
    run = _request(world)
    assert (runs_resume(), queue.llen("train")) == (0, 1)
    TrainingRun.objects.update(updated_at=timezone.now() - timedelta(minutes=3))
    assert (runs_resume(), queue.llen("train")) == (1, 2)
    run_cancel(run=run, cancelled_by=world.admin)
    TrainingRun.objects.update(updated_at=timezone.now() - timedelta(minutes=3))
    assert runs_resume() == 0


@stored
def test_a_run_may_be_repeated_on_its_own_snapshot_and_on_no_foreign_one(tmp_path: Path) -> None:
    world = accepted_world()
    first = _done(world, tmp_path)
    assert first.snapshot is not None
    again = _request(world, snapshot_id=first.snapshot.pk)
    assert again.snapshot == first.snapshot
    with pytest.raises(Refused) as caught:
        _request(world, snapshot_id=first.snapshot.pk + 1)
    assert caught.value.code == "not_found"


@stored
@pytest.mark.parametrize(
    ("rules", "trigger"),
    [
        ({"every_accepted": 16}, RunTrigger.ACCEPTED),
        ({"every_accepted": 17}, None),
        ({"schedule": "daily"}, RunTrigger.SCHEDULE),
        ({"schedule": "weekly"}, None),
        ({"every_accepted": 17, "schedule": "off"}, None),
    ],
)
def test_numbers_and_the_clock_start_runs(rules: dict[str, object], trigger: str | None) -> None:
    world = accepted_world()
    TrainingRules.objects.create(project=world.project, **rules)
    TrainingRules.objects.update(updated_at=timezone.now() - timedelta(days=2))
    assert training_due() == (trigger is not None)
    found = TrainingRun.objects.first()
    assert (found.trigger if found else None) == trigger
    # One at a time.
    assert training_due() == 0


@stored
def test_a_rule_counts_what_was_accepted_after_the_last_run(tmp_path: Path) -> None:
    world = accepted_world()
    TrainingRules.objects.create(project=world.project, every_accepted=10)
    assert training_due() == 1
    run_do(run_id=TrainingRun.objects.get().pk, train=stand_in(tmp_path))
    assert training_due() == 0
    TrainingRun.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert training_due() == 1


@stored
def test_rules_are_changed_one_by_one_and_audited() -> None:
    world = World(images=0)
    api, path = Api(world.admin), f"/projects/{world.project.pk}/training-rules"
    start = {"every_accepted": 0, "schedule": "off", "promote_automatically": True}
    assert api.get(path).json() == start
    assert api.patch(path, {"every_accepted": 50}).json() == start | {"every_accepted": 50}
    assert api.patch(path, {"schedule": "weekly"}).json() == start | {
        "every_accepted": 50,
        "schedule": "weekly",
    }
    with nothing_changes():
        api.patch(path, {"schedule": "weekly"})
    entries = AuditEntry.objects.filter(action="training_rules.change").order_by("pk")
    assert [entry.data for entry in entries] == [{"every_accepted": 50}, {"schedule": "weekly"}]


@committed
def test_two_first_changes_of_the_rules_at_once_make_one_row() -> None:
    world = World(images=0)
    change = partial(
        rules_change,
        project=world.project,
        change=TrainingRulesChange(every_accepted=5),
        changed_by=world.admin,
    )
    at_once(change, change)
    assert TrainingRules.objects.get().every_accepted == 5


@stored
def test_the_next_plan_knows_how_fast_the_last_run_was() -> None:
    world = accepted_world()
    run_make(world, report={"rates": {"trained": 100.0, "compared": 10.0}})
    assert training_plan(project=world.project).seconds == pytest.approx(10 + 1920 / 100 + 38 / 10)


@stored
def test_a_run_that_is_over_keeps_its_snapshot_when_objects_change_later(tmp_path: Path) -> None:
    world = accepted_world(images=17)
    run = _done(world, tmp_path)
    trained = next(task for task in world.tasks if task.split == Split.TRAIN)
    trained.annotations.update(deleted_at=timezone.now())
    TrainingRun.objects.update(created_at=timezone.now() - timedelta(days=1))
    other = _done(world, tmp_path)
    assert Snapshot.objects.count() == 2
    assert (run.snapshot and run.snapshot.object_count, other.snapshot and other.snapshot.object_count) == (
        17,
        16,
    )


@stored
def test_a_broker_that_is_away_leaves_a_run_that_is_queued_later(monkeypatch: pytest.MonkeyPatch) -> None:
    world = accepted_world()

    def away(*_: object, **__: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(jobs.app, "send_task", away)
    assert _request(world).state == "queued"


@stored
def test_held_out_images_are_listed_as_such(tmp_path: Path) -> None:
    world = accepted_world()
    api, path = Api(world.viewer), f"/projects/{world.project.pk}/tasks"
    assert api.get(path, held_out="true").json()["count"] == 0
    _done(world, tmp_path)
    held = api.get(path, held_out="true").json()
    assert held["count"] == 8
    assert {row["id"] for row in held["results"]} == {
        task.pk for task in world.tasks if task.split == Split.HELD_OUT
    }
