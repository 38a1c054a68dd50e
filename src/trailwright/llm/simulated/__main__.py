"""`python -m trailwright.llm.simulated`: the same options as `trailwright simulate-llm`."""

import argparse
import sys

from trailwright.llm.simulated.serve import run


def main() -> int:
    """0 after Ctrl-C, 2 when an option makes no sense or the port is taken."""
    parser = argparse.ArgumentParser(prog="simulate-llm", description="A simulated model server.")
    parser.add_argument("--port", type=int, default=8089)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds until the last byte")
    parser.add_argument("--jitter", type=float, default=0.0, help="at most so many seconds more")
    parser.add_argument("--faults", default="", help="[agent.]kind:probability, …")
    parser.add_argument("--rpm", type=int, help="completions a minute; more get 429")
    parser.add_argument("--seed", type=int, default=0)
    options = vars(parser.parse_args())
    try:
        run(options.pop("port"), **options)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a program
        return 2
    return 0


sys.exit(main())
