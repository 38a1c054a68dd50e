"""A roadmap as Markdown: a folder per concept in reading order, file names that are safe everywhere."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from trailwright.exporting.contents import Contents
from trailwright.kit.words import clean, hours

Page = tuple[str, str]
"""Path below the folder, with `/`, and text."""

_NAME_CHARS = 60
_NAME_BYTES = 120
"""File systems take 255 bytes; some tools less."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def pages(framework: dict[str, Any], contents: Contents) -> Iterator[Page]:
    """`README.md` with the tree, then each concept's `tutorial.md`, `resources.md`, `quiz.md` if made."""
    concepts = [c for s in framework["stages"] for m in s["modules"] for c in m["concepts"]]
    width = max(len(str(len(concepts))), 2)
    folders = {
        concept["concept_id"]: f"{number:0{width}}-{safe_name(concept['name'])}"
        for number, concept in enumerate(concepts, 1)
    }
    yield "README.md", _overview(framework, folders)
    for concept in concepts:
        folder = folders[concept["concept_id"]]
        for name, text in concept_pages(concept, contents):
            yield f"{folder}/{name}", text


def document(framework: dict[str, Any], contents: Contents) -> str:
    """All of it as one Markdown text."""
    concepts = [c for s in framework["stages"] for m in s["modules"] for c in m["concepts"]]
    parts = [_overview(framework, {})]
    parts += [text for concept in concepts for _, text in concept_pages(concept, contents)]
    return "\n---\n\n".join(parts)


def concept_pages(concept: dict[str, Any], contents: Contents) -> Iterator[Page]:
    """The concept's own pages, without a folder."""
    concept_id, name = concept["concept_id"], clean(concept["name"])
    if tutorial := contents.tutorials.get(concept_id):
        yield "tutorial.md", tutorial["markdown"].rstrip() + "\n"
    if resources := contents.resources.get(concept_id):
        yield "resources.md", resources_page(name, resources)
    if quiz := contents.quizzes.get(concept_id):
        yield "quiz.md", quiz_page(name, quiz)


def safe_name(name: str) -> str:
    """A file name from any text: letters and digits of any script, `-` between; never empty or reserved."""
    folded = unicodedata.normalize("NFC", name)
    kept = "".join(char if unicodedata.category(char)[0] in "LNM" else "-" for char in folded)
    joined = re.sub("-+", "-", kept)[:_NAME_CHARS].strip("-").lower()
    while len(joined.encode()) > _NAME_BYTES:
        joined = joined[:-1]
    return joined if joined and not _RESERVED.fullmatch(joined) else f"concept-{joined}".rstrip("-")


def _overview(framework: dict[str, Any], folders: dict[str, str]) -> str:
    lines = [f"# {inline(framework['title'])}", ""]
    for number, stage in enumerate(framework["stages"], 1):
        lines += [f"## {number}. {inline(stage['name'])}", "", inline(stage.get("description", "")), ""]
        for module in stage["modules"]:
            lines += [f"### {inline(module['name'])}", ""]
            for concept in module["concepts"]:
                spent = hours(concept["estimated_hours"])
                lines.append(f"- {_linked(concept, folders)} ({spent})")
            lines.append("")
    lines += [
        f"- Left out: {inline(one['name'])}: {inline(one['reason'])}" for one in framework.get("left_out", [])
    ]
    return "\n".join(lines).rstrip() + "\n"


def _linked(concept: dict[str, Any], folders: dict[str, str]) -> str:
    folder, name = folders.get(concept["concept_id"]), inline(concept["name"])
    return f"[{name}](<{folder}/tutorial.md>)" if folder else name


def resources_page(name: str, resources: dict[str, Any]) -> str:
    """Links that were looked at, or searches worth making."""
    lines = [f"# {inline(name)}: links", ""]
    for one in resources.get("resources", []):
        lines += [f"- [{inline(one['title'])}](<{_url(one['url'])}>) ({one['type']}, {one['language']})"]
        lines += [f"  {inline(one['description'])}"]
    if resources.get("suggestions"):
        lines += ["", "No link was checked here. Searches worth making:", ""]
        lines += [f"- {inline(one['query'])}: {inline(one['why'])}" for one in resources["suggestions"]]
    return "\n".join(lines).rstrip() + "\n"


def quiz_page(name: str, quiz: dict[str, Any]) -> str:
    """The questions, and at the end, folded, what is right and why (where the keys are known)."""
    lines = [f"# {inline(name)}: quiz", ""]
    answers = []
    for number, question in enumerate(quiz["questions"], 1):
        lines += [f"**{number}. {inline(question['question'])}**", ""]
        lines += [f"- {_letter(n)}. {inline(option)}" for n, option in enumerate(question["options"])]
        lines.append("")
        if "correct_answer" in question:
            right = ", ".join(_letter(key) for key in question["correct_answer"])
            answers.append(f"{number}. **{right}** {inline(question.get('explanation', ''))}")
    if answers:
        lines += ["<details>", "<summary>Answers</summary>", "", *answers, "", "</details>"]
    return "\n".join(lines).rstrip() + "\n"


def _letter(index: int) -> str:
    return chr(ord("A") + index)


def inline(text: str) -> str:
    """One line of text in which nothing is markup but code spans and emphasis."""
    return re.sub(r"([\[\]<>|#])", r"\\\1", clean(text))


def _url(url: str) -> str:
    return re.sub(r"[\s<>]", lambda found: f"%{ord(found[0]):02X}", url)
