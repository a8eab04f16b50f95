"""Requests to a running Cardinal."""

import csv
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast
from zipfile import ZipFile

import httpx

from cardinal_client import types
from cardinal_client.errors import ApiError, Failed, Unreachable

# Answers that say "later": a restart, a queue that is full.
LATER = (502, 503, 504)
TRIES, PAUSE_S = 6, 0.5
# So many files, or bytes, go in one request.
MOST_FILES, MOST_BYTES = 50, 64 * 2**20
BLOCK = 1 << 20
POLL_S = 0.5
# States in which something is still to come.
GOING = ("queued", "running", "checking", "importing")

Told = Callable[[float], None]


class Client:
    """One signed-in connection. Use it as a context manager, or close it.

    All requests are safe to repeat and are repeated while the server is away: files are known by their
    content, and exports and runs are found again by their numbers.
    """

    def __init__(self, url: str, token: str, *, timeout_s: float = 60) -> None:
        headers = {"Authorization": f"Token {token}"}
        self._http = httpx.Client(base_url=f"{url.rstrip('/')}/api", headers=headers, timeout=timeout_s)

    @classmethod
    def login(cls, url: str, username: str, password: str) -> tuple[Self, str]:
        """Sign in; return the client and its token. Raises `ApiError` for a wrong password."""
        with cls(url, "") as door:
            door._http.headers.pop("Authorization")
            answer = door._send("POST", "/auth/token", json={"username": username, "password": password})
        token = str(answer.json()["token"])
        return cls(url, token), token

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def me(self) -> types.Me:
        """Return who is signed in."""
        return cast(types.Me, self._get("/auth/me"))

    def projects(self) -> Iterator[types.Project]:
        """Yield the projects one may see, the newest first."""
        return cast(Iterator[types.Project], self._pages("/projects"))

    def project(self, name: str | int) -> types.Project:
        """Return a project by its number or its exact name. Raises `LookupError`."""
        return cast(types.Project, self._named("/projects", name, "project"))

    def datasets(self) -> Iterator[types.Dataset]:
        """Yield the data sets one may see, the newest first."""
        return cast(Iterator[types.Dataset], self._pages("/datasets"))

    def dataset(self, name: str | int, *, create: bool = False) -> types.Dataset:
        """Return a data set by its number or its exact name; make it where asked to. Raises `LookupError`."""
        try:
            return cast(types.Dataset, self._named("/datasets", name, "data set"))
        except LookupError:
            if not create or isinstance(name, int):
                raise
            return cast(types.Dataset, self._send("POST", "/datasets", json={"name": name}).json())

    def upload(
        self, dataset_id: int, files: Sequence[Path], *, told: Told | None = None
    ) -> tuple[list[types.UploadedImage], list[types.FileError]]:
        """Upload images, some at a time; return what was stored and what was refused.

        A file that is there already is stored once: an upload that broke off is simply begun again.
        `told` hears the share of bytes that has arrived, 0..1.
        """
        stored: list[types.UploadedImage] = []
        refused: list[types.FileError] = []
        whole, sent = sum(path.stat().st_size for path in files) or 1, 0
        for batch in _batches(files):
            parts = [("files", (path.name, path.read_bytes())) for path in batch]
            try:
                answer = self._send("POST", f"/datasets/{dataset_id}/images", files=parts).json()
                stored += answer["images"]
                refused += answer["errors"]
            except ApiError as error:
                if error.code != "invalid_images":
                    raise
                # None of these was an image; the others still may be.
                refused += error.details["files"]
            sent += sum(len(content) for _, (_, content) in parts)
            if told is not None:
                told(sent / whole)
        return stored, refused

    def export(
        self,
        project_id: int,
        format_name: str,
        options: types.ExportOptions | None = None,
        *,
        snapshot_id: int | None = None,
    ) -> types.Export:
        """Ask for an export."""
        body = {"format": format_name, "options": options or {}, "snapshot_id": snapshot_id}
        return cast(types.Export, self._send("POST", f"/projects/{project_id}/exports", json=body).json())

    def export_get(self, export_id: int) -> types.Export:
        """Return an export as it is now."""
        return cast(types.Export, self._get(f"/exports/{export_id}"))

    def wait_for_export(self, export_id: int, *, told: Told | None = None) -> types.Export:
        """Wait until an export is ready. Raises `Failed` when it failed or was cancelled."""
        return cast(types.Export, self._wait(f"/exports/{export_id}", ("ready",), told))

    def download_export(self, export_id: int, target: Path | str, *, told: Told | None = None) -> Path:
        """Download an export's archive to a file, and go on where an earlier download broke off.

        What has come so far lies beside the target with `.part` at its end.
        """
        export = self.export_get(export_id)
        path = Path(target)
        part = path.with_name(f"{path.name}.{export_id}.part")
        size = export["byte_size"]
        for attempt in range(TRIES):
            begun = part.stat().st_size if part.exists() else 0
            if begun == size:
                break
            if begun > size:
                # Another archive of that number, from another site perhaps.
                part.unlink()
                begun = 0
            try:
                self._fetch(f"/exports/{export_id}/file", part, begun, size, told)
            except httpx.TransportError as error:
                if attempt == TRIES - 1:
                    raise Unreachable(f"The download broke off: {error}. Run the command again.") from error
                time.sleep(PAUSE_S * 2**attempt)
        if part.stat().st_size != size:
            raise Unreachable("The download broke off. Run the command again.")
        os.replace(part, path)
        return path

    def fetch_images(
        self, archive: Path | str, folder: Path | str, *, told: Told | None = None
    ) -> tuple[int, int]:
        """Download the images that an export links to; return how many came, and how many were there.

        They are called as the archive calls them. Raises `LookupError` for an archive without links.
        """
        with ZipFile(archive) as opened, opened.open("images.csv") as member:
            rows = list(csv.DictReader(TextIOWrapper(member, "utf-8", newline="")))
        # An apostrophe keeps spreadsheets from taking a name for a formula.
        names = [Path(one["file_name"].removeprefix("'")).name for one in rows]
        links = {name: one.get("link") or "" for name, one in zip(names, rows, strict=True)}
        if not any(links.values()):
            raise LookupError(f"{archive} has no links. Export it with the images as links.")
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        wanted = {name: link for name, link in links.items() if link and not (target / name).exists()}
        for number, (name, link) in enumerate(wanted.items(), start=1):
            part = target / f"{name}.part"
            # The address is of this API, whatever else an archive says.
            part.write_bytes(self._send("GET", f"/images/{_image_number(link)}/file").content)
            os.replace(part, target / name)
            if told is not None:
                told(number / len(wanted))
        return len(wanted), sum(map(bool, links.values())) - len(wanted)

    def train(self, project_id: int) -> types.TrainingRun:
        """Start a training run."""
        answer = self._send("POST", f"/projects/{project_id}/training-runs", json={})
        return cast(types.TrainingRun, answer.json())

    def wait_for_run(self, run_id: int, *, told: Told | None = None) -> types.TrainingRunDetail:
        """Wait until a training run has ended. Raises `Failed` when it failed or was cancelled."""
        return cast(types.TrainingRunDetail, self._wait(f"/training-runs/{run_id}", ("succeeded",), told))

    def prelabel(self, project_id: int, file: Path) -> types.Prelabelling:
        """Turn a detector's file into drafts."""
        parts = {"file": (file.name, file.read_bytes())}
        answer = self._send("POST", f"/projects/{project_id}/prelabels", files=parts)
        return cast(types.Prelabelling, answer.json())

    def wait_for_prelabels(self, prelabelling_id: int, *, told: Told | None = None) -> types.Prelabelling:
        """Wait until drafts are made. Raises `Failed` when that failed or was cancelled."""
        return cast(types.Prelabelling, self._wait(f"/prelabels/{prelabelling_id}", ("ready",), told))

    def import_file(self, project_id: int, file: Path, *, format_name: str | None = None) -> types.Import:
        """Upload a file of masks to be checked; without a format it is found out. Nothing is written yet."""
        with file.open("rb") as opened:
            about = {} if format_name is None else {"format": format_name}
            parts = {"file": (file.name, opened)}
            answer = self._send("POST", f"/projects/{project_id}/imports", data=about, files=parts)
        return cast(types.Import, answer.json())

    def wait_for_check(self, import_id: int, *, told: Told | None = None) -> types.Import:
        """Wait until a file is checked. Raises `Failed` when it cannot be read, or was cancelled."""
        return cast(types.Import, self._wait(f"/imports/{import_id}", ("checked", "done"), told))

    def import_start(self, import_id: int, options: types.ImportStart | None = None) -> types.Import:
        """Write a checked file into the project's tasks. The same options again change nothing."""
        return cast(
            types.Import, self._send("POST", f"/imports/{import_id}/start", json=options or {}).json()
        )

    def wait_for_import(self, import_id: int, *, told: Told | None = None) -> types.Import:
        """Wait until an import is written. Raises `Failed` when it failed or was cancelled."""
        return cast(types.Import, self._wait(f"/imports/{import_id}", ("done",), told))

    def cancel_import(self, import_id: int) -> types.Import:
        """Stop an import; what is written already stays."""
        return cast(types.Import, self._send("POST", f"/imports/{import_id}/cancel").json())

    def _named(self, path: str, name: str | int, what: str) -> dict[str, Any]:
        if isinstance(name, int) or name.isdecimal():
            return cast(dict[str, Any], self._get(f"{path}/{name}"))
        found = [one for one in self._pages(path) if one["name"] == name]
        if len(found) != 1:
            many = f"{len(found)} of them" if found else "none"
            raise LookupError(f"There is {many} called “{name}”. Give the number of the {what} instead.")
        return found[0]

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            params = {"limit": "100"} | ({} if cursor is None else {"cursor": cursor})
            page = self._send("GET", path, params=params).json()
            yield from page["results"]
            cursor = page["next"]
            if cursor is None:
                return

    def _wait(self, path: str, good: Sequence[str], told: Told | None) -> dict[str, Any]:
        while True:
            row = cast(dict[str, Any], self._get(path))
            if told is not None:
                told(float(row["progress"]))
            if row["state"] in good:
                return row
            if row["state"] not in GOING:
                error = row.get("error") or {}
                raise Failed(error.get("message") or f"It is {row['state']}.")
            time.sleep(POLL_S)

    def _fetch(self, path: str, part: Path, begun: int, size: int, told: Told | None) -> None:
        headers = {"Range": f"bytes={begun}-"} if begun else {}
        with self._http.stream("GET", path, headers=headers) as answer, part.open("ab") as file:
            if answer.status_code not in (200, 206):
                answer.read()
                raise _refusal(answer)
            if answer.status_code == 200:
                file.truncate(0)
                begun = 0
            for block in answer.iter_bytes(BLOCK):
                file.write(block)
                begun += len(block)
                if told is not None:
                    told(begun / size)

    def _get(self, path: str) -> Any:  # noqa: ANN401
        return self._send("GET", path).json()

    def _send(self, method: str, path: str, **given: Any) -> httpx.Response:
        for attempt in range(TRIES):
            last = attempt == TRIES - 1
            try:
                answer = self._http.request(method, path, **given)
            except httpx.TransportError as error:
                # Only what the server has not begun to answer, or what does nothing twice, is sent again.
                if last or not _repeatable(method, path, error):
                    raise Unreachable(f"{self._http.base_url.host} does not answer: {error}.") from error
            else:
                if answer.status_code not in LATER or last:
                    if answer.is_success:
                        return answer
                    raise _refusal(answer)
            time.sleep(PAUSE_S * 2**attempt)
        raise AssertionError("unreachable")


def _repeatable(method: str, path: str, error: httpx.TransportError) -> bool:
    return method == "GET" or path.endswith("/images") or isinstance(error, httpx.ConnectError)


def _refusal(answer: httpx.Response) -> ApiError:
    try:
        error = answer.json()["error"]
        return ApiError(answer.status_code, error["code"], error["message"], error.get("details") or {})
    except (ValueError, KeyError, TypeError):
        message = f"The server answered {answer.status_code} without a reason."
        return ApiError(answer.status_code, "unknown", message, {})


def _image_number(link: str) -> str:
    """Return the number in an image's address. Raises `LookupError` for any other address."""
    found = re.fullmatch(r"/api/images/(\d+)/file", link)
    if found is None:
        raise LookupError(f"“{link}” is no address of an image.")
    return found[1]


def _batches(files: Sequence[Path]) -> Iterator[list[Path]]:
    batch: list[Path] = []
    size = 0
    for path in files:
        if batch and (len(batch) == MOST_FILES or size + path.stat().st_size > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(path)
        size += path.stat().st_size
    if batch:
        yield batch
