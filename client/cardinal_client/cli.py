"""The command `cardinal`."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cardinal_client import credentials, types
from cardinal_client.client import Client, Told
from cardinal_client.errors import ApiError, Failed, Unreachable

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Cardinal from the command line.")
errors = Console(stderr=True)
PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif"}
Answer = TypeVar("Answer")
Project = Annotated[str, typer.Argument(help="The project's number or exact name.")]


def main() -> None:
    """Run the command; what went wrong is one sentence, and the exit status 1."""
    try:
        app()
    except (ApiError, Unreachable, Failed, LookupError, credentials.NotSignedIn) as error:
        errors.print(f"cardinal: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        errors.print("cardinal: stopped. Work that was started on the server goes on.", markup=False)
        sys.exit(130)


def signed_in() -> Client:
    """Return a client for whoever is signed in."""
    return Client(*credentials.load())


def many(count: int, word: str, words: str = "") -> str:
    """Return a number of things in words: `1 image`, `2 images`."""
    return f"{count} {word if count == 1 else words or f'{word}s'}"


@contextmanager
def bar(what: str) -> Iterator[Told]:
    """Show a progress bar with the time left on the error stream, so that output can be piped."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=not errors.is_terminal) as progress:
        task = progress.add_task(what, total=1.0)
        yield lambda done: progress.update(task, completed=done)


def waited(what: str, wait: Callable[..., Answer], number: int) -> Answer:
    """Wait for work on the server behind a progress bar."""
    with bar(what) as told:
        return wait(number, told=told)


@app.command()
def login(
    url: Annotated[str, typer.Argument(help="The site's address, as in the browser.")],
    username: Annotated[str, typer.Option(prompt=True)],
) -> None:
    """Sign in, and stay signed in on this machine.

    The password is asked for, or taken from CARDINAL_PASSWORD.
    """
    password = os.environ.get("CARDINAL_PASSWORD") or typer.prompt("Password", hide_input=True)
    client, token = Client.login(url, username, password)
    with client:
        name = client.me()["username"]
    credentials.store(url, token)
    typer.echo(f"Signed in as {name}.")


@app.command()
def logout() -> None:
    """Forget the sign-in of this machine."""
    credentials.forget()
    typer.echo("Signed out.")


@app.command()
def token() -> None:
    """Print the token of this sign-in, for CARDINAL_TOKEN."""
    typer.echo(credentials.load()[1])


@app.command()
def projects() -> None:
    """List projects: number, accepted images, all images, name."""
    with signed_in() as client:
        for one in client.projects():
            counts = one["counts"]
            typer.echo(f"{one['id']}\t{counts['accepted']}\t{counts['total']}\t{one['name']}")


@app.command()
def upload(
    dataset: Annotated[str, typer.Argument(help="The data set's number or name; a new name makes one.")],
    paths: Annotated[list[Path], typer.Argument(exists=True, help="Images, or folders of images.")],
) -> None:
    """Upload images to a data set. Can be begun again at any time: each image is stored once."""
    files = sorted({file for path in paths for file in _pictures(path)})
    if not files:
        raise LookupError("No images are there. Give files, or folders with JPEG, PNG, WebP, TIFF or BMP.")
    with signed_in() as client:
        row = client.dataset(dataset, create=True)
        with bar(many(len(files), "image")) as told:
            stored, refused = client.upload(row["id"], files, told=told)
    fresh = sum(not one["duplicate"] for one in stored)
    typer.echo(f"{many(fresh, 'image')} stored, {len(stored) - fresh} there already, {len(refused)} refused.")
    for one in refused:
        errors.print(f"{one['name']}: {one['message']}", markup=False, highlight=False, soft_wrap=True)
    if refused:
        raise typer.Exit(1)


def _pictures(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    else:
        yield from (one for one in path.rglob("*") if one.suffix.lower() in PICTURES and one.is_file())


@app.command()
def export(  # noqa: PLR0917
    project: Project,
    format_name: Annotated[str, typer.Option("--format", help="As in docs/formats.md.")] = "coco",
    out: Annotated[Path | None, typer.Option(help="Where the archive goes.")] = None,
    state: Annotated[list[str] | None, typer.Option(help="States of images; accepted unless told.")] = None,
    label: Annotated[list[str] | None, typer.Option(help="Only these labels, by name.")] = None,
    split: Annotated[list[str] | None, typer.Option(help="A part and its share, as train=0.8.")] = None,
    split_list: Annotated[
        list[str] | None, typer.Option(help="A part and a file of image names, as train=names.txt.")
    ] = None,
    images: Annotated[str, typer.Option(help="none, links, display or originals.")] = "none",
    overlaps: Annotated[str, typer.Option(help="What is seen: front or area.")] = "front",
    min_area: Annotated[int, typer.Option(help="Leave out objects of fewer pixels.")] = 0,
    crops: Annotated[bool, typer.Option(help="Cut each object out of its image.")] = False,
    research: Annotated[bool, typer.Option(help="Add clicks and times.")] = False,
    licence: Annotated[str, typer.Option(help="Stands in the data card.")] = "",
    snapshot: Annotated[int | None, typer.Option(help="Of this snapshot, not of what is there now.")] = None,
) -> None:
    """Export a project, wait, and download the archive; prints its path."""
    with signed_in() as client:
        row = client.project(project)
        options: dict[str, Any] = {
            "images": images,
            "overlaps": overlaps,
            "min_area": min_area,
            "crops": crops,
            "research": research,
            "licence": licence,
        }
        if state:
            options["states"] = state
        if label:
            options["label_ids"] = _label_ids(row, label)
        if split and split_list:
            raise LookupError("Divide by shares or by lists, not by both.")
        if split:
            options["splits"] = {"by": "hash", "shares": dict(_share(one) for one in split)}
        if split_list:
            options["splits"] = {"by": "lists", "lists": dict(_listed(one) for one in split_list)}
        asked = client.export(
            row["id"], format_name, cast(types.ExportOptions, options), snapshot_id=snapshot
        )
        ready = waited("Exporting", client.wait_for_export, asked["id"])
        target = out or Path(f"{format_name}-{ready['id']}.zip")
        with bar("Downloading") as told:
            client.download_export(ready["id"], target, told=told)
    typer.echo(target)


@app.command()
def fetch(
    archive: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Exported with --images links.")
    ],
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Where the images go.")],
) -> None:
    """Download the images that an export links to; those that are there already are left alone."""
    with signed_in() as client, bar("Downloading") as told:
        fetched, there = client.fetch_images(archive, folder, told=told)
    typer.echo(f"{many(fetched, 'image')} downloaded, {there} there already.")


def _share(text: str) -> tuple[str, float]:
    name, _, share = text.partition("=")
    try:
        return name, float(share)
    except ValueError:
        raise LookupError(f"“{text}” is no part with a share. Write train=0.8, for example.") from None


def _listed(text: str) -> tuple[str, list[str]]:
    name, _, path = text.partition("=")
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise LookupError(
            f"“{text}” is no part with a file of names. Write train=names.txt, for example."
        ) from None
    return name, [line for line in lines if line.strip()]


def _label_ids(project: types.Project, names: list[str]) -> list[int]:
    known = {label["name"]: label["id"] for label in project["labels"]}
    for name in names:
        if name not in known:
            raise LookupError(f"There is no label “{name}”. There are: {', '.join(known) or 'none'}.")
    return [known[name] for name in names]


@app.command(name="import")
def import_(  # noqa: PLR0917
    project: Project,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An archive, or a JSON file.")],
    format_name: Annotated[str | None, typer.Option("--format", help="Found out unless told.")] = None,
    state: Annotated[str, typer.Option(help="submitted, accepted, or open.")] = "submitted",
    existing: Annotated[
        str, typer.Option(help="Images that have objects: keep, add or replace these.")
    ] = "keep",
    labels: Annotated[bool, typer.Option(help="Make labels that the project lacks.")] = True,
    add_images: Annotated[
        str | None,
        typer.Option(metavar="DATASET", help="Where images go that the project lacks and the file has."),
    ] = None,
    skip_problems: Annotated[bool, typer.Option(help="Leave out what cannot be imported.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only say what would be imported.")] = False,
) -> None:
    """Import masks, and images with them; nothing is written where something is wrong."""
    with signed_in() as client:
        target = client.dataset(add_images)["id"] if add_images else None
        row = client.import_file(client.project(project)["id"], file, format_name=format_name)
        checked = waited("Checking", client.wait_for_check, row["id"])
        _tell_check(checked)
        obstacle = _obstacle(checked, adding=target is not None, skip_problems=skip_problems)
        if check or obstacle:
            client.cancel_import(row["id"])
            if not check:
                raise Failed(f"Nothing was imported. {obstacle}")
            return
        options = {
            "state": state,
            "existing": existing,
            "create_labels": labels,
            "add_images_to": target,
            "skip_problems": skip_problems,
        }
        client.import_start(row["id"], cast(types.ImportStart, options))
        done = waited("Importing", client.wait_for_import, row["id"])
    written = _objects(done["imported_annotation_count"], done["imported_image_count"])
    typer.echo(f"{written} imported, {many(done['kept_image_count'], 'image')} left as before.")


def _objects(objects: int, images: int) -> str:
    return f"{many(objects, 'object')} on {many(images, 'image')}"


def _tell_check(checked: types.Import) -> None:
    counts = _objects(checked["annotation_count"], checked["image_count"])
    entries = many(checked["problem_count"], "entry", "entries")
    typer.echo(f"{counts} can be imported, {entries} cannot.")
    if checked["new_image_count"]:
        typer.echo(f"New to the project: {many(checked['new_image_count'], 'image')}.")
    for problem in checked["problems"]:
        said = f"{problem['entry']}: {problem['message']}"
        errors.print(said, markup=False, highlight=False, soft_wrap=True)


def _obstacle(checked: types.Import, *, adding: bool, skip_problems: bool) -> str:
    """Return what to do before a checked file can be imported; empty where nothing is in the way."""
    if not checked["image_count"]:
        return "Nothing in this file is about an image of the project."
    if skip_problems:
        return ""
    if checked["problem_count"]:
        return "Mend the file, or say --skip-problems for the rest."
    if checked["new_image_count"] and not adding:
        return "Say --add-images DATASET to add the new images, or --skip-problems for the rest."
    return ""


@app.command()
def train(
    project: Project,
    wait: Annotated[bool, typer.Option(help="Wait for its end.")] = True,
) -> None:
    """Train the project's model on what is accepted; prints the run's number and what was decided."""
    with signed_in() as client:
        run = client.train(client.project(project)["id"])
        typer.echo(f"Run {run['id']}")
        if wait:
            _tell_run(client, run["id"])


def _tell_run(client: Client, run_id: int) -> None:
    row = waited("Training", client.wait_for_run, run_id)
    typer.echo(f"{row['decision'].capitalize() or 'Ended'}.")
    for sentence in row["objections"]:
        typer.echo(sentence)


@app.command()
def prelabel(
    project: Project,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A detector's file, COCO JSON.")],
) -> None:
    """Turn a detector's boxes into drafts that people take or dismiss."""
    with signed_in() as client:
        row = client.prelabel(client.project(project)["id"], file)
        done = waited("Drafting", client.wait_for_prelabels, row["id"])
    counts = f"{many(done['draft_count'], 'draft')} on {many(done['image_count'], 'image')}"
    typer.echo(f"{counts}, {done['left_out_count']} left out.")
    for sentence in done["left_out"]:
        errors.print(sentence, markup=False, highlight=False, soft_wrap=True)


@app.command()
def wait(
    what: Annotated[str, typer.Argument(help="export or run.")],
    number: Annotated[int, typer.Argument(help="Its number.")],
) -> None:
    """Wait for an export or a training run that was started elsewhere."""
    with signed_in() as client:
        if what == "export":
            row = waited("Exporting", client.wait_for_export, number)
            typer.echo(f"Export {row['id']} is ready: {many(row['annotation_count'], 'object')}.")
        elif what == "run":
            _tell_run(client, number)
        else:
            raise LookupError(f"“{what}” cannot be waited for. Say export or run.")


if __name__ == "__main__":
    main()
