"""What all agents share: prompt files, rejection, the re-ask. Pure."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Generic, TypeVar

from trailwright.agents.json_text import MAX_CHARS, find_json
from trailwright.domain.content import CheckResult
from trailwright.domain.findings import Finding
from trailwright.domain.prompt import Message, Prompt

T = TypeVar("T")

_WARMER = 0.7

_SLOT = re.compile(r"\{\{(\w+)\}\}")
_REFUSAL = re.compile(
    r"\b(i(?:'|\u2019)?m sorry|i am sorry|sorry,|i apologi[sz]e|i can(?:'|\u2019)?t|i cannot|i can not|"
    r"i(?:'|\u2019)?m (?:unable|not able)|i am (?:unable|not able)|i won(?:'|\u2019)?t|i must decline|"
    r"as an ai\b.{0,60}\b(?:cannot|can(?:'|\u2019)?t|unable))"
    r"|(?:我|很)?抱歉|我(?:无法|不能|没办法)|對不起|lo siento|no puedo|je (?:suis désolé|ne peux pas)|"
    r"ich kann (?:das|dabei|dir|ihnen)?\s*nicht|申し訳|できません|не могу",
    re.IGNORECASE,
)
_REFUSAL_LOOKS_AT = 300
_REFUSAL_MAX_CHARS = 1_500


class Rejected(Exception):  # noqa: N818 - a verdict that the executor acts on, not a failure of the program
    """A model's answer cannot be used; `findings` say why, `refused` that the model would not."""

    def __init__(self, findings: Iterable[Finding], *, refused: bool = False) -> None:
        self.findings = list(findings)
        self.refused = refused
        super().__init__("; ".join(f"{f.check} {f.where}: {f.message}" for f in self.findings))

    @classmethod
    def because(cls, message: str, *, check: str = "format", where: str = "answer") -> "Rejected":
        """A rejection for one reason."""
        return cls([Finding(check=check, level="gate", where=where, message=message)])

    @classmethod
    def refusal(cls) -> "Rejected":
        """The model would not answer."""
        message = "the request was refused; it is an ordinary request for teaching material"
        return cls(
            [Finding(check="refused", level="gate", where="answer", message=message)],
            refused=True,
        )


@dataclass(frozen=True)
class Made(Generic[T]):
    """A usable result and the lines of its receipt."""

    value: T
    checks: list[CheckResult]


@dataclass(frozen=True)
class PromptFile:
    """One prompt file: its version, its text with `{{slots}}`, and the system turn that all agents share."""

    name: str
    version: str
    digest: str
    system: str
    user: str

    def messages(self, language: str, **values: str) -> tuple[Message, ...]:
        """System and user turn. What the slots are given is never read for slots again.

        `language` names the language to write in; raises KeyError for a slot without a value.
        """
        values["language"] = language
        return Message("system", _fill(self.system, values)), Message("user", _fill(self.user, values))


@cache
def prompt_file(name: str) -> PromptFile:
    """`prompts/<name>.md`, read once: the line `version: N`, the line `---`, then the user turn.

    The digest is the first 12 hex digits of SHA-256 over `system.md` and the file, as they stand.
    """
    folder = resources.files(__package__) / "prompts"
    system, text = ((folder / f"{n}.md").read_text(encoding="utf-8") for n in ("system", name))
    head, _, user = text.partition("\n---\n")
    return PromptFile(
        name=name,
        version=head.removeprefix("version:").strip(),
        digest=hashlib.sha256((system + text).encode()).hexdigest()[:12],
        system=system.partition("\n---\n")[2].strip(),
        user=user.strip(),
    )


def _fill(template: str, values: Mapping[str, str]) -> str:
    """One pass over our own template, so that braces in what people wrote stay what they are.

    A line whose slots are all empty goes.
    """
    lines = [line for line in template.split("\n") if not _is_void(line, values)]
    filled = _SLOT.sub(lambda m: values[m.group(1)], "\n".join(lines))
    return filled.strip()


def _is_void(line: str, values: Mapping[str, str]) -> bool:
    slots = _SLOT.findall(line)
    return bool(slots) and not any(values[slot] for slot in slots)


def reask(prompt: Prompt, rejected: Rejected) -> Prompt:
    """The prompt again, with what was wrong at its end, named one by one, and a little warmer.

    The rejected answer itself is not shown: the small local model then gave it again, token for token, in
    four of four re-asks.
    """
    kind = "as one JSON object, without any text around it" if prompt.schema else "as Markdown only"
    lines = [
        "",
        "",
        "An earlier answer could not be used:",
        *bullets(f"{f.where}: {f.message}" for f in rejected.findings),
        f"Avoid exactly this. Write the whole answer anew, {kind}.",
    ]
    *before, last = prompt.messages
    again = Message(last.role, last.content + "\n".join(lines))
    return replace(prompt, messages=(*before, again), temperature=max(prompt.temperature, _WARMER))


def bullets(lines: Iterable[str]) -> list[str]:
    """Each line as an item of a Markdown list."""
    return [f"- {line}" for line in lines]


def numbered(lines: Sequence[str]) -> str:
    """Lines with numbers from 1."""
    return "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))


def refuse_refusal(text: str) -> None:
    """Raises `Rejected` (refused) when `text`, a short answer without the form asked for, is a refusal."""
    body = text.strip()
    if len(body) <= _REFUSAL_MAX_CHARS and _REFUSAL.search(body[:_REFUSAL_LOOKS_AT]):
        raise Rejected.refusal()


def refuse_opening(text: str) -> None:
    """Raises `Rejected` (refused) when `text`, a field of the form asked for, begins as a refusal does."""
    if _REFUSAL.match(text.strip()):
        raise Rejected.refusal()


def refuse_empty(text: str) -> None:
    """Raises `Rejected` when there is nothing, or far more than anybody asked for."""
    if not text.strip() or len(text) > MAX_CHARS:
        message = "the answer is far too long" if text.strip() else "the answer is empty"
        raise Rejected.because(message)


def extract_json(text: str, expect: Collection[str] = (), *, finish: str = "unknown") -> Any:
    """The JSON in a model's answer; `expect` names keys of the object that is looked for.

    Raises `Rejected`: empty, refused, cut off (`finish` is `length`), too long, or no JSON in it.
    """
    refuse_empty(text)
    try:
        return find_json(text, expect)
    except ValueError as error:
        refuse_refusal(text)
        cut = "the answer was cut off before its end; be shorter" if finish == "length" else str(error)
        raise Rejected.because(cut) from None
