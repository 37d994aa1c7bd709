"""What headlines report without a verb: the speaker is a label before a colon, or stands behind a colon or a dash."""

from __future__ import annotations

from typing import Final

from .clauses import ARTICLES, DASHES, POSSESSIVES, QUOTED, Line, Report, is_predicate, push
from .quotations import Quote, speak
from .reporting_lexicon import load_reporting

#: How many words a label may have, and a speaker at the end.
_LABEL: Final = 6
_SPEAKER: Final = 4


def report_labels(line: Line, reports: list[Report]) -> None:
    """Report "Minister: The talks will go on" in headlines and transcripts; after a semicolon there may be another."""
    begin = 0
    while begin < len(line.words) and ":" in line.words:
        end = next((p for p in range(begin, len(line.words)) if line.words[p] == ";"), len(line.words))
        if not _is_labelled(line, begin, end, reports):
            return
        begin = end + 1


def _is_labelled(line: Line, begin: int, end: int, reports: list[Report]) -> bool:
    """Report one part of a line after its label; False if it has none."""
    colon = next((p for p in range(begin + 1, min(end, begin + _LABEL + 1)) if line.words[p] == ":"), end)
    if colon == end or line.words[begin] in load_reporting().words["labels"] or not line.is_capital(begin):
        return False
    predicate = next((p for p in range(colon + 2, min(end, colon + 5)) if is_predicate(line, p)), None)
    short = begin == 0 and end == len(line.words) and end < colon + 4
    if short and predicate is None and not _is_short_clause(line, colon + 1, end):
        return False
    lexicon = load_reporting()
    spoken = line.words[colon - 1] in lexicon.nouns_that | lexicon.words["points"]
    if spoken and colon - begin > 2 and line.words[colon - 2] in POSSESSIVES:  # "Lee's warning: ..."
        colon -= 2
    office = colon - 1 > begin and line.words[colon - 1] in lexicon.act_words["speakers"] - lexicon.words["bodies"]
    for position in range(begin, colon - office):  # "Ann Lee:", "Baltic minister:"
        if position in line.quotes or not (line.is_capital(position) or len(line.words[position]) <= 3):
            return False
    if _names_no_speaker(line, begin, colon) or (office and _asks(line, colon + 1)):
        return False
    source = line.span(begin, colon)
    push(line, line.words.index(":", colon) + 1, end, source, reports)
    if predicate is not None:
        speak(line.quotes[predicate], source)
    return True


def _asks(line: Line, first: int) -> bool:
    """Whether a word begins a question, or the title of an article that answers one: "why", "how"."""
    words = load_reporting().words
    return line.words[first : first + 1] != [] and line.words[first] in words["complement"] | words["questions"]


def _is_short_clause(line: Line, first: int, end: int) -> bool:
    """Whether the words are two, a name and a verb in the past: "Minister: Riga lied"."""
    return end == first + 2 and line.is_capital(first) and line.words[first + 1].endswith("ed")


def _names_no_speaker(line: Line, begin: int, colon: int) -> bool:
    """Whether a label says what follows ("Photograph: ...", "Final verdict: ...") or where it was written ("RIGA:")."""
    words, lists = line.words, load_reporting().words
    if words[begin] in lists["label_nouns"] or words[colon - 1] in lists["prepositions"]:
        return True
    owned = colon - 2 > begin and words[colon - 2] in POSSESSIVES
    if words[colon - 1] in lists["label_nouns"] and not owned:
        return True
    for position in range(begin, colon):  # "NEW YORK, March 4 (Reuters): ..."
        if not line.text[line.starts[position] : line.ends[position]].isupper():
            return False
        if words[position] in lists["datelines"]:
            return not line.text[line.ends[colon] : line.end].isupper()
    return False


def report_headline(line: Line, reports: list[Report]) -> None:
    """Report a headline that ends in its speaker: "Riga will fall: minister", "Riga ‘a threat’ to us – Bonn"."""
    if not _is_headline(line) or not (line.is_capital(0) or 0 in line.quotes):
        return
    words, lexicon = line.words, load_reporting()
    if words[0] in lexicon.words["complement"] or (words[0] in lexicon.words["labels"] and not _is_flagged(line)):
        return  # "Why Riga will fall: ...", "Photo: ..."
    if 0 in line.quotes and words[1:2] == [":"]:
        _report_opening(line)
        return
    ending = range(max(1, len(words) - _SPEAKER - 1), len(words) - 1)
    colon = next((p for p in ending if words[p] == ":"), 0)
    dash = next((p for p in ending if words[p] in DASHES), 0)
    if colon >= 2:
        _report_before_colon(line, colon, reports)
    if dash:
        _report_before_dash(line, dash, reports)
    if not reports:
        _report_claim(line, reports)


def _is_flagged(line: Line) -> bool:
    """Whether a headline begins with what makes it urgent: "Exclusive: ..."."""
    return line.words[0] in {"breaking", "exclusive", "update"} and line.words[1:2] == [":"]


def _is_headline(line: Line) -> bool:
    """Whether a sentence begins a paragraph and ends in a word or a quotation, without a full stop."""
    if line.start and line.text[line.start - 1] != "\n":
        return False
    behind = line.text[line.end : line.end + 1].strip()
    worded = line.words[-1:] != [] and (line.words[-1].isalpha() or line.words[-1] == QUOTED)
    return not behind and worded and line.text[line.end - 1] not in ".?!"


def _report_opening(line: Line) -> None:
    """Take a quotation that begins a headline for whom the rest names: "‘We go’: Bonn's warning to Riga"."""
    words, lexicon, quote = line.words, load_reporting(), line.quotes[0]
    if quote.words < 2 or (quote.titled and not _asserts(line, quote)):
        return
    first = 2 + (words[2:3] != [] and words[2] in ARTICLES)
    owner = next((p for p in range(first + 1, min(len(words) - 1, first + _SPEAKER)) if words[p] in POSSESSIVES), None)
    if owner is not None and words[owner + 1] in lexicon.nouns_that | lexicon.words["outcries"]:
        if first > 2 or _is_name(line, first, owner):
            speak(quote, line.span(first, owner))
    elif len(words) <= 2 + _SPEAKER and _is_name(line, 2, len(words)) and _asserts(line, quote):
        speak(quote, line.span(2, len(words)))


def _is_name(line: Line, first: int, last: int) -> bool:
    """Whether all words from ``first`` up to ``last`` begin with a capital or name one who speaks."""
    speakers = load_reporting().act_words["speakers"]
    return first < last and all(
        line.words[p].isalpha() and (line.is_capital(p) or line.words[p] in speakers) for p in range(first, last)
    )


def _asserts(line: Line, quote: Quote) -> bool:
    """Whether a quotation has a verb that a title ("A history of Riga") has not."""
    lists = load_reporting().words
    verbal = lists["be"] | lists["copulas"] | lists["modals"]
    return not verbal.isdisjoint(line.text[quote.start : quote.end][:200].lower().split())


def _report_before_colon(line: Line, colon: int, reports: list[Report]) -> None:
    """Report "Riga behind attack: Lee", "Riga will fall: minister", "Riga ‘is losing’ war: Bonn's army chief"."""
    words, lexicon = line.words, load_reporting()
    if ":" in words[:colon]:
        return
    spoken = lexicon.act_words["speakers"] | lexicon.words["surveys"] | lexicon.words["documents"]
    if not all(words[p].isalpha() for p in range(colon + 1, len(words))):
        return
    speaker = words[-1] in spoken
    if not speaker and not all(line.is_capital(p) or words[p] in spoken for p in range(colon + 1, len(words))):
        return
    if not speaker and len(words) > colon + 2 and not lexicon.states.isdisjoint(words[colon + 1 :]):
        return  # "...: Riga War"
    source = line.span(colon + 1, len(words))
    predicate = next((p for p in range(1, colon) if is_predicate(line, p)), None)
    if predicate is not None:
        speak(line.quotes[predicate], source)
    if predicate is not None or (colon >= 3 and _has_predicate(line, colon, speaker)):
        push(line, 0, colon, source, reports)


def _has_predicate(line: Line, colon: int, speaker: bool) -> bool:
    """Whether a headline says something of somebody before its colon.

    Args:
        line: The headline.
        colon: The place of the colon.
        speaker: Whether one who speaks stands behind it, rather than a name, which may be a place or a series.
    """
    words, lexicon = line.words, load_reporting()
    verbal = lexicon.words["be"] | lexicon.words["copulas"] | lexicon.words["modals"] | lexicon.words["predicates"]
    with_quote = QUOTED in words[:colon]
    for position in range(1, colon - 1):
        named = words[position - 1] in lexicon.states
        if speaker:
            acts = words[position] == "to" or (words[position].endswith("s") and words[position].isalpha())
            found = words[position] in verbal or (named and acts and not line.is_capital(position))
        else:
            asserted = line.is_capital(position - 1) and words[position] in lexicon.words["asserted"]
            found = asserted or (with_quote and words[position] in verbal) or (named and words[position] == "to")
        if found:
            return True
    return False


def _report_before_dash(line: Line, dash: int, reports: list[Report]) -> None:
    """Report "‘We go’ - minister", "Riga ‘a threat’ to us – Bonn", "Riga ‘ready for talks’ – Lee"."""
    words, lexicon = line.words, load_reporting()
    spaced = line.text[line.starts[dash] - 1].isspace() and line.text[line.ends[dash]].isspace()
    if not spaced or not all(word.isalpha() for word in words[dash + 1 :]) or words[-1] in lexicon.words["outlets"]:
        return
    source = line.span(dash + 1, len(words))
    first = 2 if _is_flagged(line) else 0
    told = words[-1] in lexicon.words["informants"] and not line.is_capital(len(words) - 1)
    if told and QUOTED not in words and _has_predicate(line, dash, speaker=True):
        push(line, first, dash, source, reports)  # "Riga to close port – sources"
        return
    speaker = words[-1] in lexicon.act_words["speakers"] or words[-1] in lexicon.states
    spoken = [quote for quote in line.quotes.values() if quote.words >= 2 and not quote.titled]
    if not speaker:  # a name may be a place, the title of a series, or an author: "‘A history of Riga’ - Ann Lee"
        if not all(line.is_capital(p) for p in range(dash + 1, len(words))):
            return
        if dash == 1:
            spoken = [quote for quote in spoken if _asserts(line, quote)]
        else:  # behind words of the author's, a full name is the author's own
            surname = dash + 2 == len(words)
            spoken = [quote for place, quote in line.quotes.items() if surname and is_predicate(line, place)]
    if not spoken:
        return
    for quote in spoken:
        speak(quote, source)
    if dash > 1:
        push(line, first, dash, source, reports)


def _report_claim(line: Line, reports: list[Report]) -> None:
    """Report a headline that quotes a verb and names nobody who said it: "Riga ‘spied on allies’ before the talks"."""
    lexicon = load_reporting()
    verbal = [lexicon.act_words["pasts"]]
    verbal += [lexicon.words[name] for name in ("be", "copulas", "modals", "predicates", "deeds")]
    for place, quote in line.quotes.items():
        first = line.text[quote.start : quote.end][:80].split(" ", 1)[0].lower()
        if (
            quote.words >= 2
            and is_predicate(line, place)
            and (first.endswith("ed") or any(first in listed for listed in verbal))
        ):
            speak(quote, None)
            push(line, place - 1, place + 1, quote.source, reports)
            return
