"""What one sentence reports: its reporting words one by one, verbs, nouns and set phrases."""

from __future__ import annotations

from typing import Final

from .clauses import (
    ARTICLES,
    DASHES,
    MOST_AROUND,
    PLACES,
    POSSESSIVES,
    RELATIVES,
    Line,
    Report,
    clause_ends,
    clause_start,
    is_passive,
    phrase_end,
    push,
    report_around,
)
from .headlines import report_headline, report_labels
from .quotations import Quote, speak
from .records import Span
from .reporting_acts import is_act
from .reporting_lexicon import load_reporting
from .reporting_verbs import report_verb
from .speech_sources import find_subject, first_subject

#: After so many reporting words in one sentence it is no prose, and the rest of it is left to the author.
_MOST_CUES: Final = 500
_HEIRS: Final = frozenset({"it", "he", "she", "they"})
_HEIRLOOMS: Final = frozenset({"would", "had", "could"})


def read_line(line: Line) -> list[Report]:
    """Find what one sentence reports, and mark its quotations as speech where a reporting word says so."""
    lexicon = load_reporting()
    reports: list[Report] = []
    ends = clause_ends(line)
    cues = 0
    for index, word in enumerate(line.words):
        if word not in lexicon.cues or index in line.quotes:
            continue
        if cues >= _MOST_CUES:
            break
        if word in lexicon.acts and is_act(line, index):
            cues += 1
            continue
        kind = lexicon.verbs.get(word)
        following = line.words[index + 1] if index + 1 < len(line.words) else ""
        particle = lexicon.particles.get((word, following))
        phrase = _phrase_cue(line, index)
        if phrase:
            report_verb(line, index, index + phrase, "say", ends, reports)
            cues += 1
            continue
        if word in lexicon.words["directing"] and kind in {"show", "tell", "say", None} and _directs(line, index):
            kind, particle = "judge", None
        if kind == "show" and word in lexicon.words["maintaining"] and _maintains_clause(line, index):
            kind = "say"
        if kind is None and word in lexicon.words["comparing"] and _directs(line, index, following_verb=False):
            kind = "judge"
        if kind == "show" and word in lexicon.words["seeing"] and "as" in line.words[index + 2 : index + 7]:
            kind = "judge" if _sees_as(line, index) else kind
        if word == "according" and following == "to":
            _attributed(line, index, index + 2, ends, reports)
        elif word in lexicon.words["putting"] and following == "it" and "as" in line.words[max(0, index - 12) : index]:
            _as_put(line, index, ends, reports)
        elif (word == "per" and _is_per(line, index, ends)) or (word == "so" and _is_so(line, index)):
            _attributed(line, index, index + 1, ends, reports)
        elif kind and following == "by" and index and line.words[index - 1] == "as":  # "as reported by X"
            _attributed(line, index - 1, index + 2, ends, reports)
        elif word in lexicon.words["believing"] and "if" in line.words[max(0, index - 4) : max(0, index - 1)]:
            begin = next(p for p in range(index - 1, -1, -1) if line.words[p] == "if")  # "If we are to believe X, ..."
            _attributed(line, begin, index + 1, ends, reports)
        elif word in {"is", "was"} and index and line.words[index - 1] == "it" and _is_impersonal(line, index):
            _impersonal(line, index, ends, reports)
        elif word in lexicon.passive and line.words[max(0, index - 2) : index] in (["it", "is"], ["it", "was"]):
            _hearsay(line, index, ends, reports)
        elif word in lexicon.words["points"] and _is_point(line, index):
            that = line.words.index("that", index + 2)
            push(line, that + 1, ends[that], find_subject(line, index - 1) if that == index + 2 else None, reports)
        elif following == ":" and (holder := _find_holder(line, index)) is not None:  # "She has a simple answer: ..."
            push(line, index + 2, len(line.words), holder, reports)
        elif word in lexicon.words["sure"] and following == "that" and is_passive(line, index):
            _sure(line, index, ends, reports)
        elif word in lexicon.words["hearsay"]:
            _clause_of(line, index, ends, reports)
        elif word in lexicon.nouns_view and _is_in_view(line, index):
            _view(line, index, ends, reports)
        elif _is_noun(line, index):
            _noun(line, index, ends, reports)
        elif word in lexicon.passive and is_passive(line, index) and following in {"to", "that", "as"}:
            _clause_of(line, index, ends, reports)
        elif kind == "judge" and not particle and _is_judged(line, index) and word not in lexicon.ing:
            _passive(line, index, ends, reports)
        elif particle or kind:
            report_verb(line, index, index + (2 if particle else 1), particle or kind or "", ends, reports)
        else:
            continue
        cues += 1
    report_labels(line, reports)
    report_headline(line, reports)
    _go_on(line, ends, reports)
    for index, quote in line.quotes.items():
        _settle_quote(line, index, quote)
        if quote.source is None and quote.start >= line.start:
            around = (r.source for r in reports[:MOST_AROUND] if r.content.start <= quote.start < r.content.end)
            quote.source = next(around, None)
    _name_pronouns(line, reports)
    return reports


def introduced_by(line: Line) -> Span | None:
    """Who is to speak in what follows a sentence that ends with a colon: "She went on to say:"."""
    verbs = load_reporting().verbs
    if line.words[-1:] != [":"]:
        return None
    last = next((p for p in range(len(line.words) - 2, -1, -1) if line.words[p] in verbs), None)
    return find_subject(line, last) if last is not None else None


def _name_pronouns(line: Line, reports: list[Report]) -> None:
    """Let what "he" says within what Lee says be Lee's: "Lee said he hopes that ...".

    The pronoun may mean somebody else, but Lee is at least the innermost source that is named.
    """
    for index, report in enumerate(reports):
        if report.source is None or line.text[report.source.start : report.source.end].lower() not in _HEIRS:
            continue
        for outer in reports[max(0, index - MOST_AROUND) : index]:
            if outer.source is not None and outer.content.start <= report.source.start < outer.content.end:
                report.source = outer.source


def _go_on(line: Line, ends: list[int], reports: list[Report]) -> None:
    """Report what goes on with a report in its tense after a semicolon: "...; it would go on speaking to all"."""
    if ";" not in line.words:
        return
    for index in range(2, len(line.words) - 2):
        if line.words[index] != ";" or line.words[index + 1] not in _HEIRS or line.words[index + 2] not in _HEIRLOOMS:
            continue
        sources = [report.source for report in reports[-MOST_AROUND:] if report.content.end <= line.ends[index]]
        sources += [quote.source for place, quote in line.quotes.items() if place < index and quote.speech][-1:]
        if sources and sources[-1] is not None:
            push(line, index + 1, ends[index + 1], sources[-1], reports)
        return


def _phrase_cue(line: Line, index: int) -> int:
    """Number of words of a set phrase of saying that begins here ("made it clear"), with "that" after it; else 0."""
    for phrase in load_reporting().phrases.get(line.words[index], ()):
        end = index + len(phrase)
        if tuple(line.words[index:end]) == phrase and line.words[end : end + 1] == ["that"]:
            return len(phrase)
    return 0


def _is_noun(line: Line, index: int) -> bool:
    """Whether a word that may be a noun of reporting is one here: its content follows, and no subject precedes."""
    lexicon = load_reporting()
    word = line.words[index]
    if word not in lexicon.nouns_that and word not in lexicon.nouns_of:
        return False
    if word in lexicon.words["occasions"] and "in" in line.words[max(0, index - 2) : index]:
        return False  # "said in a statement that"
    if index > 1 and line.words[index - 2] == "," and line.words[index - 1] in {"a", "an"}:
        return False  # "..., a claim that Riga denied"
    before = line.words[index - 1] if index else ""
    after = line.words[index + 1] if index + 1 < len(line.words) else ""
    nominal = index == 0 or before in lexicon.words["determiners"] or before in POSSESSIVES or word not in lexicon.verbs
    nominal = nominal or (before == "one" and not word.endswith("s"))  # "one claim that", not "one claims that"
    return nominal and (
        (word in lexicon.nouns_that and (after == "that" or (after == "whether" and word == "question")))
        or (word in lexicon.nouns_that and after == "by" and "that" in line.words[index + 3 : index + 9])
        or (word in lexicon.nouns_that and after in {"in", "among"} and "that" in line.words[index + 3 : index + 6])
        or (word in lexicon.nouns_of and after in {"of", "about", "against", "over", "for"})
    )


def _noun(line: Line, index: int, ends: list[int], reports: list[Report]) -> None:
    """Report "Moscow's claim that ...", "accusations of ..."."""
    start = index + 2
    source = None
    if line.words[index + 1] in {"by", "in", "among"}:  # "the claim by X that ...", "a belief in Riga that ..."
        start = line.words.index("that", index + 3) + 1
        source = line.span(index + 2, start - 1) if line.words[index + 1] == "by" else None
    end = ends[start] if start <= len(line.words) else start
    if start >= end:
        return
    if index <= 3:  # a subject: what its own verb says is the author's
        copulas = [
            p for p in range(start + 2, min(end, start + 40)) if line.words[p] in load_reporting().words["copulas"]
        ]
        end = copulas[-1] if copulas else end
    if source is None and index and line.words[index - 1] in POSSESSIVES:
        source = find_subject(line, index - 1)
    push(line, start, end, source, reports)


def _is_in_view(line: Line, index: int) -> bool:
    """Whether a noun stands in "in X's view", "in the words of X", "in his opinion"."""
    if index + 1 < len(line.words) and line.words[index + 1] == "of":
        near = line.words[max(0, index - 2) : index]
        if line.words[index] in load_reporting().words["perspectives"] or _owned_start(line, index) < index - 1:
            return "from" in line.words[max(0, index - 4) : index] and _is_viewer(line, index + 2)
        return "in" in near or ("from" in near and line.words[0] == "as")
    start = _owned_start(line, index)
    before = line.words[start - 1] if start else ""
    owned = before in POSSESSIVES or before in {"'", "’", "his", "her", "their"}
    admitted = before == "its" and line.words[max(0, start - 2)] == "by" and start < index  # "by its own admission"
    if (owned or admitted) and _is_owned_view(line, start, index):
        return True
    if line.words[index] == "account" and line.words[0] in {"on", "by"}:  # "On Lee's account, ..."
        return owned and index < 9 and line.words[index + 1 : index + 2] == [","] and "," not in line.words[:index]
    if before in {"his", "her", "their"}:
        return line.words[max(0, start - 2)] == "in"
    return owned and "in" in line.words[max(0, index - 8) : index]


def _is_viewer(line: Line, first: int) -> bool:
    """Whether "the perspective of" is somebody's: a name's, a pronoun's, or a noun's for people; not "of security"."""
    words, lexicon = line.words, load_reporting()
    lists = lexicon.act_words
    if first >= len(words):
        return False
    head, last = first, min(len(words), first + 8)
    while head + 1 < last and (words[head + 1][0].isalnum() or words[head + 1] in POSSESSIVES):
        if words[head + 1] in lists["ends"]:
            break
        head += 1
    if line.is_capital(head) or words[head] in lexicon.states:
        return True
    groups = (lexicon.words[name] for name in ("pronouns", "viewers", "some"))
    return any(words[head] in group for group in (lists["speakers"], lists["people"], *groups))


def _is_owned_view(line: Line, start: int, index: int) -> bool:
    """Whether an owned noun stands in "from X's perspective", "from X's point of view", "by X's own admission".

    Args:
        line: The sentence.
        start: The first word behind the owner.
        index: The noun.
    """
    words, lists = line.words, load_reporting().words
    near = [position for position in range(max(0, start - 7), start) if words[position] in {"by", "from"}]
    if not near:
        return False
    if words[near[-1]] == "from":
        return words[start] == "point" or words[index] in lists["perspectives"]
    aside = start < index or near[-1] == 0 or words[near[-1] - 1] == ","
    return aside and words[index] in lists["admissions"] and words[index + 1 : index + 2] not in (["of"], ["that"])


def _owned_start(line: Line, index: int) -> int:
    """Where the words begin that a possessive stands before: "own admission", "point of view", or the noun itself."""
    if line.words[max(0, index - 2) : index] == ["point", "of"]:
        return index - 2
    return index - 1 if index and line.words[index - 1] == "own" else index


def _view(line: Line, index: int, ends: list[int], reports: list[Report]) -> None:
    if index + 1 < len(line.words) and line.words[index + 1] == "of":
        first, last = index + 2, phrase_end(line, index + 2, ends)
        source = line.span(first, last) if first < last else None
        near = [p for p in range(max(index - 4, 0), index) if line.words[p] in {"in", "from"}]
        begin = near[-1] if near and line.words[0] != "as" else 0
    else:
        start = _owned_start(line, index)
        begin = start - 1
        while begin and line.words[begin] not in {"in", "from", "by", "on"}:
            begin -= 1
        last = index + 1
        source = line.span(begin + 1, start - 1) if begin + 1 < start - 1 else None
        if source is None and line.words[begin] == "by" and begin == start - 2:  # "by its own admission"
            source = line.span(start - 1, start)
    report_around(line, begin, last, source, ends, reports)


def _attributed(line: Line, begin: int, first: int, ends: list[int], reports: list[Report]) -> None:
    """Report what stands around a phrase that ends in its source: "According to X, ...", "..., as reported by X".

    Args:
        line: The sentence.
        begin: The phrase's first word.
        first: The source's first word.
        ends: Where the clause of each word ends.
        reports: What the sentence reports so far.
    """
    last = phrase_end(line, first, ends)
    report_around(line, begin, last, line.span(first, last) if first < last else None, ends, reports)


def _as_put(line: Line, index: int, ends: list[int], reports: list[Report]) -> None:
    """Report "As X put it, ..."."""
    begin = index
    while line.words[begin] != "as":
        begin -= 1
    report_around(line, begin, index + 2, find_subject(line, index), ends, reports)


def _is_point(line: Line, index: int) -> bool:
    """Whether a noun says what somebody holds: "the minister's argument is that ..."."""
    owner = line.words[index - 1] if index else ""
    owned = owner in POSSESSIVES or owner in {"his", "her", "their", "official"}
    if line.words[index + 1 : index + 2] in (["in"], ["of"], ["among"], ["at"]):
        owned = owner == "the"
    for position in range(index + 1, min(len(line.words) - 1, index + 7)):
        if line.words[position] in {"is", "was"}:
            return owned and line.words[position + 1] == "that"
    return False


def _find_holder(line: Line, index: int) -> Span | None:
    """Who has, or gives, what a noun names: the subject of "has" at most four words before it."""
    lexicon = load_reporting()
    if line.words[index] not in lexicon.nouns_that | lexicon.words["points"] | lexicon.words["outcries"]:
        return None
    having = lexicon.words["having"]
    verb = next((p for p in range(index - 2, max(0, index - 5), -1) if line.words[p] in having), None)
    articled = verb is not None and line.words[verb + 1] in ARTICLES | {"one"}
    return find_subject(line, verb) if verb is not None and articled else None


def _sure(line: Line, index: int, ends: list[int], reports: list[Report]) -> None:
    """Report "X is certain that ..."."""
    source = find_subject(line, index)
    names = line.text[source.start : source.end].lower() if source is not None else "it"
    if names not in load_reporting().words["no_witness"]:
        push(line, index + 2, ends[index + 2] if index + 2 < len(line.words) else index + 2, source, reports)


def _is_per(line: Line, index: int, ends: list[int]) -> bool:
    """Whether "per" stands for "according to": "Per Lee, ...", "..., per Lee"; not in "per cent" or "Per Berg, 50,"."""
    words, lexicon = line.words, load_reporting()
    if index + 1 >= len(words) or not (line.is_capital(index + 1) or words[index + 1] == "the"):
        return False
    last = phrase_end(line, index + 1, ends)
    if index:
        return words[index - 1] == "," and (last == len(words) or words[last] == ",")
    if last + 1 >= len(words) or words[last] != "," or words[last + 1].isdigit():
        return False
    apposed = words[last + 1] in lexicon.words["speaker_articles"] | RELATIVES | {"whose"}
    return not (apposed and "," in words[last + 2 : last + 12])


def _maintains_clause(line: Line, index: int) -> bool:
    """Whether a clause follows "maintains" without "that": "maintains Riga is weak", not "maintains a base"."""
    words, lexicon = line.words, load_reporting()
    if index + 1 >= len(words):
        return False
    heads = lexicon.words["pronouns"] | lexicon.words["articles"]
    if not (line.is_capital(index + 1) or words[index + 1] in heads):
        return False
    for position in range(index + 2, min(len(words), index + 8)):
        if words[position] in lexicon.words["copulas"]:
            return True
        if not words[position].isalpha() or words[position] in lexicon.words["subject_stops"] | {"and", "who"}:
            return False
    return False


def _is_so(line: Line, index: int) -> bool:
    """Whether "so" stands for "says", as in translated prose: ", so the protocol,", "— so Lee in Riga."."""
    words, lexicon = line.words, load_reporting()
    before = words[index - 1] if index else ""
    named = index + 1 < len(words) and (line.is_capital(index + 1) or words[index + 1] in ARTICLES)
    if before not in {",", *DASHES} or not named:
        return False
    last = next((p for p in range(index + 1, len(words)) if words[p] in {",", *DASHES}), len(words))
    closed = last < len(words) or before in DASHES
    return (
        closed and last - index <= 7 and (lexicon.words["be"] | lexicon.words["copulas"]).isdisjoint(words[index:last])
    )


def _is_impersonal(line: Line, index: int) -> bool:
    """Whether "it is" begins an insertion: ", it is stressed in the commentary,"."""
    participle = line.words[index + 1 : index + 2]
    inserted = index > 1 and line.words[index - 2] == ","
    if not inserted or not participle:
        return False
    return participle[0] in load_reporting().passive or (
        participle[0].endswith("ed") and participle[0] in load_reporting().verbs
    )


def _hearsay(line: Line, index: int, ends: list[int], reports: list[Report]) -> None:
    """Report "It was reported from Riga that ..."."""
    start = next((p for p in range(index + 1, min(len(line.words), index + 8)) if line.words[p] == "that"), None)
    if start is not None:
        push(line, start + 1, ends[start], None, reports)


def _impersonal(line: Line, index: int, ends: list[int], reports: list[Report]) -> None:
    last = min(index + 2, len(line.words))
    source = None
    if line.words[last : last + 1] in (["in"], ["by"]):
        end = phrase_end(line, last + 1, ends)
        source, last = (line.span(last + 1, end) if last + 1 < end else None), end
    report_around(line, index - 1, last, source, ends, reports)


def _clause_of(line: Line, index: int, ends: list[int], reports: list[Report]) -> None:
    """Hearsay: the whole clause."""
    push(line, clause_start(line, index), ends[index], None, reports)


def _is_judged(line: Line, index: int) -> bool:
    """Whether a participle says what its subject is blamed for: "Riga accused of theft", in headlines without "is"."""
    if is_passive(line, index):
        return True
    words, lists = line.words, load_reporting().words
    named = 0 < index < 4 and all(line.is_capital(p) for p in range(index)) and not line.is_capital(index)
    blamed = named and words[index] in lists["accused_of"] and words[index + 1 : index + 2] == ["of"]
    return blamed and (lists["copulas"] | lists["be"] | {",", "who"}).isdisjoint(words[index:])


def _passive(line: Line, index: int, ends: list[int], reports: list[Report]) -> None:
    """Report "A was criticised by B for C": the whole clause is B's, but for B."""
    stop = min(ends[index], index + 12)
    by = next((p for p in range(index + 1, stop) if line.words[p] == "by"), None)
    if by is None and line.words[index] not in load_reporting().passive:
        return
    source = None
    if by is not None:
        last = phrase_end(line, by + 1, ends)
        lists = load_reporting().words
        links = lists["passive_links"] | ({"of"} if line.words[index] in lists["accused_of"] else set())
        cut = next((p for p in range(by + 2, last) if line.words[p] in links), last)
        source = line.span(by + 1, cut) if by + 1 < cut else None
        push(line, _passive_start(line, index), by, source, reports)
        if cut < last:
            push(line, cut, ends[index], source, reports)
        return
    push(line, _passive_start(line, index), ends[index], source, reports)


def _passive_start(line: Line, index: int) -> int:
    """Where the clause of a passive verb begins: "... after Moscow was accused"."""
    low = clause_start(line, index)
    stops = load_reporting().words["subject_stops"]
    return next((p + 1 for p in range(index - 1, low - 1, -1) if line.words[p] in stops), low)


def _directs(line: Line, index: int, following_verb: bool = True) -> bool:
    """Whether a verb is followed by somebody and "to": "asked Moscow to help", "compared Moscow to a fox"."""
    words = line.words
    for position in range(index + 1, min(len(words) - 1, index + 10)):
        if words[position] == "to":
            name = line.is_capital(position + 1) and following_verb
            return position > index + 1 and not name and words[index + 1] not in PLACES
        if words[position] in {",", ";", ":", "that", "and"} or position in line.quotes:
            return False
    return False


def _sees_as(line: Line, index: int) -> bool:
    """Whether a verb of seeing says what something is taken for: "sees Moscow as a friend"."""
    for position in range(index + 1, min(len(line.words), index + 7)):
        if line.words[position] == "as":
            return position > index + 1 and _HEIRS.isdisjoint(line.words[position + 1 : position + 2])
        if line.words[position] in {",", ";", ":", "that"} or position in line.quotes:
            return False
    return False


def _settle_quote(line: Line, index: int, quote: Quote) -> None:
    """Decide on a quotation from the words beside it."""
    lexicon = load_reporting()
    before = line.words[index - 1] if index else ""
    if before in lexicon.words["naming"] and not quote.whole:
        quote.speech = False
    elif len(line.words) <= 2 and quote.whole:
        quote.speech = True  # a paragraph or a sentence of its own
    elif before == ":" and quote.words >= 2:
        speak(quote, first_subject(line, index - 1) or find_subject(line, index - 1))
