"""What a reporting verb reports: the content before or after it."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final, Literal

from .clauses import (
    DASHES,
    MOST_AROUND,
    PLACES,
    POSSESSIVES,
    QUOTED,
    RELATIVES,
    SOURCE_WORDS,
    Line,
    Report,
    clause_start,
    is_passive,
    is_predicate,
    phrase_end,
    push,
    quote_before,
    report_around,
)
from .quotations import LONG, speak
from .records import Span
from .reporting_lexicon import load_reporting
from .speech_sources import (
    find_subject,
    first_word,
    follows_insertion,
    is_figures,
    is_speaker,
    names_somebody,
    source_of,
)

#: Which of a verb and its source stands first where both follow their content.
_Order = Literal["subject first", "verb first"]
#: How many words the way from the verb to its content may have.
_ADJUNCT_WORDS: Final = 14
#: How many words the speaker at the end of a headline may have.
_HEADLINE_SPEAKER: Final = 4
#: What stands between a clause and "he said".
_CLAUSE_MARKS: Final = frozenset({",", "?", "!", QUOTED})


def report_verb(line: Line, index: int, after: int, kind: str, ends: list[int], reports: list[Report]) -> None:
    """A reporting verb: find its source, and its content before or after it."""
    if _is_no_verb(line, index, after):
        return
    order = _trailing_order(line, index, after, kind)
    if order is not None:
        _trailing(line, index, after, kind, order, ends, reports)
        return
    source = source_of(line, index, reports)
    if source is not None and _is_no_source(line, index, kind, source):
        return
    following = line.words[after : after + 1]
    if following == ["that"] and is_passive(line, index) and _is_told(line, index, kind):
        source = None  # "the crew was told that"
    if not _says_nothing(line, index, following, kind, source):
        _leading(line, index, after, kind, source, ends, reports)


def _is_no_verb(line: Line, index: int, after: int) -> bool:
    """Whether a word that may be a verb of reporting is a noun here, a part of a set phrase, or reported elsewhere."""
    lexicon, words = load_reporting(), line.words
    word, before = words[index], words[index - 1] if index else ""
    following = words[after : after + 1]
    if (index == 1 and before == "that") or (following == ["by"] and is_passive(line, index)):
        return True  # "That said, ...", "was denied by ..."
    if word in lexicon.words["credits"] and _is_credit(line, index, after):
        return True  # "(Reporting by Ann Lee)"
    if word in lexicon.words["naming"] and _names_noun(line, index, after):
        return True  # "a book called “...”"
    if word == "briefing" and not is_passive(line, index):
        return True
    if word == "questioning" and not (following and _opens_object(line, after)):
        return True  # "came under questioning at"
    if word in lexicon.words["briefed"] and not lexicon.words["briefed_on"].isdisjoint(following):
        return True  # "a person briefed on the talks"
    if before in lexicon.words["determiners"] and before not in lexicon.words["quantifiers"]:
        return True  # "the report"
    if before == "to" and index > 1 and words[index - 2] in lexicon.words["idle"]:
        return True
    return word in lexicon.ambiguous and not _is_finite(line, index)


def _is_no_source(line: Line, index: int, kind: str, source: Span) -> bool:
    """Whether the subject of a verb that stands before its content is nobody whose words they are."""
    lexicon, words = load_reporting(), line.words
    names = line.text[source.start : source.end].lower()
    if names == "you" and index == 1 and words[index] in lexicon.words["addressed"]:
        names = ""  # "You write that ...": the one who is answered
    if names.split(" ", 1)[0] in lexicon.words["no_source_first"] or _is_nobody(line, index, names):
        return True
    if words[0] in lexicon.words["questions"] and names.split()[-1] in {"you", "we", "i"}:
        return True  # "When did you realise that ...?"
    if is_figures(line, source, _only_shows(line, index, kind)):
        return True
    if kind == "show" and names in lexicon.words["no_witness"]:
        return True
    # "it should be noted that", "it is time to say that"
    return names == "it" and (is_passive(line, index) or _is_time_to(line, index, source))


def _says_nothing(line: Line, index: int, following: list[str], kind: str, source: Span | None) -> bool:
    """Whether a verb with its content behind it reports nothing, by what stands beside it.

    Args:
        line: The sentence.
        index: The verb.
        following: The word after it, if there is one.
        kind: Its class.
        source: Its subject.
    """
    lexicon, words = load_reporting(), line.words
    word, before = words[index], words[index - 1] if index else ""
    if kind in {"say", "judge"} and not PLACES.isdisjoint(following) and is_passive(line, index):
        return True  # "was denied in Paris"
    if kind == "show" and (before in lexicon.words["becoming"] or is_passive(line, index)):
        return True  # "it became known that"
    if kind == "judge" and not lexicon.words["be"].isdisjoint(following):
        return True
    if word == "said" and following == ["to"] and not is_passive(line, index):
        return True  # "a brooch said to be hers"
    if source is None and index == 0 and word not in lexicon.ing and not word.endswith(("s", "ed")):
        return True  # "Say what you like"
    return source is None and word in lexicon.words["believing"] and following == ["me"]


def _leading(
    line: Line, index: int, after: int, kind: str, source: Span | None, ends: list[int], reports: list[Report]
) -> None:
    """Report what stands behind "he said"."""
    words = line.words
    start = _content_start(line, after, kind, ends)
    if start is None or words[start] in {"and", "or"}:
        return
    if words[0] in {"of", "about"} and source is not None:
        _push_topic(line, first_word(line, index, source), source, reports)
    if start in line.quotes and kind != "judge":
        speak(line.quotes[start], source)
        _cut_last(line, index, source, reports)
        if words[after] == "of" and _is_topic(line, after):  # "said of the plan: “...”"
            push(line, after + 1, start, source, reports)
        if line.quotes[start].words >= LONG or line.quotes[start].whole:
            return
        last = _last_of_list(line, start)
        if _is_utterance(line, index, start, last):
            push(line, start, last + 1, source, reports)
            return
    _cut_last(line, index, source, reports)
    if words[after] == "of" and start > after and words[start - 1] == "that":  # "said of the plan that ..."
        push(line, after + 1, start - 1, source, reports)
    end = _content_end(line, start, kind, source, ends)
    if _is_inserted(line, index, after, kind):  # "..., accused of theft, ...", "Denying that ..., she ..."
        end = next((p for p in range(start, end) if words[p] == ","), end)
    push(line, start, end, source, reports)


def _is_nobody(line: Line, index: int, names: str) -> bool:
    """Whether a source is the author or nobody in particular, so that what is said is the author's.

    Args:
        line: The sentence.
        index: The verb.
        names: The source in lower case.

    Returns:
        True for "we", "nobody sane", "no one"; for "everyone" with a verb of knowing, "few" with one of doubting.
    """
    lists, parts = load_reporting().words, names.split() or [""]
    verb = line.words[index]
    if names in lists["no_source"] or parts[-1] == "nobody" or parts[0] == "let":
        return True
    if parts[0] in lists["negative"]:
        return not parts[1:2] or not parts[1].isdigit()  # not "No 10 said"
    if verb in lists["knowing"]:
        return parts[0] in lists["universal"] or parts[-1] in lists["universal"]
    return verb in lists["doubting"] and parts[0] in lists["few"]


def _is_told(line: Line, index: int, kind: str) -> bool:
    """Whether the subject of a passive verb is the one who hears: "was told", "had been promised"."""
    return kind == "tell" or line.words[index] in load_reporting().words["given"]


def _is_time_to(line: Line, index: int, source: Span) -> bool:
    """Whether "it" before a verb is nobody: "it is time to say", "it is for Riga to say"; not "it is ready to say"."""
    words, lists = line.words, load_reporting().words
    first = first_word(line, index, source)
    if index < 2 or words[index - 1] != "to" or words[first + 1] not in lists["be"] | POSSESSIVES:
        return False
    return words[index - 2] not in lists["saying_next"] and not words[index - 2].endswith("ed")


def _is_credit(line: Line, index: int, after: int) -> bool:
    """Whether a verb begins the line of those who made an article: "(Reporting by Ann Lee; writing by Bob Roe)"."""
    words = line.words
    if words[after : after + 1] != ["by"] or after + 1 >= len(words) or not line.is_capital(after + 1):
        return False
    return index == 0 or words[index - 1] in {"(", "[", ";", "additional"}


def _opens_object(line: Line, index: int) -> bool:
    """Whether a word begins an object: a name, an article, a pronoun, or "those"."""
    words = load_reporting().words
    word = line.words[index]
    return line.is_capital(index) or word in words["articles"] | words["pronouns"] | words["complement"] | {"those"}


def _only_shows(line: Line, index: int, kind: str) -> bool:
    """Whether a verb may have a fact for its subject: "history shows", "events suggest"."""
    return kind == "show" or line.words[index] in load_reporting().words["suggesting"]


def _last_of_list(line: Line, start: int) -> int:
    """The last of several quotations in a row: "chanted “...” and “...”"."""
    last = start
    while line.words[last + 1 : last + 2] in ([","], ["and"], ["or"]) and last + 2 in line.quotes:
        last += 2
    return last


def _is_utterance(line: Line, index: int, start: int, last: int) -> bool:
    """Whether a short quotation is all that was said, and the sentence goes on with the author's words.

    Args:
        line: The sentence.
        index: The verb.
        start: The quotation that follows it.
        last: The last quotation of the row that begins there.

    Returns:
        True for a chant, for "yes" and "no", and before "and" with a verb in the past ("said “...” and left").
    """
    words, lexicon, quote = line.words, load_reporting(), line.quotes[start]
    said = line.text[quote.start : quote.end].strip(" ,.!?").lower()
    if words[index] in lexicon.words["chanting"] or said in {"yes", "no", "never"}:
        return words[last + 1 : last + 2] != [] and words[last + 1] not in lexicon.words["copulas"]
    following = words[last + 2 : last + 3]
    acts = bool(following) and (following[0].endswith("ed") or following[0] in lexicon.words["went"])
    return quote.words > 1 and words[last + 1 : last + 2] == ["and"] and acts and not line.is_capital(last + 2)


def _is_clause(line: Line, first: int) -> bool:
    """Whether words begin like a clause with a subject of its own."""
    words = load_reporting().words
    return line.is_capital(first) or line.words[first] in words["speaker_articles"] | words["pronouns"]


def _content_end(line: Line, start: int, kind: str, source: Span | None, ends: list[int]) -> int:
    """Where content ends that begins at ``start``.

    With its clause, and at a comma already if the clause is subordinate ("While X said A, B").
    """
    if start >= len(line.words):
        return start
    if kind == "judge":
        for position in range(start + 1, min(ends[start] - 2, start + 60)):
            joint = line.words[position] == "," and line.words[position + 1] in {"and", "but"}
            if joint and _is_clause(line, position + 2):
                return position
    if source is not None and line.words[0] in load_reporting().words["subordinators"]:
        begin = next((p for p in range(min(8, len(line.words))) if line.starts[p] >= source.start), 8)
        if begin < 8 and "," not in line.words[:begin]:
            return next(
                (p for p in range(start + 1, min(ends[start], start + 60)) if line.words[p] == ","), ends[start]
            )
    return ends[start]


def _is_finite(line: Line, index: int) -> bool:
    """Whether a word that is a noun as often as a verb ("claims") has a subject, or what only a verb has after it."""
    words, lexicon = line.words, load_reporting()
    after = words[index + 1] if index + 1 < len(words) else ""
    if index and words[index - 1] in POSSESSIVES and index + 1 in line.quotes:
        return False  # "Riga's claims 'absurd'"
    if index + 1 in line.quotes or after == "that" or (after and quote_before(line, index)):
        return True
    present = words[index].endswith("s")
    if present and _is_aside(line, index):
        return True
    past = _skip_adjuncts(line, index + 1, "say")
    if past > index + 1 and words[past : past + 1] == ["that"]:
        return True
    named = after != "" and line.is_capital(index + 1)
    if present and named and _has_subject(line, index):
        return True
    if present and (named or after in lexicon.words["speaker_articles"]):
        later = words[index + 2 : index + 6]
        if not lexicon.words["copulas"].isdisjoint(later) and "," not in later and index > 1:
            return True
    if after in lexicon.words["pronouns"]:
        return True
    inverted = index > 0 and words[index - 1] == "," and after != ""
    if inverted and (is_speaker(line, index, index + 1) or (named and names_somebody(line, index + 1))):
        return True
    position = index - 1
    while position > index - 4 and position >= 0 and words[position].endswith("ly"):
        position -= 1
    if position < 0:
        return False
    if not after:
        return True
    before = words[position]
    if (
        before in lexicon.words["pronouns"]
        or before in lexicon.words["auxiliaries"]
        or before in {"we", "i", "you", "people"}
    ):
        return True
    if after in lexicon.words["noun_followers"]:
        return False
    return line.is_capital(position) or (
        not words[index].endswith("s") and before.endswith("s") and before not in POSSESSIVES
    )


def _is_inserted(line: Line, index: int, after: int, kind: str) -> bool:
    """Whether what a verb reports ends at the next comma, its clause being none of its own."""
    words = line.words
    if index == 0:
        return words[0] in load_reporting().ing
    if words[:2] == ["in", "what"] and index < 14:
        return True
    for position in range(index - 1, max(0, index - 12), -1):
        if words[position] == ",":
            if words[position + 1] in {"which", "who", "whose"}:
                return True
            break
    participle = words[index - 1] == "," and kind == "judge" and words[index].endswith("ed")
    return participle and words[after : after + 1] in (["of"], ["as"])


def _has_subject(line: Line, index: int) -> bool:
    """Whether words that begin like a subject lead from the sentence's start, or a comma, to a word."""
    words, lexicon = line.words, load_reporting()
    for position in range(index - 1, max(-1, index - 10), -1):
        if words[position] in lexicon.words["subject_stops"] | {";", ":"} or position in line.quotes:
            return False
        if position == 0 or words[position - 1] == ",":
            named = line.is_capital(position) or words[position] in lexicon.words["speaker_articles"]
            return named and words[index - 1] not in lexicon.words["determiners"]
    return False


def _is_aside(line: Line, index: int) -> bool:
    """Whether a verb ends an insertion, when and where apart: ", a colleague reports," or ", Lee notes in a letter"."""
    words, lexicon = line.words, load_reporting()
    heads = lexicon.words["speaker_articles"] | lexicon.words["some"]
    end = _skip_adjuncts(line, index + 1, "say")
    ends = end >= len(words) or words[end] in {",", ";", ":", "—", "–"}
    if not ends and words[end] not in PLACES and words[index + 1] not in PLACES:
        return False
    for position in range(index - 1, max(-1, index - 10), -1):
        if words[position] in {",", "as", "—", "–"} or position in line.quotes:
            return index - position > 1 and (line.is_capital(position + 1) or words[position + 1] in heads)
        if words[position] in lexicon.words["subject_stops"] | {";", ":"}:
            return False
        owner = line.is_capital(position + 1) or words[position + 1] in lexicon.words["articles"]
        if words[position] == "of" and not owner:
            return False
    return False


def _cut_last(line: Line, index: int, source: Span | None, reports: list[Report]) -> None:
    """End the report before where a coordinate clause with a verb of its own begins: "X said A, and Y said B"."""
    if not reports:
        return
    begin = source.start if source is not None else line.starts[index]
    last = reports[-1].content
    if not last.start < begin < last.end:
        return
    before = line.text[max(last.start, begin - 8) : begin].rstrip()
    for joint in (", and", ", but", ", while", ",", ";"):
        if before.endswith(joint):
            reports[-1].content = Span(last.start, max(last.start, begin - 8) + len(before) - len(joint))
            return


def _trailing_order(line: Line, index: int, after: int, kind: str) -> _Order | None:
    """How verb and source follow each other where the content stands before both; None where it does not.

    Returns:
        "subject first" ("..., he said."), "verb first" ("..., said Smith.") or None.
    """
    words, lexicon = line.words, load_reporting()
    if index == 0 or words[index] in lexicon.ing:
        return None
    following = words[after] if after < len(words) else ""
    addressed = kind == "tell" and quote_before(line, index) is None  # "Lee, 58, told Reuters ..."
    if _is_inverted(line, index) and following and not addressed:  # the subject may follow the verb
        if following in {QUOTED, ",", ":", "that"}:
            return None
        if kind == "judge":
            return None
        if words[index - 1] == QUOTED or is_speaker(line, index, after):
            return "verb first"
        subject = line.is_capital(after) or words[index] not in lexicon.words["transitive"]
        if subject and names_somebody(line, after) and not follows_insertion(line, index):
            return "verb first"
        spoken = quote_before(line, index) is not None
        if spoken and (line.is_capital(after) or words[after] in lexicon.words["some"] or words[index - 1] == ","):
            return "verb first" if words[after] not in lexicon.words["pronouns"] else None
        if _is_headline(line, index, after):
            return "verb first"
    source = find_subject(line, index)
    if source is None:
        return None
    first = first_word(line, index, source)
    quoted = quote_before(line, first)
    if quoted and following not in {"", "that", ":", QUOTED} and (kind != "judge" or _takes_it(line, after)):
        return "subject first"  # '"...," she said of the plan', '"...", she calls it'
    if kind == "judge":
        return None
    spoken = kind != "show" or words[index] in lexicon.words["spoken"]
    if spoken and not is_passive(line, index) and _is_long_adjunct(line, first, _past_addressee(line, after, kind)):
        return "subject first"  # "..., she said on the edge of a meeting in Vienna"
    end = _skip_adjuncts(line, after, kind)
    if end < len(words) and words[end] not in {",", ";", "?", "!", "—", "–"}:
        return None
    if words[end : end + 1] != [","] and _is_listed(line, first, index):
        return None  # "Riga, Oslo and Bonn agreed."
    state = first < index and words[bisect_left(line.starts, source.end) - 1] in lexicon.states
    if words[index] in lexicon.words["reactions"] and state and quoted is None and _tells_an_act(line, first):
        return None  # "Riga signed, Oslo protested."
    short = 2 < first < 7 and "," not in words[: first - 1]
    if end >= len(words) and short and words[0] in lexicon.words["prepositions"]:
        return None  # "In Riga, she complained."
    if end + 1 in line.quotes and QUOTED not in words[max(0, index - SOURCE_WORDS) : index]:
        quote = line.quotes[end + 1]
        if not line.text[quote.start : quote.start + 1].islower():
            return None  # 'she said, "We ..."'
    follows = first > 0 and (words[first - 1] in _CLAUSE_MARKS or words[first - 1] in {"—", "–", "as"})
    return "subject first" if follows else None


def _is_listed(line: Line, first: int, index: int) -> bool:
    """Whether the subject from ``first`` to a verb is the end of a list of names: "Riga, Oslo and Bonn"."""
    words, lexicon = line.words, load_reporting()
    if words[first - 1] != "," or "and" not in words[first:index] or first > 2 * _ADJUNCT_WORDS:
        return False
    glue = lexicon.words["speaker_articles"] | POSSESSIVES | {",", "of", "s"}
    begin = clause_start(line, first)
    if not (lexicon.words["be"] | lexicon.words["copulas"] | lexicon.words["modals"]).isdisjoint(words[begin:first]):
        return False
    return all(words[p] in glue or (line.is_capital(p) and not words[p].endswith("ed")) for p in range(begin, first))


def _tells_an_act(line: Line, first: int) -> bool:
    """Whether the clause before a subject tells what a state did ("Riga signed"), or is none ("as Riga fell").

    Args:
        line: The sentence.
        first: The subject's first word.

    Returns:
        True also where no comma ends a clause before the subject.
    """
    words, lexicon = line.words, load_reporting()
    begin = clause_start(line, first)
    if words[first - 1] != "," or words[begin] in lexicon.words["subordinators"]:
        return True
    if not (lexicon.words["be"] | lexicon.words["copulas"] | lexicon.words["modals"]).isdisjoint(words[begin:first]):
        return False
    timed = words[begin] != "this" or words[begin + 1] in lexicon.words["time"]  # not "this hurts Riga"
    if words[begin] in lexicon.words["prepositions"] and timed:
        return True
    begin += words[begin] in lexicon.words["openers"] or words[begin] == "the"
    verb = begin
    while verb < first and (line.is_capital(verb) or (words[verb] in {"and", "the"} and verb > begin)):
        verb += 1
    if verb == begin or verb >= first or words[verb - 1] not in lexicon.states:
        return False
    pasts = lexicon.words["went"] | lexicon.words["deeds"] | lexicon.act_words["pasts"]
    if words[verb].endswith("ed") or words[verb] in pasts:
        return True
    return words[verb].endswith("s") and words[verb].isalpha() and words[verb - 1] + "s" not in lexicon.states


def _is_inverted(line: Line, index: int) -> bool:
    """Whether a verb stands where the subject follows it: after a comma or a quotation, with or without a dash."""
    before = line.words[index - 1]
    return before in _CLAUSE_MARKS or (before in DASHES and quote_before(line, index) is not None)


def _is_headline(line: Line, index: int, after: int) -> bool:
    """Whether a line ends in a verb in the present and a speaker without an article: "..., says minister"."""
    if len(line.words) - after > _HEADLINE_SPEAKER:
        return False
    speaker = line.words[after:]
    words = load_reporting().words
    plain = len(speaker) > 0 and all(word.replace("-", "").isalpha() for word in speaker)
    present = index > 3 and line.words[index].endswith(("s", "say", "warn")) and not line.is_capital(index)
    verbal = not (words["be"] | words["copulas"] | words["amounts"]).isdisjoint(speaker)
    return plain and present and not verbal and "," not in line.words[: index - 1]


def _takes_it(line: Line, after: int) -> bool:
    return line.words[after : after + 1] in (["it"], ["him"], ["her"], ["them"], ["this"])


def _past_addressee(line: Line, after: int, kind: str) -> int:
    return _skip_addressee(line, after) if kind == "tell" else after


def _is_long_adjunct(line: Line, first: int, after: int) -> bool:
    """Whether a clause stands before "she said" and nothing but when and where it was said behind."""
    words, lexicon = line.words, load_reporting()
    if first < 3 or words[first - 1] != "," or words[after : after + 1] == [] or words[after] not in PLACES:
        return False
    begin = clause_start(line, first)
    if first - begin < 4 or words[begin] in lexicon.words["adverbials"]:
        return False
    for position in range(after + 1, min(len(words), after + 14)):
        if words[position] in {",", ";", "."}:
            return True
        if words[position] == "that" or position in line.quotes:
            return False
        if words[position] in lexicon.words["copulas"] or words[position] in lexicon.words["pronouns"]:
            return False
    return len(words) <= after + 14


def _trailing(
    line: Line, index: int, after: int, kind: str, order: _Order, ends: list[int], reports: list[Report]
) -> None:
    """Report what stands before (and, after a comma, also behind) "he said" or "said Smith"."""
    words, lexicon = line.words, load_reporting()
    inverted = order == "verb first"
    source: Span | None
    if inverted:
        begin, last = index, phrase_end(line, after, ends)
        asides = lexicon.words["asides"]
        last = next((p for p in range(after + 1, last) if words[p] in asides), last)
        source = line.span(after, last) if after < last else None
    else:
        source = find_subject(line, index)
        begin, last = first_word(line, index, source), _skip_adjuncts(line, after, "tell")
        if _is_long_adjunct(line, begin, _past_addressee(line, after, kind)):
            last = next((p for p in range(after, len(words)) if words[p] in {",", ";"}), len(words))
    if source is not None and _is_nobody(line, index, line.text[source.start : source.end].lower()):
        return
    if source is not None and is_figures(line, source, _only_shows(line, index, kind)):
        return
    for position in range(max(0, begin - SOURCE_WORDS), min(len(words), last + 3)):
        if position in line.quotes:
            speak(line.quotes[position], source)
    if begin and words[begin - 1] == "as":  # "as he said, ..."
        report_around(line, begin - 1, last, source, ends, reports)
        return
    first = clause_start(line, begin)
    for report in reports[-MOST_AROUND:]:  # what was taken to go on up to here ends before who says it
        if source is not None and report.content.start <= source.start < report.content.end and begin:
            report.content = Span(report.content.start, max(report.content.start, line.ends[begin - 1] - 1))
    if begin - 2 >= first and words[begin - 1] == "," and words[begin - 2] in RELATIVES:
        first = begin  # "men who, prosecutors say, ..."
    quoted = begin - 2 if begin - 2 in line.quotes else begin - 1  # "Riga 'a menace', she says": its comma outside
    named = first == quoted - 1 and line.is_capital(first) and is_predicate(line, quoted)
    if begin - first > 3 or named or not any(position in line.quotes for position in range(first, begin)):
        push(line, first, begin, source, reports)
    if words[last : last + 1] == [":"]:
        push(line, last + 1, ends[last + 1], source, reports)
        return
    if inverted and words[last : last + 1] == [","] and last + 1 < len(words):
        following = words[last + 1]
        goes_on = (
            following == "that" or following in lexicon.words["copulas"] | lexicon.words["be"] | lexicon.words["modals"]
        )
        adverbial = begin - first < 8 and words[first] in lexicon.words["prepositions"]
        if goes_on or adverbial or words[index] in lexicon.words["document_verbs"]:
            push(line, last + 1, ends[last + 1], source, reports)
        return
    if inverted or begin - 1 in line.quotes or words[last : last + 1] != [","] or last + 1 >= len(words):
        return  # what follows tells when, where or of whom it was said
    following = words[last + 1]
    if following in {"before", "after", "without"} and words[last + 2 : last + 3] and words[last + 2].endswith("ing"):
        return  # "..., she said, before leaving"
    acts = lexicon.words["speaker_acts"]
    if following != QUOTED and following not in lexicon.ing and following not in {"and", "who", "whose", *acts}:
        push(line, last + 1, ends[last + 1], source, reports)


def _content_start(line: Line, after: int, kind: str, ends: list[int]) -> int | None:
    """The word at which the content after a verb begins; None where nothing is reported."""
    words, lexicon = line.words, load_reporting()
    stop = min(len(words), ends[min(after, len(words))])
    if after >= stop:
        return None
    start = _skip_adjuncts(line, after, kind)
    adjunct = (
        start > after or words[after] == "," or words[after] in lexicon.words["adjuncts"] or _is_topic(line, after)
    )
    for position in range(after, min(stop, after + _ADJUNCT_WORDS)):
        word = words[position]
        if word == "that" and (position in {after, start} or (adjunct and kind in {"say", "tell", "show"})):
            return position + 1 if position + 1 < stop else None
        if position in line.quotes:
            plain = _plain_start(line, after, start, stop, kind)
            return position if kind != "judge" and (plain is None or _leads_to(line, start, position)) else plain
        if word == ":" and position + 1 < stop:
            return position + 1
        if word in lexicon.words["complement"] and kind in {"tell", "show"} and position <= start + 1:
            return position
        if position > start + 4 and (word in {",", ";"} or not adjunct):
            if word == "," and adjunct and words[position + 1 : position + 2] == ["that"]:
                continue  # "concluded, in a note on page 12, that ..."
            break
    return _plain_start(line, after, start, stop, kind)


def _leads_to(line: Line, start: int, position: int) -> bool:
    """Whether nothing but an adverbial stands between a verb and a quotation: "said in Paris: “...”"."""
    if position <= start or line.words[position - 1] in {",", ":"}:
        return True
    return line.words[start] in PLACES and line.quotes[position].whole


def _plain_start(line: Line, after: int, start: int, stop: int, kind: str) -> int | None:
    """Where content begins that neither "that" nor a mark announces."""
    if kind == "show" and not _is_survey(line, after):
        return None
    if kind == "judge":
        return after
    if _is_topic(line, after):
        return None
    return start if start < stop else None


def _names_noun(line: Line, index: int, after: int) -> bool:
    """Whether "called" and a few words in quotation marks name the noun before it."""
    quote = line.quotes.get(after)
    if quote is None or quote.words >= LONG:
        return False
    return line.words[index - 1] not in load_reporting().words["pronouns"] | load_reporting().words["auxiliaries"]


def _is_topic(line: Line, after: int) -> bool:
    """Whether "said" is followed by what was spoken of: "said of the plan"."""
    said = line.words[after - 1] in {"said", "says", "say", "saying", "wrote", "writes", "write"}
    first = after
    while first < len(line.words) - 1 and first < after + 3 and line.words[first] in load_reporting().words["amounts"]:
        first += 1
    return said and line.words[first] in {"of", "about", "on"} and (first > after or line.words[first] != "on")


def _push_topic(line: Line, first: int, source: Span, reports: list[Report]) -> None:
    """Report what is spoken of where it begins the sentence: "Of the plan, she said that ..."."""
    if 2 < first < _ADJUNCT_WORDS and line.words[first - 1] == "," and "," not in line.words[: first - 1]:
        push(line, 1, first - 1, source, reports)


def _is_survey(line: Line, after: int) -> bool:
    """Whether the subject of a verb of showing is a poll or a study: then whatever it shows is its finding."""
    return any(word in load_reporting().words["surveys"] for word in line.words[max(0, after - 6) : after])


def _skip_addressee(line: Line, after: int) -> int:
    """Skip the person spoken to after "told": a pronoun, a name, or a noun, with what determines it."""
    words, lexicon = line.words, load_reporting()
    if words[after : after + 1] and words[after] in lexicon.words["pronouns"]:
        return after + 1
    position, last = after, min(len(words), after + 6)
    while position < last and (words[position] in lexicon.words["articles"] or line.is_capital(position)):
        position += 1
    if position == last or not words[position].isalpha():
        return position
    articled = words[after] in lexicon.words["articles"]  # "told the Danish broadcaster"
    return position + 1 if articled or position == after else position


def _skip_adjuncts(line: Line, after: int, kind: str) -> int:
    """Skip "on Monday", "in an interview", "to reporters" after a verb."""
    words, lexicon = line.words, load_reporting()
    times, occasions = lexicon.words["time"], lexicon.words["occasions"]
    position = _skip_addressee(line, after) if kind == "tell" else after
    while position < min(len(words), after + 30):
        if words[position] in times or words[position].endswith("ly"):
            position += 1
            continue
        if words[position] in lexicon.words["adjuncts"]:
            end = next((p for p in range(position + 1, min(len(words), position + 7)) if words[p] in occasions), None)
            if end is not None and not any(words[p] in {",", "."} or p in line.quotes for p in range(position, end)):
                position = end + 1
                continue
        if words[position].isdigit() and position > after:
            position += 1
            continue
        break
    return position
