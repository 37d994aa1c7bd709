"""Acts that are named by verbs of reporting: "claimed ten lives", "slammed into a wall", "Vennland attacked Sarnia".

The rules are those of ``[acts]`` in ``data/reporting.toml``: what follows the verb, what its object is, who does
it. Verbs of blows are words where one who speaks is the subject, where a reproach follows ("for its rules"), where
what is hit is no thing ("attacked the plan"), or where a state hits something with a place of words behind ("attacked
Sarnia in a statement").
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final, Literal

from .clauses import ARTICLES, POSSESSIVES, QUOTED, Line, is_passive
from .reporting_lexicon import load_reporting
from .speech_sources import find_subject

#: Who does something: one who speaks, a force (an army, a weapon, a beast), a state or its people, or some other noun.
_Doer = Literal["speaker", "force", "state", "other"]
#: How many words an object, an agent or a reproach is looked for in.
_REACH: Final = 12
#: Those of plurals too ("the ports' walls").
_OWNERS: Final = POSSESSIVES | {"'", "’"}
_MARKS: Final = frozenset({"$", "£", "€", "%", "-"})
#: Ends of what may be said of a noun ("British", "Vietnamese"), besides meaning a people.
_ADJECTIVES: Final = ("an", "ish", "ese", "ch", "i", "gan", "k", "o")
_PRONOUNS: Final = frozenset({"it", "them", "us", "another"})
_RELATIVES: Final = frozenset({"who", "that", "which"})
#: Prepositions of where words are said.
_AT: Final = frozenset({"in", "on", "at", "via"})


def is_act(line: Line, index: int) -> bool:
    """Whether a verb of reporting is none where it stands.

    Args:
        line: The sentence.
        index: The verb.

    Returns:
        True for an act, also in the passive voice; False for words and for every verb without a rule.
    """
    lexicon = load_reporting()
    rule = lexicon.acts.get(line.words[index])
    if rule is None or index + 1 >= len(line.words):
        return False
    words = line.words
    following = words[index + 1]
    near = range(index + 1, min(len(words), index + 6))
    untimed = next((p for p in near if words[p] not in lexicon.words["time"]), None)
    if untimed is not None and untimed > index + 1 and words[untimed] == "that":
        return False  # "boasted on Monday night that"
    if following in {QUOTED, ":", "that", ","} or not rule.unless.isdisjoint(words[index + 1 : index + 9]):
        return False
    if following in rule.after:
        said = following == "in" and not lexicon.words["occasions"].isdisjoint(words[index + 2 : index + 6])
        return not said  # "called in a speech for"
    passive = words[index] not in lexicon.ing and (following == "by" or is_passive(line, index))
    end = index + 1 if passive else _object_end(line, index + 1, stop_at_verb=rule.by != "")
    if end is None:
        return False  # a clause
    if _leads_to(line, end, rule.to, passive or end > index + 1):
        return True
    if passive:
        by = next((p for p in range(index + 1, min(len(words), index + _REACH)) if words[p] == "by"), None)
        if by is None:
            return False
        head = _subject_head(line, index)
        named = head is not None and head > 0 and line.is_capital(head) and is_passive(line, head + 2)
        if rule.people and head is not None and (named or _is_people(head, line)):
            return True
        if rule.offices and head is not None and words[head] in rule.objects:
            return True
        return rule.by != "" and _strikes(line, index, by + 1, _doer_after(line, by + 1), None)
    if end == index + 1:
        return False
    if _is_object(line, index + 1, end, index):
        return True
    return rule.by != "" and _strikes(line, index, end, _doer_before(line, index), end)


def _object_end(line: Line, first: int, stop_at_verb: bool) -> int | None:
    """Where the noun phrase after a verb ends.

    Args:
        line: The sentence.
        first: The phrase's first word.
        stop_at_verb: Whether it ends at a verb of its own, instead of being taken for a clause.

    Returns:
        The word behind it; None where it is a clause.
    """
    words, lexicon = line.words, load_reporting()
    ends, measures = lexicon.act_words["ends"], lexicon.act_words["measures"]
    verbal = lexicon.words["be"] | lexicon.words["copulas"] | lexicon.words["modals"]
    for position in range(first, min(len(words), first + _REACH)):
        word = words[position]
        if word in _OWNERS or word in _MARKS:
            continue
        if word in verbal:
            return position if stop_at_verb else None
        if word == "of" and words[position - 1] in measures:
            continue
        if word in ends or not word[0].isalnum():
            return position
        if position > first and _is_verb(line, position):
            return position if stop_at_verb else None
    return min(len(words), first + _REACH)


def _is_verb(line: Line, position: int) -> bool:
    """Whether a word within a phrase looks like the verb of its clause: "Russia lied", "troops want"."""
    word, before, lexicon = line.words[position], line.words[position - 1], load_reporting()
    subject = line.is_capital(position - 1) or before.endswith("s") or before in lexicon.words["subject_pronouns"]
    if not subject or before in _OWNERS or line.is_capital(position):
        return False
    if (word.endswith("ed") and "-" not in word) or word in lexicon.words["went"] | lexicon.act_words["pasts"]:
        return True
    if before in lexicon.states and not before.endswith(_ADJECTIVES):
        return word.endswith("s") and word not in lexicon.act_words["people"]  # "Britain takes", not "British ships"
    return word in lexicon.verbs and word not in lexicon.ambiguous


def _is_object(line: Line, first: int, end: int, index: int) -> bool:
    """Whether an object makes its verb an act."""
    rule, words = load_reporting().acts[line.words[index]], line.words
    head = words[end - 1]
    if rule.offices and end == first + 1 and words[first] in load_reporting().words["pronouns"]:
        return True
    owned = rule.offices and not head.endswith("s") and not _OWNERS.isdisjoint(words[first:end])
    begun = not rule.first or words[first] in rule.first or words[first].isdigit() or owned
    if words[end : end + 1] == [QUOTED] or not begun:
        return False
    if rule.unnamed and any(words[p] in load_reporting().states and line.is_capital(p) for p in range(first, end)):
        return False
    if head in rule.objects or (rule.people and _is_people(end - 1, line)):
        return head not in _OWNERS
    if rule.people and words[first].isdigit():
        return True
    if rule.people and head in load_reporting().words["pronouns"]:
        return True
    if rule.things:
        pronoun = words[first] in load_reporting().words["subject_pronouns"] | {"it"}
        return not pronoun and head not in load_reporting().act_words["themes"]
    if not rule.names or not rule.names_unless.isdisjoint(words[end : end + 1]):
        return False
    return all(line.is_capital(p) for p in range(first, end)) and head in load_reporting().states


def _is_people(position: int, line: Line) -> bool:
    """Whether a noun is one for people, or the people of a state ("Britons")."""
    word, lexicon = line.words[position], load_reporting()
    return word in lexicon.act_words["people"] or (word in lexicon.states and word.endswith("ns"))


def _leads_to(line: Line, end: int, goals: frozenset[str], has_object: bool) -> bool:
    """Whether "to" and one of some goals follow an object: "condemned two men to death"."""
    words, lexicon = line.words, load_reporting()
    if not goals or not has_object:
        return False
    if "*" in goals and words[end : end + 1] == ["to"] and end + 1 < len(words):
        named = words[end + 1] in lexicon.words["speaker_articles"] or line.is_capital(end + 1)
        return named or words[end + 1] in goals
    for position in range(end, min(len(words) - 1, end + _REACH)):
        if words[position] in {",", ";", ":"}:
            break
        counted = words[position + 1].isdigit() or words[position + 1] in lexicon.act_words["counts"]
        if words[position] == "to" and not goals.isdisjoint(words[position + 1 : position + 2 + counted]):
            return True
    return False


def _strikes(line: Line, index: int, after: int, doer: _Doer | None, end: int | None) -> bool:
    """Whether a verb of blows is one.

    Args:
        line: The sentence.
        index: The verb.
        after: The first word behind the object, or of the agent.
        doer: Who does it.
        end: The word behind the object; None in the passive voice.
    """
    lexicon, words = load_reporting(), line.words
    lists, anyone = lexicon.act_words, lexicon.acts[words[index]].by == "anyone"
    for position in range(after, min(len(words) - 1, after + _REACH)):
        if words[position] == "with":
            tool = _phrase_end(line, position + 1, min(len(words), position + 6)) - 1
            if words[tool] in lists["weapons"]:
                return True
    head = _object_head(line, index + 1, end) if end is not None else None
    if doer == "speaker" or _reproaches(line, after):
        return False
    if head is not None and (words[head] in lists["themes"] or words[head] in lists["threats"]):
        return False
    if doer == "force":
        return True
    state = doer == "state" or (head is not None and words[head] in lexicon.states)
    if state and _is_spoken(line, after):
        return False
    if anyone and (doer == "other" or head is None):
        return True
    if anyone and doer == "state" and head is not None:
        return _can_be_hit(line, index, head)
    return head is not None and (words[head] in lists["targets"] or (anyone and words[head] in lexicon.states))


def _object_head(line: Line, first: int, end: int) -> int:
    """The noun of an object, without the time behind it ("Riga overnight"); for "Oslo and Riga" the latter."""
    words, lexicon = line.words, load_reporting()
    pair = words[end : end + 1] == ["and"] and end + 1 < len(words) and line.is_capital(end + 1)
    if pair and words[end - 1] in lexicon.states and words[end - 1].endswith(_ADJECTIVES):
        later = _object_end(line, end + 1, stop_at_verb=True)  # "British and French arrogance"
        first, end = end + 1, later or end
    head = end - 1
    while head > first:
        time = words[head] in lexicon.act_words["adverbs"] or words[head].isdigit() or words[head].endswith("ly")
        if not time or (words[head].endswith("ly") and line.is_capital(head)):
            break
        head -= 1
    return head


def _can_be_hit(line: Line, index: int, head: int) -> bool:
    """Whether the object of a verb of blows is what a state hits: a thing, people, a place, or another state.

    Everything else a state attacks with words: "hegemony", "the embargo", "its handling of the crisis".

    Args:
        line: The sentence.
        index: The verb.
        head: The object's noun.
    """
    words, lexicon = line.words, load_reporting()
    hits = lexicon.acts[words[index]].hits
    if words[head] in lexicon.states or words[head] in hits or words[head] in _PRONOUNS:
        return True
    speakers = lexicon.act_words["speakers"]
    if not line.is_capital(head) or any(word in speakers and word not in hits for word in words[index + 1 : head]):
        return False  # "President Lee"
    acronym = line.text[line.starts[head] : line.ends[head]].isupper()
    return not (acronym and words[head - 1] in {"the", *_OWNERS})  # "the ICC"


def _is_spoken(line: Line, after: int) -> bool:
    """Whether a place of words, or what they were about, follows: "in a statement", "on Twitter", "on migration"."""
    words, lexicon = line.words, load_reporting()
    lists = lexicon.act_words
    occasions, venues, dates = lexicon.words["occasions"], lists["venues"], lists["dates"]
    for position in range(after, min(len(words) - 1, after + _REACH)):
        word, following = words[position], words[position + 1]
        if word in {",", ";", ":"} or word in lexicon.words["subject_stops"] or word in lexicon.words["saying"]:
            return False
        if word not in _AT:
            continue
        last = _phrase_end(line, position + 1, min(len(words), position + 7))
        place = last - 1
        while place > position + 1 and (words[place] in lists["adverbs"] or words[place].endswith("ed")):
            place -= 1  # "in a statement released yesterday"
        if words[place] in venues or (words[place] in occasions and words[place] not in dates):
            return True
        lone = last == position + 2 and words[last : last + 1] in ([], [","], ["and"])
        if word == "on" and lone and following.isalpha() and not line.is_capital(position + 1):
            return not any(following in lists[name] for name in ("grounds", "dates", "times"))
    return False


def _reproaches(line: Line, after: int) -> bool:
    """Whether a reproach follows: "for its rules", "over the visas", "as a liar", "as biased"; not "for days"."""
    words, lists = line.words, load_reporting().act_words
    for position in range(after, min(len(words) - 1, after + _REACH)):
        if words[position] in {";", ":", QUOTED}:
            return words[position] == QUOTED
        following = words[position + 1]
        timed = not lists["times"].isdisjoint(words[position + 1 : position + 3]) or following.isdigit()
        blamed = following in lists["blamed"] or following.endswith("ing") or line.is_capital(position + 1)
        if words[position] == "for" and not timed and blamed:
            return True
        over = words[position] == "over" and not timed
        called = following.isalpha() and following not in lists["likenesses"] and not line.is_capital(position + 1)
        alone = called and words[position + 2 : position + 3] in ([], [","], [";"])  # "as biased"
        named = words[position] == "as" and (alone or following in {"a", "an", "too", "being", QUOTED})
        said = words[position] == "," and following in {"saying", "calling", "accusing", "claiming"}
        if over or named or said:
            return True
    return False


def _doer_before(line: Line, index: int) -> _Doer | None:
    """Who is the subject of a verb, or what stands before a form in -ing; None where nobody is found."""
    if line.words[index] in load_reporting().ing and index:  # "an ad attacking Moscow"
        kind = _doer(line, index - 1, index - 1)
        return kind if line.words[index - 1].isalpha() and kind != "other" else None
    head = _subject_head(line, index)
    if head is None:
        return None
    first = head
    while first and head - first < 6 and (line.words[first - 1].isalnum() or line.words[first - 1] in _OWNERS):
        if line.words[first - 1] in load_reporting().act_words["ends"]:
            break
        first -= 1
    return _doer(line, first, head)


def _subject_head(line: Line, index: int) -> int | None:
    """The noun that is the subject of a verb: "a spokesman" of "a spokesman for the army"."""
    words, lexicon = line.words, load_reporting()
    last = index
    while last and (words[last - 1] in lexicon.words["auxiliaries"] or words[last - 1].endswith("ly")):
        last -= 1
    if last > 1 and words[last - 1] in _RELATIVES:
        last -= 2 if words[last - 2] == "," else 1
        return last - 1 if last else None
    subject = find_subject(line, index)
    if subject is None:
        return None
    first = bisect_left(line.starts, subject.start)
    end = _phrase_end(line, first, bisect_left(line.starts, subject.end))
    return end - 1 if end > first else None


def _doer_after(line: Line, first: int) -> _Doer | None:
    """Who is named after "by"."""
    end = _phrase_end(line, first, min(len(line.words), first + _REACH))
    return _doer(line, first, end - 1) if end > first else None


def _phrase_end(line: Line, first: int, last: int) -> int:
    """Where a noun phrase ends, without what explains its noun."""
    words, lists = line.words, load_reporting().act_words
    for position in range(first, last):
        if words[position] == "of" and position > first and words[position - 1] in lists["measures"] | {"one", "some"}:
            continue
        if words[position] in lists["ends"] or not (words[position][0].isalnum() or words[position] in _OWNERS):
            return position
    return last


def _doer(line: Line, first: int, head: int) -> _Doer:
    """What kind of doer a noun phrase names; a name that is no state's is a speaker's."""
    words, lexicon = line.words, load_reporting()
    lists = lexicon.act_words
    if words[head] in lists["forces"]:
        return "force"
    if words[head] in lists["bodies"] or not lists["speakers"].isdisjoint(words[first : head + 1]):
        return "speaker"
    if words[head] in lexicon.states or " ".join(words[max(0, head - 1) : head + 1]) in lexicon.states:
        return "state"  # the latter for "Ivory Coast"
    noun = first + (words[first] in ARTICLES)
    if words[noun] in lists["forces"]:
        return "force"  # "Storm Ann"
    if words[head] in {"it", "they", "this", "these", "those", "that", "which"}:
        return "other"
    if line.is_capital(head) and (head > 0 or not words[head].endswith(("ists", "ants", "ents", "ions"))):
        return "speaker"
    return "other"
