"""The authored sentences, those that train and those that measure: their form, their composition, their distance."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from biasscore.actors import DEFAULT_ACTORS, resolve
from biasscore.labels import LABELS, Task, label_index
from biasscore.mentions import Finder
from biasscore.metrics import krippendorff_alpha_nominal
from biasscore.segment import split_sentences
from biasscore.training.authored import corpus_lines, parse, read_authored

GOLD = Path(__file__).parents[1] / "fixtures" / "gold"
REGISTERS = {"wire", "comment", "editorial", "translated", "headline", "parliament", "social"}
TOPICS = {"defence", "trade", "energy", "migration", "culture", "sport", "law", "disaster", "history"}
CATEGORIES = {
    "neutral", "loaded-elsewhere", "direct", "agent", "insinuation", "sarcasm", "negation", "comparison", "opposite",
    "swap", "victim", "attributed", "endorsed", "rejected",
}  # fmt: skip
VOICES = {"author", "attributed"}
LONGEST_RUN = 5  # characters of the n-grams by which sentences are compared
MOST_ALIKE = 0.5
OPENING = 5  # words of a frame
RUN = 7  # words of a phrase
MOST_USED = 5  # sentences that share either
#: Of the development half although their hash says test: each has the roles of a development sentence swapped.
TWINS = {"s015", "s046", "s159", "s205", "s442"}


@dataclass(frozen=True, slots=True)
class Pair:
    """One labelled actor; the labels are columns, those of gold its preferred ones."""

    spans: tuple[tuple[int, int], ...]
    sentiment: int
    stance: int
    voice: str
    category: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """One authored sentence of either file."""

    place: str
    text: str
    register: str
    topic: str
    pairs: tuple[Pair, ...]


def _records(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (GOLD / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def gold() -> list[dict]:
    return _records("stance.jsonl")


@pytest.fixture(scope="module")
def training() -> list[Labelled]:
    sentences = []
    for place, line in corpus_lines():
        text, pairs = parse(line, place)
        record = json.loads(line)
        own = tuple(Pair(p.spans, p.sentiment, p.stance, p.voice, p.category) for p in pairs)
        sentences.append(Labelled(place, text, record["reg"], record["topic"], own))
    return sentences


@pytest.fixture(scope="module")
def measuring(gold: list[dict]) -> list[Labelled]:
    return [
        Labelled(
            record["id"],
            record["text"],
            record["register"],
            record["topic"],
            tuple(
                Pair(
                    tuple(map(tuple, pair["spans"])),
                    label_index(pair["sentiment"][0]),
                    label_index(pair["stance"][0]),
                    pair["voice"],
                    pair["category"],
                )
                for pair in record["pairs"]
            ),
        )
        for record in gold
    ]


@pytest.fixture(scope="module", params=["training", "measuring"])
def either(request: pytest.FixtureRequest) -> list[Labelled]:
    return request.getfixturevalue(request.param)


def _share(sentences: Sequence[Labelled], holds: Callable[[Labelled], bool]) -> float:
    return sum(map(holds, sentences)) / len(sentences)


def _pairs(sentences: Iterable[Labelled]) -> list[Pair]:
    return [pair for sentence in sentences for pair in sentence.pairs]


# --- form ------------------------------------------------------------------------------------------------------------


def test_every_sentence_is_well_formed(either: list[Labelled]) -> None:
    for sentence in either:
        assert sentence.register in REGISTERS, sentence
        assert sentence.topic in TOPICS, sentence
        assert "[[" not in sentence.text, sentence
        assert "]]" not in sentence.text, sentence
        spans = sorted(span for pair in sentence.pairs for span in pair.spans)
        assert spans, sentence
        assert all(0 <= start < end <= len(sentence.text) for start, end in spans), sentence
        assert all(left[1] <= right[0] for left, right in pairwise(spans)), sentence
        for pair in sentence.pairs:
            assert pair.voice in VOICES, sentence
            assert pair.category in CATEGORIES, sentence


def test_labels_keep_to_the_guidelines(either: list[Labelled]) -> None:
    for sentence in either:
        for pair in sentence.pairs:
            # The author takes no side through the mouth of a source, and none against the portrayal.
            assert pair.voice == "author" or pair.stance == 1, sentence
            assert (pair.sentiment - 1) * (pair.stance - 1) >= 0, sentence
            assert pair.sentiment == 1 or pair.category not in {"neutral", "loaded-elsewhere", "victim"}, sentence


def test_training_reads_the_whole_corpus(training: list[Labelled]) -> None:
    examples = read_authored()
    assert [example.text for example in examples] == [sentence.text for sentence in training]
    assert sum(len(example.targets) for example in examples) == len(_pairs(training))


def test_gold_has_the_documented_keys(gold: list[dict]) -> None:
    for number, record in enumerate(gold, 1):
        assert list(record) == ["id", "text", "register", "topic", "half", "pairs"]
        assert record["id"] == f"s{number:03d}"
        odd = hashlib.sha256(record["id"].encode()).digest()[0] % 2
        assert record["half"] == ("test" if odd and record["id"] not in TWINS else "development")
        for pair in record["pairs"]:
            assert list(pair) == ["actor", "spans", "sentiment", "stance", "voice", "category"]
            assert pair["actor"] in {None, *DEFAULT_ACTORS}
            for task in Task:
                assert pair[task.value], record
                assert set(pair[task.value]) <= set(LABELS[task]), record


def test_gold_was_settled_between_two_passes_that_agree(gold: list[dict]) -> None:
    passes = _records("stance_passes.jsonl")
    assert [record["id"] for record in passes] == [record["id"] for record in gold]
    first: list[list[str]] = []
    second: list[list[str]] = []
    for record, both in zip(gold, passes, strict=True):
        first += both["first"]
        second += both["second"]
        for pair, one, other in zip(record["pairs"], both["first"], both["second"], strict=True):
            assert set(pair["sentiment"]) <= {one[0], other[0]}, record
            assert set(pair["stance"]) <= {one[1], other[1]}, record
            assert pair["voice"] in {one[2], other[2]}, record
    for layer in range(3):
        ratings = [[labels[layer] for labels in labelled] for labelled in (first, second)]
        assert krippendorff_alpha_nominal(ratings) >= 0.8


# --- composition -----------------------------------------------------------------------------------------------------


def test_there_is_enough_of_it(training: list[Labelled], measuring: list[Labelled]) -> None:
    assert len(training) >= 2500
    assert len(_pairs(training)) >= 4000
    assert len(_pairs(measuring)) >= 800


def test_halves_are_about_equal(gold: list[dict]) -> None:
    halves = Counter(record["half"] for record in gold for _ in record["pairs"])
    assert min(halves.values()) / halves.total() >= 0.45


def test_test_half_tells_the_tasks_apart(gold: list[dict], measuring: list[Labelled]) -> None:
    tested = [sentence for sentence, record in zip(measuring, gold, strict=True) if record["half"] == "test"]
    assert sum(pair.sentiment != pair.stance for pair in _pairs(tested)) >= 150


def test_it_looks_like_the_news(either: list[Labelled]) -> None:
    words = [len(sentence.text.split()) for sentence in either]
    assert 20 <= median(words) <= 30
    assert min(words) >= 4
    assert max(words) <= 60
    assert {sentence.register for sentence in either} == REGISTERS
    assert {sentence.topic for sentence in either} == TOPICS


def test_categories_are_all_there(either: list[Labelled]) -> None:
    assert {pair.category for pair in _pairs(either)} == CATEGORIES


def test_neutral_is_common_but_not_most(either: list[Labelled]) -> None:
    pairs = _pairs(either)
    assert 0.35 <= sum(pair.sentiment == 1 for pair in pairs) / len(pairs) <= 0.5


def test_actors_are_often_treated_differently(either: list[Labelled]) -> None:
    assert _share(either, lambda sentence: len({pair.sentiment for pair in sentence.pairs}) > 1) >= 0.3


def test_gold_names_every_default_actor(gold: list[dict]) -> None:
    for half in ("development", "test"):
        actors = Counter(pair["actor"] for record in gold if record["half"] == half for pair in record["pairs"])
        assert min(actors[actor] for actor in DEFAULT_ACTORS) >= 70


def test_half_of_the_actors_that_train_are_others(training: list[Labelled]) -> None:
    finder = Finder(resolve(None))
    others = 0
    for sentence in training:
        found = finder.find(sentence.text, split_sentences(sentence.text))
        for pair in sentence.pairs:
            others += not any(m.start < end and start < m.end for m in found for start, end in pair.spans)
    assert others / len(_pairs(training)) >= 0.5


# --- variety ---------------------------------------------------------------------------------------------------------


def blanked(sentence: Labelled) -> list[str]:
    """The words of a sentence, with its mentions, its numbers and its capitalised words blanked."""
    text = sentence.text
    for start, end in sorted((span for pair in sentence.pairs for span in pair.spans), reverse=True):
        text = f"{text[:start]} _ {text[end:]}"
    words = re.findall(r"[\w'’]+", text)
    return ["_" if word == "_" or word[0].isupper() or word[0].isdigit() else word for word in words]


def frame(sentence: Labelled) -> str:
    """How a sentence opens."""
    return " ".join(blanked(sentence)[:OPENING])


def runs(sentence: Labelled) -> set[str]:
    """Every run of words in a sentence, each once."""
    words = blanked(sentence)
    return {" ".join(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}


def test_frame_and_runs_blank_what_a_template_would_fill() -> None:
    pair = Pair(((4, 10), (20, 25)), 1, 1, "author", "neutral")
    sentence = Labelled("", "The Danish fleet of Malta sold 30 boats to Oslo.", "wire", "trade", (pair,))
    assert frame(sentence) == "_ _ fleet of _"
    assert runs(sentence) == {
        "_ _ fleet of _ sold _",
        "_ fleet of _ sold _ boats",
        "fleet of _ sold _ boats to",
        "of _ sold _ boats to _",
    }


def test_no_frame_is_used_more_than_five_times(either: list[Labelled]) -> None:
    """Openings of mere grammar ("_ said that _ had") are no exception."""
    frames = Counter(map(frame, either))
    assert [(found, count) for found, count in frames.items() if count > MOST_USED] == []


def test_no_phrase_is_used_more_than_five_times(either: list[Labelled]) -> None:
    phrases = Counter(run for sentence in either for run in runs(sentence))
    assert [(found, count) for found, count in phrases.items() if count > MOST_USED] == []


def test_no_sentence_stands_twice(training: list[Labelled], measuring: list[Labelled]) -> None:
    texts = Counter(_normal(sentence.text) for sentence in [*training, *measuring])
    assert [text for text, count in texts.items() if count > 1] == []


def _normal(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def _grams(text: str) -> set[str]:
    plain = _normal(text)
    return {plain[start : start + LONGEST_RUN] for start in range(len(plain) - LONGEST_RUN + 1)}


def nearest(texts: Sequence[str], others: Sequence[str]) -> list[tuple[float, int]]:
    """For each text, the largest Jaccard similarity of its character 5-grams with those of another, and which."""
    grams = [_grams(other) for other in others]
    sizes = np.array([len(own) for own in grams])
    where: dict[str, list[int]] = {}
    for index, own in enumerate(grams):
        for gram in own:
            where.setdefault(gram, []).append(index)
    places = {gram: np.array(indices) for gram, indices in where.items()}
    found = []
    for text in texts:
        own = _grams(text)
        shared = [places[gram] for gram in own if gram in places]
        both = np.bincount(np.concatenate([np.zeros(0, np.int64), *shared]), minlength=len(others))
        likeness = both / (len(own) + sizes - both)
        found.append((float(likeness.max()), int(likeness.argmax())))
    return found


def test_nearest_is_jaccard_of_five_grams() -> None:
    # "abcdef": abcde bcdef; "abcdeg": abcde bcdeg. One of three is shared.
    assert nearest(["abcdef"], ["xyzxyz", "ABCdeg!"]) == [(pytest.approx(1 / 3), 1)]
    assert nearest(["Abcdef."], ["abcdef", "abcdeg"]) == [(1.0, 0)]


def test_halves_of_gold_are_far_from_each_other(gold: list[dict]) -> None:
    tested, developed = ([r["text"] for r in gold if r["half"] == half] for half in ("test", "development"))
    assert max(value for value, _ in nearest(tested, developed)) <= MOST_ALIKE


def test_gold_is_far_from_what_trains(training: list[Labelled], measuring: list[Labelled]) -> None:
    likeness = nearest([sentence.text for sentence in measuring], [sentence.text for sentence in training])
    close = [
        (value, sentence.place, training[index].place)
        for sentence, (value, index) in zip(measuring, likeness, strict=True)
        if value > MOST_ALIKE
    ]
    assert close == []


def test_figures_beside_gold_are_counted(gold: list[dict]) -> None:
    table = (GOLD / "README.md").read_text(encoding="utf-8").partition("## In figures")[2]
    halves = [[record for record in gold if record["half"] == half] for half in ("development", "test")]
    pairs = [[pair for record in half for pair in record["pairs"]] for half in halves]

    def labels(task: str, names: tuple[str, ...]) -> list[str]:
        return [", ".join(str(sum(pair[task][0] == name for pair in half)) for name in names) for half in pairs]

    def opposed(record: dict) -> bool:
        return {"negative", "positive"} <= {pair["sentiment"][0] for pair in record["pairs"]}

    same = {"negative": "against", "neutral": "none", "positive": "favor"}
    expected = {
        "sentences": [str(len(half)) for half in halves],
        "pairs": [str(len(half)) for half in pairs],
        "negative, neutral, positive": labels("sentiment", tuple(same)),
        "against, none, favor": labels("stance", tuple(same.values())),
        "sentiment differs from stance": [
            str(sum(same[pair["sentiment"][0]] != pair["stance"][0] for pair in half)) for half in pairs
        ],
        "sentences with an actor portrayed well and another badly": [str(sum(map(opposed, half))) for half in halves],
        "UK, NATO, Kazakhstan, Russia": [
            ", ".join(str(sum(pair["actor"] == actor for pair in half)) for actor in DEFAULT_ACTORS) for half in pairs
        ],
    }
    for what, (developed, tested) in expected.items():
        assert f"| {what} | {developed} | {tested} |" in table
