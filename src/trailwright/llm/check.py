"""One tiny real call, for `doctor`."""

from trailwright.domain.prompt import AgentName, Message, Prompt
from trailwright.domain.sentences import Said, say
from trailwright.llm.gateway import Gateway

WAITS_S = 120.0
_QUESTION = Message("user", "Answer with the one word: ready")


async def probe(gateway: Gateway, agent: AgentName) -> Said:
    """Words of ok, such as `openai:gpt-5-mini answered in 412 ms`; raises `Fault` otherwise.

    Any answer is ok, even a cut-off one: some models spend a small cap on thoughts.
    """
    prompt = Prompt(agent=agent, messages=(_QUESTION,), max_output_tokens=512, digest="", temperature=0.0)
    limits, endpoint = gateway.limits(agent), gateway.endpoint(agent)
    await limits.again(click=True)
    try:
        answer = await gateway.call(prompt, deadline_s=WAITS_S)
    finally:
        limits.give()
    name = endpoint.model if endpoint.provider == endpoint.model else f"{endpoint.provider}:{endpoint.model}"
    return say("model_answered", model=name, ms=answer.duration_ms)
