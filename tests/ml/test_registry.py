import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml import load_predictor, registry
from ml.checkpoint import read_checkpoint, write_checkpoint
from ml.errors import PredictorNotAllowed, UnknownPredictor, WeightsRefused
from ml.metrics import iou
from ml.predictor import Predictor
from ml.runtimes.onnx import OnnxForward
from ml.runtimes.torch import TorchForward
from tests.ml.pictures import disc, painted

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = ROOT / "ml" / "weights" / "default.safetensors"
EXPORTED = DEFAULT.with_suffix(".onnx")
CLICKS = [(60, 90), (120, 30), (180, 90), (120, 150)]
cpu_alone = pytest.mark.skipif(registry._gpu(), reason="a GPU computes with torch")


@pytest.fixture(autouse=True)
def nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_loaded", {})
    monkeypatch.delenv("CARDINAL_ALLOW_FAKE_PREDICTOR", raising=False)


def test_the_default_is_the_bundled_weights_file() -> None:
    default = load_predictor("default")
    assert default.version == read_checkpoint(DEFAULT).identity
    assert load_predictor(DEFAULT) is default
    assert load_predictor("grabcut").version == "grabcut-1"


@cpu_alone
def test_on_a_cpu_the_exported_file_beside_the_weights_answers_and_without_it_torch(tmp_path: Path) -> None:
    answers = []
    for copied in ((DEFAULT, EXPORTED), (DEFAULT,), (EXPORTED,)):
        folder = tmp_path / str(len(answers))
        folder.mkdir()
        paths = [Path(shutil.copy(path, folder)) for path in copied]
        predictor = load_predictor(paths[0])
        forward = predictor.forward  # type: ignore[attr-defined]
        answers.append((type(forward), predictor.version, predictor.predict(painted(disc()), CLICKS).mask))
    (both, both_version, mask), (weights, weights_version, other), (exported, exported_version, same) = (
        answers
    )
    assert (both, weights, exported) == (OnnxForward, TorchForward, OnnxForward)
    assert both_version == weights_version == exported_version
    assert np.array_equal(mask, same)
    assert iou(mask, other) > 0.99


def test_without_torch_the_exported_file_is_enough_and_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if it were not installed: neither found nor imported.
    monkeypatch.setitem(sys.modules, "torch", None)
    weights = Path(shutil.copy(DEFAULT, tmp_path / "mine.safetensors"))
    with pytest.raises(WeightsRefused, match="needs torch, or the file that `python -m ml export"):
        load_predictor(weights)
    shutil.copy(EXPORTED, tmp_path / "mine.onnx")
    assert load_predictor(weights).version == read_checkpoint(DEFAULT).identity


@cpu_alone
def test_an_exported_file_of_other_weights_is_refused(tmp_path: Path) -> None:
    checkpoint = read_checkpoint(DEFAULT)
    name, values = next(iter(checkpoint.tensors.items()))
    others = {**checkpoint.tensors, name: values + np.float32(0.1)}
    write_checkpoint(tmp_path / "mine.safetensors", replace(checkpoint, tensors=others))
    shutil.copy(EXPORTED, tmp_path / "mine.onnx")
    with pytest.raises(WeightsRefused, match="made from other weights"):
        load_predictor(tmp_path / "mine.safetensors")


def test_a_path_means_the_same_file_however_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(DEFAULT, tmp_path / "mine.safetensors")
    monkeypatch.chdir(tmp_path)
    first = load_predictor("mine.safetensors")
    assert load_predictor("./mine.safetensors") is first
    assert load_predictor(tmp_path / "mine.safetensors") is first
    assert load_predictor("default") is not first


def test_a_colon_in_a_path_is_part_of_it(tmp_path: Path) -> None:
    path = Path(shutil.copy(DEFAULT, tmp_path / "grabcut:mine.safetensors"))
    assert load_predictor(path).version == read_checkpoint(DEFAULT).identity


def test_an_unknown_name_says_what_is_known() -> None:
    with pytest.raises(UnknownPredictor, match="Known are default, grabcut") as caught:
        load_predictor("resnet")
    assert caught.value.code == "unknown_predictor"


def test_options_that_a_predictor_does_not_have_are_refused() -> None:
    with pytest.raises(UnknownPredictor, match="takes no options"):
        load_predictor("grabcut:fast")


@pytest.mark.parametrize("name", ["file", "file:/etc/passwd", "", ":", "Default"])
def test_how_files_are_loaded_is_no_name_of_a_predictor(name: str) -> None:
    with pytest.raises((UnknownPredictor, WeightsRefused)):
        load_predictor(name)
    assert registry._loaded == {}


@pytest.mark.parametrize("name", ["model.pth", "model.safetensors", "model.onnx", "./model", "/etc/passwd"])
def test_a_path_without_a_weights_file_is_refused(name: str) -> None:
    with pytest.raises(WeightsRefused) as caught:
        load_predictor(name)
    assert caught.value.code == "weights_refused"


@pytest.mark.parametrize("suffix", [".pkl", ".pth", ".safetensors", ".onnx"])
def test_a_foreign_file_is_refused_and_not_run(tmp_path: Path, suffix: str) -> None:
    trap = tmp_path / "ran"
    foreign = tmp_path / f"weights{suffix}"
    foreign.write_bytes(f"cos\nsystem\n(S'touch {trap}'\ntR.".encode())
    with pytest.raises(WeightsRefused):
        load_predictor(foreign)
    assert not trap.exists()
    assert registry._loaded == {}


def test_the_fake_loads_in_tests_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PredictorNotAllowed) as caught:
        load_predictor("fake")
    assert caught.value.code == "predictor_not_allowed"
    monkeypatch.setenv("CARDINAL_ALLOW_FAKE_PREDICTOR", "1")
    assert load_predictor("fake").version == "fake-1"


def test_many_threads_load_a_predictor_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[Predictor] = []
    started = threading.Barrier(8)
    load_grabcut = registry._LOADERS["grabcut"]

    def slow_loader(options: str) -> Predictor:
        loads.append(load_grabcut(options))
        return loads[-1]

    monkeypatch.setitem(registry._LOADERS, "grabcut", slow_loader)
    got: list[Predictor] = []

    def load() -> None:
        started.wait()
        got.append(load_predictor("grabcut"))

    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loads) == 1
    assert all(predictor is loads[0] for predictor in got)
    assert len(got) == 8


def loaded_modules(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def test_ml_brings_neither_django_nor_a_model_library_at_import() -> None:
    modules = loaded_modules("import ml")
    assert "ml.registry" in modules
    assert modules.isdisjoint({"django", "celery", "torch", "cv2", "labeling", "cardinal"})


@cpu_alone
def test_a_loaded_predictor_brings_neither_django_nor_torch() -> None:
    modules = loaded_modules("import ml; ml.load_predictor('default')")
    assert {"cv2", "onnxruntime"} <= modules
    assert modules.isdisjoint({"django", "celery", "torch", "labeling", "cardinal"})
