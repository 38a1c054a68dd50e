"""Good questions in English and Chinese, and one word to change each."""

from trailwright.domain.content import OptionFeedback, Question, Quiz

WRONG = OptionFeedback(misconception="A belief.", revisit_concept_id="c")


def a_question(**changes: object) -> Question:
    """A good single choice about feeding a starter, with `changes`."""
    values: dict[str, object] = {
        "question_id": "q1",
        "question_type": "single_choice",
        "question": "Why should you take some of the old mixture away before feeding it?",
        "options": ["The jar looks cleaner", "The food lasts longer", "The flour turns white"],
        "correct_answer": [1],
        "explanation": "With less old dough in it the same spoon of flour feeds fewer cells for more hours.",
        "difficulty": "easy",
    }
    values |= changes
    if "option_feedback" not in changes:
        keys, options = values["correct_answer"], values["options"]
        assert isinstance(keys, list)
        assert isinstance(options, list)
        values["option_feedback"] = [
            OptionFeedback()
            if i in keys
            else OptionFeedback(misconception="A belief.", revisit_concept_id="c")
            for i in range(len(options))
        ]
    return Question.model_validate(values)


def a_quiz(*questions: Question) -> Quiz:
    return Quiz(quiz_id="z", concept_id="c", questions=list(questions), total_questions=len(questions))


GOOD = a_quiz(
    a_question(),
    a_question(
        question_id="q2",
        question_type="multiple_choice",
        question="Ana's kitchen got cold overnight. Which changes would help her starter?",
        options=["A warmer shelf", "A longer wait", "A taller jar", "A darker lid"],
        correct_answer=[0, 1],
        explanation="Cold slows fermentation down, so either give it heat or accept that it needs hours.",
        difficulty="medium",
    ),
    a_question(
        question_id="q3",
        question_type="true_false",
        question="A spoonful that floats in a glass of water is ready to be used.",
        options=["True", "False"],
        correct_answer=[0],
        explanation="Gas trapped inside makes it light, and so much gas shows that fermentation is strong.",
        difficulty="hard",
    ),
)

CHINESE = a_quiz(
    a_question(
        question="为什么喂养之前要先取出一部分旧的面糊？",
        options=["罐子看起来更干净", "酵母能吃得更久", "面粉会变白"],
        correct_answer=[1],
        explanation="旧面糊少了，同样一勺粮食就够更少的菌吃更长时间，所以活力保持得更好。",
    ),
    a_question(
        question_id="q2",
        question="天气变冷以后，小安应该怎么调整？",
        options=["换一个大罐子", "多等两个小时", "加入更多的盐"],
        correct_answer=[1],
        explanation="低温让发酵变慢，给它足够的时间就能达到同样的高度，不需要改变比例。",
        difficulty="medium",
    ),
    a_question(
        question_id="q3",
        question_type="true_false",
        question="一勺面糊能浮在水面上，说明可以用来和面了。",
        options=["对", "错"],
        correct_answer=[0],
        explanation="能浮起来是因为里面充满了气体，而气体多就表示发酵力强，适合马上使用。",
        difficulty="hard",
    ),
)
