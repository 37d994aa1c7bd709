"""Tables, `datasets`, pandas, polars and scikit-learn: all give what `score` gives."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import tiny_models

from biasscore import Columns, Measurement, Runtime, Scorer, score_corpus
from biasscore.distributed import TableScorer
from biasscore.errors import ConfigError, InputError
from biasscore.schema import ARTICLES, EXTRA, FAILURES, MENTIONS, PARTS
from biasscore.tables import FEATURES, flat_names
from biasscore.workers import ScorerSpec

TEXTS = [
    "The UK broke its promise. Russia told a court that Britain had lied, and “London is a cheat”, its envoy said.",
    "",
    "Nobody in NATO was surprised. The alliance kept silent. The river was high, and Kazakhstan sent help.",
    "Nothing of the kind here.",
]


@pytest.fixture(scope="module")
def scorer(tiny_model: Path) -> Scorer:
    return Scorer(model=tiny_model, measurement=Measurement(resamples=100), runtime=Runtime(threads=1))


@pytest.fixture(scope="module")
def table() -> pa.Table:
    columns = {"text": TEXTS, "id": ["a", "b", "c", "d"], "outlet": ["X", "X", "Y", None], "views": [1, 2, 3, 4]}
    return pa.table({**columns, "date": ["2024-05-06", None, None, "?"]})


def test_rows_are_the_profiles(scorer: Scorer, table: pa.Table) -> None:
    tables = scorer.score_table(table)
    assert tables.articles.column_names == [*ARTICLES.names, "views", "input_date", EXTRA]
    assert tables.mentions.schema.equals(MENTIONS)
    assert tables.failures.schema.equals(FAILURES)
    rows = tables.articles.to_pylist()
    good = [index for index, text in enumerate(TEXTS) if text]
    assert [row["id"] for row in rows] == [id_ for id_ in "acd" for _ in scorer.actors]
    for number, index in enumerate(good):
        date = table["date"][index].as_py() if index == 0 else None
        profile = scorer.score({"text": TEXTS[index], "id": "abcd"[index], "date": date})
        for offset, actor in enumerate(profile.actors.values()):
            row = rows[number * len(scorer.actors) + offset]
            assert (row["actor"], row["actor_name"], row["verdict"]) == (actor.id, actor.name, actor.verdict)
            assert (row["mentions"], row["sentences"], row["share"]) == (actor.mentions, actor.sentences, actor.share)
            assert (row["views"], row["length"]) == (index + 1, len(TEXTS[index]))
            assert row["evidence"] == list(actor.evidence)
            for part in PARTS:
                voice, _, task = part.rpartition("_")
                estimate = getattr(getattr(actor, voice) if voice else actor, task)
                found = [row[f"{part}_{name}"] for name in ("score", "low", "high", "n")]
                assert found == ([None, None, None, 0] if estimate is None else
                                 [estimate.score, estimate.low, estimate.high, estimate.n])  # fmt: skip
        mine = [row for row in tables.mentions.to_pylist() if row["id"] == "abcd"[index]]
        for row, score in zip(mine, profile.scores, strict=True):
            assert (row["actor"], row["sentence"], row["voice"], row["source"]) == (
                score.actor, score.sentence, score.voice, score.source,
            )  # fmt: skip
            assert [(span["start"], span["end"]) for span in row["spans"]] == [(s.start, s.end) for s in score.spans]
            assert row["kinds"] == list(score.kinds)
            assert len(row["kinds"]) == len(row["spans"])
            sentiment = [row[f"sentiment_{name}"] for name in ("negative", "neutral", "positive")]
            assert sentiment == list(score.sentiment)
            assert [row[f"stance_{name}"] for name in ("against", "none", "favor")] == list(score.stance)
            sentence = TEXTS[index][row["start"] : row["end"]]
            assert all(TEXTS[index][span.start : span.end] in sentence for span in score.spans)
    ((failure),) = tables.failures.to_pylist()
    assert (failure["id"], failure["position"], failure["stage"]) == ("b", 2, "score")
    assert rows[-1]["input_date"] == "?"


def test_provenance_is_in_the_schema(scorer: Scorer, table: pa.Table) -> None:
    for name, found in scorer.score_table(table).named().items():
        metadata = found.schema.metadata
        assert metadata[b"biasscore.table"] == name.encode()
        made = json.loads(metadata[b"biasscore.provenance"])
        assert made["config"] == scorer.provenance.config
        assert made["weights"] == scorer.provenance.weights


def test_every_column_is_documented() -> None:
    import biasscore.schema as schema

    for name in [*ARTICLES.names, *MENTIONS.names, *FAILURES.names]:
        base = next((f"``{part}``" for part in PARTS if name.startswith(part)), f"``{name}``")
        assert base in str(schema.__doc__) or f"``{name}``" in str(schema.__doc__), name


def test_nothing_gives_empty_tables(scorer: Scorer) -> None:
    tables = scorer.score_table(pa.table({"text": pa.array([], pa.string())}))
    assert (tables.articles.num_rows, tables.mentions.num_rows, tables.failures.num_rows) == (0, 0, 0)
    one = pa.table({"text": ["Russia kept its promise."], "views": pa.array([3], pa.int64()), "outlet": ["A"]})
    assert scorer.score_table(one.slice(0, 0)).articles.schema.equals(scorer.score_table(one).articles.schema)
    with pytest.raises(InputError, match="one of those found"):
        scorer.score_table(pa.table({"body": ["x"]}))


def test_an_endless_sentence_is_a_failure(scorer: Scorer) -> None:
    tables = scorer.score_table(pa.table({"text": ["Russia " + "a " * 499_990, "Russia kept its promise."]}))
    assert "sentences of at most 100,000 characters" in tables.failures["reason"][0].as_py()
    assert tables.articles.num_rows == len(scorer.actors)


def test_data_frames(scorer: Scorer, table: pa.Table) -> None:
    want = scorer.score_table(table).articles
    pandas = pytest.importorskip("pandas")
    found = scorer.score_table(table.to_pandas()).articles
    assert found.drop_columns(["evidence"]).equals(want.drop_columns(["evidence"]))
    assert isinstance(found.to_pandas(), pandas.DataFrame)
    polars = pytest.importorskip("polars")
    frame = polars.from_arrow(scorer.score_table(polars.from_arrow(table)).articles)
    assert frame.equals(polars.from_arrow(want))


def test_a_column_of_another_name(scorer: Scorer, table: pa.Table) -> None:
    renamed = table.rename_columns({"text": "body", "id": "key"})
    found = scorer.score_table(renamed, Columns(text="body", id="key"))
    assert found.articles.equals(scorer.score_table(table).articles)


def test_batches_change_nothing(scorer: Scorer, table: pa.Table) -> None:
    whole = scorer.score_table(table).articles.drop_columns(["position"])
    parts = [scorer.score_table(table.slice(index, 1)).articles for index in (0, 2, 3)]
    columns = ["id", "actor", *(f"{part}_{name}" for part in PARTS for name in ("score", "low", "high"))]
    assert pa.concat_tables([part.select(columns) for part in parts]).equals(whole.select(columns))


def test_a_scorer_for_ray_gives_the_same_table(scorer: Scorer, tiny_model: Path, table: pa.Table) -> None:
    spec = ScorerSpec(scorer.actors, tiny_model, scorer.measurement, scorer.runtime)
    assert TableScorer(spec)(table).equals(scorer.score_table(table).articles)


# --- datasets --------------------------------------------------------------------------------------------------------


def test_map_adds_columns(scorer: Scorer) -> None:
    datasets = pytest.importorskip("datasets")
    dataset = datasets.Dataset.from_dict({"text": TEXTS})
    found = dataset.map(scorer.map_fn(), batched=True, batch_size=2)
    profile = scorer.score(TEXTS[0])
    assert found[0]["UK_stance"] == profile["UK"].stance.score  # type: ignore[union-attr]
    assert found[0]["UK_verdict"] == profile["UK"].verdict
    assert np.isnan(found[0]["Kazakhstan_stance"])
    assert found[0]["error"] == ""
    assert "empty" in found[1]["error"]
    assert np.isnan(found[1]["UK_sentences"])
    streamed = list(dataset.to_iterable_dataset().map(scorer.map_fn(), batched=True))
    assert [list(map(str, row.values())) for row in streamed] == [list(map(str, row.values())) for row in found]
    with pytest.raises(InputError, match="text_column"):
        scorer.map_fn("body")({"text": TEXTS})
    for rows in ({"text": TEXTS}, {"text": [None]}):
        with pytest.raises(InputError, match=r"`batch` to be columns of many rows, got a single row.*batched=True"):
            datasets.Dataset.from_dict(rows).map(scorer.map_fn())


def test_the_function_of_map_can_be_pickled_and_hashed(scorer: Scorer, tiny_model: Path) -> None:
    hasher = pytest.importorskip("datasets.fingerprint").Hasher
    function = scorer.map_fn()
    again = pickle.loads(pickle.dumps(function))
    assert repr(again({"text": TEXTS})) == repr(function({"text": TEXTS}))
    assert hasher.hash(again) == hasher.hash(function)
    assert hasher.hash(scorer.map_fn("body")) != hasher.hash(function)
    other = Scorer(model=tiny_model, measurement=Measurement(resamples=200), runtime=scorer.runtime)
    assert hasher.hash(other.map_fn()) != hasher.hash(function)


def test_map_in_the_format_of_arrow(scorer: Scorer) -> None:
    found = scorer.map_fn()(pa.table({"text": TEXTS}))
    assert repr(found) == repr(scorer.map_fn()({"text": TEXTS}))


FORKED = """
import os, sys
sys.path[:0] = {path!r}
import datasets, torch
from biasscore import Checkpoint, Runtime, Scorer
torch.set_num_threads(2)
own = Checkpoint({own!r}, kind="plain", self_check=False)
scorers = [Scorer(device="cpu"), Scorer(device="cpu", sentiment=own, runtime=Runtime(threads=2))]
text = "The UK kept its promise. Russia told a court that Britain had lied. " * 20
texts = [text + str(number) for number in range(2)]
dataset = datasets.Dataset.from_dict({{"text": texts}})
for scorer in scorers:
    want = scorer.score(text)["UK"].sentiment.score
    child = os.fork()
    if child == 0:
        same = abs(scorer.score(text)["UK"].sentiment.score - want) < 1e-3
        os._exit(7 if same and torch.get_num_threads() == 1 else 8)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
found = dataset.map(scorers[0].map_fn(), batched=True, batch_size=1, num_proc=2)
assert found["UK_sentences"] == [40] * 2 and found["error"] == [""] * 2
assert torch.get_num_threads() == 2
child = os.fork()
if child == 0:  # and a model that is loaded only there
    Scorer(model={span!r}, device="cpu", runtime=Runtime(threads=2)).score(text)
    os._exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
"""


def test_forked_processes_score(tiny_model: Path, tmp_path: Path) -> None:
    """They have none of their parent's threads, for which torch would wait for ever."""
    pytest.importorskip("datasets")
    own = tiny_models.write(tmp_path / "own")
    code = FORKED.format(path=sys.path, own=str(own), span=str(tiny_model))
    environment = {**os.environ, "HF_DATASETS_CACHE": str(tmp_path / "cache"), "TOKENIZERS_PARALLELISM": "false"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False, env=environment)
    assert done.returncode == 0, done.stderr


# --- scikit-learn ----------------------------------------------------------------------------------------------------


@pytest.fixture
def features(tiny_model: Path) -> Any:
    pytest.importorskip("sklearn")
    from biasscore import BiasFeatures

    return BiasFeatures(["UK", "Russia"], model=tiny_model, device="cpu")


def test_features_are_the_profiles_numbers(scorer: Scorer, features: Any) -> None:
    found = features.fit_transform(TEXTS)
    names = features.get_feature_names_out().tolist()
    assert names == flat_names(["UK", "Russia"])
    assert found.shape == (4, 2 * len(FEATURES))
    assert found.dtype == np.float64
    profile = scorer.score(TEXTS[0])
    assert found[0, names.index("UK_stance")] == profile["UK"].stance.score  # type: ignore[union-attr]
    assert found[0, names.index("UK_sentences")] == profile["UK"].sentences
    assert not found[1].any()
    missing = type(features)(["UK"], model=features.model, missing=np.nan).fit_transform(TEXTS)
    assert np.isnan(missing[3, names.index("UK_stance")])
    assert missing[3, names.index("UK_sentences")] == 0.0


def test_estimator_checks(features: Any) -> None:
    from sklearn.utils.estimator_checks import check_estimator

    results = check_estimator(features, on_fail=None)
    assert results
    assert {result["check_name"] for result in results if result["status"] == "failed"} == set()


def test_what_an_estimator_must_do_beyond_these_checks(features: Any) -> None:
    from sklearn.base import clone
    from sklearn.exceptions import NotFittedError
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline

    with pytest.raises(NotFittedError):
        features.transform(TEXTS)
    with pytest.raises(InputError, match="a sequence of texts"):
        features.fit("one text")
    with pytest.raises(ConfigError, match="`missing` to be a number"):
        clone(features).set_params(missing="a").fit(TEXTS)
    twin = clone(features)
    assert twin.get_params() == features.get_params()
    assert features.fit(TEXTS) is features
    assert np.array_equal(pickle.loads(pickle.dumps(features)).transform(TEXTS), features.transform(TEXTS))
    assert features.set_params(missing=5.0).transform(TEXTS)[3, 0] == 5.0
    pipeline = make_pipeline(twin, LogisticRegression())
    search = GridSearchCV(pipeline, {"biasfeatures__missing": [0.0, -1.0]}, cv=2)
    labels = [1, 0, 1, 0]
    assert set(search.fit(TEXTS, labels).predict(TEXTS)) <= {0, 1}
    pytest.importorskip("pandas")
    frame = clone(features).set_output(transform="pandas").fit_transform(TEXTS)
    assert list(frame.columns) == flat_names(["UK", "Russia"])


def test_features_of_one_column(features: Any) -> None:
    pandas = pytest.importorskip("pandas")
    want = features.fit_transform(TEXTS)
    column = pandas.Series(TEXTS)
    for given in (column, column.to_frame(), column.to_numpy().reshape(-1, 1)):
        assert np.array_equal(features.fit_transform(given), want)
    for wrong in (np.array([TEXTS[:2], TEXTS[2:]], dtype=object), [1, 2], [b"bytes"], b"bytes", np.ones(3)):
        with pytest.raises(InputError, match="`X`"):
            features.transform(wrong)


# --- corpora with a model --------------------------------------------------------------------------------------------


def test_workers_give_the_same_bytes(scorer: Scorer, tiny_model: Path, tmp_path: Path) -> None:
    from corpus_tools import content, write_jsonl

    source = write_jsonl(tmp_path / "a.jsonl", ({"text": f"{TEXTS[number % 4]} {number}"} for number in range(30)))
    from biasscore import CorpusSettings

    common: dict[str, Any] = {
        "model": tiny_model,
        "device": "cpu",
        "measurement": scorer.measurement,
        "settings": CorpusSettings(chunk_records=8),
    }
    alone = score_corpus(source, tmp_path / "one", workers=1, runtime=Runtime(device="cpu", threads=1), **common)
    two = score_corpus(source, tmp_path / "two", workers=2, **common)
    assert alone == two
    assert alone.articles == 30
    assert content(tmp_path / "one") == content(tmp_path / "two")
