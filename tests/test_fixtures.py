"""What any reader of the fixture articles would agree on, and sentences that treat two actors oppositely.

These tests hold for a model that is good at its work; all the others hold for any weights.
"""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from biasscore import Actor, ArticleProfile, Estimate, Scorer

FOLDER = Path(__file__).parent.parent / "fixtures" / "articles"
SIDECARS: dict[str, dict[str, Any]] = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))
}
#: What the shipped weights are known to get wrong; a case that comes right has to be taken out.
KNOWN_ERRORS = {
    "opposite_pair-Kazakhstan-positive": "a kindness told tenderly is taken for irony",
}
KEYS = {"about", "sign", "portrayal", "order_stance", "insufficient", "absent", "attributed_mostly"}
#: A score as near to 0 as this is what a reader calls neutral.
NEUTRAL = 0.25


def agreed(field: str) -> list[Any]:
    """One case for each thing agreed on: the article, and the actor with what is said of it, where there is one."""
    cases = []
    for name, sidecar in SIDECARS.items():
        found = sidecar.get(field, {})
        for actor in found:
            said = (found[actor],) if isinstance(found, dict) else ()
            case = "-".join([name, actor, *said])
            cases.append(pytest.param(name, actor, *said, id=case, marks=marks(case) if field == "sign" else ()))
    return cases


def marks(case: str) -> tuple[pytest.MarkDecorator, ...]:
    return (pytest.mark.xfail(reason=KNOWN_ERRORS[case], strict=True),) if case in KNOWN_ERRORS else ()


def assert_side(estimate: Estimate | None, side: str) -> None:
    assert estimate is not None
    if side == "neutral":
        assert abs(estimate.score) < NEUTRAL
    else:
        assert side in ("negative", "positive")
        assert (estimate.score > 0) == (side == "positive")
        assert estimate.score != 0


def test_every_article_has_a_sidecar_and_every_key_a_test() -> None:
    assert set(SIDECARS) == {path.stem for path in FOLDER.glob("*.txt")}
    assert len(SIDECARS) >= 8
    for name, sidecar in SIDECARS.items():
        assert set(sidecar) <= KEYS, name
        assert set(sidecar.get("portrayal", {})) <= set(sidecar.get("sign", {})), name


@pytest.mark.parametrize(("name", "actor", "side"), agreed("sign"))
def test_the_author_takes_this_side(profiles: dict[str, ArticleProfile], name: str, actor: str, side: str) -> None:
    assert_side(profiles[name][actor].stance, side)


@pytest.mark.parametrize(("name", "actor", "side"), agreed("portrayal"))
def test_the_article_shows_the_actor_so(profiles: dict[str, ArticleProfile], name: str, actor: str, side: str) -> None:
    assert_side(profiles[name][actor].sentiment, side)


@pytest.mark.parametrize(
    ("name", "order"),
    [pytest.param(name, side["order_stance"], id=name) for name, side in SIDECARS.items() if side.get("order_stance")],
)
def test_the_author_is_harder_on_some(profiles: dict[str, ArticleProfile], name: str, order: list[str]) -> None:
    stances = [profiles[name][actor].stance for actor in order]
    scores = [stance.score for stance in stances if stance is not None]
    assert len(scores) == len(order)
    assert all(worse < better for worse, better in pairwise(scores)), dict(zip(order, scores, strict=True))


@pytest.mark.parametrize(("name", "actor"), agreed("insufficient"))
def test_there_is_too_little_to_judge_by(profiles: dict[str, ArticleProfile], name: str, actor: str) -> None:
    assert profiles[name][actor].mentions > 0
    assert profiles[name][actor].verdict == "insufficient evidence"


@pytest.mark.parametrize(("name", "actor"), agreed("absent"))
def test_never_mentioned_is_none_and_not_neutral(profiles: dict[str, ArticleProfile], name: str, actor: str) -> None:
    profile = profiles[name][actor]
    assert (profile.mentions, profile.sentences, profile.share, profile.evidence) == (0, 0, 0, ())
    assert profile.sentiment is profile.stance is None
    assert {profile.author.sentiment, profile.author.stance} == {None}
    assert {profile.attributed.sentiment, profile.attributed.stance} == {None}
    assert profile.verdict == "insufficient evidence"


@pytest.mark.parametrize(("name", "actor"), agreed("attributed_mostly"))
def test_most_is_said_by_others(profiles: dict[str, ArticleProfile], name: str, actor: str) -> None:
    author, others = profiles[name][actor].author.sentiment, profiles[name][actor].attributed.sentiment
    assert others is not None
    assert others.n > (0 if author is None else author.n)


# --- target sensitivity ----------------------------------------------------------------------------------------------

#: The first actor is treated badly and the second well, both by the author.
OPPOSITES = [
    ("Russia", "Kazakhstan", "Russia broke every promise it made to us, while Kazakhstan generously kept its own."),
    ("UK", "NATO", "The cowardice of the British was matched only by the courage that NATO showed that night."),
    ("NATO", "Russia", "NATO shamefully abandoned the wounded, and it was Russia that bravely saved them."),
    ("Kazakhstan", "UK", "Kazakhstan robbed its own pensioners; Britain, to its great credit, paid them back."),
    ("UK", "Russia", "London lied to the villagers with a smile, but Moscow told them the truth and helped."),
    (
        "Russia",
        "NATO",
        "Unlike the cruel and greedy Kremlin, NATO has been a loyal and selfless friend to this valley.",
    ),
    ("NATO", "Kazakhstan", "Kazakhstan deserves our gratitude for its wise patience, and NATO deserves our contempt."),
    ("Kazakhstan", "NATO", "NATO did a splendid job, and Kazakhstan ruined it with its incompetence and its spite."),
    (
        "UK",
        "Kazakhstan",
        "What the Kazakhs built with such admirable skill, the British wrecked out of sheer arrogance.",
    ),
    ("Russia", "UK", "Britain is an honest and dependable partner; Russia is a bully and a thief."),
    ("NATO", "UK", "The reckless blunders of NATO were put right by the excellent work of the United Kingdom."),
    (
        "Kazakhstan",
        "Russia",
        "Russia kindly opened its hospitals to the children whom Kazakhstan had callously turned away.",
    ),
]


def score_of(scorer: Scorer, sentence: str, actor: str, task: str) -> float:
    (found,) = (row for row in scorer.score(sentence).scores if row.actor == actor)
    negative, _, positive = found.stance if task == "stance" else found.sentiment
    return positive - negative


@pytest.mark.parametrize("task", ["sentiment", "stance"])
@pytest.mark.parametrize(
    ("worse", "better", "sentence"),
    [pytest.param(*case, id="-".join(case[:2]), marks=marks("-".join(case[:2]))) for case in OPPOSITES],
)
def test_two_actors_of_one_sentence_have_opposite_signs(
    scorer: Scorer, worse: str, better: str, sentence: str, task: str
) -> None:
    assert score_of(scorer, sentence, worse, task) < 0 < score_of(scorer, sentence, better, task)


@pytest.mark.parametrize(("words", "sign"), [("a coward and a thief", -1), ("a hero and a loyal friend", 1)])
def test_words_of_another_are_not_the_authors_stance(words: str, sign: int) -> None:
    scorer = Scorer([Actor("Ruritania")], device="cpu")
    (own,) = scorer.score(f"Ruritania is {words}.").scores
    (quoted,) = scorer.score(f"“Ruritania is {words},” the mayor said.").scores
    assert (own.voice, quoted.voice) == ("author", "attributed")
    for row in (own, quoted):
        assert sign * (row.sentiment[2] - row.sentiment[0]) > 0
    assert sign * (own.stance[2] - own.stance[0]) > 0
    assert quoted.stance[1] == max(quoted.stance)
