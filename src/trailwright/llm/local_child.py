"""The process that holds the local model: llama.cpp's own server on loopback, for one parent.

Started by `llm.local` as `python -m trailwright.llm.local_child`. Reads one line of JSON on standard input,
answers with one line on standard output once the model is loaded, and then lives as long as its parent keeps
standard input open.
"""

import contextlib
import ctypes
import json
import os
import signal
import sys
import threading
from dataclasses import asdict, dataclass
from typing import Any, TextIO

NICE = 5
"""Below the rest of the product, so that pages stay quick while the model writes."""
BATCH = 128
"""Tokens of a prompt between two looks at whether anybody still wants the answer: under 2 s on two cores.
Bigger batches are 2 % faster."""
MOST_OUTPUT = 8_192
"""For a caller that sets no cap."""
PING_S = 10
"""A stream says at least this often that it lives, while a long prompt is read too."""
SAMPLING = 1.1, 0.8, 20
"""Penalty of repetition, top p, top k, as the models' publisher recommends. Without the penalty they loop."""
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Order:
    """What the parent asks for. `prefix`: the secret path under which the server answers."""

    model: str
    threads: int
    slots: int
    context: int
    prefix: str
    parent: int

    def line(self) -> str:
        """As one line of JSON."""
        return json.dumps(asdict(self)) + "\n"


def main() -> None:
    """Load, tell the parent the address, serve until the parent is gone."""
    told = _own_output()
    order = Order(**json.loads(sys.stdin.buffer.readline()))
    _end_with(order.parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to act on
    with contextlib.suppress(OSError):
        os.nice(NICE)
    try:
        server = _serve(order)
    except ImportError as error:
        _tell(told, error=str(error), kind="runtime")
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - whatever the runtime raises, the parent is told
        _tell(told, error=str(error), kind="load")
        sys.exit(1)
    _tell(told, url=server.listening_address + order.prefix)
    threading.Event().wait()


def _own_output() -> TextIO:
    """Standard output for the parent alone; what libraries print goes to standard error."""
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return told


def _tell(told: TextIO, **words: str) -> None:
    told.write(json.dumps(words) + "\n")
    told.flush()


def _end_with(parent: int) -> None:
    """End when the parent does, however it does.

    Linux sends a signal, also while the model loads; the closed pipe is what other systems have.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)
    threading.Thread(target=_leave_when_input_ends, daemon=True).start()


def _leave_when_input_ends() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)


def _serve(order: Order) -> Any:
    """The running server, its model loaded."""
    import xllamacpp  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra, a hundred megabytes

    params = xllamacpp.CommonParams()
    params.model.path = order.model
    params.model_alias = {"local"}
    params.n_ctx = order.context
    params.n_parallel = order.slots
    params.kv_unified = order.slots > 1  # slots share the context: one long prompt may take most of it
    params.n_batch = params.n_ubatch = BATCH
    params.n_predict = MOST_OUTPUT
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = order.threads
    params.sampling.penalty_repeat, params.sampling.top_p, params.sampling.top_k = SAMPLING
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_prefix = order.prefix
    params.cors_origins = ""
    params.ui = params.endpoint_slots = params.endpoint_props = params.endpoint_metrics = False
    params.offline = True
    params.cache_ram_mib = 0  # beside the slots' own; would grow to 8 GB
    params.n_ctx_checkpoints = 0
    params.sse_ping_interval = PING_S
    params.verbosity = 2
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
