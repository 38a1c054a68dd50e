import hashlib
import re
from importlib import resources

import pytest

from tests.agents.people import a_learner, all_prompts
from trailwright.agents.base import prompt_file
from trailwright.agents.schemas import ANSWERS
from trailwright.domain.preferences import SIZES

FOLDER = resources.files("trailwright.agents") / "prompts"
NAMES = sorted(p.name.removesuffix(".md") for p in FOLDER.iterdir() if p.name.endswith(".md"))


@pytest.mark.parametrize("name", NAMES)
def test_every_prompt_file_names_its_version(name: str) -> None:
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert re.match(r"version: \d+\n---\n", text)


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"system"}))
def test_the_digest_is_taken_over_what_is_sent_from_files(name: str) -> None:
    files = [(FOLDER / f"{n}.md").read_bytes() for n in ("system", name)]
    assert prompt_file(name).digest == hashlib.sha256(b"".join(files)).hexdigest()[:12]


def test_different_prompts_have_different_digests() -> None:
    digests = {prompt_file(name).digest for name in NAMES}
    assert len(digests) == len(NAMES)


@pytest.mark.parametrize("size", SIZES)
def test_every_prompt_is_a_system_turn_and_a_user_turn_without_open_slots(size: str) -> None:
    for name, prompt in all_prompts(a_learner(size=size)).items():  # type: ignore[arg-type]  # a size, by the table
        assert [m.role for m in prompt.messages] == ["system", "user"], name
        assert "{{" not in prompt.messages[0].content + prompt.messages[1].content, name
        assert prompt.max_output_tokens > 0


def test_a_prompt_names_its_schema_by_the_schemas_title() -> None:
    known = {answer.schema_name for answer in ANSWERS}
    for prompt in all_prompts(a_learner()).values():
        if prompt.schema is not None:
            assert prompt.schema["title"] == prompt.schema_name
            assert prompt.schema_name in known


def test_the_same_context_gives_the_same_prompt() -> None:
    assert all_prompts(a_learner()) == all_prompts(a_learner())
