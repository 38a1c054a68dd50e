"""Runs the benches and writes their figures into docs/performance.md and docs/scale.md.

    python bench/support/page.py

What stands between `<!-- figures: NAME -->` and `<!-- end -->` is replaced. With file names behind it, what
was printed with `--json` before is taken instead, and only that: `page.py content_phase=FILE …`.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "docs" / "performance.md", ROOT / "docs" / "scale.md")
BLOCK = re.compile(r"(<!-- figures: (?P<name>\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

Figures = Mapping[str, Any]


def table(*rows: tuple[object, ...]) -> str:
    """A Markdown table; the first row is its head."""
    lines = [" | ".join(str(cell) for cell in row) for row in rows]
    lines.insert(1, " | ".join("---" for _ in rows[0]))
    return "".join(f"| {line} |\n" for line in lines)


def conditions(found: Figures) -> str:
    """Where it was measured."""
    where = found["machine"]
    return (
        f"\n{where['cores']} cores, Python {where['python']}; when it began, {where['load_1_min']} processes "
        "on average wanted to run.\n"
    )


def content_phase(found: Figures) -> str:
    """Seconds from approval to the last item, each round."""
    head = ("database", "median", "rounds", "CPU of the product an item")
    rows = (
        (
            one["database"],
            f"**{one['median_s']:.2f} s**",
            ", ".join(f"{each['seconds']:.2f}" for each in one["rounds"]),
            f"{one['median_cpu_ms_per_item']:.1f} ms",
        )
        for one in found["results"]
    )
    return table(head, *rows) + conditions(found)


def cpu_per_item(found: Figures) -> str:
    """CPU of an item and of a bare call, each round."""
    head = ("", "median", "rounds")
    product = [f"{one['cpu_ms_per_item']:.1f}" for one in found["rounds"]]
    bare = [f"{one['httpx_ms_per_call']:.1f}" for one in found["rounds"]]
    rows = (
        ("an item, all included", f"**{found['cpu_ms_per_item']:.1f} ms**", ", ".join(product)),
        ("a bare httpx call", f"{found['httpx_ms_per_call']:.1f} ms", ", ".join(bare)),
        ("ratio", f"**{found['ratio']:.2f}**", ""),
    )
    return table(head, *rows) + conditions(found)


def cpu_by_part(found: Figures) -> str:
    """Milliseconds of an item by part."""
    parts = found["ms_per_item"]
    rows = ((part, f"{spent:.2f} ms") for part, spent in parts.items())
    return table(("part", "CPU an item"), *rows, ("all", f"{found['cpu_ms_per_item']:.2f} ms")) + conditions(
        found
    )


def read_roadmap(found: Figures) -> str:
    """Milliseconds and statements of a read."""
    head = ("database", "median", "worst of 100", "SQL statements")
    rows = (
        (one["database"], f"**{one['median_ms']} ms**", f"{one['worst_ms']} ms", one["statements"])
        for one in found["results"]
    )
    return table(head, *rows) + conditions(found)


def clicks(found: Figures) -> str:
    """Milliseconds from a click to its answer."""
    head = ("database", "99th of 100", "median", "worst", "clicks")
    rows = (
        (
            one["database"],
            f"**{one['p99_ms']} ms**",
            f"{one['median_ms']} ms",
            f"{one['worst_ms']} ms",
            one["clicks"],
        )
        for one in found["results"]
    )
    return table(head, *rows) + conditions(found)


def fairness(found: Figures) -> str:
    """Times beside a large roadmap as shares of the same alone."""
    head = ("database", "small roadmap, of alone", "click, of alone", "rounds: small, click")
    rows = (
        (
            one["database"],
            f"**{one['medians']['small']}**",
            f"**{one['medians']['click']}**",
            "; ".join(f"{each['small']}, {each['click']}" for each in one["rounds"]),
        )
        for one in found["results"]
    )
    return table(head, *rows) + conditions(found)


def covers_beside(found: Figures) -> str:
    """Time of content beside a hundred covers as a share of the same alone."""
    head = ("database", "content beside 100 covers, of alone", "CPU, of alone", "answer of `batch-generate`")
    rows = (
        (
            one["database"],
            f"**{one['share']:.3f}**",
            f"{one['cpu_share']:.3f}",
            f"{one['batch_generate_s'] * 1000:.0f} ms",
        )
        for one in found["results"]
    )
    return table(head, *rows) + conditions(found)


def quote(found: Figures) -> str:
    """Quote and bill side by side."""
    head = ("", "quoted", "billed", "off: calls, tokens, money")
    rows = (
        (
            one["what"],
            f"${one['quote']['cost_usd']:.4f}",
            f"${one['bill']['cost_usd']:.4f}",
            ", ".join(f"{share:+.0%}" for share in one["off"].values()),
        )
        for one in found["results"]
    )
    return table(head, *rows) + conditions(found)


def web_busy_roadmap(found: Figures) -> str:
    """Milliseconds of the browser's main thread, page by page."""
    head = ("page", "longest task, CPU", "rounds", "by the clock", "CPU of 10 s", "requests")
    rows = (
        (
            one["page"],
            f"**{one['median_longest_cpu_ms']} ms**",
            ", ".join(str(each["longest_cpu_ms"]) for each in one["rounds"]),
            ", ".join(f"{each['longest_ms']:.0f}" for each in one["rounds"]),
            f"{min(each['cpu_s'] for each in one['rounds'])} s",
            one["most_requests"],
        )
        for one in found["results"]
    )
    return table(head, *rows) + conditions(found)


def web_lighthouse(found: Figures) -> str:
    """Scores out of 100, page by page."""
    head = ("page", *(name.replace("-", " ") for name in found["goals"]), "performance in each look")
    rows = (
        (
            one["page"],
            *(f"**{one['scores'][name]}**" for name in found["goals"]),
            ", ".join(str(each["performance"]) for each in one["rounds"]),
        )
        for one in found["results"]
    )
    return table(head, *rows) + conditions(found)


def fleet(found: Figures) -> str:
    """Seconds of many roadmaps on two workers, and connections."""
    head = ("pieces", "bound", "measured", "of the bound", "connections: open, at work")
    row = (
        found["items"],
        f"{found['bound_s']:.0f} s",
        f"{found['seconds']:.1f} s",
        f"**{found['share']:.2f}**",
        f"**{found['connections_open']}**, {found['connections_active']}",
    )
    cpu = ((kind, f"{spent} ms") for kind, spent in found["cpu_ms_per_item"].items())
    return table(head, row) + "\n" + table(("process", "CPU a piece"), *cpu) + conditions(found)


def growth(found: Figures) -> str:
    """What an item costs in a small load and a large one."""
    head = ("from, to", "CPU: product, database", "statements", "grows: CPU, statements")
    rows = []
    for one in found["results"]:
        small, large = one["small"], one["large"]
        loads = [each["load"] for each in (small, large)]
        sizes = [each["concepts"] * 2 if one["what"] != "tasks" else each["tasks"] for each in loads]
        cpu = [f"{each['product_ms']} + {each['database_ms']} ms" for each in (small, large)]
        grows = ", ".join(f"**{one['growth'][name] - 1:+.0%}**" for name in ("cpu", "statements"))
        counts = f"{small['statements']} → {large['statements']}"
        what = f"{sizes[0]} → {sizes[1]} {one['what']}, {one['permits']} calls"
        rows.append((what, " → ".join(cpu), counts, grows))
    return table(head, *rows) + conditions(found)


def scale(found: Figures) -> str:
    """Loads foretold and measured, and what parts cost in large databases."""
    told = (
        f"{found['items_a_second']} pieces a second when the model is faster than the machine;"
        f" {found['between_s']} s between two calls of a slot.\n\n"
    )
    cpu = ((kind, f"{spent} ms") for kind, spent in found["cpu_ms_per_item"].items())
    parts = (
        (f"{one['items']:,}", *(f"{one[name]} ms" for name in ("pump_ms", "watch_128_ms", "renew_128_ms")))
        for one in found["parts"]
    )
    return (
        told
        + table(("process", "CPU a piece, all busy"), *cpu)
        + "\n"
        + _loads(found["loads"])
        + "\n"
        + table(("pieces there", "look of a pump", "watch of 128", "renewal of 128"), *parts)
        + conditions(found)
    )


def _loads(found: Sequence[Figures]) -> str:
    head = (
        "pieces",
        "slots",
        "a call",
        "foretold",
        "measured",
        "off",
        "workers a piece",
        "PostgreSQL a piece",
    )
    rows = (
        (
            one["items"],
            one["slots"],
            f"{one['latency_s']:g} s",
            f"{one['foretold_s']} s",
            f"**{one['measured_s']} s**",
            f"{one['off']:+.0%}",
            f"{one['cpu_ms_per_item']['workers']} ms",
            f"{one['cpu_ms_per_item']['database']} ms",
        )
        for one in found
    )
    return table(head, *rows)


def access(found: Figures) -> str:
    """Milliseconds of finding out who asks, and how many can sign in."""
    head = (
        "database",
        "check",
        "99th of 100",
        "CPU of it",
        "sign-ins a second",
        "a page beside 16 who sign in",
    )
    rows = (
        (
            one["database"],
            f"**{one['check_median_ms']} ms**",
            f"{one['check_p99_ms']} ms",
            f"{one['check_cpu_ms']} ms",
            one["sign_ins_per_s"],
            f"{one['page_beside_median_ms']} ms",
        )
        for one in found["results"]
    )
    return table(head, *rows) + conditions(found)


DRAWN: Mapping[str, Callable[[Figures], str]] = {
    "content_phase": content_phase,
    "cpu_per_item": cpu_per_item,
    "cpu_by_part": cpu_by_part,
    "read_roadmap": read_roadmap,
    "clicks": clicks,
    "fairness": fairness,
    "covers_beside": covers_beside,
    "quote": quote,
    "fleet": fleet,
    "growth": growth,
    "scale": scale,
    "web_busy_roadmap": web_busy_roadmap,
    "web_lighthouse": web_lighthouse,
    "access": access,
}


def figures(name: str, files: Mapping[str, str]) -> Figures:
    """From a file, or measured now."""
    if name in files:
        text = Path(files[name]).read_text(encoding="utf-8")
    else:
        command = [sys.executable, str(ROOT / "bench" / f"{name}.py"), "--json"]
        text = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True).stdout
    found: Figures = json.loads(text)
    return found


def main() -> None:
    files = dict(word.split("=", 1) for word in sys.argv[1:])
    drawn = {name: DRAWN[name](figures(name, files)) for name in files or DRAWN}

    def redrawn(block: re.Match[str]) -> str:
        name = block["name"]
        return block[1] + drawn[name] + block[3] if name in drawn else block[0]

    for page in PAGES:
        page.write_text(BLOCK.sub(redrawn, page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
