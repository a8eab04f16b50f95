import threading
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from ml.clicks import extreme_points
from ml.data.augment import AugmentConfig
from ml.data.examples import ClickConfig, Example
from ml.data.objects import ObjectFiles, read_index, sampling_weights
from ml.data.stream import Recipe, batches, example
from ml.errors import DataInvalid
from ml.preprocess import InputSpec
from tests.ml.objects_folder import SIZE, write_index, write_object, write_objects
from tests.ml.pictures import disc

SPEC = InputSpec(size=32, guidance="roles", guidance_size=8, relax_pixels=2, truncate=False)


ONE = np.ones(1)


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    write_objects(tmp_path)
    return read(tmp_path)


def read(folder: Path, shares: dict[str, float] | None = None, **augment: float) -> Recipe:
    entries = read_index(folder / "train.csv")
    return Recipe(
        entries=entries,
        weights=sampling_weights(entries, shares or {"object": 1}),
        inputs=SPEC,
        answer_size=16,
        augment=AugmentConfig.model_validate({"colour": 0.5, "paste": 0.5, **augment}),
        clicks=ClickConfig(),
        seed=7,
    )


def same(one: Example, other: Example) -> bool:
    """Return whether two examples agree to the bit."""
    return all(
        getattr(one, name).tobytes() == getattr(other, name).tobytes()
        for name in ("crop", "places", "guidance", "truth")
    )


def test_an_example_depends_on_the_seed_and_its_number_alone(recipe: Recipe) -> None:
    forwards = [example(recipe, ObjectFiles(), number) for number in range(6)]
    files = ObjectFiles()
    backwards = [example(recipe, files, number) for number in reversed(range(6))][::-1]
    assert all(map(same, forwards, backwards))
    assert not same(forwards[0], forwards[1])
    assert not same(forwards[0], example(replace(recipe, seed=8), files, 0))


def test_a_network_that_sees_whole_pictures_learns_from_whole_ones(recipe: Recipe) -> None:
    still = AugmentConfig(flip=0, rotate_degrees=0, scale=(1, 1))
    spec = replace(SPEC, region="full_image")
    files = ObjectFiles()
    found = example(
        replace(recipe, inputs=spec, augment=still, entries=recipe.entries[:1], weights=ONE), files, 0
    )
    view = files.load(recipe.entries[0])
    points = extreme_points(view.mask)
    crop, _ = spec.inputs(view.image, points, spec.window(points, SIZE))
    assert (found.crop == crop).all()
    assert found.truth.mean() == pytest.approx(view.mask.mean(), rel=0.01)


def test_batches_hold_the_examples_of_their_numbers(recipe: Recipe) -> None:
    files = ObjectFiles()
    stream = batches(recipe, files, batch=3)
    for step, batch in enumerate(islice(stream, 3)):
        assert len(batch) == 3
        assert all(same(found, example(recipe, files, 3 * step + i)) for i, found in enumerate(batch))
    stream.close()


def test_a_stream_that_goes_on_is_the_rest_of_one_from_the_beginning(recipe: Recipe) -> None:
    whole, rest = (
        batches(recipe, ObjectFiles(), batch=2),
        batches(recipe, ObjectFiles(), batch=2, first_step=3),
    )
    for one, other in zip(list(islice(whole, 6))[3:], islice(rest, 3), strict=True):
        assert all(map(same, one, other))
    whole.close()
    rest.close()


def test_two_processes_share_the_numbers_of_a_step(recipe: Recipe) -> None:
    alone = batches(recipe, ObjectFiles(), batch=4)
    both = [batches(recipe, ObjectFiles(), batch=2, rank=rank, world=2) for rank in (0, 1)]
    for whole, first, second in zip(islice(alone, 3), *both, strict=False):
        assert all(map(same, whole, [*first, *second]))
    for stream in (alone, *both):
        stream.close()


def test_only_what_has_a_share_is_seen_also_as_background(tmp_path: Path) -> None:
    rows = [write_object(tmp_path, f"one{index}", disc(SIZE, (50, 48), 25)) for index in range(2)]
    gone = write_object(tmp_path, "gone", disc(SIZE, (50, 48), 25), kind="pseudo")
    write_index(tmp_path / "train.csv", [*rows, {**gone, "set": "secret"}])
    (tmp_path / "gone.jpg").unlink()
    recipe = read(tmp_path, paste=1)
    files = ObjectFiles()
    for number in range(30):
        example(recipe, files, number)
    with pytest.raises(DataInvalid, match="nothing to draw"):
        read(tmp_path, {"pseudo": 0})


def test_one_object_is_enough(tmp_path: Path) -> None:
    write_objects(tmp_path, train=1)
    stream = batches(read(tmp_path), ObjectFiles(), batch=2)
    first, second = next(stream)
    stream.close()
    assert first.crop.shape == second.crop.shape == (32, 32, 3)
    assert not same(first, second)


def test_a_file_that_cannot_be_used_ends_the_stream_with_its_name(recipe: Recipe) -> None:
    for entry in recipe.entries:
        entry.mask.write_bytes(b"no mask")
    with pytest.raises(DataInvalid, match=r"train\d.png cannot be read as a mask"):
        next(batches(recipe, ObjectFiles(), batch=2))


def test_a_closed_stream_leaves_no_threads(recipe: Recipe) -> None:
    stream = batches(recipe, ObjectFiles(), batch=2)
    next(stream)
    mine = [thread for thread in threading.enumerate() if thread.name.startswith("examples")]
    assert len(mine) == 2
    stream.close()
    for thread in mine:
        thread.join(timeout=20)
    assert not any(thread.is_alive() for thread in mine)
