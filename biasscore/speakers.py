"""Whom "he", "she", "it" and "they" mean where they say something.

"The minister said that Riga lied. He added that Bonn knew": a source that is a pronoun names nobody to whom what is
said could be credited. It is whoever spoke last, if that may be the one by what is known of both: a person for "he" and
"she" (not of the other word by title or given name), none for "it", several for "they". Where nobody spoke before, it
is the person with whom its sentence or the one before begins. Whoever else is named in between leaves the pronoun as it
is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from .clauses import ARTICLES
from .mention_lexicon import load_homonyms
from .personal_names import find_pronoun, is_title, load_given_names
from .pronouns import WAYS, WORD, bare
from .records import Attribution, Sentence, Span
from .reporting_lexicon import load_reporting

_PRONOUNS: Final = frozenset(["he", "she", "it", "they"])
_LONGEST: Final = 4
#: How many sentences may stand between a speaker and the pronoun.
_PATIENCE: Final = 2
#: How many sources before a pronoun are looked at.
_TRIED: Final = 6
#: How many words the subject of a sentence may have.
_SUBJECT_WORDS: Final = 5
_BEHIND_HEAD: Final = re.compile(r",|\s(?:of|in|at|from|for|with|on)\s")
_QUOTED: Final = re.compile('["“«„][^"”»“]*["”»“]')


def name_speakers(text: str, sentences: Sequence[Sentence], attributions: Sequence[Attribution]) -> list[Attribution]:
    """Put in the place of pronouns those whom they mean.

    Args:
        text: The text.
        sentences: Its sentences, in order.
        attributions: What others than the author say.

    Returns:
        The attributions in the same order; a source that is a pronoun is the span of the one it means where that is
        sure, and else stays.
    """
    sources = sorted({a.source for a in attributions if a.source is not None}, key=lambda span: (span.start, span.end))
    if not any(_is_pronoun(text, source) for source in sources):
        return list(attributions)
    starts = [sentence.start for sentence in sentences]
    spoken: list[tuple[Span, int]] = []  # each source, or whom it means, and its sentence
    meant: dict[Span, Span] = {}
    for source in sources:
        place = bisect_right(starts, source.start) - 1
        if _is_pronoun(text, source):
            meant[source] = _find_speaker(text, sentences, source, place, spoken[-_TRIED:]) or source
        spoken.append((meant.get(source, source), place))
    return [
        replace(each, source=meant.get(each.source, each.source)) if each.source is not None else each
        for each in attributions
    ]


def _is_pronoun(text: str, source: Span) -> bool:
    return source.end - source.start <= _LONGEST and text[source.start : source.end].lower() in _PRONOUNS


def _find_speaker(
    text: str, sentences: Sequence[Sentence], source: Span, place: int, spoken: Sequence[tuple[Span, int]]
) -> Span | None:
    """The one whom a pronoun means; None where that is not sure.

    Args:
        text: The text.
        sentences: Its sentences.
        source: The pronoun.
        place: Its sentence.
        spoken: Those who spoke before, in order, and in which sentence.
    """
    pronoun = text[source.start : source.end].lower()
    for other, said in reversed(spoken):
        if place - said > _PATIENCE + 1:
            break
        if _is_pronoun(text, other) or not _may_be(text, other, pronoun):
            continue
        known = frozenset(_words(text[other.start : other.end]))
        between = (sentences[index] for index in range(said + 1, place + 1))
        rivalled = any(_names_other(text[s.start : min(s.end, source.start)], known) for s in between)
        return None if rivalled else other
    if pronoun in {"it", "they"}:
        return None
    for near in range(place, max(-1, place - 2), -1):
        subject = _find_subject(text, sentences[near], source.start)
        if subject is not None:
            return subject if _may_be(text, subject, pronoun) else None
    return None


def _words(text: str) -> list[str]:
    return [bare(word) for word in WORD.findall(text)]


def _may_be(text: str, source: Span, pronoun: str) -> bool:
    """Whether a source may go by a pronoun, for what its head tells: "the envoy" of "the envoy of Riga, who ..."."""
    words = _words(_BEHIND_HEAD.split(text[source.start : source.end], maxsplit=1)[0])
    if not words:
        return False
    lexicon, last = load_reporting(), words[-1].lower()
    plural = last.endswith("s") and (words[-1].islower() or last in lexicon.act_words["speakers"])
    if pronoun == "they":
        return plural or " and " in text[source.start : source.end]
    person = _is_person(words)
    if pronoun == "it":
        return not person and not plural
    ways = {way for word in words for way in (WAYS.get(word.lower(), ""), find_pronoun(word)) if way}
    return person and ways <= {pronoun}


def _is_person(words: Sequence[str]) -> bool:
    """Whether the words of a source are a person's name, or a noun for one person."""
    lexicon, last = load_reporting(), words[-1].lower()
    if _begins_name(words[0]):
        return True
    if last in lexicon.states:
        return False
    if any(last in lexicon.words[name] for name in ("no_source", "no_source_first", "bodies", "outlets")):
        return False
    if last in lexicon.act_words["people"] or last in lexicon.act_words["speakers"]:
        return not last.endswith("s") or last.endswith("ss")
    return words[-1][0].isupper() and not (len(last) > 1 and words[-1].isupper())


def _begins_name(word: str) -> bool:
    """Whether a word is a title or a given name."""
    return word[0].isupper() and (is_title(word.lower()) or word.lower() in load_given_names())


def _names_other(stretch: str, known: frozenset[str]) -> bool:
    """Whether a stretch of text names a person outside its quotations who has none of the ``known`` names."""
    stretch = _QUOTED.sub(lambda match: " " * len(match[0]), stretch)
    run: list[str] = []
    for place, word in enumerate([*_words(stretch), ""]):
        if word[:1].isupper() and (place or _may_be_name(word)):
            run.append(word)
            continue
        if run and known.isdisjoint(run) and _is_person(run):
            return True
        run = []
    return False


def _may_be_name(word: str) -> bool:
    """Whether the first word of a sentence may be a name: "Lee", not "The", "Critics", "Sadly"."""
    if _begins_name(word):
        return True
    return not word.endswith(("s", "ly", "ing")) and word.lower() not in load_homonyms().no_given_names


def _find_subject(text: str, sentence: Sentence, end: int) -> Span | None:
    """The person with whom a sentence begins: "Mr Holm ...", "Ann Lee's thesis ...", "A second diplomat ..."."""
    words = list(islice(WORD.finditer(text, sentence.start, min(sentence.end, end)), _SUBJECT_WORDS))
    if not words or words[0].start() > sentence.start + 1:
        return None
    if words[0][0].lower() in ARTICLES:
        nouns = load_reporting().act_words
        last = next((word for word in words[1:] if bare(word[0]) in nouns["people"] & nouns["speakers"]), None)
        plain = last is not None and text[words[1].start() : last.end()].islower()
    elif _begins_name(words[0][0]):
        last = words[0]
        for word in words[1:]:
            joined = text[last.end() : word.start()] == " " and not last[0].endswith(("'s", "’s"))
            if not (joined and word[0][0].isupper()):
                break
            last = word
        plain = last is not words[0]
    else:
        return None
    return Span(words[0].start(), last.start() + len(bare(last[0]))) if last is not None and plain else None
