"""Manifests and dashboard, for which there is no cluster: held against schemas and the product."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import kubernetes_validate
import pytest
import typer
import yaml

from tests.support.product import Home, Nursery
from tests.support.simulated import Simulated
from tests.support.source import ROOT
from trailwright.cli import app
from trailwright.settings import PREFIX, known_names

KUBERNETES = ROOT / "deploy" / "kubernetes"
DASHBOARD = ROOT / "deploy" / "grafana" / "trailwright.json"
METRIC = re.compile(r"\btrailwright_[a-z_]+")
Manifest = dict[str, Any]
WORKERS = ("Deployment", "worker")
SCALING = "ScaledObject"
"""KEDA's, not Kubernetes' own."""


def manifests() -> list[Manifest]:
    """What each file holds; a list is its members."""
    found = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted(KUBERNETES.glob("*.yaml"))]
    return [one for file in found for one in (file["items"] if file["kind"] == "List" else [file])]


def pods() -> Iterator[tuple[str, Manifest]]:
    """The name of what runs, and its pod."""
    for one in manifests():
        if "template" in one.get("spec", {}):
            yield one["metadata"]["name"], one["spec"]["template"]["spec"]


def containers() -> list[tuple[str, Manifest]]:
    return [(name, container) for name, pod in pods() for container in pod["containers"]]


def scaled() -> Manifest:
    """What KEDA applies."""
    [found] = [one for one in manifests() if one["kind"] == SCALING]
    return found


def panels() -> list[str]:
    """What the dashboard asks."""
    found = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return [target["expr"] for panel in found for target in panel["targets"]]


def test_each_has_a_kind_a_name_and_the_same_namespace() -> None:
    found = [(one["kind"], one["metadata"]["name"]) for one in manifests()]
    assert len(set(found)) == len(found)
    for one in manifests():
        assert one["apiVersion"]
        if one["kind"] != "Namespace":
            assert one["metadata"]["namespace"] == "trailwright"


@pytest.mark.parametrize("version", ["1.27", kubernetes_validate.latest_version()])
def test_kubernetes_knows_every_field(version: str) -> None:
    for one in manifests():
        if one["kind"] != SCALING:
            kubernetes_validate.validate(one, version, strict=True)


def test_every_role_runs_once() -> None:
    assert {name for name, _ in pods()} == {"migrate", "api", "worker", "scheduler"}


@pytest.mark.parametrize(("name", "container"), containers(), ids=lambda one: str(one)[:9])
def test_what_is_started_exists(name: str, container: Manifest) -> None:
    known = typer.main.get_command(app)
    assert isinstance(known, typer.core.TyperGroup)
    command, *words = container["args"]
    assert command == name
    options = {option for param in known.commands[command].params for option in param.opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_every_setting_that_is_named_exists_and_is_text() -> None:
    for one in manifests():
        for name, value in {**one.get("data", {}), **one.get("stringData", {})}.items():
            assert name.startswith(PREFIX)
            assert name in known_names()
            assert isinstance(value, str)


def test_settings_come_from_what_is_there() -> None:
    there = {(one["kind"], one["metadata"]["name"]) for one in manifests()}
    for _, container in containers():
        for source in container["envFrom"]:
            [(kind, reference)] = source.items()
            assert (kind.removesuffix("Ref").lower(), reference["name"]) in {
                (one.lower(), name) for one, name in there
            }


def test_nobody_is_root_or_writes_where_he_need_not() -> None:
    for _, pod in pods():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        volumes = {volume["name"] for volume in pod["volumes"]}
        for container in pod["containers"]:
            locked = container["securityContext"]
            assert (locked["readOnlyRootFilesystem"], locked["allowPrivilegeEscalation"]) == (True, False)
            assert {mount["name"] for mount in container["volumeMounts"]} <= volumes


def test_selectors_choose_their_own_pods() -> None:
    for one in manifests():
        if one["kind"] == "Deployment":
            labels = one["spec"]["template"]["metadata"]["labels"]
            assert one["spec"]["selector"]["matchLabels"] == labels
    roles = [one["spec"]["selector"] for one in manifests() if one["kind"] == "Service"]
    assert roles == [{"app": "trailwright", "role": "api"}]


def test_a_worker_may_finish_what_it_makes() -> None:
    from trailwright.commandline.worker import MARGIN_S  # noqa: PLC0415 - loads the whole program
    from trailwright.settings import Settings  # noqa: PLC0415 - as above

    needed = Settings.model_fields["worker"].get_default(call_default_factory=True).drain_s + MARGIN_S
    for name, pod in pods():
        if name in {"worker", "scheduler"}:
            assert pod["terminationGracePeriodSeconds"] >= needed


def test_workers_are_scaled_by_how_long_work_waits() -> None:
    spec = scaled()["spec"]
    assert spec["scaleTargetRef"]["name"] == "worker"
    queries = " ".join(trigger["metadata"]["query"] for trigger in spec["triggers"])
    assert METRIC.findall(queries) == ["trailwright_item_wait_seconds_bucket", "trailwright_items_waiting"]
    [worker] = [one for one in manifests() if (one["kind"], one["metadata"]["name"]) == WORKERS]
    assert "replicas" not in worker["spec"], "two would decide how many there are"


async def test_probes_and_metrics_are_served(home: Home, nursery: Nursery, model: Simulated) -> None:
    """Every path that is probed answers; every metric the dashboard and the scaling name is there."""
    await model.control(faults="quiz.500:1")
    home = home.but(LLM__MAX_ATTEMPTS=1)
    async with (
        home.api(nursery) as api,
        home.worker(nursery, "--metrics-port", "0") as worker,
        httpx.AsyncClient() as client,
    ):
        await api.api.ended((await api.api.order()).task_id)
        found = re.search(r"metrics at (http://[\d.]+:\d+)/", worker.said)
        assert found
        for name, container in containers():
            base = api.api.url if name == "api" else found[1]
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                if probe in container:
                    path = container[probe]["httpGet"]["path"]
                    assert (await client.get(base + path)).is_success, f"{name} {path}"
        served = [(await client.get(f"{one}/metrics")).text for one in (api.api.url, found[1])]
    there = set(METRIC.findall("\n".join(served)))
    assert named() <= there, sorted(named() - there)


def named() -> set[str]:
    """Metrics that the dashboard and the manifests name."""
    return set(METRIC.findall("\n".join([*panels(), json.dumps(scaled())])))


def test_the_dashboard_is_whole() -> None:
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)
    for panel in dashboard["panels"]:
        assert panel["title"]
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert [target["refId"] for target in panel["targets"]] == sorted(
            {target["refId"] for target in panel["targets"]}
        )
