"""What each kind of model is asked: the rows, with names and without."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from biasscore import Checkpoint
from biasscore.blinding import ACTOR_MARK
from biasscore.checkpoint import known_checkpoints
from biasscore.errors import ConfigError, ModelError
from biasscore.label_maps import map_entailment, map_labels
from biasscore.labels import Task
from biasscore.models.marked import MarkedAsker
from biasscore.models.nli import NliAsker, hypotheses
from biasscore.models.pair import PairAsker
from biasscore.models.plain import PlainAsker
from biasscore.models.rows import BREAK, span_rows

TEXT = "Britain said Russia and the UK talked."
SPANS = [(0, 7, 5), (13, 19, 2), (28, 30, 5)]
NAMES = {5: "United Kingdom", 2: "Russian Federation"}
LABELS = map_labels(("negative", "neutral", "positive"))
BLIND = "Entity A said Entity B and the Entity A talked."
OTHER = "Entity B said Entity A and the Entity B talked."


def pair(**settings: object) -> list[str]:
    asker = PairAsker(Checkpoint("m", kind="pair", **settings), LABELS, 128)
    return list(asker.rows([TEXT], [SPANS], [NAMES]).texts)


def test_pairs_are_blind_unless_asked_otherwise() -> None:
    assert pair() == [f"{BLIND}{BREAK}Entity A", f"{OTHER}{BREAK}Entity A"]


def test_pairs_with_names() -> None:
    assert pair(blind=False) == [f"{TEXT}{BREAK}Britain", f"{TEXT}{BREAK}Russia"]
    assert pair(blind=False, target="name") == [f"{TEXT}{BREAK}United Kingdom", f"{TEXT}{BREAK}Russian Federation"]


def test_blind_rows_do_not_depend_on_who_is_who() -> None:
    swapped = "Russia said Britain and the UK talked."
    one = PairAsker(Checkpoint("m", kind="pair"), LABELS, 128)
    first = one.rows(["Britain praised Russia."], [[(0, 7, 0), (16, 22, 1)]]).texts
    second = one.rows(["Russia praised Britain."], [[(0, 6, 0), (15, 22, 1)]]).texts
    assert first == second
    assert one.rows([swapped], [[(0, 6, 0), (12, 19, 1), (28, 30, 1)]]).texts[0].startswith("Entity A said Entity B")


def test_placeholders_of_ones_own() -> None:
    assert pair(placeholders=("X", "Y"))[1] == f"Y said X and the Y talked.{BREAK}X"


def test_markers_stand_round_the_first_mention() -> None:
    settings = {"kind": "marked", "markers": ("<e>", "</e>")}
    named = MarkedAsker(Checkpoint("m", blind=False, **settings), LABELS, 128)
    assert list(named.rows([TEXT], [SPANS]).texts) == [
        "<e> Britain </e> said Russia and the UK talked.",
        "Britain said <e> Russia </e> and the UK talked.",
    ]
    blind = MarkedAsker(Checkpoint("m", **settings), LABELS, 128)
    assert blind.rows([TEXT], [SPANS]).texts[0] == "<e> Entity A </e> said Entity B and the Entity A talked."


def test_plain_models_get_one_row_for_all_actors() -> None:
    for blind in (True, False):
        rows = PlainAsker(Checkpoint("m", kind="plain", blind=blind), LABELS, 128).rows([TEXT], [SPANS]).texts
        assert rows[0] == rows[1]
    assert rows[0] == TEXT


def test_plain_stance_is_refused() -> None:
    """A stance model that does not read its target is a classifier of topics."""
    with pytest.raises(ModelError, match="topics"):
        PlainAsker(Checkpoint("m", kind="plain"), map_labels(("against", "none", "favor")), 128)


def nli(tasks: tuple[Task, ...], **settings: object) -> NliAsker:
    return NliAsker(Checkpoint("m", **settings), map_entailment(("entailment", "not_entailment")), tasks, 128)


def test_hypotheses_name_the_actor_or_its_placeholder() -> None:
    asker = nli((Task.STANCE,), blind=False)
    rows = asker.rows([TEXT], [SPANS], [NAMES]).texts
    assert len(rows) == 2 * asker.per_pair == 12
    assert rows[0] == f"{TEXT}{BREAK}The author of this text opposes United Kingdom."
    assert rows[8] == f"{TEXT}{BREAK}The author of this text supports Russian Federation."
    blind = nli((Task.STANCE,)).rows([TEXT], [SPANS], [NAMES]).texts
    assert blind[0] == f"{BLIND}{BREAK}The author of this text opposes Entity A."
    assert not any(name in row for row in blind for name in ("Britain", "UK", "Russia", "Kingdom"))


def test_templates_are_averaged_and_their_spread_reported() -> None:
    asker = nli((Task.SENTIMENT, Task.STANCE))
    assert asker.per_pair == 12
    values = np.zeros((24, 2, 3), np.float32)
    # Stance of the second pair: the first template says favor, the second against, both with odds e^3 to 1.
    values[12 + 6 + 2, 0, 0] = 3.0
    values[12 + 9, 0, 0] = 3.0
    answers = asker.finish(values)
    top = np.exp(3) / (np.exp(3) + 2)
    probs = np.exp(answers.values[1, 1])
    assert probs == pytest.approx([(top + (1 - top) / 2) / 2, (1 - top) / 2, (top + (1 - top) / 2) / 2], abs=1e-6)
    assert answers.spread is not None
    assert answers.spread[1, 1] == pytest.approx(2 * (top - (1 - top) / 2), abs=1e-6)
    assert answers.spread[0].tolist() == [0.0, 0.0]
    assert np.exp(answers.values[0, 0]) == pytest.approx([1 / 3] * 3)


def test_a_row_without_an_answer_leaves_the_others_alone() -> None:
    asker = nli((Task.STANCE,))
    values = np.zeros((12, 2, 3), np.float32)
    values[4] = np.nan
    answers = asker.finish(values)
    assert np.isnan(answers.values[0, 1]).any()
    assert np.isfinite(answers.values[1]).all()


def test_only_entailment_counts_wherever_it_stands() -> None:
    """A library that takes contradiction to be the last column, or the first, reads some models wrongly."""
    raw = np.array([[1.0, 2.0, 3.0]], np.float32)
    for names, column in (
        (("entailment", "contradiction", "neutral"), 0),
        (("contradiction", "entailment", "neutral"), 1),
    ):
        asker = NliAsker(Checkpoint("m"), map_entailment(names), (Task.STANCE,), 128)
        assert asker.place(raw)[0, 0, 0] == raw[0, column]


def test_there_are_two_templates_of_three_hypotheses_in_each_language() -> None:
    for language in ("en", "ru", "kk"):
        for task in Task:
            templates = hypotheses(language, task)
            assert len(templates) >= 2
            assert all(text.count("{actor}") == 1 for template in templates for text in template)
            assert len({text for template in templates for text in template}) == 3 * len(templates)
    with pytest.raises(ConfigError, match="language"):
        hypotheses("xx", Task.STANCE)


def test_long_rows_say_where_the_mention_is() -> None:
    long = "word " * 100 + TEXT
    spans = [(start + 500, end + 500, actor) for start, end, actor in SPANS]
    row = PairAsker(Checkpoint("m", kind="pair"), LABELS, 128).rows([long], [spans]).texts[1]
    assert f"{ACTOR_MARK}Entity A and the" in row
    assert ACTOR_MARK not in pair()[0]


def test_reserved_characters_of_the_text_mean_nothing() -> None:
    text = f"Brit{BREAK}ain {ACTOR_MARK} x"
    row = PairAsker(Checkpoint("m", kind="pair", blind=False), LABELS, 128).rows([text], [[(0, 8, 0)]]).texts[0]
    assert row == f"Brit ain   x{BREAK}Brit ain"


def test_overlapping_mentions_count_as_for_the_default_model() -> None:
    spans = [(0, 7, 0), (3, 12, 1), (13, 19, 2)]
    ours = PairAsker(Checkpoint("m", kind="pair"), LABELS, 128).rows([TEXT], [spans])
    assert ours.slots == span_rows([TEXT], [spans]).slots == 2


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"kind": "triple"}, "kind"),
        ({"task": "topic"}, "task"),
        ({"kind": "marked"}, "markers"),
        ({"markers": ("<e>", "</e>")}, "markers"),
        ({"placeholders": ("X",)}, "placeholders"),
        ({"placeholders": "XY"}, "placeholders"),
        ({"target": "aspect"}, "target"),
        ({"templates": [("{actor}", "{actor}", "{actor}")] * 2}, "task"),
        ({"task": "stance", "templates": [("{actor}", "{actor}", "{actor}")]}, "at least two"),
        ({"task": "stance", "templates": [("a", "b", "c")] * 2}, "triples"),
        ({"max_tokens": 8}, "max_tokens"),
        ({"blind": "yes"}, "blind"),
    ],
)
def test_settings_that_make_no_sense(settings: dict[str, object], match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        Checkpoint("m", **settings)  # type: ignore[arg-type]


def test_settings_are_hashed() -> None:
    one = Checkpoint("m", labels={"LABEL_1": "positive", "LABEL_0": "negative"})
    same = Checkpoint("elsewhere/m", labels={"LABEL_0": "negative", "LABEL_1": "positive"}, self_check=False)
    assert one.digest() == same.digest()
    assert len({hash(one), hash(same)}) == 2
    assert one.digest() != Checkpoint("m", labels={"LABEL_0": "positive", "LABEL_1": "negative"}).digest()
    assert Checkpoint("m").digest() != Checkpoint("m", blind=False).digest()


def test_known_checkpoints() -> None:
    for known in known_checkpoints().values():
        assert (known.kind is None) != (known.refused is None)
        assert known.languages
        if known.labels is not None:
            map_labels(tuple(known.labels), labels=known.labels)


def test_the_table_of_the_readme_names_known_checkpoints() -> None:
    root = Path(__file__).parent.parent
    text = "".join(path.read_text(encoding="utf-8") for path in root.glob("README*.md"))
    table = [line for line in text.splitlines() if re.match(r"\| `[\w.-]+/", line)]
    assert len(table) >= 15
    for line in table:
        name, kind = re.findall(r"\| `([^`]+)`[^|]*\| (\w+)", line)[0]
        known = known_checkpoints()[name]
        assert known.kind == kind
        assert known.licence in line
        assert f'"{name}"' in line.split("|")[5]  # the call
