"""Exit status 0 when the settings name the local model and no weights file of one's own; for `make run`."""

import sys
import warnings

from trailwright.commandline.web_settings import as_set
from trailwright.settings import SettingsError, load


def main() -> int:
    """0: needed; 1: not, or the settings are wrong, which the command started next says itself."""
    warnings.simplefilter("ignore")
    try:
        llm = as_set(load()).llm
    except SettingsError:
        return 1
    models = {llm.model, *(agent.model for _, agent in llm.agents if agent.model)}
    return 0 if "local" in models and llm.local_path is None else 1


if __name__ == "__main__":
    sys.exit(main())
