"""The simulated server: an OpenAI-compatible endpoint that costs next to nothing (contract section 8)."""

from collections.abc import Awaitable, Callable

import orjson
from starlette.types import Receive, Scope, Send

from trailwright.llm.simulated import http, wire
from trailwright.llm.simulated.asked import Asked, read_request
from trailwright.llm.simulated.chance import chance
from trailwright.llm.simulated.completion import Completion, Course, bad_request
from trailwright.llm.simulated.faults import FaultKind, pick_fault
from trailwright.llm.simulated.model import SimulatedModel
from trailwright.llm.simulated.state import Counts, Knobs, MinuteLimit

Handler = Callable[[Scope, Receive, Send], Awaitable[None]]


class Simulator:
    """A plain ASGI application; one instance serves one event loop."""

    def __init__(self, knobs: Knobs, seed: int) -> None:
        self.knobs = knobs
        self.counts = Counts()
        self._seed = seed
        self._model = SimulatedModel(seed)
        self._limit = MinuteLimit()
        self._routes: dict[str, dict[str, Handler]] = {
            "/v1/chat/completions": {"POST": self._complete},
            "/v1/models": {"GET": self._models},
            "/stats": {"GET": self._stats},
            "/control": {"POST": self._control},
            "/reset": {"POST": self._reset},
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One HTTP request; other kinds of scope are not served."""
        if scope["type"] != "http":
            return
        methods = self._routes.get(scope["path"])
        if methods is None:
            await http.reply(send, wire.error_body("no such path", "invalid_request_error", None), 404)
        elif scope["method"] not in methods:
            allow = (b"allow", ", ".join(methods).encode())
            body = wire.error_body("wrong method", "invalid_request_error", None)
            await http.reply(send, body, 405, [*http.JSON, allow])
        else:
            await methods[scope["method"]](scope, receive, send)

    async def _models(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await http.reply(send, wire.models())

    async def _stats(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await http.reply(send, orjson.dumps(self.counts.as_dict()))

    async def _reset(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        self.counts.reset()
        await http.reply(send, orjson.dumps(self.counts.as_dict()))

    async def _control(self, _scope: Scope, receive: Receive, send: Send) -> None:
        try:
            changes = orjson.loads(await http.read_body(receive))
            self.knobs = self.knobs.changed(changes if isinstance(changes, dict) else {"this": changes})
        except http.HungUpError:
            return
        except (ValueError, http.TooLargeError) as error:
            await http.reply(send, wire.error_body(str(error), "invalid_request_error", None), 400)
            return
        await http.reply(send, orjson.dumps(self.knobs.as_dict()))

    async def _complete(self, scope: Scope, receive: Receive, send: Send) -> None:
        number = self.counts.enter()
        try:
            await self._answer(number, scope, receive, send)
        finally:
            self.counts.leave()

    async def _answer(self, number: int, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request = orjson.loads(await http.read_body(receive))
            asked = read_request(request)
        except http.HungUpError:
            return
        except (ValueError, http.TooLargeError) as error:
            await bad_request(send, str(error) or "the request is too large")
            return
        self.counts.by_agent[asked.agent] += 1
        completion = Completion(scope, send, asked, self._course(number, asked))
        async with http.UntilHangUp(receive):
            await completion.run(lambda: self._model.reply(asked))

    def _course(self, number: int, asked: Asked) -> Course:
        """What becomes of the request, by limit, chance and knobs."""
        knobs = self.knobs
        wait_s = self._limit.wait_s(knobs.rpm)
        fault: FaultKind | None = "429"
        if not wait_s:
            fault = pick_fault(
                knobs.rules, asked.agent, wants_format=asked.wants_format, seed=self._seed, count=number
            )
        if fault:
            self.counts.faults[fault] += 1
        if fault == "429" and not wait_s:
            wait_s = self.counts.faults[fault] % 2  # every other one tells when to come back
        delay_s = knobs.latency
        if knobs.jitter:
            delay_s += chance("delay", self._seed, number).uniform(0, knobs.jitter)
        return Course(number, delay_s, fault, wait_s)


def create_app(
    *, latency: float = 0.0, jitter: float = 0.0, faults: str = "", rpm: int | None = None, seed: int = 0
) -> Simulator:
    """The server as an ASGI application. Times in seconds. Raises ValueError for a value without sense."""
    return Simulator(Knobs(latency, jitter, faults, rpm), seed)
