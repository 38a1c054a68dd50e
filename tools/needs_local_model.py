"""Exit status 0 when the settings name the local model and no weights file of one's own; for `make run`."""

import sys

from trailwright.settings import SettingsError, load


def main() -> int:
    """0: needed; 1: not; 2: a setting is wrong, said on standard error."""
    try:
        llm = load().llm
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    models = {llm.model, *(agent.model for _, agent in llm.agents if agent.model)}
    return 0 if "local" in models and llm.local_path is None else 1


if __name__ == "__main__":
    sys.exit(main())
