import pytest

from trailwright.users import accounts


@pytest.mark.parametrize(
    "typed", ["J\u030c@Example.org", "\u01f0@example.ORG", "j\u030c@example.org", "\uff2a\u030c@example.org"]
)
def test_an_address_has_one_form_however_it_is_typed(typed: str) -> None:
    assert accounts.email_of(typed) == "\u01f0@example.org"


@pytest.mark.parametrize(
    "name", ["例子.公司", "उदाहरण.भारत", "bücher.example", "localhost", "xn--bcher-kva.example"]
)
def test_a_host_of_any_script_is_one(name: str) -> None:
    assert accounts.email_of(f"ann@{name}") == f"ann@{name}"
