"""Looking for a person's words in a column of text."""

from sqlalchemy import ColumnElement, and_, or_


def has_words(column: ColumnElement[str], words: str) -> ColumnElement[bool]:
    """Whether each of the words occurs, in any case.

    SQLite knows upper and lower case of ASCII alone; for other scripts the usual spellings are tried.
    """
    return and_(True, *(or_(*(_holds(column, one) for one in _spellings(word))) for word in words.split()))


def _spellings(word: str) -> dict[str, None]:
    return dict.fromkeys((word, word.lower(), word.upper(), word.capitalize()))


def _holds(column: ColumnElement[str], part: str) -> ColumnElement[bool]:
    return column.icontains(part, autoescape=True)
