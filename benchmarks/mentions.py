"""How well mentions and their voice agree with the gold set, and how fast they are found.

    python -m benchmarks.mentions [--half test|development] [--polnear FILE] [--json FILE] [--errors]

Reads ``fixtures/gold/mentions.jsonl`` (guidelines beside it) and prints, for one half or both, and for the passages of
it that were written after the finder had been made on the others:

- agreement of the two annotation passes: Krippendorff's alpha over characters (whose mention a character belongs to, or
  nobody's), and over the kind and the voice of the spans that both passes marked;
- precision and recall of mentions. A mention found is right if a gold mention has its span and its actor; in the
  columns "overlap", if a gold mention of its actor overlaps it. Recall counts the gold mentions of a kind, precision
  the found ones that claim it. Anaphors stand apart: the rows of actors leave them out;
- traps taken: the share of trap passages in which something was found that overlaps no gold mention of that actor;
- all of these of mentions once more, with the passages in small letters, as posts and lower-cased corpora are;
- voice: the share of gold mentions whose voice is right, and of the named sources that the one found overlaps;
- with ``--polnear``, the figures of `benchmarks.voice` on articles annotated by others;
- throughput of `biasscore.mentions.Finder.find` in processor time, on one text of synthetic news and on one made of the
  passages.

``--errors`` lists the errors of the development half; those of the test half are never shown.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from biasscore.actors import DEFAULT_ACTORS, load_catalogue, resolve
from biasscore.mentions import Finder
from biasscore.metrics import krippendorff_alpha_nominal
from biasscore.records import Mention, MentionKind, MentionVoice, Sentence, Span
from biasscore.segment import split_sentences
from biasscore.voice import assign_voices, find_attributions

from . import voice as voice_benchmark
from .corpus import generate

GOLD: Final = Path(__file__).parent.parent / "fixtures" / "gold" / "mentions.jsonl"
PASSES: Final = GOLD.with_name("mentions_passes.jsonl")
RESULTS: Final = Path(__file__).parent / "results" / "mentions.json"
HALVES: Final = ("development", "test")
KINDS: Final = ("name", "demonym", "metonym", "person", "paraphrase", "anaphor")
SIZES: Final = (1, 4, 16)
#: The first of the passages that were written when the finder had been made on the others.
LATER: Final = 541

_WORD: Final = re.compile(r"\w+")


# --- the gold set ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GoldMention:
    """One mention as it was settled."""

    start: int
    end: int
    actor: str
    kind: MentionKind
    voice: MentionVoice


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage of the gold set."""

    id: str
    trap: bool
    half: str
    text: str
    mentions: tuple[GoldMention, ...]

    @property
    def is_later(self) -> bool:
        """Whether it was written when the finder had been made on the others."""
        return int(self.id.removeprefix("m")) >= LATER


def load_gold(path: Path = GOLD) -> list[Passage]:
    """Read the passages in the order of the file."""
    passages: list[Passage] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        mentions = [
            GoldMention(
                m["start"],
                m["end"],
                m["actor"],
                m["kind"],
                MentionVoice(m["voice"], Span(*m["source"]) if m["source"] else None),
            )
            for m in row["mentions"]
        ]
        passages.append(Passage(row["id"], row["trap"], row["half"], row["text"], tuple(mentions)))
    return passages


# --- agreement -------------------------------------------------------------------------------------------------------


def agreement(
    passages: Sequence[Passage], path: Path = PASSES, labels: Sequence[str] = ("kind", "voice")
) -> dict[str, float | int]:
    """How far the two annotation passes agree on some passages, before their differences were settled.

    Args:
        passages: Those that count.
        path: Both passes over them, spans as ``[start, end, actor, *labels]``.
        labels: What each span is labelled with.

    Returns:
        Alpha over characters and over each label, the number of spans of each pass, and of those that both marked.
    """
    lengths = {passage.id: len(passage.text) for passage in passages}
    characters: tuple[list[str], list[str]] = ([], [])
    given: dict[str, tuple[list[str], list[str]]] = {label: ([], []) for label in labels}
    spans = [0, 0]
    both = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["id"] not in lengths:
            continue
        marked: list[dict[tuple[int, int], list[str]]] = []
        for coder, key in enumerate(("a", "b")):
            owners = ["none"] * lengths[row["id"]]
            for start, end, actor, *_ in row[key]:
                owners[start:end] = [actor] * (end - start)
            characters[coder].extend(owners)
            spans[coder] += len(row[key])
            marked.append({(start, end): own for start, end, _, *own in row[key]})
        for span in sorted(marked[0].keys() & marked[1].keys()):
            both += 1
            for coder in (0, 1):
                for label, value in zip(labels, marked[coder][span], strict=True):
                    given[label][coder].append(value)
    return {
        "spans_alpha": krippendorff_alpha_nominal(characters),
        **{f"{label}_alpha": krippendorff_alpha_nominal(values) for label, values in given.items()},
        "spans_a": spans[0],
        "spans_b": spans[1],
        "spans_both": both,
    }


# --- mentions --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """Sums for one row of the table: exact matches, overlaps, and what there is of either side."""

    gold: int = 0
    found: int = 0
    recalled: int = 0
    right: int = 0
    touched: int = 0
    touching: int = 0

    def figures(self) -> dict[str, float | int | None]:
        """Precision and recall, exact and by overlap; None stands for none to count."""
        return {
            "gold": self.gold,
            "found": self.found,
            "precision": ratio(self.right, self.found),
            "recall": ratio(self.recalled, self.gold),
            "overlap_precision": ratio(self.touching, self.found),
            "overlap_recall": ratio(self.touched, self.gold),
        }


@dataclass(slots=True)
class Result:
    """What was counted on one half.

    Attributes:
        rows: A tally for each actor (anaphors left out), for each kind, and for all but anaphors.
        same_kind: Mentions found whose span and actor are right, and those of them whose kind is right too.
        traps: Trap passages, and those of them that were taken.
        voices: Gold mentions, and those of them whose voice is right.
        sources: Gold mentions with a named source, and those for which a source that overlaps it was found.
        errors: One line for each error.
    """

    rows: dict[str, Tally] = field(default_factory=dict)
    same_kind: list[int] = field(default_factory=lambda: [0, 0])
    traps: list[int] = field(default_factory=lambda: [0, 0])
    voices: list[int] = field(default_factory=lambda: [0, 0])
    sources: list[int] = field(default_factory=lambda: [0, 0])
    errors: list[str] = field(default_factory=list)

    def row(self, name: str) -> Tally:
        """The tally of that name, made on first use."""
        return self.rows.setdefault(name, Tally())

    def figures(self) -> dict[str, Any]:
        """All figures, ready for JSON."""
        return {
            "mentions": {name: tally.figures() for name, tally in self.rows.items()},
            "kind_accuracy": ratio(self.same_kind[1], self.same_kind[0]),
            "traps": {"passages": self.traps[0], "taken": self.traps[1], "share": ratio(self.traps[1], self.traps[0])},
            "voice": {"mentions": self.voices[0], "accuracy": ratio(self.voices[1], self.voices[0])},
            "source": {"named": self.sources[0], "accuracy": ratio(self.sources[1], self.sources[0])},
        }


def ratio(part: int, whole: int) -> float | None:
    """The share of a part, or None, which JSON can hold where it has no NaN, of nothing."""
    return part / whole if whole else None


def shown(value: float | None, form: str) -> str:
    """A share as it is printed; "-" for None."""
    return "-" if value is None else format(value, form)


def _rows(actor: str, kind: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """The rows in which a mention is counted."""
    return (kind,) if kind == "anaphor" else ("all", names.get(actor, actor), kind)


def evaluate(passages: Iterable[Passage], finder: Finder | None = None) -> Result:
    """Compare what is found with the gold set.

    Args:
        passages: Passages of the gold set.
        finder: What finds; that of the four default actors if None.

    Returns:
        The counts.
    """
    finder = finder or Finder(resolve(None))
    result = Result()
    for name in ("all", *DEFAULT_ACTORS, *KINDS):
        result.row(name)
    for passage in passages:
        sentences = split_sentences(passage.text)
        count_mentions(result, passage, finder.find(passage.text, sentences))
        _count_voices(result, passage, sentences)
    return result


def count_mentions(
    result: Result, passage: Passage, found: Sequence[Mention], names: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Add one passage to the counts.

    Args:
        result: Changed in place.
        passage: With its gold mentions.
        found: What was found in it.
        names: The row in which an actor is counted, if that is not its own.
    """
    gold = {(m.start, m.end, m.actor): m for m in passage.mentions}
    exact = {(m.start, m.end, m.actor): m for m in found}
    for key, mention in gold.items():
        for name in _rows(mention.actor, mention.kind, names):
            tally = result.row(name)
            tally.gold += 1
            tally.recalled += key in exact
            tally.touched += _overlaps(mention, found)
        if key not in exact:
            result.errors.append(_error("missed", passage, mention, mention.kind))
        else:
            result.same_kind[0] += 1
            result.same_kind[1] += exact[key].kind == mention.kind
            if exact[key].kind != mention.kind:
                result.errors.append(_error("kind", passage, mention, f"{mention.kind}, not {exact[key].kind}"))
    taken = False
    for claimed in found:
        touching = _overlaps(claimed, passage.mentions)
        taken |= not touching
        key = (claimed.start, claimed.end, claimed.actor)
        for name in _rows(claimed.actor, claimed.kind, names):
            tally = result.row(name)
            tally.found += 1
            tally.right += key in gold
            tally.touching += touching
        if key not in gold:
            result.errors.append(_error("false", passage, claimed, claimed.kind))
    if passage.trap:
        result.traps[0] += 1
        result.traps[1] += taken


def _overlaps(mention: Mention | GoldMention, others: Iterable[Mention | GoldMention]) -> bool:
    return any(
        other.actor == mention.actor and other.start < mention.end and mention.start < other.end for other in others
    )


def _count_voices(result: Result, passage: Passage, sentences: Sequence[Sentence]) -> None:
    """Voices are counted at the gold mentions, so that they do not depend on the finder."""
    mentions = [Mention(m.actor, 0, m.start, m.end, m.kind) for m in passage.mentions]
    voices = assign_voices(find_attributions(passage.text, sentences), mentions)
    for mention, found in zip(passage.mentions, voices, strict=True):
        gold = mention.voice
        result.voices[0] += 1
        result.voices[1] += found.voice == gold.voice
        if found.voice != gold.voice:
            result.errors.append(_error("voice", passage, mention, f"{gold.voice}, not {found.voice}"))
        if gold.source is not None:
            same = found.source is not None and (
                found.source.start < gold.source.end and gold.source.start < found.source.end
            )
            result.sources[0] += 1
            result.sources[1] += same
            if not same and found.voice == gold.voice:
                said = passage.text[found.source.start : found.source.end] if found.source else None
                named = passage.text[gold.source.start : gold.source.end]
                result.errors.append(_error("source", passage, mention, f"{named!r}, not {said!r}"))


def _error(name: str, passage: Passage, mention: Mention | GoldMention, detail: str) -> str:
    text = passage.text
    before = text[max(0, mention.start - 60) : mention.start]
    after = text[mention.end : mention.end + 40]
    shown = f"{before}[{text[mention.start : mention.end]}]{after}".replace("\n", " ")
    return f"{name:<7}{passage.id} {mention.actor} ({detail}): {shown}"


# --- articles annotated by others --------------------------------------------------------------------------------


def polnear(path: Path) -> dict[str, dict[str, float | int | None]]:
    """Sentence accuracy and token F1 on annotated articles, beside what stands in quotation marks."""
    methods = {"quotes only": voice_benchmark.quoted, "biasscore": voice_benchmark.rules}
    counts = {name: voice_benchmark.Counts() for name in methods}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text: str = row["text"]
        sentences = split_sentences(text)
        words = [match.span() for match in _WORD.finditer(text)]
        contents = [content for a in row["extra"]["attributions"] for content in a.get("content") or []]
        gold = voice_benchmark.covered(words, [(start, end) for start, end in contents])
        for name, method in methods.items():
            spans = [(span.start, span.end) for span in method(text, sentences)]
            voice_benchmark.add(counts[name], sentences, words, gold, voice_benchmark.covered(words, spans))
    figures: dict[str, dict[str, float | int | None]] = {}
    for name, count in counts.items():
        precision, recall = ratio(count.both, count.found), ratio(count.both, count.gold)
        figures[name] = {
            "sentences": count.sentences,
            "sentence_accuracy": ratio(count.right, count.sentences),
            "token_precision": precision,
            "token_recall": recall,
            "token_f1": 2 * precision * recall / (precision + recall) if precision and recall else 0.0,
        }
    return figures


# --- throughput ------------------------------------------------------------------------------------------------------


def throughput(passages: Sequence[Passage], sizes: Sequence[int] = SIZES) -> list[dict[str, float | int | str]]:
    """Megabytes (of UTF-8) a second of processor time, for texts of several kinds and sizes and few or all actors.

    "news" is text of `benchmarks.corpus.generate`, in which a third of the sentences name an actor; "gold" is made of
    the gold passages, which hold a mention in every 120 characters. As in `timeit`, Python's garbage collector rests.
    """
    news = "\n\n".join(str(article["text"]) for article in generate.articles(400))
    finders = [Finder(resolve(None)), Finder(list(load_catalogue().values()))]
    rows: list[dict[str, float | int | str]] = []
    for kind, base in (("news", news), ("gold", "\n\n".join(passage.text for passage in passages))):
        megabytes = len(base.encode()) / 1e6
        for size in sizes:
            text = "\n\n".join([base] * max(1, round(size / megabytes)))
            sentences = split_sentences(text)
            amount = len(text.encode()) / 1e6
            row: dict[str, float | int | str] = {"text": kind, "megabytes": amount}
            for finder, name in zip(finders, ("four", "all"), strict=True):
                seconds, row["mentions"] = min(_timed(finder, text, sentences) for _ in range(3))
                row[name] = amount / seconds
            rows.append(row)
    return rows


def _timed(finder: Finder, text: str, sentences: Sequence[Sentence]) -> tuple[float, int]:
    """Processor time of finding, and how many mentions there are."""
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        found = finder.find(text, sentences)
        return max(time.process_time() - began, 1e-9), len(found)
    finally:
        gc.enable()


# --- printing --------------------------------------------------------------------------------------------------------


def _lines(name: str, passages: Sequence[Passage], figures: Mapping[str, Any]) -> Iterator[str]:
    traps, voices, source = figures["traps"], figures["voice"], figures["source"]
    alpha = figures["agreement"]
    yield f"{name}: {len(passages)} passages, {traps['passages']} of them traps"
    yield (
        f"  agreement of two passes (Krippendorff's alpha): spans {alpha['spans_alpha']:.3f}, "
        f"kind {alpha['kind_alpha']:.3f}, voice {alpha['voice_alpha']:.3f} "
        f"({alpha['spans_a']} and {alpha['spans_b']} spans, {alpha['spans_both']} the same)"
    )
    yield from mention_lines(figures)
    yield f"  voice: accuracy {shown(voices['accuracy'], '.3f')} (n={voices['mentions']})"
    yield f"  source: found for {shown(source['accuracy'], '.3f')} of the named (n={source['named']})"


def mention_lines(figures: Mapping[str, Any]) -> Iterator[str]:
    """Printed rows of mentions, kinds and traps of some `Result.figures`."""
    traps = figures["traps"]
    yield f"  {'':<14}{'gold':>6}{'found':>7}{'precision':>11}{'recall':>9}{'P overlap':>11}{'R overlap':>11}"
    for row, tally in figures["mentions"].items():
        columns = {"precision": 11, "recall": 9, "overlap_precision": 11, "overlap_recall": 11}
        shares = "".join(f"{shown(tally[key], '.3f'):>{width}}" for key, width in columns.items())
        yield f"  {row:<14}{tally['gold']:>6}{tally['found']:>7}{shares}"
    yield f"  kind right where span and actor are: {shown(figures['kind_accuracy'], '.3f')}"
    yield f"  traps taken: {shown(traps['share'], '.1%')} ({traps['taken']} of {traps['passages']})"


def _keeps_length(passage: Passage) -> bool:
    """Whether a passage's offsets hold in small letters too."""
    return len(passage.text.lower()) == len(passage.text)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=HALVES, help="only this half of the gold set")
    parser.add_argument("--polnear", type=Path, help="JSON Lines file of articles with annotated attributions")
    parser.add_argument("--json", type=Path, default=RESULTS, help="where the figures go (default: %(default)s)")
    parser.add_argument("--errors", action="store_true", help="list the errors of the development half")
    arguments = parser.parse_args(argv)
    gold = load_gold()
    figures: dict[str, Any] = {}
    for half in (arguments.half,) if arguments.half else HALVES:
        whole = [passage for passage in gold if passage.half == half]
        later = [passage for passage in whole if passage.is_later]
        for key, title, passages in (
            (half, f"{half} half", whole),
            (f"{half}, later passages", f"{half} half, later passages", later),
        ):
            result = evaluate(passages)
            figures[key] = {"agreement": agreement(passages), **result.figures()}
            print("\n".join(_lines(title, passages, figures[key])))
            if arguments.errors and key == "development":
                print("\n".join(result.errors))
        small = evaluate([replace(passage, text=passage.text.lower()) for passage in whole if _keeps_length(passage)])
        key = f"{half}, in small letters"
        figures[key] = small.figures()
        print(f"{half} half, in small letters")
        print("\n".join(mention_lines(figures[key])))
    figures["agreement"] = agreement(gold)
    if arguments.polnear:
        figures["polnear"] = polnear(arguments.polnear)
        print(arguments.polnear.name)
        for name, row in figures["polnear"].items():
            print(
                f"  {name:<12} sentence accuracy {shown(row['sentence_accuracy'], '.4f')} (n={row['sentences']})   "
                f"content tokens: P {shown(row['token_precision'], '.4f')}  R {shown(row['token_recall'], '.4f')}  "
                f"F1 {shown(row['token_f1'], '.4f')}"
            )
    figures["throughput"] = throughput(gold)
    print("throughput in MB of text a second of processor time")
    for row in figures["throughput"]:
        print(
            f"  {row['text']} {row['megabytes']:>5.1f} MB   4 actors {row['four']:>5.2f}   "
            f"all actors {row['all']:>5.2f}"
        )
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps(figures, indent=2, allow_nan=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
