"""Whether a demonym is the name of a language: "in Russian", "speaks Kazakh", "classes in Turkish and Chinese"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .mention_lexicon import load_homonyms
from .mention_text import WORD_REACH, Reading, opens

#: "is a hard language": what may be said of one in the first or the second word.
_LEARNT: Final = re.compile(r" (?:is|was|has|had) (\w+)(?: (\w+))?")
_NAMING: Final = re.compile(r"\b(?:it|that|which|word|name)(?: is| was|'s) \Z")
_QUOTED: Final = re.compile(r" for [\"'“‘«]")
_BREAK: Final = re.compile(r"[\s-]")


def is_language(reading: Reading, start: int, end: int) -> bool:
    """Whether a demonym is the name of a language, here or in a list of languages that goes on here."""
    if not (_is_tongue(reading, start, end) or (reading.tongues and _is_next_tongue(reading, start, end))):
        return False
    reading.tongues.add(reading.folded[start:end])
    reading.tongue = end
    return True


#: "French to nine, ", "Polish conversation on Wednesdays and ": what may stand between two languages.
_COURSES: Final = re.compile(
    r"(?: [\w-]{1,20})?(?: (?:to|for|on|at|with|through) [^.;!?\n]{1,40}?)?(?:,|,? (?:and|or)) "
)


def _is_next_tongue(reading: Reading, start: int, end: int) -> bool:
    """Whether a demonym with no word of its own stands in a list after a language, or is one that the text named."""
    lexicon, following = load_homonyms(), reading.word_after(end)
    if reading.folded[end - 1] == "s" or reading.folded[start:end] in lexicon.language_never:
        return False
    if following in ("is", "was", "has") and reading.folded[start:end] in reading.tongues:
        return opens(reading, start)
    if not 0 < start - reading.tongue < 2 * WORD_REACH or reading.folded[end : end + 1] in ("'", "-"):
        return False
    gap = reading.folded[reading.tongue : start]
    if following and following not in lexicon.language_stops:
        return False
    if following in ("and", "or") and _is_paired(reading, end):
        return False
    return not (reading.folded[end : end + 1] == "," and _describes(reading, end)) and bool(_COURSES.fullmatch(gap))


def _is_tongue(reading: Reading, start: int, end: int) -> bool:
    """Whether the words around make a demonym the name of a language ("in Russian,", "speaks Kazakh")."""
    lexicon = load_homonyms()
    following = reading.word_after(end)
    if following in lexicon.language_before:
        return reading.folded[start:end] not in lexicon.language_never
    if following not in lexicon.language_stops and following != "":
        return False  # an adjective with a word of its own: "Russian waters"
    if reading.folded[end - 1] == "s" or reading.folded[start:end] in lexicon.language_never:
        return False
    if reading.folded.endswith(" in ", 0, start) and reading.folded_before(start - 3) in lexicon.language_classes:
        return True  # "classes in Japanese, Turkish and Chinese begin"
    if following == "for" and (
        reading.folded.startswith(" for beginners", end) or _NAMING.search(reading.folded, max(0, start - 16), start)
    ):
        return True  # "it is Arabic for “the base”"
    if reading.folded[end : end + 1] == "," and _describes(reading, end):
        return False
    said = _LEARNT.match(reading.folded, end)
    if said is not None and not lexicon.language_learnt.isdisjoint(said.groups()):
        return opens(reading, start)
    if (
        following in ("has", "had", "lacks")
        and " word" in reading.folded[end : end + WORD_REACH]
        and opens(reading, start)
    ):
        return True  # "Kazakh has a dozen words for it"
    if following in ("is", "was") and "language" in reading.folded[max(0, start - 2 * WORD_REACH) : end + WORD_REACH]:
        return True
    words = _BREAK.split(reading.folded[max(0, start - 2 * WORD_REACH) : start])[:-1]
    if words and words[-1] == "no":
        words = words[:-1]
    if words[-2:] == ["nothing", "but"]:
        words = words[:-2]
    if words and words[-1] in lexicon.language_owners and following in ("", "is", "was", "has", "had"):
        return reading.folded[end : end + 1] not in ("'", "-")
    if following == "for" and _QUOTED.match(reading.folded, end):
        return True  # "the Russian for “blizzard”"
    if following == "as" and "language" in reading.folded[end : end + WORD_REACH]:
        return True  # "Russian as a foreign language"
    if words and words[-1] in lexicon.language_verbs:
        return following == "" or following in lexicon.language_stops
    if reading.folded[end : end + 1] in ("'", "-") or (following in ("and", "or") and _is_paired(reading, end)):
        return False
    if words and words[-1] in ("and", "or") and "languages" in reading.folded[max(0, start - 2 * WORD_REACH) : start]:
        return True
    if len(words) > 1 and words[-1][-1:] == "," and start - 2 in reading.ends:  # "in Russian, Kazakh and English"
        return words[-2] in lexicon.language_media or words[-2] in lexicon.language_verbs
    if words and words[-1] in ("and", "or") and _is_listed(words, reading.folded[start - 1]):
        return True
    if len(words) > 2 and words[-1] in ("and", "or"):
        words = words[:-2]
        while len(words) > 1 and words[-1][-1:] == ",":  # "in English, Turkish and Kazakh"
            words = words[:-1]
    if len(words) > 1 and words[-1] == "the" and words[-2] in ("from", "into"):
        around = reading.folded[max(0, start - 4 * WORD_REACH) : start]
        return "translat" in around or "rendered" in around
    return bool(words) and (words[-1] in lexicon.language_verbs or words[-1] in lexicon.language_prepositions)


def _is_listed(words: Sequence[str], joint: str) -> bool:
    """Whether "speaks" and a language stand before the last of several: "speaks Dutch at home and Kazakh"."""
    lexicon = load_homonyms()
    said = [place for place, word in enumerate(words[:-1]) if word in lexicon.language_spoken]
    return joint == " " and bool(said) and words[said[-1] + 1] not in lexicon.language_spoken_stops


def _describes(reading: Reading, end: int) -> bool:
    """Whether a list of adjectives that goes on here ends in a noun: ", and Chinese companies"."""
    last, stops = _LAST.match(reading.folded, end), load_homonyms().language_stops
    return last is not None and stops.isdisjoint(last.groups())


def _is_paired(reading: Reading, end: int) -> bool:
    """Whether a demonym shares a word with the next: "British and Finnish utilities"."""
    pair = _PAIR.match(reading.folded, end)
    return pair is not None and pair.group(1) not in load_homonyms().language_stops


_LAST: Final = re.compile(
    r"(?:, \w{1,32}){1,4},? (?:and|or) (?!the |an? |his |her |its |their |then )(\w{1,32}) (\w{1,32})"
)
_PAIR: Final = re.compile(
    r" (?:and|or) (?!in |into |his |her |its |their |my |the |a |an |then |was |is |to |only |later |now |not )"
    r"\w{1,32} (\w{1,32})"
)
