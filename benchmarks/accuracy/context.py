"""Whether a paragraph is read better with what stands before it, and what of it reaches the article.

    python -m benchmarks.accuracy.context --persent FILE --paragraphs FILE [--json FILE] [--folds N] [--seeds N]
        [--threads N]

FILE are PerSenT's articles and their paragraphs (``text``, ``target``, ``spans``, ``label``; the title of an article is
in ``extra``). Only paragraphs that mention the person are read, with the mentions that the file gives. What is compared
is what stands before a paragraph: nothing, the title, the end of the previous paragraph, or both. Mentions of the
person in the previous paragraph are blinded as well, and pooled apart ("previous") or with the paragraph's own
("previous, pooled").

- *As shipped*: the default model reads them, untrained on any of it. The mean of its log-probabilities over all
  paragraphs is taken away, class by class, so that what it expects of the shares of labels does not decide.
- *Trained on paragraphs*: cross-validation by article. The default model goes on learning on the paragraphs of the
  other folds, with classes weighted alike, and reads those of its own. Nothing of it is kept: the data may tune, but
  not train what is shipped. With several seeds, the mean of their answers.

An article's score is the mean over its paragraphs of P(positive) - P(negative); two thresholds are chosen by macro-F1
on the articles of the other folds. Intervals are percentile intervals of a bootstrap over articles, also those of the
gain over the row without context. Last, the same rule on the labels that people gave the paragraphs: what the
article level could reach if every paragraph were read rightly.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold
from tokenizers import Tokenizer

from biasscore.labels import label_index
from biasscore.training.answers import predict
from biasscore.training.examples import UNKNOWN, Example, Target, read_records
from biasscore.training.fit import fit
from biasscore.training.low_rank import restore, resume
from biasscore.training.network import SpanNetwork, actor_tokenizer, starting_point
from biasscore.training.recipes import QUICK

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Before = Literal["nothing", "title", "previous", "previous, pooled", "title and previous"]

WEIGHTS: Final = Path(__file__).parents[2] / "biasscore" / "weights"
RESULT: Final = Path(__file__).parent / "results" / "context.json"
#: What is shown to models that learn on.
TRAINED: Final[tuple[Before, ...]] = ("nothing", "previous, pooled", "title and previous")
#: Words of a previous paragraph that are shown, its last ones.
WORDS: Final = 60
RESAMPLES: Final = 2000
#: Rates of a short last stage, as in the recipe `after`.
RECIPE: Final = replace(
    QUICK, name="context", epochs=2, encoder_rate=5e-5, head_rate=2e-4, stance=0.0, offsets=False, average=0.99
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One labelled paragraph with what stands before it.

    Attributes:
        article: Row of its article.
        text: Its words.
        spans: Mentions of the person, at least one.
        label: Column of its label.
        title: Of the article.
        previous: The end of the paragraph before it; empty if it is the first.
        previous_spans: Mentions of the person in `previous`.
    """

    article: int
    text: str
    spans: tuple[tuple[int, int], ...]
    label: int
    title: str
    previous: str
    previous_spans: tuple[tuple[int, int], ...]

    def example(self, before: Before, weight: float = 1.0) -> Example:
        """The paragraph behind its context; its own target comes first."""
        prefix, earlier = "", []
        if before.startswith("title") and self.title:
            prefix = self.title.rstrip(" .") + ". "
        if "previous" in before and self.previous:
            earlier = [(start + len(prefix), end + len(prefix)) for start, end in self.previous_spans]
            prefix += self.previous + " "
        own = [(start + len(prefix), end + len(prefix)) for start, end in self.spans]
        if before == "previous, pooled":
            own, earlier = earlier + own, []
        targets = [Target(tuple(own), self.label, weight=weight)]
        if earlier:
            targets.append(Target(tuple(earlier), UNKNOWN))
        return Example(prefix + self.text, tuple(targets), "newsmtsc", f"persent:{self.article}")


def read(articles: Path, paragraphs: Path) -> tuple[IntArray, list[Paragraph]]:
    """Labels of the articles, int64 (n,), and the paragraphs that mention their person."""
    documents = list(read_records(articles))
    rows = {document["id"]: row for row, document in enumerate(documents)}
    found = []
    last: Mapping[str, Any] = {}
    for record in read_records(paragraphs):
        name = record["id"].rpartition("-p")[0]
        if name in rows and record["spans"]:
            follows = bool(last) and last["id"].rpartition("-p")[0] == name
            previous, marks = _end(last) if follows else ("", ())
            title = str(documents[rows[name]]["extra"].get("title") or "")
            spans = tuple((start, end) for start, end in record["spans"])
            label = label_index(record["label"])
            found.append(Paragraph(rows[name], record["text"], spans, label, title, previous, marks))
        last = record
    return np.array([label_index(document["label"]) for document in documents], np.int64), found


def _end(record: Mapping[str, Any]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The last words of a paragraph, and the mentions in them."""
    text = record["text"].rstrip()
    words = text.split(" ")
    cut = len(text) - len(" ".join(words[-WORDS:]))
    return text[cut:], tuple((s - cut, e - cut) for s, e in record["spans"] if s >= cut and e <= len(text))


def network() -> SpanNetwork:
    """The default model, as it can learn on."""
    started = SpanNetwork.from_encoder(starting_point(), offsets=False)
    restore(started, WEIGHTS)
    resume(started, WEIGHTS)
    return started


def answers(model: SpanNetwork, tokenizer: Tokenizer, examples: Sequence[Example]) -> FloatArray:
    """Log-probabilities of the paragraphs' sentiment, float64 (n, 3)."""
    logits = predict(model, tokenizer, [(e.text, e.targets, e.source) for e in examples])
    first = np.cumsum([0, *(len(e.targets) for e in examples)])[:-1]
    return torch.log_softmax(torch.from_numpy(logits[first, 0]).double(), dim=-1).numpy()


def confusion(gold: IntArray, guess: IntArray, owners: IntArray, count: int) -> IntArray:
    """How often which label was taken for which, article by article: int64 (count, 3, 3), gold before guess."""
    return np.bincount(9 * owners + 3 * gold + guess, minlength=9 * count).reshape(count, 3, 3)


def macro_f1(tables: IntArray) -> FloatArray:
    """Mean of the three classes' F1, which is 0 for a class that neither side has.

    Args:
        tables: int64 (..., 3, 3), gold before guess.

    Returns:
        float64 (...).
    """
    right = np.einsum("...ii->...i", tables)
    both = tables.sum(axis=-1) + tables.sum(axis=-2)
    return np.asarray((2 * right / np.maximum(1, both)).mean(axis=-1), np.float64)


def trained(paragraphs: Sequence[Paragraph], before: Before, folds: Sequence[IntArray], seed: int) -> FloatArray:
    """Log-probabilities of every paragraph by a model that learned from the articles of the other folds."""
    tokenizer = actor_tokenizer(starting_point())
    found = np.zeros((len(paragraphs), 3))
    owners = np.array([paragraph.article for paragraph in paragraphs])
    for held in folds:
        inside = np.isin(owners, held)
        counts = np.bincount([p.label for p, out in zip(paragraphs, inside, strict=True) if not out], minlength=3)
        weights = counts.sum() / (3 * counts)
        learnt = [p.example(before, weights[p.label]) for p, out in zip(paragraphs, inside, strict=True) if not out]
        model = network()
        with TemporaryDirectory() as folder:
            fit(model, tokenizer, learnt, {}, replace(RECIPE, seed=seed), Path(folder))
        asked = [p.example(before) for p, out in zip(paragraphs, inside, strict=True) if out]
        found[inside] = answers(model, tokenizer, asked)
    return found


def article_labels(scores: FloatArray, gold: IntArray, folds: Sequence[IntArray]) -> IntArray:
    """Labels of the articles by two thresholds, chosen on the articles of the other folds.

    Args:
        scores: float64 (n,); NaN where no paragraph mentions the person, which is neutral.
        gold: int64 (n,).
        folds: Rows of the articles of each.
    """
    guess = np.ones(len(gold), np.int64)
    values = np.nan_to_num(scores)
    for held in folds:
        rest = np.setdiff1d(np.arange(len(gold)), held)
        cuts = np.quantile(values[rest], np.linspace(0.01, 0.99, 50))
        pairs = [(low, high) for i, low in enumerate(cuts) for high in cuts[i:]]
        one = np.zeros(len(rest), np.int64)
        tables = [confusion(gold[rest], _cut(values[rest], *pair), one, 1)[0] for pair in pairs]
        low, high = pairs[int(macro_f1(np.stack(tables)).argmax())]
        guess[held] = np.where(np.isnan(scores[held]), 1, _cut(values[held], low, high))
    return guess


def _cut(values: FloatArray, low: float, high: float) -> IntArray:
    return (1 + (values > high).astype(np.int64) - (values < low).astype(np.int64)).astype(np.int64)


def article_scores(log_probs: FloatArray, paragraphs: Sequence[Paragraph], count: int) -> FloatArray:
    """Mean over an article's paragraphs of P(positive) - P(negative), float64 (count,); NaN without any."""
    probs = np.exp(log_probs)
    owners = np.array([paragraph.article for paragraph in paragraphs])
    totals = np.bincount(owners, probs[:, 2] - probs[:, 0], minlength=count)
    numbers = np.bincount(owners, minlength=count)
    with np.errstate(invalid="ignore"):
        return totals / np.where(numbers == 0, np.nan, numbers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persent", type=Path, required=True)
    parser.add_argument("--paragraphs", type=Path, required=True)
    parser.add_argument("--json", type=Path, default=RESULT)
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(options.threads)
    gold, paragraphs = read(options.persent, options.paragraphs)
    splitter = StratifiedKFold(options.folds, shuffle=True, random_state=0)
    folds = [held for _, held in splitter.split(np.zeros(len(gold)), gold)]
    labels = np.array([paragraph.label for paragraph in paragraphs])
    owners = np.array([paragraph.article for paragraph in paragraphs])
    draws = np.random.default_rng(0).integers(0, len(gold), (RESAMPLES, len(gold)))
    rows: list[dict[str, Any]] = []
    firsts: dict[tuple[str, str], FloatArray] = {}

    def figures(how: str, level: str, tables: IntArray) -> dict[str, Any]:
        drawn = np.array([macro_f1(tables[draw].sum(axis=0)) for draw in draws])
        gain = drawn - firsts.setdefault((how, level), drawn)
        return {
            "macro_f1": round(float(macro_f1(tables.sum(axis=0))), 4),
            "interval": np.quantile(drawn, [0.025, 0.975]).round(4).tolist(),
            "gain": np.quantile(gain, [0.025, 0.5, 0.975]).round(4).tolist(),
        }

    def report(how: str, before: str, log_probs: Sequence[FloatArray]) -> None:
        mean = np.logaddexp.reduce(np.stack(log_probs), axis=0) - np.log(len(log_probs))
        guess = (mean - mean.mean(axis=0) if how == "as shipped" else mean).argmax(axis=1)
        whole = article_labels(article_scores(mean, paragraphs, len(gold)), gold, folds)
        everywhere = np.arange(len(gold))
        row = {
            "how": how,
            "before": before,
            "seeds": len(log_probs),
            "paragraphs": figures(how, "paragraphs", confusion(labels, guess, owners, len(gold))),
            "articles": figures(how, "articles", confusion(gold, whole, everywhere, len(gold))),
        }
        rows.append(row)
        print(json.dumps(row), flush=True)

    tokenizer = actor_tokenizer(starting_point())
    print(f"{len(gold)} articles, {len(paragraphs)} paragraphs with the person", flush=True)
    for before in get_args(Before):
        report("as shipped", before, [answers(network(), tokenizer, [p.example(before) for p in paragraphs])])
    for before in TRAINED:
        answered = [trained(paragraphs, before, folds, seed) for seed in range(options.seeds)]
        report("trained on paragraphs", before, answered)
    known = np.log(np.eye(3)[labels] + 1e-9)
    report("labels of people", "", [known])
    result = {
        "articles": len(gold),
        "paragraphs": len(paragraphs),
        "folds": options.folds,
        "recipe": asdict(RECIPE),
        "rows": rows,
    }
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
