"""What one process counts and measures for operators; `api.metrics` shows it. Times in seconds."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram

from trailwright.domain.workflow import Kind
from trailwright.llm.shapes import Usage

_WAITS_S = (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600)
_WORK_S = (0.1, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640, 1800)


class Meters:
    """One set per process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._settled = self._counter(
            "items", "Items settled here, by how: Delivered, StepDone, GaveUp, Postponed.", "kind", "outcome"
        )
        self._waited = self._histogram(
            "item_wait", "From the moment an item could be claimed until it was.", _WAITS_S, "kind"
        )
        self._worked = self._histogram("item", "From claim to settle.", _WORK_S, "kind")
        self._answered = self._histogram(
            "model", "One call to a model, to its last byte.", _WORK_S, "agent", "model"
        )
        self._faulted = self._counter(
            "model_faults", "Calls to a model without a usable answer, by what went wrong.", "agent", "code"
        )
        self._tokens = self._counter(
            "tokens", "Tokens, as the model told them or estimated: input, output.", "agent", "direction"
        )
        self._cost = self._counter("cost_usd", "US dollars that models cost.", "agent")

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(f"trailwright_{name}", words, labels, registry=self.registry)

    def _histogram(self, name: str, words: str, buckets: Sequence[float], *labels: str) -> Histogram:
        name = f"trailwright_{name}_seconds"
        return Histogram(name, words, labels, buckets=buckets, registry=self.registry)

    def claimed(self, kind: Kind, waited_ms: int) -> None:
        """An item was claimed."""
        self._waited.labels(kind.value).observe(max(waited_ms, 0) / 1000)

    def settled(self, kind: Kind, outcome: str, seconds: float) -> None:
        """An item was settled so many seconds after its claim."""
        self._settled.labels(kind.value, outcome).inc()
        self._worked.labels(kind.value).observe(seconds)

    def answered(self, agent: str, model: str, milliseconds: int) -> None:
        """A model answered."""
        self._answered.labels(agent, model).observe(milliseconds / 1000)

    def faulted(self, agent: str, code: str) -> None:
        """A call to a model failed."""
        self._faulted.labels(agent, code).inc()

    def spent(self, agent: str, usage: Usage) -> None:
        """What a call cost, whatever came of it."""
        self._tokens.labels(agent, "input").inc(usage.input_tokens)
        self._tokens.labels(agent, "output").inc(usage.output_tokens)
        self._cost.labels(agent).inc(usage.cost_usd)
