"""What the local model says when it cannot start: each time what is wrong, and what to do."""

import importlib.util
from pathlib import Path

import pytest

from trailwright.llm import local
from trailwright.llm.faults import Fault
from trailwright.llm.local import LocalModel
from trailwright.llm.weights_check import sha256_of
from trailwright.settings import Llm, Settings


def with_own_file(data_dir: Path, path: Path) -> Settings:
    return Settings(data_dir=data_dir, llm=Llm(local_path=path))


async def the_fault_of(model: LocalModel) -> Fault:
    with pytest.raises(Fault) as raised:
        await model.ensure()
    await model.close()
    return raised.value


async def test_without_weights_the_command_to_install_them_is_named(data_dir: Path) -> None:
    fault = await the_fault_of(LocalModel(Settings(data_dir=data_dir, llm=Llm(local_model="0.5b"))))
    assert fault.code == "model_not_found"
    assert fault.message == "The local model is not installed. Run: trailwright model install 0.5b"


async def test_where_the_runtime_is_missing_the_extra_and_another_way_are_named(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    fault = await the_fault_of(LocalModel(Settings(data_dir=data_dir)))
    assert fault.code == "model_not_found"
    assert "trailwright[local]" in fault.message
    assert "TRAILWRIGHT_LLM__BASE_URL" in fault.message
    assert local.runtime_problem() == fault.message


async def test_a_file_with_another_hash_is_not_loaded_and_its_path_stays_out_of_the_words(
    data_dir: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.gguf"
    wrong.write_bytes(b"GGUF but not ours")
    fault = await the_fault_of(LocalModel(with_own_file(data_dir, wrong)))
    assert fault.code == "model_not_found"
    assert "trailwright doctor" in fault.message
    assert str(tmp_path) not in fault.message
    assert "wrong.gguf" in fault.detail


async def test_a_file_that_is_no_model_is_told_and_can_be_tried_again(data_dir: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(1000))
    (tmp_path / "broken.gguf.sha256").write_text(sha256_of(broken))
    model = LocalModel(with_own_file(data_dir, broken))
    for _ in range(2):
        with pytest.raises(Fault) as raised:
            await model.ensure()
        assert raised.value.code == "model_unavailable"
        assert raised.value.message == local.NOT_LOADED
        assert model.pid is None
    await model.close()


def test_the_runtime_works_on_this_machine() -> None:
    assert local.runtime_problem() is None


@pytest.mark.parametrize(
    ("limits", "cores"),
    [
        ("200000 100000", 2),
        ("150000 100000", 2),
        ("50000 100000", 1),
        ("max 100000", 1_000_000),
        ("", 1_000_000),
    ],
)
def test_no_more_cores_are_used_than_a_container_is_granted(tmp_path: Path, limits: str, cores: int) -> None:
    file = tmp_path / "cpu.max"
    file.write_text(limits)
    assert local.granted_cores(file) == cores


def test_where_there_are_no_control_groups_cores_are_not_limited(tmp_path: Path) -> None:
    assert local.granted_cores(tmp_path / "missing") == 1_000_000
    assert local.usable_cores() >= 1


def test_slots_follow_the_setting_and_are_bounded() -> None:
    assert [local.slots_for(n) for n in (1, 3, 500)] == [1, 3, local.MOST_SLOTS]
    assert 1 <= local.slots_for(None) <= local.MOST_SLOTS
