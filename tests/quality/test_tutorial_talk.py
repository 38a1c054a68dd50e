"""T3: no scratchpad, no talk about the writing; innocent sentences pass."""

import pytest

from tests.quality.lessons import ENGLISH
from trailwright.quality.markdown import parse
from trailwright.quality.talk import check_t3


@pytest.mark.parametrize(
    "text",
    [
        "<think>The learner is a beginner.</think>",
        "Flour.\n\n</think>\n\nWater.",
        "Let me draft this lesson first.",
        "Okay, let me start.",
        "Sure! Here is the tutorial you asked for.",
        "Here's a short beginner-friendly tutorial on sourdough:",
        "As an AI, I cannot taste bread.",
        "As an AI language model, I do not bake.",
        "Please note that I am an AI assistant and cannot see your oven.",
        "First, I need to write a short lesson of 400 words.",
        "I will now write the summary section.",
        "The user wants a lesson about bread and asked me to be brief; the user wants me to use lists.",
        "I hope this tutorial helps you!",
        "Word count: 412",
        "## The idea\n[explain it plainly, step by step; about 100 words]",
        "[Insert an example here]",
        "<|im_end|>",
        "作为一个AI语言模型，我不能烤面包。",
        "好的，下面我来写这篇教程。",
        "让我先起草一个提纲。",
        "以下是为你准备的面包教程：",
        "字数：412",
        "Como modelo de lenguaje, no puedo hornear.",
        "En tant qu'IA, je ne peux pas goûter.",
        "Als KI kann ich kein Brot backen.",
    ],
)
def test_talk_about_the_writing_is_found(text: str) -> None:
    found = check_t3(parse(f"# Bread\n\n{text}\n"))
    assert len(found) >= 1
    assert found[0].where.startswith("line ")
    assert "take it out" in found[0].message


@pytest.mark.parametrize(
    "text",
    [
        "As an AI researcher you read many papers. As an AI engineer, you ship them.",
        "Working as an AI consultant, Ana learned to ask first.",
        "A large language model predicts the next token; I use one every day.",
        'ChatGPT likes to say "As an AI language model, I cannot do that".',
        "The tag `<think>` opens the part where a model reasons.",
        "```html\n<think>Let me draft this.</think>\n```",
        "Let me explain with an example. Let me write the function step by step.",
        "Here is the recipe. Here's the lesson: weigh everything.",
        "Okay, the dough is ready. Sure, you could skip it.",
        "The user wants to log in. The user asked for a refund, so the handler checks it.",
        "I will need flour. I need to write tests before the code.",
        "Is my training data balanced?",
        "[Insert](https://example.org) the key. Press [Enter] to go on.",
        "A draft of your letter should have three parts. Let me know the price.",
        "This text is simulated: a model server for tests wrote it, so that nothing has to be paid.",
        "This is simulated content from a simulated model.",
        "这段文字由模拟模型生成，仅供测试。",
        "用户希望更快地登录。好的面包需要时间。",
        "作为一个AI研究员，你会读很多论文。",
        "以下是常见的错误：",
        "The array a[about 3 words] is odd.",
    ],
)
def test_innocent_sentences_pass(text: str) -> None:
    assert check_t3(parse(f"# Bread\n\n{text}\n")) == []


def test_a_good_lesson_passes() -> None:
    assert check_t3(parse(ENGLISH)) == []


def test_the_line_is_named() -> None:
    assert check_t3(parse("# T\n\nGood.\n\nLet me draft it.\n"))[0].where == "line 5"
