import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ml import load_predictor, registry
from ml.errors import PredictorNotAllowed, UnknownPredictor, WeightsRefused
from ml.predictor import Predictor

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_loaded", {})
    monkeypatch.delenv("CARDINAL_ALLOW_FAKE_PREDICTOR", raising=False)


def test_the_default_is_the_bundled_predictor() -> None:
    assert load_predictor("default") is load_predictor("grabcut")
    assert load_predictor("default").version == "grabcut-1"


def test_an_unknown_name_says_what_is_known() -> None:
    with pytest.raises(UnknownPredictor, match="Known are default, grabcut") as caught:
        load_predictor("resnet")
    assert caught.value.code == "unknown_predictor"


def test_options_that_a_predictor_does_not_have_are_refused() -> None:
    with pytest.raises(UnknownPredictor, match="takes no options"):
        load_predictor("grabcut:fast")


@pytest.mark.parametrize("name", ["model.pth", "model.safetensors", "./model", "/etc/passwd"])
def test_a_path_is_a_weights_file_and_none_is_readable_yet(name: str) -> None:
    with pytest.raises(WeightsRefused) as caught:
        load_predictor(name)
    assert caught.value.code == "weights_refused"


def test_a_foreign_file_is_refused_and_not_run(tmp_path: Path) -> None:
    trap = tmp_path / "ran"
    foreign = tmp_path / "weights.pkl"
    foreign.write_bytes(f"cos\nsystem\n(S'touch {trap}'\ntR.".encode())
    with pytest.raises(WeightsRefused):
        load_predictor(foreign)
    assert not trap.exists()


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


def test_a_loaded_predictor_brings_no_django_either() -> None:
    modules = loaded_modules("import ml; ml.load_predictor('default')")
    assert "cv2" in modules
    assert modules.isdisjoint({"django", "celery", "torch", "labeling", "cardinal"})
