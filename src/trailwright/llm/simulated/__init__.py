"""`trailwright simulate-llm`: a model server for tests, the bench and demos (contract section 8).

`create_app` makes the ASGI application, `run` serves it, `SimulatedModel` is the model without HTTP.

It shares a machine with what is measured, so it must cost little: 0.8 ms of CPU a request at latency 0 and
1.2 to 1.8 ms streamed in ten pieces over a second (tutorials, quizzes and searches of a full roadmap, 96 at
once, on a busy 2-core machine), of which the text takes about half; 47 MB of memory.
"""

from trailwright.llm.simulated.app import Simulator, create_app
from trailwright.llm.simulated.faults import KINDS, FaultRule, FaultSpecError, parse_faults
from trailwright.llm.simulated.model import SimulatedModel
from trailwright.llm.simulated.serve import run, serving

__all__ = [
    "KINDS",
    "FaultRule",
    "FaultSpecError",
    "SimulatedModel",
    "Simulator",
    "create_app",
    "parse_faults",
    "run",
    "serving",
]
