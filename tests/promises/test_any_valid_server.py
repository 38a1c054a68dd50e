"""A server that knows nothing but schemas gets through the main job: nothing leans on another's manners."""

import pytest

from tests.promises import facts
from tests.support.product import ENDED, Home
from tests.support.simulated import a_random_process


@pytest.mark.parametrize(("seed", "size"), [(1, "mini"), (2, "mini"), (3, "short"), (4, "short")])
async def test_random_but_valid_answers_end_the_task(home_on_sqlite: Home, seed: int, size: str) -> None:
    async with a_random_process(seed=seed) as url:
        home = home_on_sqlite.but(LLM__MODEL="openai:random", LLM__BASE_URL=f"{url}/v1")
        async with home.here() as here:
            ordered = await here.api.order(size)
            task = await here.api.ended(ordered.task_id)
            assert task["status"] in ENDED - {"cancelled"}
            log = await here.api.events(ordered.task_id)
            for error in [event["error"]["code"] for event in log if "error" in event]:
                assert error == "model_invalid_output"
            facts.nothing_was_made_twice(log)
            assert "generating" not in (await here.api.items(ordered.roadmap_id)).values()
        await facts.rows_hold(home)
