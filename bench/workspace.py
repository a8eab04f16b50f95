"""The workspace in a real Chromium on the real stack: frames, a stroke, memory, first use, a large image.

Run with: make bench NAME=workspace
"""

import gzip
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import numpy as np
from PIL import Image

from bench.chromium import Page, chromium_page, renderer_memory_mb
from bench.frames import CATEGORIES, frame_costs_ms
from bench.stack import ROOT, Stack, jpeg, make_project, report, running_stack
from labeling.domain import masks

DIST = ROOT / "frontend" / "dist"
OPENINGS, MASKS_DRAWN = 5, 30
FRAME_S = 1 / 60
# Asks each frame whether the photograph can be worked on, and writes down when it first could.
WATCH = """
(() => { const look = () => {
  const status = window.__cardinal?.engine.status();
  if (status?.image === "ready" && !status.readOnly) window.__usable = performance.now();
  else requestAnimationFrame(look);
}; look(); })()
"""


def main() -> None:
    """Measure one thing after the other, each in a browser of its own."""
    subprocess.run(
        [sys.executable, "-I", str(ROOT / "platform/cardinal/embedded/bootstrap.py"), "frontend"],
        check=True,
        stdout=sys.stderr,
    )
    report_javascript()
    with running_stack() as stack, stack.client() as client:
        measure_first_use(stack, client)
        measure_frames(stack, client)
        measure_memory(stack, client)
        measure_large(stack, client)


def report_javascript() -> None:
    """Report the compressed JavaScript that every page loads before what it loads as needed."""
    names = first_scripts((DIST / "index.html").read_text())
    size = sum(len(gzip.compress((DIST / name).read_bytes(), 6)) for name in names)
    every = sum(len(gzip.compress(path.read_bytes(), 6)) for path in DIST.glob("assets/*.js"))
    report(
        "js_gzip_kb",
        size / 1000,
        "kB",
        len(names),
        f"{every / 1000:.0f} kB with all that is loaded as needed",
    )


def first_scripts(index: str) -> list[str]:
    """Return the script files that a page names, below the folder of the page."""
    found = re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', index)
    return list(dict.fromkeys(found))


def measure_first_use(stack: Stack, client: httpx.Client) -> None:
    """Open the workspace with a cold cache, as often as it takes for a median."""
    url = open_task(stack, client, "first use", photograph(4000, 3000))
    times = []
    for _ in range(OPENINGS):
        with signed_in(stack) as page:
            times.append(opened(page, url))
    report("first_use_ms", float(np.median(times)), "ms", OPENINGS, "cold cache, loopback, 12 megapixels")


def measure_frames(stack: Stack, client: httpx.Client) -> None:
    """Pan, zoom and paint with 1,000 masks on 24 megapixels; let masks of 2 megapixels arrive."""
    width, height = 6000, 4000
    url = open_task(stack, client, "frames", photograph(width, height))
    add_masks(client, url, (width, height), 1000)
    with signed_in(stack) as page:
        opened(page, url)
        page.until("window.__cardinal.engine.objects().length === 1000", what="1,000 objects")
        time.sleep(3)
        costs = traced(page, lambda: pan_and_zoom(page))
        report_p95("frame", costs, "panning and zooming, 1,000 masks, 24 megapixels")
        page.run('window.__cardinal.engine.setTool("brush")')
        costs = traced(page, lambda: stroke(page, 500))
        report_p95("brush", costs, "a stroke of 500 moves, 1,000 masks, 24 megapixels")
    with signed_in(stack) as page:
        opened(page, open_task(stack, client, "arriving", photograph(width, height)))
        measure_mask_draw(page, width, height)


def measure_mask_draw(page: Page, width: int, height: int) -> None:
    """Time decoding and drawing of one mask after the other, from its arrival to the end of the script."""
    random, times = np.random.default_rng(5), []
    page.run("new Promise((done) => setTimeout(done, 2000))")
    for number in range(MASKS_DRAWN):
        mask = blob(random, (width, height), 850 + number)
        took = page.run(
            f"""new Promise((done) => {{
              const {{ engine }} = window.__cardinal;
              const record = {{ id: "m{number}", labelId: null, score: 0.9, proposalId: null, author: null,
                mask: {{ size: [{height}, {width}], counts: {mask["counts"]!r} }}, bbox: {mask["bbox"]},
                area: {mask["area"]}, ...({{ {OBJECT_DEFAULTS} }}) }};
              let drawing = 0;
              requestAnimationFrame(() => {{ drawing = performance.now(); }});
              const arrived = performance.now();
              engine.applyRemote({{ upsert: [record], remove: {[f"m{number - 1}"] if number else []} }});
              const taken = performance.now() - arrived;
              requestAnimationFrame(() => done(taken + performance.now() - drawing));
            }})"""
        )
        times.append(float(took))
    area = mask["area"] / 1e6
    report(
        "mask_draw_ms", float(np.median(times)), "ms", len(times), f"objects of about {area:.1f} megapixels"
    )


# What objects have beside their mask; the engine reads no more than it knows of.
OBJECT_DEFAULTS = (
    "attributes: {}, occluded: false, truncated: false, crowd: false, ignore: false, position: 1e6"
)


def measure_memory(stack: Stack, client: httpx.Client) -> None:
    """Report what a tab holds that has shown 200 accepted masks."""
    width, height = 4000, 3000
    url = open_task(stack, client, "memory", photograph(width, height))
    add_masks(client, url, (width, height), 200)
    with signed_in(stack) as page:
        opened(page, url)
        page.until("window.__cardinal.engine.objects().length === 200", what="200 objects")
        pan_and_zoom(page)
        time.sleep(3)
        note = "private memory of the tab's process after panning and zooming, 12 megapixels"
        report("memory_200_masks_mb", renderer_memory_mb(page.pid), "MB", 1, note)


def measure_large(stack: Stack, client: httpx.Client) -> None:
    """Open 100 megapixels, from the address to the last tile that the view asks for."""
    url = open_task(stack, client, "large", photograph(12_000, 8_500))
    image = client.get(f"/api/tasks/{task_id_of(url)}").raise_for_status().json()["image"]
    while client.get(image["tiles"]["state_url"]).raise_for_status().json()["state"] != "ready":
        time.sleep(0.2)
    times = []
    for _ in range(OPENINGS):
        with signed_in(stack) as page:
            opened(page, url)
            times.append(page.until(LAST_TILE, what="all tiles of the view"))
    report("open_100mp_ms", float(np.median(times)), "ms", OPENINGS, "cold cache, to the last tile asked for")


# When the last tile had come, once none has been asked for in half a second.
LAST_TILE = r"""
(() => { const all = performance.getEntriesByType("resource");
  const tiles = all.filter(({ name }) => /\/tiles\/\d/.test(name));
  const last = Math.max(0, ...tiles.map((tile) => tile.responseEnd));
  return tiles.length > 0 && performance.now() - last > 500 ? Math.max(last, window.__usable) : 0; })()
"""


def photograph(width: int, height: int) -> bytes:
    """Return soft hills with fine grain, about as large a file as a camera's."""
    random = np.random.default_rng(1)
    hills = random.integers(30, 226, (height // 250, width // 250, 3), dtype=np.uint8)
    picture = np.asarray(Image.fromarray(hills).resize((width, height), Image.Resampling.BICUBIC))
    grain = random.integers(-6, 7, (256, 256, 1), dtype=np.int16)
    tiled = np.tile(grain, (-(-height // 256), -(-width // 256), 1))[:height, :width]
    return jpeg(np.clip(picture + tiled, 0, 255).astype(np.uint8))


def blob(random: np.random.Generator, size: tuple[int, int], radius: int) -> dict:
    """Return a mask with a wavy edge at a place of its own: `counts`, `bbox` and `area`."""
    width, height = size
    side = 2 * radius + 1
    rows, columns = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    waves = 0.85 + 0.1 * np.sin(np.arctan2(rows, columns) * random.integers(3, 12) + random.uniform(0, 6))
    local = np.hypot(rows, columns) <= radius * waves
    at = int(random.integers(0, width - side)), int(random.integers(0, height - side))
    rle = masks.encode_crop(local, at, (height, width))
    return {"counts": rle.counts, "bbox": [float(side) for side in masks.bbox(rle)], "area": masks.area(rle)}


def open_task(stack: Stack, client: httpx.Client, name: str, content: bytes) -> str:
    """Make a project with one image; return the address of its task."""
    project = make_project(client, name, [("photograph.jpg", content)])
    task = client.get(f"/api/projects/{project['id']}/tasks").raise_for_status().json()["results"][0]
    return f"{stack.url}/p/{project['id']}/t/{task['id']}"


def task_id_of(url: str) -> int:
    """Return the number of the task at this address."""
    return int(url.rsplit("/", maxsplit=1)[-1])


def add_masks(client: httpx.Client, url: str, size: tuple[int, int], count: int) -> None:
    """Store blobs of a few thousand pixels as objects of the task."""
    task, random = task_id_of(url), np.random.default_rng(3)
    project = client.get(f"/api/tasks/{task}").raise_for_status().json()["project_id"]
    label = client.get(f"/api/projects/{project}").raise_for_status().json()["labels"][0]["id"]
    client.post(f"/api/tasks/{task}/lease").raise_for_status()
    for _ in range(count):
        counts = blob(random, size, int(random.integers(30, 120)))["counts"]
        body = {"label_id": label, "mask": {"size": [size[1], size[0]], "counts": counts}}
        client.post(f"/api/tasks/{task}/annotations", json=body).raise_for_status()


@contextmanager
def signed_in(stack: Stack) -> Iterator[Page]:
    """Give a fresh browser in which the admin is signed in."""
    answer = httpx.post(f"{stack.url}/api/auth/login", json={"username": "admin", "password": "demo"})
    answer.raise_for_status()
    with chromium_page() as page:
        page.send("Page.enable")
        page.send("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        for name, value in answer.cookies.items():
            page.send("Network.setCookie", name=name, value=value, url=stack.url)
        yield page


def opened(page: Page, url: str) -> float:
    """Open a task; return the milliseconds until it could be worked on."""
    page.send("Page.navigate", url=url)
    return float(page.until("window.__usable ?? 0", what="the workspace can be used"))


def canvas_middle(page: Page) -> tuple[float, float]:
    """Return the middle of the canvas on the screen."""
    script = """(() => { const box = document.querySelector("[role='application']").getBoundingClientRect();
      return [box.x + box.width / 2, box.y + box.height / 2]; })()"""
    x, y = page.run(script)
    return float(x), float(y)


def pan_and_zoom(page: Page) -> None:
    """Zoom in by the wheel, drag about with the middle button, zoom out: 300 events, sixty a second."""
    x, y = canvas_middle(page)
    for number, _ in enumerate(paced(300)):
        if number < 60 or number >= 240:
            delta = -40 if number < 60 else 40
            page.mouse("mouseWheel", x, y, deltaX=0, deltaY=delta)
        elif number == 60:
            page.mouse("mousePressed", x, y, button="middle", buttons=4, clickCount=1)
        elif number == 239:
            page.mouse("mouseReleased", x, y, button="middle", buttons=0, clickCount=1)
        else:
            angle = number / 15
            page.mouse(
                "mouseMoved", x + 180 * np.sin(angle), y + 120 * np.sin(2 * angle), button="middle", buttons=4
            )


def stroke(page: Page, moves: int) -> None:
    """Paint one stroke all over the middle of the view."""
    x, y = canvas_middle(page)
    page.mouse("mousePressed", x, y, button="left", buttons=1, clickCount=1)
    for number, _ in enumerate(paced(moves)):
        angle = number / 20
        page.mouse(
            "mouseMoved", x + 220 * np.sin(angle), y + 160 * np.sin(1.7 * angle), button="left", buttons=1
        )
    page.mouse("mouseReleased", x, y, button="left", buttons=0, clickCount=1)


def paced(count: int) -> Iterator[None]:
    """Come back `count` times, at most sixty times a second."""
    due = time.monotonic()
    for _ in range(count):
        yield
        due = max(due + FRAME_S, time.monotonic())
        time.sleep(max(0.0, due - time.monotonic()))


def traced(page: Page, act: Callable[[], None]) -> list[float]:
    """Do something and return what each frame of it cost the main thread, in milliseconds."""
    page.send(
        "Tracing.start",
        transferMode="ReportEvents",
        traceConfig={"includedCategories": CATEGORIES.split(",")},
    )
    act()
    page.send("Tracing.end")
    page.wait_for("Tracing.tracingComplete")
    parts = [message for message in page.events if message["method"] == "Tracing.dataCollected"]
    page.events.clear()
    return frame_costs_ms([event for part in parts for event in part["params"]["value"]])


def report_p95(name: str, costs: list[float], note: str) -> None:
    """Print `{name}_p95_ms` of the main thread's work for a frame."""
    if not costs:
        raise SystemExit(f"No frame was traced for {name}.")
    report(f"{name}_p95_ms", float(np.percentile(costs, 95)), "ms", len(costs), f"main thread; {note}")


if __name__ == "__main__":
    main()
