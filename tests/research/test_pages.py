import time

import pytest

from trailwright.research.pages import PageFacts, clean_text, page_facts, says_not_found


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("<html lang=de-AT><title>A &amp; B\n  C</title>", PageFacts("A & B C", "de")),
        ('<HTML class="x" LANG="EN"><TITLE data-x="1">Shout</TITLE>', PageFacts("Shout", "en")),
        ("<html xml:lang='fr'><title>x</title>", PageFacts("x", None)),
        ("<html data-lang='fr'><title>x</title>", PageFacts("x", None)),
        ("<!-- <title>no</title> --><title>yes</title>", PageFacts("yes", None)),
        ("<script>'<title>no</title>'</script><title>yes</title>", PageFacts("yes", None)),
        ("<svg><title>icon</title></svg><title>yes</title>", PageFacts("yes", None)),
        ("<title>first</title><title>second</title>", PageFacts("first", None)),
        ("<body><title>too late</title>", PageFacts(None, None)),
        ("<title>never closed", PageFacts(None, None)),
        ("<title", PageFacts(None, None)),
        ("<title>  </title>", PageFacts(None, None)),
        ("<!-- never closed <title>x</title>", PageFacts(None, None)),
        ("<titles>no</titles>", PageFacts(None, None)),
        ("", PageFacts(None, None)),
        ("<title>日本語のページ</title>", PageFacts("日本語のページ", None)),
        ("<title>a\u202eb\x00c&#0;&#x202e;</title>", PageFacts("abc\ufffd", None)),
    ],
)
def test_a_page_tells_its_title_and_language(text: str, facts: PageFacts) -> None:
    assert page_facts(text) == facts


def test_a_long_title_is_cut() -> None:
    title = page_facts(f"<title>{'word ' * 5_000}</title>").title
    assert title is not None
    assert len(title) <= 300


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "<!",
        "<!--",
        "<!---->",
        "<html ",
        "<html lang ",
        "<title ",
        "<title>",
        "<script>",
        "<script></script>",
        "<svg></svg",
        "</title",
        "&",
        "<html" + " lang=" * 9,
        "<body",
        "<TITLE></TITLE",
    ],
)
def test_hostile_pages_take_no_longer_than_long_ones(piece: str) -> None:
    text = (piece * (2_000_000 // len(piece) + 1))[:2_000_000]
    started = time.process_time()
    page_facts(text)
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize(
    "title",
    [
        "404",
        "404 Not Found",
        "Error 404",
        "404 - Example",
        "Page not found",
        "Page Not Found | Example",
        "Not Found",
        "Example: Page not found",
        "Sorry, this page could not be found",
        "Video unavailable",
        "Seite nicht gefunden",
        "Die Seite wurde nicht gefunden",
        "Page introuvable",
        "Página no encontrada",
        "Страница не найдена",
        "页面不存在",
        "ページが見つかりません",
        "This page is no longer available",
    ],
)
def test_a_page_that_calls_itself_missing_is_heard(title: str) -> None:
    assert says_not_found(title)


@pytest.mark.parametrize(
    "title",
    [
        None,
        "",
        "HTTP 404 explained",
        "4040 ways to bake",
        "How search engines index a page",
        "Lost and found",
        "What cannot be found in books",
        "Notes on foundations",
    ],
)
def test_a_page_about_missing_things_is_not_missing(title: str | None) -> None:
    assert not says_not_found(title)


def test_clean_text_is_one_line_within_its_lid() -> None:
    assert clean_text(" a\tb\u2028c\u200b\ue000 ") == "a b c"
    assert clean_text("abc def", limit=4) == "abc"
