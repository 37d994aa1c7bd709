"""Means, differences and months: by hand, beside matrices and scipy, and where there is nothing to find."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from corpus_tools import FakeScorer, articles, run, write_jsonl
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from biasscore.comparison import REST, Comparison, compare
from biasscore.errors import ConfigError, InputError
from biasscore.group_sums import Sums, mean_of
from biasscore.inputs import as_article
from biasscore.profile import ArticleProfile
from biasscore.records import Article
from biasscore.schema import provenance_dict, with_provenance
from biasscore.writing import MANIFEST


def table(rows: list[tuple[str | None, float | None, int]], **columns: list[Any]) -> pa.Table:
    """Articles about one actor: (group, score, sentences)."""
    n = len(rows)
    found = {
        "actor": columns.get("actor", ["UK"] * n),
        "outlet": pa.array([row[0] for row in rows], pa.string()),
        "date": pa.array(columns.get("date", [None] * n), pa.string()),
        "stance_score": pa.array([row[1] for row in rows], pa.float64()),
        "stance_n": pa.array([row[2] for row in rows], pa.int32()),
    }
    return pa.table(found)


def compared(rows: list[tuple[str | None, float | None, int]], **settings: Any) -> Comparison:
    return compare(table(rows), tasks=["stance"], **settings)


def test_equal_articles_by_hand() -> None:
    """Scores 0.1, 0.3, 0.8 of one sentence each: mean 0.4, variance of it 0.13 / 3, t(2) = 4.3027."""
    (row,) = compared([("A", 0.1, 1), ("A", 0.3, 1), ("A", 0.8, 1)]).means.to_pylist()
    reach = 4.302653 * np.sqrt(0.13 / 3)
    assert row == {
        "task": "stance", "actor": "UK", "group": "A", "mean": pytest.approx(0.4), "low": pytest.approx(0.4 - reach),
        "high": pytest.approx(min(0.4 + reach, 1.0)), "articles": 3, "sentences": 3,
    }  # fmt: skip


def test_sentences_or_articles_count_the_same() -> None:
    """One sentence at 1.0 and three at 0.0: the mean of sentences is 0.25, that of articles 0.5."""
    rows: list[tuple[str | None, float | None, int]] = [("A", 1.0, 1), ("A", 0.0, 3)]
    assert compared(rows).means["mean"].to_pylist() == [0.25]
    assert compared(rows, weights="articles").means["mean"].to_pylist() == [0.5]


def test_articles_are_clusters() -> None:
    """A hundred sentences in one article bring no certainty: with one other article, the interval stays wide."""
    few = compared([("A", 0.2, 1), ("A", 0.4, 1)]).means.to_pylist()[0]
    many = compared([("A", 0.2, 100), ("A", 0.4, 100)]).means.to_pylist()[0]
    assert few["low"] == pytest.approx(many["low"])
    assert many["sentences"] == 200


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(-100, 100), st.integers(1, 40)), min_size=2, max_size=12))
def test_variance_and_degrees_of_freedom_as_matrices_give_them(hundredths: list[tuple[int, int]]) -> None:
    rows = [(score / 100, n) for score, n in hundredths]
    s, w = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], float)
    p = w / w.sum()
    mean = p @ s
    residual = np.eye(len(p)) - np.ones((len(p), 1)) @ p[None, :]
    form = residual.T @ np.diag(p**2) @ residual
    variance = s @ form @ s * (p**2).sum() / np.trace(form)
    dof = np.trace(form) ** 2 / np.trace(form @ form)
    (row,) = compared([("A", score, n) for score, n in rows]).means.to_pylist()
    assert row["mean"] == pytest.approx(mean, abs=1e-9)
    if len(set(s)) == 1:  # nothing tells how far articles differ
        assert (row["low"], row["high"]) == (None, None)
        return
    reach = stats.t.isf(0.025, dof) * np.sqrt(variance)
    assert row["low"] == pytest.approx(max(mean - reach, -1.0), abs=1e-6)
    assert row["high"] == pytest.approx(min(mean + reach, 1.0), abs=1e-6)


def exact(rows: list[tuple[float, int]]) -> tuple[Fraction, Fraction, Fraction]:
    """Mean, variance and degrees of freedom of one group, in fractions."""
    total = sum(n for _, n in rows)
    p, s = [Fraction(n, total) for _, n in rows], [Fraction(score) for score, _ in rows]
    mean = sum((a * b for a, b in zip(p, s, strict=True)), Fraction())
    s2 = sum((a**2 for a in p), Fraction())
    # The form of the variance is D MM' up to the order of its factors, with M = I - 1p' and D = diag(p**2).
    size = range(len(p))
    form = [[p[i] ** 2 * ((i == j) - p[i] - p[j] + s2) for j in size] for i in size]
    trace = sum((form[i][i] for i in size), Fraction())
    square = sum((form[i][j] * form[j][i] for i in size for j in size), Fraction())
    raw = sum((a**2 * (b - mean) ** 2 for a, b in zip(p, s, strict=True)), Fraction())
    return mean, raw * s2 / trace, trace**2 / square


@pytest.mark.parametrize("others", [[1], [1, 1], [1, 2, 3], [1] * 40, [5, 1, 700]])
@pytest.mark.parametrize("most", [1, 700, 10**4, 20000, 123457, 10**6, 2**31 - 1])
@pytest.mark.parametrize("place", [0, -1])
def test_one_article_with_nearly_all_sentences(most: int, others: list[int], place: int) -> None:
    """What the others add must not be lost to rounding, whichever table or month the large one stands in."""
    rows = [(0.3 - 0.01 * index, n) for index, n in enumerate(others)]
    rows.insert(place if place == 0 else len(rows), (0.1, most))
    mean, variance, dof = exact(rows)
    assert 1 <= dof <= len(rows) - 1
    dates = [f"2024-{index % 12 + 1:02}-01" for index in range(len(rows))]  # cells that are added up
    for date in ([None] * len(rows), dates):
        sums = Sums(["stance"], "sentences")
        columns = {"actor": ["UK"] * len(rows), "group": ["A"] * len(rows), "date": pa.array(date, pa.string())}
        numbers = {"stance_score": [score for score, _ in rows], "stance_n": [n for _, n in rows]}
        sums.add(pa.table(columns | numbers))
        (cell,) = sums.by_group().values()
        found = mean_of(cell)
        assert found.mean == pytest.approx(float(mean), rel=1e-12)
        assert found.variance == pytest.approx(float(variance), rel=1e-9)
        assert found.dof == pytest.approx(float(dof), rel=1e-9)


def test_a_difference_from_a_group_of_one_large_article() -> None:
    first, second = [(0.1, 20000), (0.3, 1)], [(0.2, 5), (0.3, 5)]
    (row,) = compared([("A", *one) for one in first] + [("B", *one) for one in second]).differences.to_pylist()
    (m1, v1, d1), (m2, v2, d2) = exact(first), exact(second)
    dof = (v1 + v2) ** 2 / (v1**2 / d1 + v2**2 / d2)
    p = 2 * stats.t.sf(float(m2 - m1) / float(v1 + v2) ** 0.5, float(dof))
    assert (row["difference"], row["p"]) == (pytest.approx(float(m1 - m2)), pytest.approx(p))
    (same,) = compared([("A", 0.1, 10**6), ("A", 0.1, 1)]).means.to_pylist()
    assert (same["low"], same["high"]) == (None, None)


def test_differences_are_those_of_welch() -> None:
    first, second = [0.1, 0.4, 0.3, 0.35], [-0.2, 0.0, 0.15]
    rows = [("A", score, 1) for score in first] + [("B", score, 1) for score in second]
    (row,) = compared(rows).differences.to_pylist()
    want = stats.ttest_ind(first, second, equal_var=False)
    ends = want.confidence_interval(0.95)
    assert (row["first"], row["second"]) == ("A", "B")
    assert row["difference"] == pytest.approx(np.mean(first) - np.mean(second))
    assert row["p"] == row["p_corrected"] == pytest.approx(want.pvalue)
    assert (row["low"], row["high"]) == (pytest.approx(ends.low), pytest.approx(ends.high))
    assert row["certain"] == (want.pvalue < 0.05)


def test_each_group_and_all_others() -> None:
    rows: list[tuple[str | None, float | None, int]] = [
        ("A", 0.1, 2), ("A", 0.2, 1), ("B", 0.5, 1), ("B", 0.6, 3), ("C", 0.7, 1), ("C", 0.9, 1),
    ]  # fmt: skip
    found = compared(rows, differences="rest").differences.to_pylist()
    assert [(row["first"], row["second"]) for row in found] == [("A", REST), ("B", REST), ("C", REST)]
    pooled = compared([("A" if group == "A" else "others", score, n) for group, score, n in rows])
    assert found[0]["difference"] == pytest.approx(pooled.differences.to_pylist()[0]["difference"])
    assert found[0]["p"] == pytest.approx(pooled.differences.to_pylist()[0]["p"])


def test_two_groups_are_compared_once() -> None:
    rows = [("AB"[index % 2], score, 1) for index, score in enumerate((0.1, 0.3, 0.2, 0.6, 0.0, 0.4))]
    assert compared(rows, differences="rest").differences.equals(compared(rows).differences)
    (row,) = compared(rows, differences="rest").differences.to_pylist()
    assert (row["first"], row["second"], row["p_corrected"]) == ("A", "B", row["p"])
    assert compared(rows[::2], differences="rest").differences.num_rows == 0


def test_what_cannot_be_told_is_null() -> None:
    found = compared([("A", 0.5, 4), ("B", 0.1, 1), ("B", 0.2, 1), ("C", None, 0), ("D", 0.3, 1), ("D", 0.3, 2)])
    means = {row["group"]: row for row in found.means.to_pylist()}
    assert set(means) == {"A", "B", "D"}
    assert (means["A"]["low"], means["A"]["high"]) == (None, None)
    assert (means["D"]["low"], means["D"]["high"]) == (None, None)  # that two articles agree is no certainty
    differences = {(row["first"], row["second"]): row for row in found.differences.to_pylist()}
    assert differences["A", "B"]["p"] is None
    assert differences["A", "B"]["certain"] is None
    assert (differences["B", "D"]["low"], differences["B", "D"]["p"], differences["B", "D"]["certain"]) == (None,) * 3


def test_nothing_to_find_is_found_one_time_in_twenty() -> None:
    """Two outlets of one and the same hand, 2,000 times; articles of unequal lengths, sentences alike within each."""
    generator = np.random.default_rng(11)
    alarms = covered = 0
    rounds = 2000
    for _ in range(rounds):
        n = generator.integers(1, 30, 40)
        leaning = generator.normal(0.1, 0.2, 40)
        score = np.clip(leaning + generator.normal(0.0, 0.3, 40) / np.sqrt(n), -1.0, 1.0)
        rows = [("AB"[index % 2], float(score[index]), int(n[index])) for index in range(40)]
        found = compared(rows)
        alarms += found.differences["p"][0].as_py() < 0.05
        first = found.means.to_pylist()[0]
        covered += first["low"] <= 0.1 <= first["high"]
    # Four standard errors of a proportion of 0.05 in 2,000 are 0.0195.
    assert alarms / rounds == pytest.approx(0.05, abs=0.0195)
    assert covered / rounds == pytest.approx(0.95, abs=0.0195)


def test_many_differences_raise_few_alarms() -> None:
    """Eight outlets of one hand have 28 pairs: with Holm, an alarm among them all in one run of twenty at most."""
    generator = np.random.default_rng(12)
    alarms = raw = 0
    rounds = 250
    for _ in range(rounds):
        rows = [("ABCDEFGH"[index % 8], float(score), 1) for index, score in enumerate(generator.normal(0, 0.3, 80))]
        found = compared([(group, max(-1.0, min(1.0, score)), n) for group, score, n in rows]).differences
        alarms += any(found["certain"].to_pylist())
        raw += any(p < 0.05 for p in found["p"].to_pylist())
    assert raw / rounds > 0.5
    assert alarms / rounds < 0.05 + 4 * np.sqrt(0.05 * 0.95 / rounds)


def test_months() -> None:
    rows: list[tuple[str | None, float | None, int]] = [("A", 0.1, 1), ("A", 0.3, 1), ("A", 0.5, 1), ("B", 0.5, 2)]
    dates = ["2024-01-05", "2024-01-31", "2024-02-01", None]
    found = compare(table(rows, date=dates), tasks=["stance"])
    assert [(row["group"], row["month"], row["mean"], row["articles"]) for row in found.months.to_pylist()] == [
        ("A", "2024-01", pytest.approx(0.2), 2),
        ("A", "2024-02", 0.5, 1),
    ]
    assert found.means.num_rows == 2


def test_rows_in_no_group_are_counted() -> None:
    found = compared([(None, 0.1, 1), (None, None, 0), ("A", 0.2, 1)])
    assert found.left_out == 1
    assert found.means["group"].to_pylist() == ["A"]


@pytest.mark.parametrize("table_format", ["parquet", "jsonl"])
def test_an_output_gives_what_its_tables_give(tmp_path: Path, table_format: Any) -> None:
    source = write_jsonl(tmp_path / "a.jsonl", articles(60))
    run(source, tmp_path / "out", table_format=table_format)
    import pyarrow.parquet as pq

    run(source, tmp_path / "parquet")
    whole = compare(pq.read_table(tmp_path / "parquet" / "articles"))
    parts = compare(tmp_path / "out")
    assert parts.means.num_rows == 4
    for name, found in parts.named().items():
        for row, want in zip(found.to_pylist(), whole.named()[name].to_pylist(), strict=True):
            assert row == pytest.approx(want)
    by_views = compare(tmp_path / "out", by="views", differences="rest")
    assert by_views.means["group"].to_pylist()[0] == "0"
    with pytest.raises(InputError, match="one of the output's, got 'editor'"):
        compare(tmp_path / "out", by="editor")
    with pytest.raises(ConfigError, match="differences='rest'"):
        compare(table([(f"g{number}", 0.1, 1) for number in range(101)]), tasks=["stance"])


@pytest.mark.parametrize(
    "change",
    [
        {"level": 1.0},
        {"level": "a"},
        {"weights": "words"},
        {"correction": "none"},
        {"differences": "all"},
        {"tasks": ["x"]},
        {"tasks": "stance"},
        {"tasks": 3},
        {"tasks": []},
        {"tasks": ("stance", "stance")},
    ],
)
def test_nonsense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"Expected `{next(iter(change))}`"):
        compare(table([("A", 0.1, 1)]), **{"tasks": ["stance"], **change})


def profiles(n: int = 4, *, outlets: bool = True) -> list[ArticleProfile]:
    """Of two outlets in turn, a month each."""
    found = (FakeScorer()._profile(f"The UK and text {number}.") for number in range(n))
    if not outlets:
        return list(found)
    return [
        replace(profile, outlet="AB"[number % 2], date=f"2024-0{number + 1}-09") for number, profile in enumerate(found)
    ]


def test_profiles_know_their_outlet_and_month() -> None:
    found = compare(profiles(), by="outlet")
    assert found.means.equals(compare(profiles(), by=["A", "B", "A", "B"]).means)
    months = [(row["group"], row["month"]) for row in found.months.to_pylist() if row["task"] == "stance"]
    assert months == [("A", "2024-01"), ("A", "2024-03"), ("B", "2024-02"), ("B", "2024-04")]
    given = as_article({"text": "x", "date": "2024-01-09", "outlet": "A"})
    assert given == as_article(given) == Article("x", date="2024-01-09", outlet="A")


def test_articles_that_are_there_twice_are_counted_aloud(caplog: pytest.LogCaptureFixture) -> None:
    once = table([("A", 0.1, 1), ("A", 0.3, 2), ("B", 0.2, 1)]).append_column("id", [["x", "y", "z"]])
    compare(once, tasks=["stance"])
    assert not caplog.records
    twice = compare(pa.concat_tables([once, once.slice(1)]), tasks=["stance"])
    assert twice.means["articles"].to_pylist() == [3, 2]
    (record,) = caplog.records
    categories = once.set_column(once.column_names.index("id"), "id", once["id"].dictionary_encode())
    lists = once.set_column(once.column_names.index("id"), "id", pa.array([["x"], ["y"], ["z"]]))
    views = once.set_column(once.column_names.index("id"), "id", once["id"].cast(pa.string_view()))
    for others in (categories, lists, views):
        assert compare(others, tasks=["stance"]).means.equals(compare(once, tasks=["stance"]).means)
    (record,) = caplog.records
    assert "2 of the ids belong to several articles each ('y', say)" in record.getMessage()
    caplog.clear()
    found = [replace(profile, id=str(number)) for number, profile in enumerate(profiles())]
    compare(found)
    assert not caplog.records
    compare([*found, found[0]])
    assert "1 of the ids" in caplog.text


def test_what_must_be_said_of_the_models_is_kept(tmp_path: Path) -> None:
    blind = {"sentiment": {"model": "m", "target_blind": True}}
    found = [replace(each, provenance=replace(each.provenance, classifiers=blind)) for each in profiles()]
    want = ("The sentiment is target-blind: m does not know which actor is meant.",)
    assert compare(found).warnings == want
    assert compare(iter(profiles())).warnings == ()
    made = with_provenance(table([("A", 0.1, 1)]), "articles", provenance_dict(found[0].provenance))
    assert compare(made, tasks=["stance"]).warnings == want
    assert compare(table([("A", 0.1, 1)]), tasks=["stance"]).warnings == ()
    run(write_jsonl(tmp_path / "a.jsonl", articles(5)), tmp_path / "out")
    assert compare(tmp_path / "out").warnings == ()
    manifest = tmp_path / "out" / MANIFEST
    told = json.loads(manifest.read_text())
    told["run"]["provenance"]["classifiers"] = blind
    manifest.write_text(json.dumps(told))
    assert compare(tmp_path / "out").warnings == want


def test_a_data_frame_of_articles_is_a_table() -> None:
    rows: list[tuple[str | None, float | None, int]] = [("A", 0.1, 1), ("B", 0.3, 2), (None, 0.4, 1)]
    found = compare(table(rows).to_pandas(), tasks=["stance"])
    assert found.means.equals(compared(rows).means)
    numbers = table(rows).append_column("paper", pa.array([1.5, float("nan"), None]))
    assert compare(numbers, by="paper", tasks=["stance"]).means["group"].to_pylist() == ["1.5"]


@pytest.mark.parametrize(
    ("score", "n", "part"),
    [
        (None, 3, r"`stance_score\[1\]` to be in \[-1, 1\] where stance_n is above 0, got none"),
        (float("nan"), 3, r"`stance_score\[1\]` .* got none. Correct that row, counted from 0"),
        (float("inf"), 3, r"`stance_score\[1\]` .* got inf"),
        (-1.01, 3, r"`stance_score\[1\]` .* got -1.01"),
        (0.1, -3, r"`stance_n\[1\]` to be a whole number from 0 to 2147483647, got -3"),
        (0.1, 2**31, r"`stance_n\[1\]` .* from 0 to 2147483647, got 2147483648"),
        (0.1, -3, r"counted from 0 \(article 'y', actor 'UK'\), or leave it out"),
        (0.1, 1.5, r"`stance_n\[1\]` .* got 1.5"),
        (0.1, float("inf"), r"`stance_n\[1\]` .* got inf"),
    ],
)
def test_numbers_that_are_none_are_refused_with_their_row(score: float | None, n: float, part: str) -> None:
    columns = {"stance_score": pa.array([0.1, score, 0.3], pa.float64()), "stance_n": pa.array([1.0, n, 1.0])}
    names = {"id": ["x", "y", "z"], "actor": ["UK"] * 3, "outlet": ["A", "A", "B"], "date": pa.nulls(3, pa.string())}
    with pytest.raises(InputError, match=part):
        compare(pa.table({**names, **columns}), tasks=["stance"])
    with pytest.raises(InputError, match=r"\(actor 'UK'\)"):
        compare(pa.table({**names, **columns}).drop_columns("id"), tasks=["stance"])


def test_a_profile_that_is_refused_is_named() -> None:
    first, second = profiles(2)
    wrong = {
        name: replace(actor, sentiment=replace(actor.sentiment, score=2.0))
        for name, actor in second.actors.items()
        if actor.sentiment is not None
    }
    assert wrong
    with pytest.raises(InputError, match=r"article 'b', actor '\w+'"):
        compare([replace(first, id="a"), replace(second, id="b", actors=wrong)], by=["A", "B"], tasks=["sentiment"])


def test_numbers_of_what_is_not_mentioned_do_not_count() -> None:
    rows: list[tuple[str | None, float | None, int]] = [("A", 0.1, 1), ("A", float("nan"), 0), ("A", 7.0, 0)]
    without = table(rows).set_column(4, "stance_n", pa.array([1, 0, None], pa.int32()))
    (row,) = compare(without, tasks=["stance"]).means.to_pylist()
    assert (row["mean"], row["articles"], row["sentences"]) == (0.1, 1, 1)
    assert compared([("A", 1.0000001, 1), ("A", 1.0, 1)]).means["articles"].to_pylist() == [2]  # float32 of 1


def test_dates_that_are_no_day_count_as_none_aloud(caplog: pytest.LogCaptureFixture) -> None:
    dates = ["2025-06-03T10:00:00Z", "12 June 2025", "20250603", "2025-6-3", "2025-W01-1", "2025-02-30", "", None]
    found = compare(table([("A", 0.1, 1)] * len(dates), date=dates), tasks=["stance"])
    assert [(row["month"], row["articles"]) for row in found.months.to_pylist()] == [("2025-06", 1)]
    assert found.means["articles"].to_pylist() == [len(dates)]
    (record,) = caplog.records
    assert record.getMessage().startswith(
        "5 of the rows have a date that is no day as YYYY-MM-DD ('12 June 2025', say)"
    )
    caplog.clear()
    profile = replace(profiles()[0], date="12 June 2025")
    assert compare([profile], by=["A"]).months.num_rows == 0
    assert "'12 June 2025'" in caplog.text


@pytest.mark.parametrize(
    ("source", "by", "part"),
    [
        (profiles(), [1, 2, 3, 4], "`by` to be a list of strings"),
        (profiles(), ["A", float("nan"), None, "B"], "`by` to be a list of strings"),
        (profiles(), ["A"], "one group for each of 4 profiles, got 1"),
        (profiles(), 3, "one group for each of 4 profiles, got int"),
        (profiles(), "title", "`by` to be 'outlet', or a list .* got 'title'. Profiles have no other column"),
        (profiles(outlets=False), "outlet", "got the name 'outlet'"),
        (["a", "b"], ["A", "B"], "an output, tables or profiles, got str"),
        (7, ["A"], "an output, tables or profiles, got int"),
        (table([]).drop_columns("actor"), "outlet", "one without 'actor'"),
        (table([]).drop_columns("date"), "outlet", "one without 'date'"),
        (table([]).to_pandas()[["outlet"]], "outlet", "one without 'actor'"),
        (table([("A", 0.1, 1)]).append_column("raw", [[b"A"]]), "raw", "`raw` to be a column of texts"),
    ],
)
def test_what_is_no_groups_is_told_in_words(source: Any, by: Any, part: str) -> None:
    with pytest.raises(InputError, match=part):
        compare(source, by, tasks=["stance"])


def test_an_empty_column_holds_no_groups() -> None:
    rows = table([("a", 0.5, 3), ("b", -0.5, 3)]).append_column("extra", pa.nulls(2, pa.string()))
    with pytest.raises(InputError, match=r"`extra` to tell groups of articles apart, got none \(2 rows"):
        compare(rows, by="extra", tasks=["stance"])
