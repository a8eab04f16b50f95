"""Predictors side by side: image and clicks to full-size mask, masks per second by batch, training speed.

Run with: make bench NAME=model

The pictures are the demo project's photographs with clicks by hand; CARDINAL_BENCH_PAIRS names a folder with
`images` and `masks` to be measured on instead.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import skimage
from PIL import Image

import ml
from bench.stack import report, report_percentiles
from ml import PredictorError, load_predictor
from ml.clicks import extreme_points
from ml.commands.train import TUNING
from ml.files import find_pairs, read_image, read_mask, write_mask
from ml.predictor import Predictor
from ml.preprocess import InputSpec
from ml.runtimes.network import AnswerSpec, NetworkPredictor

# Extreme points of what is largest on each photograph: left, top, right, bottom.
PHOTOGRAPHS = {
    "astronaut.png": [(22, 440), (232, 15), (361, 320), (150, 511)],
    "chelsea.png": [(0, 200), (200, 0), (395, 3), (150, 299)],
    "coffee.png": [(77, 185), (285, 18), (478, 210), (290, 384)],
    "rocket.jpg": [(308, 260), (321, 126), (336, 280), (321, 405)],
    "camera.png": [(1, 300), (205, 64), (331, 184), (100, 511)],
    "coins.png": [(306, 44), (335, 16), (365, 44), (335, 72)],
}
# So often each photograph is clicked, each time missing by up to so many pixels.
ROUNDS, MISS = 10, 2.0
WARM_UP = 3
# ResNet-101 takes seconds on a CPU.
SLOW_CALLS = 6
BATCHES = (1, 2, 4, 8)
BATCH_CALLS = 12
TRAINING_STEPS, TRAINING_WARM_UP, TRAINING_OBJECTS = 14, 3, 24
CPU_BATCH, GPU_BATCH = 16, 64


@dataclass(frozen=True)
class Clicked:
    """An image, (H, W, 3) uint8, and its object's extreme points, (4, 2) xy."""

    image: np.ndarray
    points: np.ndarray


def clicked_objects() -> list[Clicked]:
    """Return the objects to be measured on."""
    folder = os.environ.get("CARDINAL_BENCH_PAIRS")
    if folder:
        pairs = find_pairs(Path(folder) / "images", Path(folder) / "masks")
        masks = ((pair, read_mask(pair.mask)[0]) for pair in pairs)
        return [Clicked(read_image(pair.image), extreme_points(mask)) for pair, mask in masks if mask.any()]
    photographs = Path(skimage.__file__).parent / "data"
    random, found = np.random.default_rng(1), []
    for _ in range(ROUNDS):
        for name, clicks in PHOTOGRAPHS.items():
            image = read_image(photographs / name)
            points = np.array(clicks) + random.uniform(-MISS, MISS, (4, 2))
            found.append(Clicked(image, points.clip(0, [image.shape[1] - 1, image.shape[0] - 1])))
    return found


def latencies(predictors: dict[str, Predictor], objects: list[Clicked]) -> dict[str, list[float]]:
    """Return the milliseconds of each predictor on each object, warm, all predictors in turn."""
    for predictor in predictors.values():
        for number in range(WARM_UP):
            milliseconds(predictor, objects[number % len(objects)])
    samples: dict[str, list[float]] = {name: [] for name in predictors}
    for clicked in objects:
        for name, predictor in predictors.items():
            samples[name].append(milliseconds(predictor, clicked))
    return samples


def milliseconds(predictor: Predictor, clicked: Clicked) -> float:
    """Return the time from image and points to the full-size mask; a refusal takes its time too."""
    started = time.perf_counter()
    with suppress(PredictorError):
        _ = predictor.predict(clicked.image, clicked.points).mask
    return 1000 * (time.perf_counter() - started)


def resnet101() -> Predictor:
    """Return the published architecture with random weights: as slow as with any others."""
    import torch  # noqa: PLC0415

    from ml.models import build_network  # noqa: PLC0415
    from ml.runtimes.torch import TorchForward  # noqa: PLC0415

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    forward = TorchForward(build_network("dextr", {}), device)
    # Whatever comes out is pasted back as object: nothing is refused.
    answer = AnswerSpec(threshold=1e-6)
    return NetworkPredictor(version="resnet101", inputs=InputSpec(), answer=answer, forward=forward)


def measure_batches(prefix: str, predictor: Predictor, objects: list[Clicked]) -> None:
    """Print masks per second, and the time of a batch, for objects that go through the network together."""
    if not isinstance(predictor, NetworkPredictor):
        return
    # Serving asks for one object at a time; what one pass can do for several is measured behind its door.
    spec, forward = predictor.inputs, predictor.forward
    for size in BATCHES:
        samples = []
        for call in range(BATCH_CALLS + WARM_UP):
            chosen = [objects[(call * size + number) % len(objects)] for number in range(size)]
            started = time.perf_counter()
            prepared = [
                spec.inputs(one.image, one.points, spec.window(one.points, one.image.shape[:2]))
                for one in chosen
            ]
            crops, guidance = (np.stack(arrays) for arrays in zip(*prepared, strict=True))
            forward(crops, guidance)
            samples.append(1000 * (time.perf_counter() - started))
        median = float(np.median(samples[WARM_UP:]))
        note = "crop, guidance and network, without pasting"
        report(f"{prefix}batch_{size}_masks_per_s", 1000 * size / median, "1/s", BATCH_CALLS, note)
        report(f"{prefix}batch_{size}_p50_ms", median, "ms", BATCH_CALLS, note)


def measure_cpu() -> None:
    """Print what one machine without a GPU does."""
    objects = clicked_objects()
    cores = f"{len(os.sched_getaffinity(0))} CPU cores"
    default = load_predictor("default")
    samples = latencies({"default": default, "grabcut": load_predictor("grabcut")}, objects)
    report_percentiles("default", samples["default"], f"{default.version}, {cores}")
    report_percentiles("grabcut", samples["grabcut"], cores, p95=False)
    measure_resnet101("resnet101", objects[:SLOW_CALLS], cores)
    measure_size()
    measure_batches("", default, objects)


def measure_gpu() -> None:
    """Print the same of a GPU, where there is one."""
    name = gpu_name()
    if name is None:
        return
    objects = clicked_objects()
    default = load_predictor("default")
    report_percentiles(
        "gpu_default", latencies({"default": default}, objects)["default"], f"{default.version}, {name}"
    )
    measure_resnet101("gpu_resnet101", objects, name)
    measure_batches("gpu_", default, objects)


def measure_gpu_training() -> None:
    """Print the training speed on a GPU, where there is one."""
    if gpu_name() is not None:
        measure_training("gpu_", batch=GPU_BATCH)


def has_torch() -> bool:
    """Tell whether torch is installed; without it serving alone is measured."""
    return importlib.util.find_spec("torch") is not None


def gpu_name() -> str | None:
    """Return the name of the GPU that torch sees, or None."""
    if not has_torch():
        return None
    import torch  # noqa: PLC0415

    return torch.cuda.get_device_name() if torch.cuda.is_available() else None


def measure_resnet101(name: str, objects: list[Clicked], where: str) -> None:
    """Print the published architecture's latency, and its batches where the name says that it is on a GPU."""
    if not has_torch():
        return
    predictor = resnet101()
    samples = latencies({name: predictor}, objects)[name]
    report_percentiles(name, samples, f"random weights, {where}", p95=False)
    if name.startswith("gpu_"):
        measure_batches(f"{name}_", predictor, objects)


def measure_size() -> None:
    """Print the size of the default model's files, if it has any."""
    files = sorted((Path(ml.__file__).parent / "weights").glob("default.*"))
    files = [file for file in files if file.suffix in {".safetensors", ".onnx"}]
    if files:
        sizes = [file.stat().st_size / 1e6 for file in files]
        note = ", ".join(f"{file.name} {size:.1f}" for file, size in zip(files, sizes, strict=True))
        report("default_mb", sum(sizes), "MB", len(files), note)


def measure_training(prefix: str, *, batch: int) -> None:
    """Print the samples per second of the default configuration's training on pictures made for it."""
    if not has_torch():
        return
    from ml.training.config import read_config  # noqa: PLC0415
    from ml.training.loop import Run  # noqa: PLC0415

    config = read_config(Path(ml.__file__).parent / "configs" / "default.toml")
    schedule = config.schedule.model_copy(update={"steps": TRAINING_STEPS, "batch": batch})
    changes = {
        "network": config.network.model_copy(update={"start": "random"}),
        "data": config.data.model_copy(update={"shares": {"object": 1.0}}),
        "corrections": config.corrections.model_copy(update={"start": 1.0}),
        "schedule": schedule,
    }
    with tempfile.TemporaryDirectory(prefix="cardinal-bench-") as scratch:
        folder = Path(scratch)
        write_training_data(folder)
        ends: list[float] = []
        run = Run(config.model_copy(update=changes), folder, folder / "run")
        run.train(lambda _: ends.append(time.perf_counter()))
    # The last step ends with a validation.
    counted = ends[TRAINING_WARM_UP - 1 : -1]
    samples = batch * (len(counted) - 1)
    note = f"{config.name}, batch {batch}, four clicks"
    report(f"{prefix}train_samples_per_s", samples / (counted[-1] - counted[0]), "1/s", samples, note)


def write_training_data(folder: Path) -> None:
    """Write the photographs with ellipses as their objects, and the indexes of them."""
    lines = ["set,image,mask,value,kind"]
    for number, (image, mask) in zip(range(TRAINING_OBJECTS), ellipses(), strict=False):
        Image.fromarray(image).save(folder / f"{number}.jpg", quality=90)
        write_mask(mask, folder / f"{number}.png")
        lines.append(f"made,{number}.jpg,{number}.png,255,object")
    (folder / "train.csv").write_text("\n".join(lines) + "\n")
    (folder / "tune.csv").write_text("\n".join(lines[:2]) + "\n")


def ellipses() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the photographs over and over, each with another ellipse, (H, W) bool."""
    random, photographs = np.random.default_rng(3), Path(skimage.__file__).parent / "data"
    while True:
        for name in PHOTOGRAPHS:
            image = read_image(photographs / name)
            size = np.array(image.shape[:2])
            radius = random.uniform(0.15, 0.35, 2) * size
            centre = random.uniform(radius, size - radius)
            y, x = np.mgrid[: size[0], : size[1]]
            yield image, ((y - centre[0]) / radius[0]) ** 2 + ((x - centre[1]) / radius[1]) ** 2 <= 1


# Each part is a process of its own: what it needs in its environment is read at the start, and none holds
# memory or threads that another is slowed by.
PASSIVE, NO_GPU = {"OMP_WAIT_POLICY": "PASSIVE"}, {"CUDA_VISIBLE_DEVICES": ""}
PARTS: dict[str, tuple[Callable[[], None], dict[str, str]]] = {
    "cpu": (measure_cpu, {**PASSIVE, **NO_GPU}),
    "training": (lambda: measure_training("", batch=CPU_BATCH), {**TUNING, **NO_GPU}),
    "gpu": (measure_gpu, PASSIVE),
    "gpu-training": (measure_gpu_training, TUNING),
}


def main() -> None:
    """Run all parts, or the one that the first argument names."""
    if sys.argv[1:]:
        PARTS[sys.argv[1]][0]()
        return
    for part, (_, environment) in PARTS.items():
        command = [sys.executable, "-P", __file__, part]
        subprocess.run(command, env={**os.environ, **environment}, check=True)


if __name__ == "__main__":
    main()
