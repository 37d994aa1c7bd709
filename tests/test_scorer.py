"""The main path: an article in, a profile out; many articles, bad ones among them; given spans; threads, processes."""

from __future__ import annotations

import copy
import datetime
import json
import os
import pickle
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import biasscore as bs
from biasscore import Article, ArticleProfile, Scorer
from biasscore import scorer as scorer_module
from biasscore.mentions import Finder
from biasscore.models.base import Done, Pending, Step
from biasscore.models.span import SpanBackend
from biasscore.reading import Reading
from biasscore.sources import DatasetSource
from biasscore.streams import Limits

LIE = "The British envoy lied to the village, and Kazakhstan kept its word."


def surfaces(profile: ArticleProfile) -> list[tuple[str, str]]:
    """Actor and words of every mention, in the order of the text."""
    found = sorted((span.start, span.end, score.actor) for score in profile.scores for span in score.spans)
    return [(actor, profile.text[start:end]) for start, end, actor in found]


# --- offsets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("“The UK’s envoy lied,” the mayor’s aide said.", [("UK", "UK")]),
        ("The United\u00a0Kingdom\u202flied.", [("UK", "United\u00a0Kingdom")]),
        ("Kazakhsta\u0301n’s mayor met N\u0308ATO.", [("Kazakhstan", "Kazakhsta\u0301n"), ("NATO", "N\u0308ATO")]),
        ("The U\u00adK broke its word; Rus\u200bsia did not.", [("UK", "U\u00adK")]),
        ("👍🏽 Britain won 🇬🇧👩‍👩‍👧, Moscow lost.", [("UK", "Britain"), ("Russia", "Moscow")]),
        ("NATO left.\r\n\r\nThe Kazakhs stayed.\r\n", [("NATO", "NATO"), ("Kazakhstan", "Kazakhs")]),
        ("Россия и Великобритания спорят о НАТО.", [("Russia", "Россия"), ("UK", "Великобритания"), ("NATO", "НАТО")]),
        ("𝔘nreadable 𐍈 \U0010fffd, said London.", [("UK", "London")]),
        ("A lone \ud800 surrogate, then NATO.", [("NATO", "NATO")]),
        ("A private \ue000 character, then NATO.", [("NATO", "NATO")]),
        ("The tokens [unused0], [CLS], [SEP] and [MASK], then NATO.", [("NATO", "NATO")]),
    ],
)
def test_spans_slice_back_to_the_mentions(scorer: Scorer, text: str, mentions: list[tuple[str, str]]) -> None:
    profile = scorer.score(text)
    assert surfaces(profile) == mentions
    assert profile.text == text
    assert not profile.skipped


def test_a_name_broken_over_two_lines_is_one_mention(scorer: Scorer) -> None:
    lines = [
        "The committee met for six hours in a hall without heating, and nobody",
        "could say afterwards what it had been called for. The envoy of the United",
        "Kingdom slept through the speeches, woke for the vote, and then left",
        "by the side door before anybody could ask him what he had voted for.",
    ]
    for ending in ("\n", "\r\n"):
        assert surfaces(scorer.score(ending.join(lines))) == [("UK", f"United{ending}Kingdom")]


def test_spans_and_sentences_lie_where_they_should(profiles: dict[str, ArticleProfile]) -> None:
    for profile in profiles.values():
        for score in profile.scores:
            sentence = profile.sentences[score.sentence]
            assert sentence.index == score.sentence
            for span in score.spans:
                assert sentence.start <= span.start < span.end <= sentence.end
                words = profile.text[span.start : span.end]
                assert words == words.strip() != ""


def test_line_endings_change_offsets_and_nothing_else(
    scorer: Scorer, profiles: dict[str, ArticleProfile], articles: dict[str, Article]
) -> None:
    for name in ("mostly_quotes", "opinion_against_uk", "wire_neutral"):
        plain = profiles[name]
        windows = scorer.score(articles[name].text.replace("\n", "\r\n"))
        assert surfaces(windows) == surfaces(plain)
        assert windows.actors == plain.actors
        assert windows.contrasts == plain.contrasts


@settings(max_examples=40)
@given(st.text(st.characters(exclude_characters="\0"), max_size=60), st.text(max_size=60))
def test_any_text_gives_a_profile(scorer: Scorer, before: str, after: str) -> None:
    profile = next(scorer.score_many([f"{before} Kazakhstan {after}"]))
    assert (profile.error is not None) == ("\0" in after)
    for score in profile.scores:
        assert all(0 <= span.start < span.end <= len(profile.text) for span in score.spans)
        assert sum(score.sentiment) == pytest.approx(1, abs=1e-5)
        assert sum(score.stance) == pytest.approx(1, abs=1e-5)
    json.dumps(profile.to_dict(), allow_nan=False)


# --- one by one, together --------------------------------------------------------------------------------------------


def test_together_in_any_order_equals_one_by_one(
    scorer: Scorer, profiles: dict[str, ArticleProfile], articles: dict[str, Article]
) -> None:
    names = list(articles)
    random.Random(7).shuffle(names)
    together = dict(zip(names, scorer.score_many(articles[name] for name in names), strict=True))
    for name, alone in profiles.items():
        for ours, theirs in zip(together[name].scores, alone.scores, strict=True):
            np.testing.assert_allclose(ours.sentiment + ours.stance, theirs.sentiment + theirs.stance, atol=1e-5)
        # What is promised is 1e-5; on a CPU not one bit differs.
        assert together[name] == alone


def test_how_the_work_is_cut_changes_nothing(profiles: dict[str, ArticleProfile], articles: dict[str, Article]) -> None:
    runtime = bs.Runtime(device="cpu", step_tokens=97, window=5, dedupe=False)
    other = Scorer(runtime=runtime)
    for name in ("mostly_quotes", "opposite_pair"):
        assert other.score(articles[name]) == profiles[name]


def test_score_is_what_a_scorer_gives(articles: dict[str, Article]) -> None:
    text = articles["very_short"].text
    assert bs.score(text, ["Kazakhstan"]) == Scorer(["Kazakhstan"]).score(text)
    assert list(bs.score(text)) == ["UK", "NATO", "Kazakhstan", "Russia"]


def test_strings_mappings_and_articles_are_one(scorer: Scorer) -> None:
    plain = scorer.score(LIE)
    assert scorer.score({"text": LIE}) == scorer.score(Article(LIE)) == plain
    named = scorer.score({"id": 7, "text": LIE, "title": "A lie", "date": "2024-01-02", "outlet": "ignored"})
    assert (named.id, named.title) == ("7", "A lie")
    assert named.scores == plain.scores
    assert scorer.score(LIE + " ").id != plain.id == scorer.score(LIE).id


def test_an_actor_may_be_the_speaker_of_a_turn(scorer: Scorer) -> None:
    text = "HERALD: Has NATO kept it?\n\nLAVROV: No. NATO broke it. NATO is a liar.\n\nHERALD: Britain is a disgrace."
    sources = [(score.actor, score.voice, score.source) for score in scorer.score(text).scores]
    assert sources == [
        ("NATO", "attributed", "HERALD"),
        ("Russia", "author", None),
        ("NATO", "attributed", "LAVROV"),
        ("NATO", "attributed", "LAVROV"),
        ("UK", "attributed", "HERALD"),
    ]


def test_the_date_decides_who_is_in_office(scorer: Scorer) -> None:
    text = "Rishi Sunak lied to the village."
    assert scorer.score({"text": text, "date": "2023-05-01"})["UK"].mentions == 1
    assert scorer.score({"text": text, "date": "2025-05-01"})["UK"].mentions == 0
    assert scorer.score(text)["UK"].mentions == 1


def test_a_headline_is_a_title_only_if_it_stands_alone(scorer: Scorer) -> None:
    assert scorer.score("A bad week for NATO\n\nNATO lied.").title == "A bad week for NATO"
    assert scorer.score("NATO lied. Nobody wept.").title is None


# --- many ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("read", [0, 3])
def test_what_was_read_before_the_source_fails_is_scored(scorer: Scorer, read: int) -> None:
    def failing() -> Iterator[str]:
        yield from [LIE] * read
        raise OSError("the disk is gone")

    profiles = scorer.score_many(failing())
    assert [next(profiles).error for _ in range(read)] == [None] * read
    with pytest.raises(OSError, match="the disk is gone"):
        next(profiles)


def test_score_many_reads_no_further_than_a_pass_needs(scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scorer_module, "_GATHER", 8)
    read: list[int] = []

    def endless() -> Iterator[dict[str, object]]:
        while True:
            read.append(len(read))
            yield {"id": len(read), "text": f"NATO lied {len(read)} times. Russia slept."}

    profiles = scorer.score_many(endless())
    assert read == []
    assert next(profiles).id == "1"
    assert len(read) == 4  # two sentences each
    assert [next(profiles).id for _ in range(10)] == [str(n) for n in range(2, 12)]
    assert len(read) == 12


def test_articles_without_actors_do_not_gather_for_ever(scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scorer_module, "_GATHER", 8)
    count = iter(range(1000))
    next(scorer.score_many("Rain fell." for _ in count))
    assert next(count) == 8


def test_copies_are_read_once_and_keep_their_own_names(scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    find = Finder.find

    def counted(self: Finder, text: str, *rest: Any, **named: Any) -> Any:
        read.append(text)
        return find(self, text, *rest, **named)

    monkeypatch.setattr(Finder, "find", counted)
    monkeypatch.setattr(scorer_module, "_GATHER", 2)  # some copies meet a text that waits, others one that is done
    other = "Moscow slept."
    articles = [
        {"text": LIE, "id": "a", "title": "One"},
        {"text": LIE, "date": "2024-08-01"},
        {"text": other, "id": "c"},
        {"text": LIE, "id": "d", "title": "Four"},
        {"text": LIE, "id": "e", "date": "2024-08-02"},
        {"text": "", "id": "f"},
        {"text": "", "id": "g"},
    ]
    profiles = list(scorer.score_many(articles))
    assert read == [LIE, LIE, other]  # a day says who was in office, and so is read apart from no day
    monkeypatch.setattr(Finder, "find", find)
    assert profiles[:5] == [scorer.score(article) for article in articles[:5]]
    assert [(p.id, p.title) for p in profiles[3:5]] == [("d", "Four"), ("e", profiles[1].title)]
    assert [p.id for p in profiles[5:]] == ["f", "g"]


def test_copies_are_read_anew_without_dedupe(monkeypatch: pytest.MonkeyPatch, tiny_model: Path) -> None:
    scorer = Scorer(model=tiny_model, runtime=bs.Runtime(device="cpu", dedupe=False))
    read = iter(range(100))
    split = scorer_module.split_sentences

    def counted(text: str) -> Any:
        next(read)
        return split(text)

    monkeypatch.setattr(scorer_module, "split_sentences", counted)
    list(scorer.score_many([LIE] * 4))
    assert next(read) == 4


def test_no_articles_give_no_profiles(scorer: Scorer) -> None:
    assert list(scorer.score_many([])) == []


BAD: list[tuple[object, str]] = [
    ("", "empty"),
    (" \n\u00a0\t", "white space"),
    (None, "NoneType"),
    (7, "int"),
    (b"NATO lied.", "bytes"),
    (["NATO lied."], "list"),
    ("NATO\0lied.", "NUL character at 4"),
    ({"title": "NATO"}, "text"),
    ({"text": None}, "text"),
    ({"text": 3.5}, "float"),
    ({"text": "NATO lied.", "id": ["x"]}, "id"),
    ({"text": "NATO lied.", "date": "yesterday"}, "date"),
    (Article(None), "NoneType"),  # type: ignore[arg-type]
    ("x" * 1_000_001, "1,000,001"),
]


@pytest.mark.parametrize(("bad", "why"), BAD, ids=[why for _, why in BAD])
def test_a_bad_article_is_its_own_error_and_nobody_elses(scorer: Scorer, bad: object, why: str) -> None:
    good = [LIE, "NATO came too late. Moscow laughed.", "Nobody was there."]
    clean = list(scorer.score_many(good))
    first, second, broken, third = scorer.score_many([*good[:2], bad, good[2]])  # type: ignore[list-item]
    assert [first, second, third] == clean
    assert broken.error is not None
    assert why in broken.error
    assert "\n" not in broken.error
    assert broken.provenance == scorer.provenance
    assert json.loads(json.dumps(broken.to_dict()))["error"] == broken.error
    with pytest.raises(bs.InputError, match="could not be scored"):
        broken["UK"]
    with pytest.raises(bs.InputError) as raised:
        scorer.score(bad)  # type: ignore[arg-type]
    assert str(raised.value) == broken.error


def test_a_failed_article_keeps_its_names(scorer: Scorer) -> None:
    names = {"id": "a7", "title": "Empty", "date": "2024-05-06", "outlet": "A"}
    for article in ({"text": " ", **names}, Article(" ", **names)):
        (failed,) = scorer.score_many([article])
        assert (failed.id, failed.title, failed.date, failed.outlet) == tuple(names.values())
        assert [failed.to_dict()[name] for name in names] == list(names.values())
    (failed,) = scorer.score_many([{"text": LIE, "date": "yesterday", "id": 3}])
    assert (failed.id, failed.date) == ("3", None)


class Refusing:
    """Something that raises whatever is asked of it."""

    def __ne__(self, _: object) -> bool:
        raise RuntimeError("not equal")

    def __eq__(self, _: object) -> bool:
        raise RuntimeError("equal")

    def __str__(self) -> str:
        raise RuntimeError("text")

    __repr__ = __str__
    __hash__ = None  # type: ignore[assignment]


class Lazy(dict[str, Any]):
    """A record that reads its fields when they are asked for, and fails at all but the text."""

    def get(self, key: str, default: Any = None) -> Any:
        raise OSError(key)


@pytest.mark.parametrize(
    "bad",
    [
        *({"text": LIE, name: Refusing()} for name in ("id", "title", "date")),
        {"text": Refusing(), "id": "b"},
        {"text": LIE, "title": np.array(["a", "b"])},
        Lazy(text=LIE),
        Refusing(),
    ],
    ids=["id", "title", "date", "text", "array", "mapping", "article"],
)
def test_a_field_that_cannot_be_looked_at_costs_its_article_alone(scorer: Scorer, bad: object) -> None:
    first, broken, last = scorer.score_many([{"text": LIE, "id": "a"}, bad, {"text": LIE, "id": "c"}])  # type: ignore[list-item]
    assert broken.error is not None
    assert [first.id, last.id] == ["a", "c"]
    assert first.error is last.error is None
    assert first["UK"] == last["UK"]


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ({"a": 1}, "Expected `article` to be a mapping with `text`, got ['a']. Put the article's words under the key"),
        ({"text": LIE, "id": [1]}, "Expected `article id` to be a string or a whole number, got list."),
        ({"text": LIE, "title": [1]}, "Expected `article title` to be a string or a number, got list."),
        ({"text": LIE, "date": [1]}, "Expected `article date` to be a string or a date, got list."),
    ],
)
def test_what_an_article_should_have_been_is_told(scorer: Scorer, bad: Any, told: str) -> None:
    with pytest.raises(bs.InputError) as raised:
        scorer.score(bad)
    assert str(raised.value).startswith(told)


def test_an_outlet_that_cannot_be_looked_at_is_no_outlet(scorer: Scorer) -> None:
    (profile,) = scorer.score_many([{"text": LIE, "outlet": Refusing()}])
    assert (profile.error, profile.outlet) == (None, None)


def test_profiles_can_be_pickled_copied_and_taken_apart(scorer: Scorer) -> None:
    for profile in scorer.score_many([LIE, ""]):
        assert pickle.loads(pickle.dumps(profile)) == copy.deepcopy(profile) == profile
        assert asdict(profile)["error"] == profile.error


# --- a profile as a mapping, a line, a table -------------------------------------------------------------------------


def test_a_profile_is_a_mapping_from_ids_to_actors(scorer: Scorer) -> None:
    profile = scorer.score(LIE)
    assert list(profile.keys()) == list(profile) == [key for key, _ in profile.items()]
    assert dict(profile) == dict(zip(profile, profile.values(), strict=True))
    assert profile["United Kingdom"] is profile.get("United Kingdom") is profile["UK"]
    assert profile["Britain"] is profile["gb"] is profile["UK"]
    assert "United Kingdom" in profile and "the United Kingdom" in profile
    assert "France" not in profile and "" not in profile and "nobody at all" not in profile
    assert profile.get("France") is None
    assert profile.get("France", 0) == 0
    (failed,) = scorer.score_many([""])
    assert list(failed.items()) == []
    assert failed.get("UK") is None


def test_a_profile_and_a_scorer_are_shown_in_a_line(scorer: Scorer) -> None:
    profile = scorer.score({"text": LIE, "id": "a7"})
    verdicts = {key: actor.verdict for key, actor in profile.items()}
    assert repr(profile) == f"ArticleProfile(id='a7', sentences=1, verdicts={verdicts})"
    (failed,) = scorer.score_many([{"text": "", "id": "a8"}])
    assert repr(failed) == f"ArticleProfile(id='a8', error={failed.error!r})"
    assert repr(scorer) == "Scorer(['UK', 'NATO', 'Kazakhstan', 'Russia'], model='default')"


def test_a_sentence_that_is_not_there(scorer: Scorer) -> None:
    profile = scorer.score(LIE)
    assert profile.sentence(0) == profile.sentence(-1) == LIE
    for index in (1, 9999, "0"):
        with pytest.raises(bs.InputError, match="`index` to be the index of one of 1 sentences"):
            profile.sentence(index)  # type: ignore[arg-type]


def test_frames_of_profiles_have_the_same_columns(scorer: Scorer) -> None:
    pytest.importorskip("pandas")
    given = {"text": LIE, "id": "a7", "date": "2024-05-06", "outlet": "A"}
    frame, failed = (each.to_pandas() for each in scorer.score_many([given, given | {"text": ""}]))
    assert frame.loc["UK", ["id", "date", "outlet", "name"]].tolist() == ["a7", "2024-05-06", "A", "United Kingdom"]
    assert list(failed.columns) == list(frame.columns)
    assert (failed.index.name, len(failed)) == (frame.index.name, 0)
    numbers = [name for name in frame if name.endswith(("_n", "_low", "mentions", "share"))]
    assert failed.dtypes[numbers].equals(frame.dtypes[numbers])


def test_what_is_ready_for_json_can_be_encoded(scorer: Scorer) -> None:
    article = {"text": f'"NATO lied," said Ann \ud800. {LIE}', "id": "a\udcff", "outlet": "\ud800", "title": "\ud800"}
    for profile in scorer.score_many([article, article | {"text": "\0"}]):
        told = json.loads(json.dumps(profile.to_dict(), ensure_ascii=False).encode())
        assert [told[name] for name in ("id", "outlet", "title")] == ["a\ufffd", "\ufffd", "\ufffd"]


# --- records as data frames have them ---------------------------------------------------------------------------------

NOTHING = [None, float("nan"), np.float32("nan"), np.datetime64("NaT"), "NA", "NaT"]


@pytest.mark.parametrize("nothing", NOTHING, ids=repr)
def test_nothing_is_nothing(scorer: Scorer, nothing: object) -> None:
    names = ("id", "title", "date", "outlet")
    if isinstance(nothing, str):
        nothing = getattr(pytest.importorskip("pandas"), nothing)
    (profile,) = scorer.score_many([{"text": LIE, **dict.fromkeys(names, nothing)}])
    assert profile == scorer.score(LIE)
    (failed,) = scorer.score_many([{"text": nothing, **dict.fromkeys(names, nothing)}])
    assert failed.error is not None
    assert "`article text`" in failed.error


FIELDS: list[tuple[str, object]] = [
    *(("id", value) for value in ("a", 7, np.int64(7), 7.0, 7.5, True, np.bool_(True), "a\ud800", ["x"])),
    *(("title", value) for value in ("A title", 7, 1.5, 2.0)),
    *(("outlet", value) for value in ("A", 7, 1.5, 2.0, np.float32(2.0), True, "")),
    ("date", "2025-06-13"),
    ("date", "2025-06-13T10:00:00Z"),
    ("date", datetime.date(2025, 6, 13)),
    ("date", datetime.datetime(2025, 6, 13, 10)),  # as a `pandas.Timestamp` is
    ("date", np.datetime64("2025-06-13T10:00")),
]


@pytest.mark.parametrize(("field", "value"), FIELDS, ids=repr)
def test_a_record_is_read_as_the_corpus_reads_it(scorer: Scorer, field: str, value: object) -> None:
    plain = value.item() if isinstance(value, np.generic) else value  # as Arrow hands it over
    source = DatasetSource(FakeDataset([{"text": LIE, field: plain}]), {})
    (chunk,) = Reading(source).chunks()
    (profile,) = scorer.score_many([{"text": LIE, field: value}])
    if chunk.failures:
        assert profile.error is not None
        assert "id" in profile.error
    else:
        assert profile.error is None
        assert getattr(profile, field) == chunk.table[field][0].as_py()


def test_a_row_of_a_data_set_is_as_long_as_its_bytes() -> None:
    source = DatasetSource(FakeDataset([{"text": "долг " * 200}]), {})
    (chunk,) = Reading(source, limits=Limits(record_bytes=1000)).chunks()
    assert ["at most 1,000 bytes" in failure.reason for failure in chunk.failures] == [True]


class QueryResult(list[str]):
    """Rows with a method that is called as a table's attribute is."""

    def columns(self, *_: str) -> QueryResult:
        return self


class FakeDataset(list[dict[str, Any]]):
    """Rows of any type, as a `datasets.Dataset` without types hands them out."""

    features = None

    def with_format(self, _: str | None) -> FakeDataset:
        return self


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_the_columns_of_a_table_are_no_articles(scorer: Scorer, library: str) -> None:
    module = pytest.importorskip(library)
    table: Any = getattr(module, "DataFrame", getattr(module, "table", None))({"text": [LIE], "id": ["a"]})
    with pytest.raises(bs.InputError, match=r"got a table \(\w+\)\. Call `score_table`"):
        next(scorer.score_many(table))
    assert scorer.score_table(table).articles.num_rows == 4


def test_rows_and_columns_of_a_table_are_articles(scorer: Scorer) -> None:
    frame = pytest.importorskip("pandas").DataFrame({"text": [LIE], "id": ["a"]})
    assert [profile.id for profile in scorer.score_many(frame.to_dict("records"))] == ["a"]
    for texts in (frame["text"], frame["text"].to_numpy(), iter([LIE]), QueryResult([LIE])):
        assert [profile.error for profile in scorer.score_many(texts)] == [None]
    datasets = pytest.importorskip("datasets")
    rows = datasets.Dataset.from_list([{"text": LIE, "id": "a"}])
    assert [profile.id for profile in scorer.score_many(rows)] == ["a"]


def test_what_is_no_articles_at_all(scorer: Scorer) -> None:
    with pytest.raises(bs.InputError, match="`articles` to be an iterable of articles, got int"):
        next(scorer.score_many(5))  # type: ignore[arg-type]


# --- arguments of a wrong kind ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argument", "error"),
    [
        ({"measurement": {"level": 0.9}}, bs.ConfigError),
        ({"runtime": "cpu"}, bs.ConfigError),
        ({"calibration": 3}, bs.ConfigError),
        ({"blind": "no"}, bs.ConfigError),
        ({"device": 3}, bs.ConfigError),
        ({"actors": 3}, bs.ActorError),
        ({"actors": bs.Actor("EU")}, bs.ActorError),
        ({"actors": []}, bs.ActorError),
        ({"actors": "UK"}, bs.ActorError),
    ],
    ids=repr,
)
def test_an_argument_of_a_wrong_kind_is_told(argument: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error, match=f"Expected `{next(iter(argument))}`"):
        Scorer(**argument)


def test_actors_may_be_an_array(scorer: Scorer) -> None:
    names: Any = np.array(["UK", "NATO"])
    assert list(Scorer(names).score(LIE)) == ["UK", "NATO"]


def test_spans_may_be_arrays(scorer: Scorer) -> None:
    text = "The mayor met NATO."
    want = scorer.score_mentions([text], [(14, 18)])["stance"]
    spans: list[Any] = [np.array([[14, 18]]), [np.array([14, 18])], [(np.int64(14), np.int32(18))]]
    for each in spans:
        assert np.array_equal(scorer.score_mentions([text], each)["stance"], want)
    assert np.array_equal(scorer.score_spans([text], [np.array([[14, 18, 0]])])["stance"], want)  # type: ignore[list-item]
    wrong: list[Any] = [np.array([[14.0, 18.0]]), np.array([[14, 18, 19]]), np.array([14])]
    for each in wrong:
        with pytest.raises(bs.InputError, match=r"spans\[0\]` to be a list of \(start, end"):
            scorer.score_mentions([text], each)


def test_a_finder_is_built_once_for_the_same_actors(monkeypatch: pytest.MonkeyPatch) -> None:
    bs.score(LIE, ["UK", "Kazakhstan"])

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("built again")

    monkeypatch.setattr(Finder, "__init__", refuse)
    assert bs.score(LIE, ["UK", "Kazakhstan"])["UK"].mentions == 1
    assert Scorer(["UK", "Kazakhstan"], measurement=bs.Measurement(seed=1)).score(LIE)["UK"].mentions == 1
    with pytest.raises(AssertionError):
        Scorer(["UK", "Kazakhstan"], measurement=bs.Measurement(metonyms=False))


def test_threads_are_given_back(scorer: Scorer) -> None:
    before = torch.get_num_threads()
    try:
        for _ in range(2):  # the second time the model is there already
            Scorer(runtime=bs.Runtime(device="cpu", threads=before + 1))
            assert torch.get_num_threads() == before + 1
            Scorer(runtime=bs.Runtime(device="cpu", threads=before + 2))
            assert torch.get_num_threads() == before + 2
            Scorer(device="cpu")
            assert torch.get_num_threads() == before
        Scorer(runtime=bs.Runtime(device="cpu", threads=before + 1))
        torch.set_num_threads(before + 3)  # somebody else's choice is theirs
        Scorer(device="cpu")
        assert torch.get_num_threads() == before + 3
    finally:
        torch.set_num_threads(before)


# --- given spans -----------------------------------------------------------------------------------------------------


def test_given_spans_have_the_scores_of_found_ones(scorer: Scorer) -> None:
    text = "The British envoy lied to the village."
    (found,) = scorer.score(text).scores
    span = found.spans[0]
    given_spans = scorer.score_mentions([text], [(span.start, span.end)])
    assert given_spans["sentiment"].tolist() == [list(found.sentiment)]
    assert given_spans["stance"].tolist() == [list(found.stance)]


def test_actors_of_one_text_come_in_the_order_of_their_first_spans(scorer: Scorer) -> None:
    found = scorer.score(LIE).scores
    spans = [(s.start, s.end, number) for number, score in enumerate(found) for s in score.spans]
    shape = [("UK", 9), ("Kazakhstan", 4)]
    for numbers in (dict(shape), {"UK": -1, "Kazakhstan": 1 << 40}):
        renamed = [(start, end, numbers[found[number].actor]) for start, end, number in spans]
        answer = scorer.score_spans([LIE, LIE], [renamed, renamed[::-1]])
        assert answer["stance"].tolist() == [list(score.stance) for score in found] * 2
    one = scorer.score_spans([LIE], [[(start, end, 0) for start, end, _ in spans]])
    assert one["stance"].shape == (1, 3)


def test_shapes_types_and_sums(scorer: Scorer) -> None:
    texts = [LIE, "NATO", "The mayor met NATO and the NATO envoy."]
    answer = scorer.score_mentions(texts, [(4, 11), (0, 4), (14, 18)])
    assert sorted(answer) == ["sentiment", "stance"]
    for probs in answer.values():
        assert probs.shape == (3, 3)
        assert probs.dtype == np.float32
        assert (probs >= 0).all()
        np.testing.assert_allclose(probs.sum(axis=1), 1, atol=1e-6)
    for nothing in (scorer.score_mentions([], []), scorer.score_spans([], [])):
        assert {key: (value.shape, value.dtype) for key, value in nothing.items()} == {
            "sentiment": ((0, 3), np.float32),
            "stance": ((0, 3), np.float32),
        }


@pytest.mark.parametrize(
    ("texts", "spans", "message"),
    [
        (["NATO", "NATO"], [(0, 4)], r"`spans` to be as many as texts \(2\), got 1"),
        (["NATO", "NATO"], [(0, 4), (0, 5)], r"spans\[1\].*\(0, 5\)"),
        (["NATO", "NATO"], [(0, 4), (-1, 3)], r"spans\[1\]"),
        (["NATO", "NATO"], [(2, 2), (0, 4)], r"spans\[0\]"),
        (["NATO", "NATO"], [(0, 4), (3, 1)], r"spans\[1\]"),
        (["NATO", None], [(0, 4), (0, 4)], r"texts\[1\].*NoneType"),
        (["NATO", ""], [(0, 4), (0, 1)], r"spans\[1\]"),
    ],
)
def test_wrong_spans_name_the_record(scorer: Scorer, texts: list[str], spans: list[tuple[int, int]], message: str):
    with pytest.raises(bs.InputError, match=message):
        scorer.score_mentions(texts, spans)


@pytest.mark.parametrize(
    ("spans", "message"),
    [
        ([[(0, 4, 0)]], "as many as texts"),
        ([[(0, 4, 0)], []], r"spans\[1\].*at least one"),
        ([[(0, 4, 0)], [(0, 4, 0), (3, 6, 1)]], r"spans\[1\].*\(3, 6\)"),
        ([[(0, 4, 0)], [(0, 4, 0), (0, 4, 1)]], r"spans\[1\]"),
    ],
)
def test_wrong_spans_of_several_actors_name_the_record(
    scorer: Scorer, spans: list[list[tuple[int, int, int]]], message: str
) -> None:
    with pytest.raises(bs.InputError, match=message):
        scorer.score_spans(["NATO lied.", "NATO lied."], spans)


# --- actors ----------------------------------------------------------------------------------------------------------


def test_unknown_actors_are_refused_with_a_suggestion(scorer: Scorer) -> None:
    with pytest.raises(bs.ActorError, match=r"Did you mean .*'Kazakhstan'"):
        Scorer(["UK", "Kazakstna"])
    with pytest.raises(bs.ActorError, match=r"got 'France'\. Measure it"):
        scorer.score(LIE)["France"]


def test_own_actors_and_those_never_mentioned() -> None:
    own = Scorer(["UK", bs.Actor("EU", aliases=["European Union", "Brussels"]), "France"])
    profile = own.score("The European Union lied, and Brussels knew it. The EU was silent.")
    assert list(profile) == ["UK", "EU", "France"]
    assert len(profile) == 3
    assert surfaces(profile) == [("EU", "European Union"), ("EU", "Brussels"), ("EU", "EU")]
    assert profile["EU"].share == 1
    for silent in (profile["UK"], profile["France"]):
        assert silent.sentiment is silent.stance is silent.author.stance is silent.attributed.sentiment is None
        assert (silent.mentions, silent.share, silent.verdict) == (0, 0, "insufficient evidence")


def test_what_is_measured_can_be_narrowed(articles: dict[str, Article]) -> None:
    strict = Scorer(measurement=bs.Measurement(metonyms=False, anaphors=False))
    words = {word for _, word in surfaces(strict.score(articles["opposite_pair"]))}
    assert "Kazakhstan" in words
    assert not words & {"Moscow", "Astana", "Kremlin"}
    assert strict.provenance.config != Scorer().provenance.config


# --- size ------------------------------------------------------------------------------------------------------------


def test_a_sentence_of_a_million_characters_is_scored_in_windows(scorer: Scorer) -> None:
    filler = "and the river rose " * 26_000
    text = f"NATO lied {filler}while {filler}the UK slept"
    text = text[: 1_000_000 - 1].rsplit(" ", 1)[0]
    profile = scorer.score({"text": text + "."})
    assert len(profile.sentences) == 1
    assert [(score.actor, score.truncated) for score in profile.scores] == [("NATO", True), ("UK", True)]
    # An actor's window holds its own surroundings, whatever stands a book's length away.
    other = scorer.score(f"NATO lied {filler}while nobody saw Russia.")
    assert other.scores[0].stance == profile.scores[0].stance


def test_only_what_was_cut_is_marked(scorer: Scorer) -> None:
    profile = scorer.score("NATO lied. NATO slept " + "and the river rose " * 100 + "again. NATO woke.")
    assert [score.truncated for score in profile.scores] == [False, True, False]
    assert [row["actors"]["NATO"]["truncated"] for row in profile.to_dict()["sentences"]] == [False, True, False]


def test_ten_thousand_sentences(scorer: Scorer) -> None:
    profile = scorer.score("NATO came too late. " * 10_000)
    assert len(profile.sentences) == profile["NATO"].sentences == 10_000
    stance = profile["NATO"].stance
    assert stance is not None
    assert stance.n == 10_000
    assert stance.low <= stance.score <= stance.high


# --- quotations ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "sentence", "after"),
    [
        ("“", "The UK never came.", " Nobody else did. We wept,” the mayor said."),
        ("“We waited. ", "The UK never came.", " Nobody else did,” the mayor said."),
        ("“We waited.\n\n“", "The UK never came.", " Nobody else did.”\n\nThe mayor wept."),
        ("“We waited. Nobody else did. ", "The UK never came.", "” The mayor wept."),
    ],
    ids=["first", "middle", "next paragraph", "last"],
)
def test_a_sentence_of_a_longer_quotation_is_shown_in_quotation_marks(
    scorer: Scorer, before: str, sentence: str, after: str
) -> None:
    (found,) = scorer.score(before + sentence + after).scores
    assert found.voice == "attributed"
    quoted = scorer.score_mentions([f"“{sentence}”"], [(5, 7)])
    assert list(found.stance) == quoted["stance"][0].tolist()
    assert list(found.sentiment) == quoted["sentiment"][0].tolist()
    bare = scorer.score_mentions([sentence], [(4, 6)])
    assert list(found.stance) != bare["stance"][0].tolist()


def test_a_sentence_of_the_author_is_shown_as_it_stands(scorer: Scorer) -> None:
    (found,) = scorer.score("“We waited.” The UK never came. “Nobody did.”").scores
    assert found.voice == "author"
    assert list(found.stance) == scorer.score_mentions(["The UK never came."], [(4, 6)])["stance"][0].tolist()


# --- the model, spied on ---------------------------------------------------------------------------------------------

Begin = Callable[[SpanBackend, Step], Pending]


def spy(monkeypatch: pytest.MonkeyPatch, seen: Callable[[SpanBackend, Step, np.ndarray], None]) -> None:
    """Let ``seen`` look at, and change, what the model answers."""
    begin: Begin = SpanBackend.begin

    def spied(self: SpanBackend, step: Step) -> Pending:
        answer = begin(self, step).result().copy()
        seen(self, step, answer)
        return Done(answer)

    monkeypatch.setattr(SpanBackend, "begin", spied)


@pytest.mark.parametrize("answer", [np.nan, np.inf, -np.inf])
def test_a_sentence_without_a_finite_answer_is_skipped_and_said_so(
    scorer: Scorer, monkeypatch: pytest.MonkeyPatch, answer: float
) -> None:
    text = "NATO came too late. NATO bought a xylophone, and Russia sang. Russia left. NATO wept."
    clean = scorer.score(text)

    def poison(backend: SpanBackend, step: Step, answers: np.ndarray) -> None:
        (word,) = backend.tokenise(["xylophone"]).ids[1:2]
        owner = np.repeat(np.arange(len(step.lengths)), step.lengths)[step.ids == word]
        answers[np.isin(step.sequences, owner), 1, 0] = answer

    spy(monkeypatch, poison)
    profile = scorer.score(text)
    assert profile.skipped == (1,)
    assert profile.to_dict()["skipped"] == [1]
    assert profile.scores == tuple(score for score in clean.scores if score.sentence != 1)
    assert profile["NATO"].sentences == 2
    assert profile["Russia"].sentences == 1
    json.dumps(profile.to_dict(), allow_nan=False)
    assert scorer.score("NATO came too late.").skipped == ()


def test_equal_sentences_go_through_the_model_once(scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    sequences: list[int] = []
    spy(monkeypatch, lambda backend, step, answer: sequences.append(len(step.lengths)))
    once = scorer.score(LIE)
    assert sum(sequences) == 1
    sequences.clear()
    # Blinded, these are one sentence.
    other = LIE.replace("British", "Russian").replace("Kazakhstan", "NATO")
    profiles = list(scorer.score_many([LIE, other, LIE, LIE]))
    assert sum(sequences) == 1
    assert profiles[0] == profiles[2] == profiles[3] == once
    sequences.clear()
    list(Scorer(runtime=bs.Runtime(device="cpu", dedupe=False)).score_many([LIE] * 3))
    assert sum(sequences) == 3


def test_a_sentence_is_read_once_for_all_its_actors(scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    sequences: list[int] = []
    spy(monkeypatch, lambda backend, step, answer: sequences.append(len(step.lengths)))
    profile = scorer.score("The UK, NATO, Kazakhstan and Russia lied.")
    assert len(profile.scores) == 4
    assert sum(sequences) == 1


def test_scorers_share_one_model(scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("loaded again")

    monkeypatch.setattr("biasscore.loading.load", refuse)
    other = Scorer(["Kazakhstan"], device="cpu", measurement=bs.Measurement(seed=1))
    assert other.score(LIE)["Kazakhstan"].sentences == 1


# --- threads and processes -------------------------------------------------------------------------------------------


def test_eight_threads_on_one_scorer(
    scorer: Scorer, profiles: dict[str, ArticleProfile], articles: dict[str, Article]
) -> None:
    names = [name for name in articles if name != "long_report"]
    jobs = [name for shift in range(3) for name in names[shift:] + names[:shift]]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda name: scorer.score(articles[name]), jobs))
    assert [name for name, profile in zip(jobs, found, strict=True) if profile != profiles[name]] == []


def test_two_processes_print_the_same_bytes(articles: dict[str, Article]) -> None:
    code = (
        "import json, sys, biasscore\n"
        "text = sys.stdin.buffer.read().decode()\n"
        "sys.stdout.buffer.write(json.dumps(biasscore.score(text).to_dict(), ensure_ascii=False).encode())\n"
    )
    text = articles["opposite_pair"].text.encode()
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        for seed in ("1", "2")
    ]
    first, second = (process.communicate(text)[0] for process in processes)
    assert [process.returncode for process in processes] == [0, 0]
    assert json.loads(first)["actors"]["Kazakhstan"]["sentences"] > 5
    assert first == second


@pytest.mark.parametrize(("outlet", "kept"), [("A", "A"), (7, "7"), (None, None), (float("nan"), None)])
def test_an_outlet_is_carried_and_refuses_no_article(scorer: Scorer, outlet: object, kept: str | None) -> None:
    (profile,) = scorer.score_many([{"text": LIE, "date": "2024-05-06", "outlet": outlet}])
    assert (profile.error, profile.date, profile.outlet) == (None, "2024-05-06", kept)


def test_what_is_no_list_is_told(scorer: Scorer) -> None:
    with pytest.raises(bs.InputError, match="Expected `spans` to be a list, got NoneType"):
        scorer.score_mentions(["x"], None)  # type: ignore[arg-type]
    with pytest.raises(bs.InputError, match="Expected `texts` to be a list, got NoneType"):
        scorer.score_spans(None, [])  # type: ignore[arg-type]
    with pytest.raises(bs.InputError, match="Expected `index` to be "):
        scorer.score(LIE).sentence(slice(0, 1))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["~nosuchuser/x", "a" * 5_000])
def test_paths_that_are_none(name: str) -> None:
    with pytest.raises(bs.ModelError, match="Expected `model` to be a folder that exists"):
        Scorer(model=name)
