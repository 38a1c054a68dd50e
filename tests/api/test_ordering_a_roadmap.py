import re

import httpx
import pytest

from tests.api.support import World, fields, refusal
from tests.support import engine

GOALS = {
    "am": "ፓይዘን መማር እፈልጋለሁ",
    "ar": "أريد أن أتعلم البرمجة بلغة بايثون",
    "bg": "Искам да науча Питон",
    "bn": "আমি পাইথন শিখতে চাই",
    "cs": "Chci se naučit péct kváskový chléb",
    "de": "Ich möchte Sauerteigbrot backen lernen",
    "el": "Θέλω να μάθω Πυθαγόρεια γεωμετρία",
    "en": "Bake sourdough bread at home",
    "es": "Quiero aprender a hornear pan",
    "fa": "می‌خواهم پایتون یاد بگیرم",
    "fi": "Haluan oppia leipomaan leipää",
    "fr": "Apprendre à cuire du pain au levain",
    "gu": "મારે પાયથોન શીખવું છે",
    "he": "אני רוצה ללמוד לאפות לחם",
    "hi": "मुझे पायथन सीखना है",
    "hu": "Szeretnék kovászos kenyeret sütni",
    "id": "Saya ingin belajar memanggang roti",
    "it": "Voglio imparare a fare il pane",
    "ja": "家でサワードウパンを焼きたい",
    "ka": "მინდა ვისწავლო პურის ცხობა",
    "ko": "집에서 사워도우 빵을 굽고 싶어요",
    "nl": "Ik wil zuurdesembrood leren bakken",
    "pl": "Chcę nauczyć się piec chleb",
    "pt-BR": "Quero aprender a assar pão",
    "ru": "Хочу научиться печь хлеб",
    "sv": "Jag vill lära mig baka bröd",
    "ta": "நான் பைதான் கற்க விரும்புகிறேன்",
    "th": "ฉันอยากเรียนทำขนมปัง",
    "tr": "Ekşi mayalı ekmek yapmayı öğrenmek istiyorum",
    "uk": "Хочу навчитися пекти хліб",
    "ur": "میں پائتھون سیکھنا چاہتا ہوں",
    "vi": "Tôi muốn học làm bánh mì",
    "yi": "איך וויל לערנען באַקן ברויט",
    "zh-Hans": "学习在家烤酸面包",
}
ODD = [
    "🥖🔥👩‍🍳",
    "a\u202eb\u2066c",
    "e\u0301te\u0301",
    "x" * 2000,
    "\ufeffBOM",
    "'; DROP TABLE tasks; --",
    "<b>%s</b>",
]


async def order(world: World, goal: str, **preferences: object) -> httpx.Response:
    body = {"preferences": {"learning_goal": goal, **preferences}}
    return await world.client.post("/tasks/generate", json=body)


async def test_goals_in_many_languages_are_accepted_and_kept_as_they_are(world: World) -> None:
    assert len(GOALS) >= 30
    for language, goal in GOALS.items():
        answer = await order(world, goal, primary_language=language)
        assert answer.status_code == 202, answer.text
        task = await world.get(f"/tasks/{answer.json()['task_id']}")
        assert task["title"] == " ".join(goal.split())
    assert (await world.get("/users/me/tasks"))["total"] == len(GOALS)


async def test_emoji_and_odd_text_are_accepted(world: World, subtests: pytest.Subtests) -> None:
    for goal in ODD:
        with subtests.test(goal[:20]):
            answer = await order(world, goal)
            assert answer.status_code == 202, answer.text
            roadmap_id = answer.json()["roadmap_id"]
            assert re.fullmatch(r"[a-z0-9-]{1,40}-[a-z0-9]{8}", roadmap_id)
            assert (await world.get(f"/roadmaps/{roadmap_id}"))["framework"] is None


async def test_the_answer_is_there_before_any_work(world: World) -> None:
    answer = await world.client.post(
        "/roadmaps/generate", json={"preferences": {"learning_goal": "Bread"}, "unknown": 1}
    )
    assert answer.status_code == 202
    accepted = answer.json()
    assert set(accepted) == {"task_id", "roadmap_id", "status"}
    assert accepted["status"] == "pending"
    task = await world.get(f"/tasks/{accepted['task_id']}")
    assert (task["status"], task["current_step"], task["progress"]) == ("pending", "queued", None)
    events = (await world.get(f"/tasks/{accepted['task_id']}/events"))["events"]
    assert [(e["seq"], e["type"], e["step"]) for e in events] == [(1, "progress", "queued")]
    roadmap = await world.get(f"/roadmaps/{accepted['roadmap_id']}")
    assert roadmap["active_task"]["task_id"] == accepted["task_id"]
    assert roadmap["as_of"] == {accepted["task_id"]: 1}
    cover = await world.get(f"/roadmap/{accepted['roadmap_id']}/cover-image")
    assert cover["status"] == "not_started"


async def test_the_bounds_of_hours_are_inside(world: World) -> None:
    for hours in (1, 168, 2.5):
        assert (await order(world, "Bread", available_hours_per_week=hours)).status_code == 202


BAD = {
    "an empty goal": ({"learning_goal": ""}, "preferences.learning_goal"),
    "a blank goal": ({"learning_goal": " \n\t"}, "preferences.learning_goal"),
    "no goal": ({}, "preferences.learning_goal"),
    "a number for a goal": ({"learning_goal": 7}, "preferences.learning_goal"),
    "a goal of 100 kB": ({"learning_goal": "x" * 100_000}, "preferences.learning_goal"),
    "a goal of one character too many": ({"learning_goal": "x" * 2001}, "preferences.learning_goal"),
    "NUL in the goal": ({"learning_goal": "a\x00b"}, "preferences.learning_goal"),
    "NUL deep inside": (
        {"learning_goal": "a", "tech_stack": [{"technology": "\x00", "proficiency": "x"}]},
        "preferences.tech_stack.0.technology",
    ),
    "no hours": (
        {"learning_goal": "a", "available_hours_per_week": 0},
        "preferences.available_hours_per_week",
    ),
    "169 hours": (
        {"learning_goal": "a", "available_hours_per_week": 169},
        "preferences.available_hours_per_week",
    ),
    "hours that are no number": (
        {"learning_goal": "a", "available_hours_per_week": "many"},
        "preferences.available_hours_per_week",
    ),
    "a deadline in the past": (
        {"learning_goal": "a", "target_deadline": "2020-01-01"},
        "preferences.target_deadline",
    ),
    "a deadline that is no date": (
        {"learning_goal": "a", "target_deadline": "soon"},
        "preferences.target_deadline",
    ),
    "a deadline beyond all time": (
        {"learning_goal": "a", "target_deadline": 1e300},
        "preferences.target_deadline",
    ),
    "an unknown language": ({"learning_goal": "a", "primary_language": "xx"}, "preferences.primary_language"),
    "no language at all": ({"learning_goal": "a", "primary_language": ""}, "preferences.primary_language"),
    "an unknown level": ({"learning_goal": "a", "current_level": "god"}, "preferences.current_level"),
    "an unknown form of content": (
        {"learning_goal": "a", "content_preference": ["smell"]},
        "preferences.content_preference.0",
    ),
}


async def test_bad_preferences_are_refused_by_field_and_leave_no_row(
    world: World, subtests: pytest.Subtests
) -> None:
    for case, (preferences, field) in BAD.items():
        with subtests.test(case):
            answer = await world.client.post("/tasks/generate", json={"preferences": preferences})
            assert field in fields(refusal(answer, 422))
            assert await world.rows() == {}


BAD_ORDERS: list[tuple[dict[str, object], str]] = [
    ({}, "preferences"),
    ({"preferences": "Bread"}, "preferences"),
    ({"preferences": {"learning_goal": "a"}, "size": "huge"}, "size"),
    ({"preferences": {"learning_goal": "a"}, "max_cost_usd": 0}, "max_cost_usd"),
    ({"preferences": {"learning_goal": "a"}, "max_cost_usd": -1}, "max_cost_usd"),
    ({"preferences": {"learning_goal": "a"}, "auto_approve": "perhaps"}, "auto_approve"),
    ({"preferences": {"learning_goal": "a"}, "additional_context": "x" * 20_001}, "additional_context"),
]


async def test_a_bad_order_is_refused_by_field(world: World, subtests: pytest.Subtests) -> None:
    for body, field in BAD_ORDERS:
        with subtests.test(field):
            assert field in fields(refusal(await world.client.post("/tasks/generate", json=body), 422))
            assert await world.rows() == {}


async def test_null_is_as_good_as_left_out(world: World) -> None:
    preferences = {"learning_goal": "Bread", "motivation": None, "target_deadline": None, "tech_stack": None}
    body = {"preferences": preferences, "additional_context": None, "size": None, "max_cost_usd": None}
    assert (await world.client.post("/tasks/generate", json=body)).status_code == 202
    problem = refusal(await world.client.post("/tasks/generate", json={"preferences": None}), 422)
    assert fields(problem) == ["preferences"]


async def test_a_quote_tells_what_an_order_would_take_and_starts_nothing(world: World) -> None:
    before = await world.rows()
    sizes = {}
    for size in ("mini", "short", "full"):
        body = {"preferences": {"learning_goal": "Bread"}, "size": size}
        sizes[size] = await world.post("/tasks/quote", body)
    assert set(sizes["full"]) == {
        "calls",
        "tokens",
        "input_tokens",
        "output_tokens",
        "cost_usd",
        "minutes",
        "measured",
    }
    assert sizes["mini"]["calls"] < sizes["short"]["calls"] < sizes["full"]["calls"]
    assert sizes["full"]["tokens"] > sizes["short"]["tokens"] > 0
    assert sizes["full"]["measured"] is False
    assert await world.rows() == before
    _, roadmap_id = await engine.a_task(world.db, 2, auto_approve=False)
    content = await world.post("/tasks/quote", {"roadmap_id": roadmap_id})
    assert content["calls"] == 6
    refusal(await world.client.post("/tasks/quote", json={"roadmap_id": "unknown"}), 404)
    refusal(await world.client.post("/tasks/quote", json={"size": "huge"}), 422)


async def test_an_order_without_a_cap_of_money_gets_the_installations(world: World) -> None:
    await world.client.put("/settings", json={"changes": {"BUDGET__MAX_COST_USD": 3}})
    for own, cap in ((None, 3), (7, 7)):
        body = {"preferences": {"learning_goal": "Bread"}, "max_cost_usd": own}
        task_id = (await world.client.post("/tasks/generate", json=body)).json()["task_id"]
        assert (await engine.task_row(world.db, task_id))["max_cost_usd"] == cap
        await world.app.state.feed.close()
