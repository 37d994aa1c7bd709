"""The audit: its suite, and every figure of its report by hand."""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from test_corpus import MOST_ALIKE, nearest

from biasscore.audit import DEFAULT_NAMES, OTHER_NAMES, run_audit
from biasscore.audit_report import AuditReport
from biasscore.behaviour import Case, DirectionCase, InvarianceCase, MinimumCase, load_cases, read_cases
from biasscore.blinding import blind
from biasscore.errors import ActorError, InputError, ModelError
from biasscore.labels import Task
from biasscore.spans import SpanScorer
from biasscore.training.authored import corpus_lines, parse

if TYPE_CHECKING:
    from biasscore.scorer import Scorer

Spans = Sequence[Sequence[tuple[int, int, int]]]
Probs = tuple[float, float, float]


def _scorer_can_be_audited(scorer: Scorer) -> SpanScorer:
    """For the type checker."""
    return scorer


# --- the suite

MFT = {
    "praise", "blame", "neutral", "bad-act", "good-act", "victim", "negation", "modality", "comparison", "opposite",
    "sarcasm", "insinuation", "attributed-attack", "attributed-praise", "endorsed", "rejected", "loaded-elsewhere",
}  # fmt: skip
INV = {
    "typo", "spacing", "dates-numbers", "reporting-verb", "quote-style", "spelling", "unrelated-city", "paraphrase",
}  # fmt: skip
NEGATED = {"negate-praise": "down", "negate-blame": "up"}
#: "not only ... but" negates nothing: here what follows is praise, in all other cases of it blame.
NOT_ONLY_PRAISE = {f"not-only-{number}" for number in ("01", "03", "06", "07", "08", "11")}
DIR = {"add-blame", "add-praise", "add-bad-act", "add-good-act", "add-attack", "add-tribute", "not-only", *NEGATED}
GOLD = Path(__file__).parents[1] / "fixtures" / "gold" / "stance.jsonl"


@pytest.fixture(scope="module")
def suite() -> tuple[Case, ...]:
    return load_cases()


def texts_of(case: Case) -> list[str]:
    match case:
        case MinimumCase():
            return [case.text]
        case InvarianceCase():
            return [case.text, *case.variants]
        case DirectionCase():
            return [case.text, case.variant]


def test_size_and_capabilities(suite: tuple[Case, ...]) -> None:
    assert len(suite) >= 450
    counts = {
        kind: Counter(case.capability for case in suite if isinstance(case, kind))
        for kind in (MinimumCase, InvarianceCase, DirectionCase)
    }
    assert counts[MinimumCase].keys() == MFT
    assert min(counts[MinimumCase].values()) >= 20
    assert counts[MinimumCase]["opposite"] >= 60
    assert counts[InvarianceCase].keys() == INV
    assert counts[InvarianceCase].total() >= 80
    assert counts[DirectionCase].keys() == DIR
    assert counts[DirectionCase].total() >= 60
    directions = [case for case in suite if isinstance(case, DirectionCase)]
    tasks = Counter((case.task, case.direction) for case in directions)
    assert len(tasks) == 4 and min(tasks.values()) >= 8
    assert sum("{B}" in case.text for case in directions) >= 60  # somebody stands by


def test_paraphrases_are_of_seven_forms(suite: tuple[Case, ...]) -> None:
    forms: Counter[str] = Counter()
    for case in suite:
        if isinstance(case, InvarianceCase) and case.capability == "paraphrase":
            forms[case.id.removeprefix("paraphrase-")[:-3]] += 1
    assert forms.keys() == {
        "passive", "nominalisation", "clause-order", "neutral-synonym", "evaluation-synonym", "cleft", "apposition",
    }  # fmt: skip
    assert forms.total() >= 60
    assert min(forms.values()) >= 8


def test_negation_comes_in_pairs(suite: tuple[Case, ...]) -> None:
    pairs = [case for case in suite if isinstance(case, DirectionCase) and case.capability in {"not-only", *NEGATED}]
    assert len(pairs) >= 40
    for case in pairs:
        praise = "up" if case.id in NOT_ONLY_PRAISE else "down"
        assert case.direction == NEGATED.get(case.capability, praise), case.id
    assert {case.id for case in pairs} >= NOT_ONLY_PRAISE
    assert sum("{B}" in case.text for case in pairs) >= 30
    for task in Task:
        assert min(Counter(case.direction for case in pairs if case.task is task).values()) >= 8
    assert all("not only" in case.variant for case in pairs if case.capability == "not-only")


def test_a_part_of_the_texts_is_as_long_as_sentences_of_the_news(suite: tuple[Case, ...]) -> None:
    words = [len(case.text.split()) for case in suite]
    assert sum(25 <= count <= 45 for count in words) / len(words) >= 0.1
    assert median(words) >= 14


def test_texts_take_any_actor(suite: tuple[Case, ...]) -> None:
    """What `read_cases` refuses apart: no article at all before a name, and no real actor's name in a text."""
    known = re.compile(rf"\b({'|'.join([*DEFAULT_NAMES, *OTHER_NAMES, 'British', 'Russian', 'Kazakh'])})\b")
    for case in suite:
        for text in texts_of(case):
            assert not re.search(r"\b(the|an?)\s+\{", text, re.IGNORECASE), case.id
            assert not known.search(text), case.id


def test_opposite_cases_have_both_poles(suite: tuple[Case, ...]) -> None:
    first: Counter[int] = Counter()
    for case in suite:
        if isinstance(case, MinimumCase) and case.capability == "opposite":
            labels = {it.actor: it.label for it in case.expect if it.task is Task.SENTIMENT}
            assert {0, 2} <= set(labels.values()), case.id
            first[labels["A"]] += 1
    assert min(first[0], first[2]) >= 25  # neither order is the rule


def grams(text: str) -> set[str]:
    """Character 5-grams."""
    folded = " ".join(text.lower().split())
    return {folded[start : start + 5] for start in range(len(folded) - 4)}


def closest(text: str, holders: Mapping[str, Sequence[int]], sizes: Sequence[int]) -> tuple[float, int]:
    """The highest Jaccard of 5-grams with texts that came before, and which one it is."""
    own = grams(text)
    shared = Counter(number for gram in own for number in holders.get(gram, ()))
    return max(((n / (len(own) + sizes[number] - n), number) for number, n in shared.items()), default=(0.0, -1))


def test_no_near_duplicates_in_the_suite(suite: tuple[Case, ...]) -> None:
    holders: defaultdict[str, list[int]] = defaultdict(list)
    texts: list[str] = []
    sizes: list[int] = []

    def hold(text: str) -> None:
        for gram in (own := grams(text)):
            holders[gram].append(len(texts))
        texts.append(text)
        sizes.append(len(own))

    for case in suite:
        likeness, number = closest(case.text, holders, sizes)
        assert likeness <= 0.6, (case.text, texts[number])
        hold(case.text)


def test_the_suite_is_far_from_what_trains_and_from_gold(suite: tuple[Case, ...]) -> None:
    written = [(case.id, text) for case in suite for text in texts_of(case)]
    others = [(place, parse(line, place)[0]) for place, line in corpus_lines()]
    gold = map(json.loads, GOLD.read_text(encoding="utf-8").splitlines())
    others += [(record["id"], record["text"]) for record in gold]
    likeness = nearest([text for _, text in written], [text for _, text in others])
    close = [
        (value, id_, others[index][0])
        for (id_, _), (value, index) in zip(written, likeness, strict=True)
        if value > MOST_ALIKE
    ]
    assert close == []


# --- reading

GOOD: dict[str, Any] = {
    "mft": {"id": "m", "kind": "mft", "capability": "c", "text": "{A} ran.", "expect": {"A": {"stance": "none"}}},
    "inv": {"id": "i", "kind": "inv", "capability": "c", "text": "{A} ran.", "variants": ["{A}  ran."]},
    "dir": {
        "id": "d", "kind": "dir", "capability": "c", "text": "{A} ran.", "variant": "{A} ran away.",
        "actor": "A", "task": "stance", "direction": "down",
    },
}  # fmt: skip


def test_read_cases() -> None:
    minimum, invariance, direction = read_cases(
        [json.dumps(GOOD["mft"]), "", *map(json.dumps, list(GOOD.values())[1:])]
    )
    assert isinstance(minimum, MinimumCase)
    assert [astuple(it) for it in minimum.expect] == [("A", "stance", 1)]
    assert invariance == InvarianceCase("i", "c", "{A} ran.", ("{A}  ran.",))
    assert direction == DirectionCase("d", "c", "{A} ran.", "{A} ran away.", "A", Task.STANCE, "down")


@pytest.mark.parametrize(
    ("kind", "changes", "named"),
    [
        ("mft", {"kind": "xyz"}, "line 1: kind"),
        ("mft", {"extra": 1}, "line 1"),
        ("mft", {"id": ""}, "line 1: id"),
        ("mft", {"text": "Nobody ran."}, "{A}"),
        ("mft", {"text": "{B} ran."}, "{A}"),
        ("mft", {"text": "{A} ran {away}."}, "{A}"),
        ("mft", {"text": "The {A} ran."}, "'the'"),
        ("mft", {"expect": {}}, "line 1: expect"),
        ("mft", {"expect": {"B": {"stance": "none"}}}, "line 1: expect"),
        ("mft", {"expect": {"A": {"mood": "none"}}}, "line 1: task"),
        ("mft", {"expect": {"A": {"stance": "negative"}}}, "line 1: stance"),
        ("inv", {"variants": []}, "line 1: variants"),
        ("inv", {"variants": ["{A} ran."]}, "differs"),
        ("inv", {"variants": ["{A} ran to {B}."]}, "a variant with A"),
        ("dir", {"actor": "B"}, "line 1: actor"),
        ("dir", {"task": "mood"}, "line 1: task"),
        ("dir", {"direction": "left"}, "line 1: direction"),
    ],
)
def test_a_wrong_line_is_named(kind: str, changes: dict[str, object], named: str) -> None:
    with pytest.raises(InputError, match=re.escape(named)):
        read_cases([json.dumps(GOOD[kind] | changes)])


def test_other_wrong_lines() -> None:
    line = json.dumps(GOOD["mft"])
    for lines in (["{"], ["[]"], [line, line]):
        with pytest.raises(InputError, match=f"line {len(lines)}"):
            read_cases(lines)


# --- every figure by hand


class Rules:
    """Looks for a word in the actor's clause (clauses end at ";"); stance only where the clause has a "!".

    Scores: bad -0.75, poor -0.05, fair +0.05, good +0.75, none of these 0. ``disliked`` gets -0.75 whatever is said.
    """

    WORDS: Mapping[str, Probs] = {
        "bad": (0.75, 0.25, 0.0),
        "poor": (0.40, 0.25, 0.35),
        "fair": (0.35, 0.25, 0.40),
        "good": (0.0, 0.25, 0.75),
    }

    def __init__(self, disliked: str | None = None) -> None:
        self.disliked = disliked

    def score_spans(self, texts: Sequence[str], spans: Spans) -> dict[str, NDArray[np.float64]]:
        sentiment, stance = [], []
        for text, own in zip(texts, spans, strict=True):
            mentions: dict[int, tuple[int, int]] = {}
            for start, end, actor in own:
                mentions.setdefault(actor, (start, end))
            for start, end in mentions.values():
                clause = text[text.rfind(";", 0, start) + 1 :].split(";")[0]
                none = (0.25, 0.5, 0.25)
                found = next((probs for word, probs in self.WORDS.items() if word in clause), none)
                if text[start:end] == self.disliked:
                    sentiment.append(self.WORDS["bad"])
                    stance.append(self.WORDS["bad"])
                else:
                    sentiment.append(found)
                    stance.append(found if "!" in clause else none)
        return {"sentiment": np.array(sentiment), "stance": np.array(stance)}


def minimum(id_: str, capability: str, text: str, **expect: str) -> str:
    """One line; ``A="-0"`` is a negative sentiment and no stance, "." leaves a task out."""
    sentiment = {"-": "negative", "0": "neutral", "+": "positive"}
    stance = {"-": "against", "0": "none", "+": "favor"}
    labels = {
        actor: {
            task: names[sign]
            for task, names, sign in (("sentiment", sentiment, signs[0]), ("stance", stance, signs[1]))
            if sign != "."
        }
        for actor, signs in expect.items()
    }
    return json.dumps({"id": id_, "kind": "mft", "capability": capability, "text": text, "expect": labels})


def invariance(id_: str, capability: str, text: str, *variants: str) -> str:
    return json.dumps({"id": id_, "kind": "inv", "capability": capability, "text": text, "variants": variants})


def direction(id_: str, capability: str, text: str, variant: str, task: str, way: str) -> str:
    return json.dumps(
        {
            "id": id_, "kind": "dir", "capability": capability, "text": text, "variant": variant,
            "actor": "A", "task": task, "direction": way,
        }
    )  # fmt: skip


TINY = read_cases(
    [
        minimum("m1", "praise", "{A} is good.", A="++"),
        minimum("m2", "opposite", "{A} is bad; {B} is good.", A="-0", B="+0"),
        minimum("m3", "opposite", "{A} is good but {B} is bad.", A="+.", B="-."),
        minimum("m4", "opposite", "{A} is bad!; {B} is good!", A="--", B="++"),
        minimum("m5", "opposite", "{A} is so-so; {B} is good.", A="-.", B="+."),
        minimum("m6", "opposite", "{A} is poor; {B} is fair.", A="-.", B="+."),
        minimum("m7", "negation", "{A} is not bad.", A="+."),
        invariance("i1", "reporting-verb", "{A} is good, he said.", "{A} is good, he noted."),
        invariance("i2", "spacing", "{A} is good; {B} ran.", "{A} is go od; {B} ran."),
        direction("d1", "add-blame", "{A} sat; {B} ran.", "{A} sat, too bad; {B} ran.", "sentiment", "down"),
        direction("d2", "add-blame", "{A} met {B}.", "{A} met {B} and was bad.", "sentiment", "down"),
        direction("d3", "add-praise", "{A} ran.", "{A} ran like the wind.", "sentiment", "up"),
        direction("d4", "add-praise", "{A} is good.", "{A} is good!", "stance", "up"),
    ]
)
TWO = ("Britain", "Russia")


@pytest.fixture(scope="module")
def tiny() -> AuditReport:
    return run_audit(Rules(), TWO, cases=TINY)


def test_capabilities_by_hand(tiny: AuditReport) -> None:
    assert [astuple(row) for row in tiny.capabilities] == [
        ("mft", "praise", "sentiment", 1, 0, 0.0),
        ("mft", "praise", "stance", 1, 1, 1.0),  # m1: no "!"
        ("mft", "opposite", "sentiment", 10, 2, 0.2),  # m3 A, m5 A
        ("mft", "opposite", "stance", 4, 0, 0.0),
        ("mft", "negation", "sentiment", 1, 1, 1.0),
        ("inv", "reporting-verb", "sentiment", 1, 0, 0.0),
        ("inv", "reporting-verb", "stance", 1, 0, 0.0),
        ("inv", "spacing", "sentiment", 2, 1, 0.5),  # i2 A
        ("inv", "spacing", "stance", 2, 0, 0.0),
        ("dir", "add-blame", "sentiment", 2, 1, 0.5),  # d2 B
        ("dir", "add-praise", "sentiment", 1, 1, 1.0),  # d3 A
        ("dir", "add-praise", "stance", 1, 0, 0.0),
    ]
    assert [astuple(row) for row in tiny.negation] == [("mft", "negation", "sentiment", 1, 1, 1.0)]


def test_target_sensitivity_by_hand(tiny: AuditReport) -> None:
    # Signs: m2, m4, m6 right; m3 (both bad) and m5 (0 is not below 0) wrong. Apart: m2, m4, m5; m3 0, m6 0.1.
    assert [astuple(row) for row in tiny.target] == [("sentiment", 5, 0.6, 0.6), ("stance", 1, 1.0, 1.0)]


def test_the_right_order_and_the_capability_count() -> None:
    text = "{A} is bad; {B} is good."
    crossed = read_cases(
        [minimum("m", "opposite", text, A="+.", B="-."), minimum("n", "comparison", text, A="-.", B="+.")]
    )
    assert [astuple(row) for row in run_audit(Rules(), TWO, cases=crossed).target] == [("sentiment", 1, 0.0, 0.0)]


def test_all_of_three_actors_count() -> None:
    three = read_cases([minimum("m", "opposite", "{A} is bad; {B} is good; {C} ran.", A="-.", B="+.", C="+.")])
    # C has 0: not above 0, but 0.75 above A.
    assert [astuple(row) for row in run_audit(Rules(), TWO, cases=three).target] == [("sentiment", 1, 0.0, 1.0)]


def test_stability_by_hand(tiny: AuditReport) -> None:
    assert [astuple(row) for row in tiny.stability] == [
        ("reporting-verb", "sentiment", 1, 0.0, 0.0),
        ("reporting-verb", "stance", 1, 0.0, 0.0),
        ("spacing", "sentiment", 2, 0.375, 0.5),  # A: 0.75 -> 0; B: 0 -> 0
        ("spacing", "stance", 2, 0.0, 0.0),
        ("all", "sentiment", 3, 0.25, 1 / 3),
        ("all", "stance", 3, 0.0, 0.0),
    ]


def test_direction_by_hand(tiny: AuditReport) -> None:
    assert [astuple(row) for row in tiny.direction] == [
        ("add-blame", "sentiment", 2, 1.0, 0.75, 2, 0.5),  # d2 drags B along
        ("add-praise", "sentiment", 1, 0.0, 0.0, 0, 0.0),
        ("add-praise", "stance", 1, 1.0, 0.75, 0, 0.0),
        ("all", "sentiment", 3, 2 / 3, 0.5, 2, 0.5),
        ("all", "stance", 1, 1.0, 0.75, 0, 0.0),
    ]


def test_a_move_has_to_be_one() -> None:
    """0.05 in the right direction is none; a bystander may move as much."""
    small = read_cases(
        [
            direction("d", "add-praise", "{A} ran.", "{A} ran a fair race.", "sentiment", "up"),
            direction("e", "add-blame", "{A} ran; {B} sat.", "{A} ran, too bad; {B} sat, poor.", "sentiment", "down"),
        ]
    )
    report = run_audit(Rules(), TWO, cases=small)
    assert [astuple(row) for row in report.direction] == [
        ("add-praise", "sentiment", 1, 0.0, pytest.approx(0.05), 0, 0.0),
        ("add-blame", "sentiment", 1, 1.0, 0.75, 1, 0.0),
        ("all", "sentiment", 2, 0.5, pytest.approx(0.4), 1, 0.0),
    ]
    assert [(failure.case, failure.expected, failure.got) for failure in report.failures] == [("d", "up", "+0.050")]


def test_pairs_of_negation_stand_in_the_report() -> None:
    pairs = read_cases(
        [
            minimum("m", "negation", "{A} is not bad.", A="0."),
            direction("d", "negate-praise", "{A} is good.", "{A} is not bad.", "sentiment", "down"),
            direction("e", "not-only", "{A} is not bad.", "{A} is not only good.", "sentiment", "up"),
        ]
    )
    report = run_audit(Rules(), TWO, cases=pairs)
    assert [astuple(row)[:5] for row in report.negation] == [
        ("mft", "negation", "sentiment", 1, 1),
        ("dir", "negate-praise", "sentiment", 1, 0),
        ("dir", "not-only", "sentiment", 1, 0),
    ]
    assert ("direction", "negate-praise", "sentiment", "1", "0.000", "1.5000") in report.rows()


def test_failures_show_what_was_scored(tiny: AuditReport) -> None:
    assert [(failure.case, failure.task, failure.expected, failure.got) for failure in tiny.failures] == [
        ("m1", "stance", "favor", "none"),
        ("m3", "sentiment", "positive", "negative"),
        ("m5", "sentiment", "negative", "neutral"),
        ("m7", "sentiment", "positive", "negative"),
        ("i2", "sentiment", "positive", "neutral"),
        ("d2", "sentiment", "still", "-0.750"),
        ("d3", "sentiment", "up", "+0.000"),
    ]
    spacing = tiny.failures[4]
    assert spacing.text.startswith(f"{spacing.actor} is go od; ")
    assert sum(row.failures for row in tiny.capabilities) == len(tiny.failures)


def test_swap_by_hand() -> None:
    """m1: A; m2: A and B. Britain gets +0.75, -0.75, +0.75 (stance 0, 0, 0), Russia always -0.75."""
    report = run_audit(Rules(disliked="Russia"), TWO, cases=TINY[:2])
    assert [astuple(row) for row in report.swap] == [
        ("Britain", "Russia", "sentiment", 3, 1.0, 1.0, 2 / 3),
        ("Britain", "Russia", "stance", 3, 0.75, 0.75, 1.0),
    ]
    turned = run_audit(Rules(disliked="Russia"), TWO[::-1], cases=TINY[:2])
    assert [(row.mean_delta, row.shift) for row in turned.swap] == [(1.0, -1.0), (0.75, -0.75)]


def test_rows_and_json_by_hand(tiny: AuditReport) -> None:
    rows = tiny.rows()
    assert rows[0] == ("test", "of", "task", "n", "failed", "mean move")
    assert rows[1] == ("actor swap", "Britain / Russia", "sentiment", "12", "0.000", "0.0000")
    assert ("target sensitivity", "signs", "sentiment", "5", "0.400", "") in rows
    assert ("target sensitivity", "apart by 0.2", "stance", "1", "0.000", "") in rows
    assert ("invariance", "all", "sentiment", "3", "0.333", "0.2500") in rows
    assert ("direction", "all", "sentiment", "3", "0.333", "0.5000") in rows
    assert ("direction", "bystanders", "sentiment", "2", "0.500", "") in rows
    assert ("minimum functionality", "negation", "sentiment", "1", "1.000", "") in rows
    assert len(rows) == len(set(rows)) == 1 + 2 + 4 + 6 + 5 + 1 + 5

    record = json.loads(json.dumps(tiny.to_dict()))
    assert record["actors"] == ["Britain", "Russia"]
    assert record["n_cases"] == len(TINY)
    assert record["target"][0] == {"task": "sentiment", "n": 5, "signs_right": 0.6, "apart": 0.6}
    assert record["stability"][4]["flip_rate"] == 0.333333
    assert [row["case"] for row in record["failures"]] == [failure.case for failure in tiny.failures]


# --- blind and not blind


class Hash:
    """Any other text, any other answer. Blind, it cannot see names; named, it sees nothing more than blind but them."""

    def __init__(self, *, named: bool) -> None:
        self.named = named

    def score_spans(self, texts: Sequence[str], spans: Spans) -> dict[str, NDArray[np.float32]]:
        rows = []
        for text, own in zip(texts, spans, strict=True):
            seen = text if self.named else blind(text, own)[0]
            for actor in dict.fromkeys(actor for _, _, actor in own):
                seed = [zlib.crc32(seen.encode()), actor]
                rows.append(np.random.default_rng(seed).dirichlet((1.0, 1.0, 1.0), size=2))
        probs = np.array(rows, dtype=np.float32)
        return {"sentiment": probs[:, 0], "stance": probs[:, 1]}


def test_a_blind_scorer_has_no_swap_difference_at_all() -> None:
    report = run_audit(Hash(named=False))
    assert [(row.first, row.second) for row in report.swap[::2]] == [
        ("Britain", "NATO"), ("Britain", "Kazakhstan"), ("Britain", "Russia"),
        ("NATO", "Kazakhstan"), ("NATO", "Russia"), ("Kazakhstan", "Russia"),
    ]  # fmt: skip
    assert all((row.mean_delta, row.shift, row.flip_rate) == (0.0, 0.0, 0.0) for row in report.swap)
    assert all(row.n > 426 for row in report.swap)


def test_a_scorer_that_sees_names_has_one() -> None:
    report = run_audit(Hash(named=True))
    assert all(row.mean_delta > 0.1 and row.flip_rate > 0.1 for row in report.swap)
    assert report.to_dict() == run_audit(Hash(named=True)).to_dict()


def test_what_the_scorer_is_asked(suite: tuple[Case, ...]) -> None:
    """Spans are names, actors are numbered by first mention, no text comes twice, and every name gets a turn."""
    used: Counter[str] = Counter()
    asked: list[str] = []

    class Recorder(Rules):
        def score_spans(self, texts: Sequence[str], spans: Spans) -> dict[str, NDArray[np.float64]]:
            asked.extend(texts)
            for text, own in zip(texts, spans, strict=True):
                names: dict[str, int] = {}
                for start, end, actor in own:
                    assert names.setdefault(text[start:end], len(names)) == actor
                assert [start for start, _, _ in own] == sorted(start for start, _, _ in own)
                assert "{" not in text
                used.update(names.keys())
            return super().score_spans(texts, spans)

    report = run_audit(Recorder(), cases=suite)
    assert len(asked) == len(set(asked))
    assert used.keys() == set(report.names) == {*DEFAULT_NAMES, *OTHER_NAMES}
    assert min(used.values()) >= 30
    assert len(OTHER_NAMES) >= 10


# --- what is refused


@pytest.mark.parametrize(
    "actors", [[], ["Britain"], ["Britain", "Britain"], ["Britain", " "], ["Britain", "{A}"], "UK"]
)
def test_wrong_names(actors: Sequence[str]) -> None:
    with pytest.raises(ActorError, match="actors"):
        run_audit(Rules(), actors, cases=TINY)


def test_an_empty_suite() -> None:
    with pytest.raises(InputError, match="cases"):
        run_audit(Rules(), cases=[])


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        ({"sentiment": np.zeros((2, 3))}, "stance"),
        ({"sentiment": np.zeros((3, 3)), "stance": np.zeros((2, 3))}, "sentiment"),
        ({"sentiment": np.full((2, 3), np.nan), "stance": np.zeros((2, 3))}, "finite"),
    ],
)
def test_a_scorer_that_answers_wrongly(answer: dict[str, NDArray[np.float64]], named: str) -> None:
    class Wrong:
        def score_spans(self, texts: Sequence[str], spans: Spans) -> dict[str, NDArray[np.float64]]:
            return answer

    with pytest.raises(ModelError, match=named):
        run_audit(Wrong(), TWO, cases=TINY[-1:])  # d4: two texts with one actor each
