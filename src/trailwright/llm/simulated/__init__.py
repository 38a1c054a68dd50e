"""`trailwright simulate-llm`: a model server for tests, the bench and demos (contract section 8).

`create_app` makes the ASGI application, `run` serves it, `SimulatedModel` is the model without HTTP.
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
