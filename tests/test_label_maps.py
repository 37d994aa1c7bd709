"""Labels by name: the orders that are in use, and the names that say nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from biasscore.errors import LabelError
from biasscore.label_maps import is_nli, map_entailment, map_labels
from biasscore.labels import LABELS, Task, fold, label_index, label_names

#: Label names of public checkpoints, column after column -> our three columns.
SENTIMENT_ORDERS = [
    (("Negative", "Neutral", "Positive"), (0, 1, 2)),  # yangheng/deberta-v3-base-absa-v1.1
    (("NEUTRAL", "POSITIVE", "NEGATIVE"), (2, 0, 1)),  # naif576/news-absa-v0, blanchefort/rubert-base-cased-sentiment
    (("NEG", "NEU", "POS"), (0, 1, 2)),  # pysentimiento/roberta-targeted-sentiment-analysis
    (("Neutral", "Positive", "Negative"), (2, 0, 1)),  # Vadim121/ruRoberta-large-tsa-news-ru
    (("positive", "negative", "neutral"), (1, 2, 0)),  # ProsusAI/finbert
    (("positive", "neutral", "negative"), (2, 1, 0)),  # lxyuan/distilbert-...-sentiments-student
    (("негативный", "нейтральный", "позитивный"), (0, 1, 2)),
    (("жағымсыз", "бейтарап", "жағымды"), (0, 1, 2)),
    (("negativ", "neutral", "positiv"), (0, 1, 2)),
    (("négatif", "neutre", "positif"), (0, 1, 2)),
]
STANCE_ORDERS = [
    (("none", "against", "favor"), (1, 0, 2)),  # cardiffnlp/twitter-roberta-base-stance-*
    (("AGAINST", "NONE", "FAVOR"), (0, 1, 2)),  # krishnagarg09/stance-detection-semeval2016
    (("against", "favor", "none"), (0, 2, 1)),  # kornosk/bert-election2020-twitter-stance-*
    (("Support", "Oppose", "Neutral"), (1, 2, 0)),
    (("За", "Против", "Нет позиции"), (1, 2, 0)),
]
NLI_ORDERS = [
    (("entailment", "not_entailment"), 0),  # MoritzLaurer/deberta-v3-base-zeroshot-v2.0
    (("entailment", "neutral", "contradiction"), 0),  # MoritzLaurer/DeBERTa-v3-base-mnli-fever-anli
    (("contradiction", "entailment", "neutral"), 1),  # cross-encoder/nli-deberta-v3-base
    (("CONTRADICTION", "NEUTRAL", "ENTAILMENT"), 2),  # roberta-large-mnli
    (("entailment", "contradiction", "neutral"), 0),  # cointegrated/rubert-base-cased-nli-threeway
    (("not_entailment", "entailment"), 1),
]


@pytest.mark.parametrize(("names", "columns"), SENTIMENT_ORDERS)
def test_orders_of_sentiment(names: tuple[str, ...], columns: tuple[int, ...]) -> None:
    found = map_labels(names)
    assert found.task is Task.SENTIMENT
    assert found.columns == tuple((column,) for column in columns)
    raw = np.array([[10.0, 20.0, 30.0]], np.float32)
    assert found.logits(raw).tolist() == [[raw[0, column] for column in columns]]


@pytest.mark.parametrize(("names", "columns"), STANCE_ORDERS)
def test_orders_of_stance(names: tuple[str, ...], columns: tuple[int, ...]) -> None:
    found = map_labels(names)
    assert found.task is Task.STANCE
    assert found.columns == tuple((column,) for column in columns)


@pytest.mark.parametrize(("names", "column"), NLI_ORDERS)
def test_orders_of_nli(names: tuple[str, ...], column: int) -> None:
    assert is_nli(names)
    assert map_entailment(names).entailment == column


def test_neutral_alone_is_no_nli() -> None:
    assert not is_nli(("negative", "neutral", "positive"))
    assert not is_nli(("neutral", "contradiction"))


@pytest.mark.parametrize(
    "names",
    [
        ("LABEL_0", "LABEL_1", "LABEL_2"),
        ("0", "1", "2"),
        ("class 0", "class 1", "class 2"),
        ("negative", "neutral", "LABEL_2"),
        ("negative", "neutral", ""),
    ],
)
def test_names_that_say_nothing_are_refused_unless_mapped(names: tuple[str, ...]) -> None:
    with pytest.raises(LabelError, match="names that mean something"):
        map_labels(names)
    said = dict(zip(map(str, range(3)), ("positive", "negative", "neutral"), strict=True))
    assert map_labels(names, labels=said).columns == ((1,), (2,), (0,))


def test_a_map_by_name() -> None:
    labels = {"LABEL_0": "negative", "LABEL_1": "neutral", "LABEL_2": "positive"}
    assert map_labels(("LABEL_0", "LABEL_1", "LABEL_2"), labels=labels).describe() == labels
    with pytest.raises(LabelError, match="keys among"):
        map_labels(("a", "b", "c"), labels={"LABEL_0": "negative"})
    with pytest.raises(LabelError, match="names of sentiment"):
        map_labels(("negative", "mixed", "positive"))
    with pytest.raises(LabelError, match="names of sentiment"):
        map_labels(("negative", "neutral", "positive"), labels={"neutral": "so-so"})


def test_nli_names_that_say_nothing() -> None:
    with pytest.raises(LabelError):
        map_entailment(("LABEL_0", "LABEL_1"))
    assert map_entailment(("LABEL_0", "LABEL_1"), {"0": "not_entailment", "1": "entailment"}).entailment == 1
    with pytest.raises(LabelError, match="two or three"):
        map_entailment(("entailment", "entails"))


def test_doubled_and_missing_labels_are_refused() -> None:
    with pytest.raises(LabelError, match="one name for each"):
        map_labels(("negative", "neg", "positive"))
    with pytest.raises(LabelError, match="at least"):
        map_labels(("negative", "neutral"))
    with pytest.raises(LabelError, match="sentiment or stance"):
        map_labels(("sports", "politics"))


def test_stars_are_added_up() -> None:
    found = map_labels(("1 star", "2 stars", "3 stars", "4 stars", "5 stars"))
    assert found.columns == ((0, 1), (2,), (3, 4))
    raw = np.log(np.array([[0.1, 0.2, 0.3, 0.25, 0.15]], np.float32))
    assert np.allclose(np.exp(found.logits(raw)), [[0.3, 0.3, 0.4]])


def test_two_classes_need_a_declared_band() -> None:
    with pytest.raises(LabelError, match="neutral_band"):
        map_labels(("NEGATIVE", "POSITIVE"))
    with pytest.raises(LabelError, match="neutral_band"):
        map_labels(("NEGATIVE", "POSITIVE"), neutral_band=1.0)
    with pytest.raises(LabelError, match="leave the band out"):
        map_labels(("negative", "neutral", "positive"), neutral_band=0.3)


@given(arrays(np.float32, (4, 2), elements=st.floats(-20, 20, width=32)), st.floats(0.05, 0.95))
def test_the_band_is_where_neutral_wins(raw: np.ndarray, band: float) -> None:
    found = map_labels(("POSITIVE", "NEGATIVE"), neutral_band=band)
    logits = found.logits(raw).astype(np.float64)
    assert np.isfinite(logits).all()
    chances = 1 / (1 + np.exp((raw[:, 1] - raw[:, 0]).astype(np.float64)))  # of the positive class
    apart = np.abs(2 * chances - 1)
    for row, distance, difference in zip(logits, apart, raw[:, 0] - raw[:, 1], strict=True):
        if abs(distance - band) > 1e-4:
            assert (row.argmax() == 1) == (distance < band)
        assert row[2] - row[0] == pytest.approx(difference, abs=1e-4)  # the odds are kept


def test_davidsons_tie_by_hand() -> None:
    # p = 0.8, band 0.6: the edge of the band, so positive and neutral are equally likely.
    raw = np.log(np.array([[0.2, 0.8]], np.float32))
    logits = map_labels(("negative", "positive"), neutral_band=0.6).logits(raw)[0]
    probs = np.exp(logits) / np.exp(logits).sum()
    assert probs == pytest.approx([0.2 / 1.8, 0.8 / 1.8, 0.8 / 1.8], abs=1e-6)


def test_a_name_means_one_thing() -> None:
    columns: dict[str, int] = {}
    for task, order in LABELS.items():
        for name, label in label_names()[task.value].items():
            assert columns.setdefault(name, order.index(label)) == order.index(label)
            assert label_index(name.upper()) == order.index(label)


def test_names_are_folded() -> None:
    assert fold("  Not_Entailment ") == fold("not-entailment") == "not entailment"
    assert label_index("No-Stance") == 1
    with pytest.raises(LabelError):
        label_index("LABEL_0")
