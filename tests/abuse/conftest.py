"""The products of the promises, for those who mean ill."""

from tests.promises.conftest import home, home_on_postgres, home_on_sqlite, model, nursery

__all__ = ["home", "home_on_postgres", "home_on_sqlite", "model", "nursery"]
