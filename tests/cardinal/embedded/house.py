"""A supervisor with toy children, run as a program by the tests of this folder.

`python house.py DATA PLAN`: the plan is JSON with `children` (name, script, stage, grace_s, death_signal,
ready), `services` (run Postgres and Valkey too) and `policy` (fields of RestartPolicy). It prints what the
supervisor reports, then `database URL` and `ready`.
"""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cardinal.embedded.errors import EmbeddedError
from cardinal.embedded.folder import DataFolder, opened_data_folder
from cardinal.embedded.process import ChildSpec
from cardinal.embedded.records import Records, end_left_over
from cardinal.embedded.serve import report_error, running_services, say
from cardinal.embedded.supervisor import RestartPolicy, StopRequestedError, Supervisor


def main(data: Path, plan: dict[str, Any]) -> int:
    """Run the plan until told to stop. Returns the exit status, as the real entry point does."""
    try:
        with opened_data_folder(data) as folder, supervised(folder, plan) as supervisor:
            for row in plan["children"]:
                supervisor.start(spec(folder, row))
            supervisor.wait_ready(timeout_s=60)
            say("ready")
            supervisor.run()
    except StopRequestedError:
        return 0
    except EmbeddedError as error:
        report_error(str(error))
    return 1


@contextmanager
def supervised(folder: DataFolder, plan: dict[str, Any]) -> Iterator[Supervisor]:
    """A supervisor with or without the services under it."""
    policy = RestartPolicy(**plan.get("policy", {}))
    if plan.get("services"):
        with running_services(folder, report=say, policy=policy) as (supervisor, urls):
            say(f"database {urls.database_url}")
            say(f"broker {urls.broker_url}")
            yield supervisor
        return
    records = Records(folder.records)
    end_left_over(records, marker=f"CARDINAL_DATA={folder.root}", report=say)
    with Supervisor(records=records, report=say, policy=policy) as supervisor:
        yield supervisor


def spec(folder: DataFolder, row: dict[str, Any]) -> ChildSpec:
    """A child that runs a Python script in the data folder."""
    return ChildSpec(
        name=row["name"],
        argv=(sys.executable, "-c", row["script"]),
        env={"CARDINAL_DATA": str(folder.root)},
        cwd=folder.root,
        log=folder.log(row["name"]),
        stop_stage=row.get("stage", 2),
        stop_grace_s=row.get("grace_s", 30.0),
        orphan_grace_s=0.2,
        death_signal=row.get("death_signal", signal.SIGTERM),
        is_ready=(lambda _pid: (folder.root / row["ready"]).exists()) if "ready" in row else None,
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), json.loads(sys.argv[2])))
