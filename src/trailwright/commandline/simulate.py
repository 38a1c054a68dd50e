"""`trailwright simulate-llm`."""

from trailwright.commandline.trouble import Trouble
from trailwright.llm.simulated import run as serve


def run(port: int, *, latency: float, jitter: float, faults: str, rpm: int | None, seed: int) -> int:
    """Serve until Ctrl-C or SIGTERM; prints `ready http://127.0.0.1:PORT`."""
    try:
        serve(port, latency=latency, jitter=jitter, faults=faults, rpm=rpm, seed=seed)
    except ValueError as error:
        raise Trouble(str(error), 2) from None
    except OSError as error:
        raise Trouble(f"port {port} cannot be used: {error.strerror}. Name another with --port.") from None
    return 0
