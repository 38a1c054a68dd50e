"""What ends a command early, in words for a person."""


class Trouble(Exception):  # noqa: N818 - what it is called, and what it is
    """One or two lines that say what is wrong and what to do; `exit_code` is the program's."""

    def __init__(self, words: str, exit_code: int = 1) -> None:
        super().__init__(words)
        self.exit_code = exit_code
