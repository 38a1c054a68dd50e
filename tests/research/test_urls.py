import pytest

from trailwright.research.urls import kind_of, page_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/x", "http://www.A.example/x/"),
        ("https://a.example/x#part", "https://a.example:443/x"),
        ("https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2&utm_source=y&fbclid=z"),
        ("https://a.example", "https://a.example/"),
        (" https://a.example./x ", "https://a.example/x"),
    ],
)
def test_two_urls_of_one_page_have_one_key(one: str, other: str) -> None:
    assert page_key(one) == page_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/x", "https://a.example/y"),
        ("https://a.example/x?id=1", "https://a.example/x?id=2"),
        ("https://a.example/x?id", "https://a.example/x"),
        ("https://a.example/x", "https://b.a.example/x"),
        ("https://a.example:8080/x", "https://a.example/x"),
        ("https://a.example/X", "https://a.example/x"),
    ],
)
def test_urls_of_two_pages_have_two_keys(one: str, other: str) -> None:
    assert page_key(one) != page_key(other)


@pytest.mark.parametrize("url", ["http://[", "http://a:b/", "", "\ud800", "http://\u2100.example/"])
def test_what_is_no_url_is_its_own_key_and_of_no_kind(url: str) -> None:
    assert page_key(url) == url
    assert kind_of(url) is None


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.youtube.com/watch?v=1", "video"),
        ("https://youtu.be/1", "video"),
        ("https://docs.python.org/3/", "documentation"),
        ("https://numpy.readthedocs.io/", "documentation"),
        ("https://tool.example/docs/start", "documentation"),
        ("https://www.coursera.org/learn/x", "course"),
        ("https://notyoutube.com/", None),
        ("https://youtube.com.evil.example/", None),
        ("https://blog.example/", None),
    ],
)
def test_the_kind_of_a_known_host_is_told(url: str, kind: str | None) -> None:
    assert kind_of(url) == kind
