"""Stance labels derived from voice, sentences put into a source's mouth, and sentences joined to one.

Labelled data say how a sentence portrays a person, not what its author thinks. Two rules give a stance label without a
reader:

- an attitude inside a quotation or reported speech, as `biasscore.voice` finds them, is not the author's: *none*;
- a sentence of an author, quoted as a whole, becomes the words of the one who is quoted: its sentiment stays, its
stance becomes *none*.

Of the actors that stand together in a sentence most are treated alike, and a model learns to give them all the tone of
the sentence. Joining two sentences whose actors fare differently takes that short cut away: each label has to come from
the words around its own mention.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ..records import Mention
from ..segment import split_sentences
from ..voice import assign_voices, find_attributions
from .examples import UNKNOWN, Example, Target

#: A run of words with capitals inside a sentence: a name, and now and then a day or a month, of which nothing is said.
_NAMED: Final = re.compile(r"(?<=[a-z,;] )(?:[A-Z][\w-]*[a-z] ){0,2}[A-Z][\w-]*[a-z](?=[ ,;’']|\.$)")
#: Weight of a stance label that says the attitude is a source's: sure of the voice, as sure as the sentiment label of
#: the attitude.
_ATTRIBUTED_WEIGHT: Final = 0.5
#: Weight of one that takes an attitude in the author's voice for the author's: often it is a mere report of a good or
#: bad act.
_AUTHOR_WEIGHT: Final = 0.3

_FRAMES: Final = (
    "“{s},” said {w}.",
    "“{s},” {w} told reporters.",
    "“{s}”, {w} wrote on Thursday.",
    "{W} said: “{s}.”",
    '"{s}," {w} argued.',
    "{W} claimed that {l}.",
    "According to {w}, {l}.",
    "{W} said {l}.",
    "{W} told a committee that {l}.",
    "In the view of {w}, {l}.",
    "“{s}.”",
    "{W} insists that {l}, a charge that was not discussed at the meeting.",
)
_SPEAKERS: Final = (
    "a retired ambassador",
    "the chairman of the committee",
    "one delegate",
    "the union's secretary",
    "an analyst at a bank",
    "the opposition's spokeswoman",
    "a columnist for a regional paper",
    "Marta Lindqvist, who runs a think tank",
    "the governor",
    "two officials",
    "a former judge",
    "Deputy Arkady Belov",
    "the pressure group",
    "an adviser to the minister",
    "Congressman Dale Ruiz",
)

#: Ways of joining two sentences: {a} and {b} lose the capital of a common word, {B} keeps it.
_JOINTS: Final = (
    "{a}, but {b}.",
    "{a}, while {b}.",
    "{a}, whereas {b}.",
    "{a}, and {b}.",
    "{a}, yet {b}.",
    "{a}; {b}.",
    "{a} – {b}.",
    "{a}. {B}.",
    "{a}. But {b}.",
    "While {a}, {b}.",
    "Whereas {a}, {b}.",
    "Although {a}, {b}.",
    "At a time when {a}, {b}.",
)
#: Words of a sentence that may be joined.
_LONGEST_HALF: Final = 32

#: Words that have a capital only where they begin a sentence.
_UNCAPITALISED: Final = frozenset(
    [
        "The",
        "A",
        "An",
        "It",
        "In",
        "For",
        "This",
        "That",
        "These",
        "Their",
        "They",
        "He",
        "She",
        "We",
        "His",
        "Her",
        "Its",
        "Our",
        "No",
        "Not",
        "Nobody",
        "Once",
        "On",
        "At",
        "By",
        "With",
        "Without",
        "After",
        "Before",
        "While",
        "When",
        "Where",
        "As",
        "Of",
        "To",
        "From",
        "Under",
        "Over",
        "If",
        "Even",
        "Every",
        "Each",
        "There",
        "Those",
        "What",
        "Who",
        "Whoever",
        "How",
        "Having",
        "Since",
        "Such",
        "Some",
        "Only",
        "Never",
        "Now",
        "Then",
        "And",
        "But",
        "Unlike",
        "Like",
    ]
)


def derive_stance(example: Example) -> Example:
    """Give each target of an example that has no stance label one from its sentiment label and its voice.

    Args:
        example: A sentence with sentiment labels.

    Returns:
        The same with stance labels: *none* where sentiment is neutral or every mention is attributed, else favor or
            against.
    """
    sentences = split_sentences(example.text)
    attributions = find_attributions(example.text, sentences)
    targets = []
    for target in example.targets:
        mentions = [Mention("", 0, start, end, "name") for start, end in target.spans]
        if target.stance != UNKNOWN:
            targets.append(target)
            continue
        attributed = all(voice.voice == "attributed" for voice in assign_voices(attributions, mentions))
        polar = target.sentiment != 1
        stance = target.sentiment if polar and not attributed else 1
        weight = _AUTHOR_WEIGHT if polar and not attributed else _ATTRIBUTED_WEIGHT
        targets.append(replace(target, stance=stance, stance_weight=weight))
    return replace(example, targets=tuple(targets))


def quoted(examples: Sequence[Example], seed: int) -> list[Example]:
    """Sentences of authors as the words of invented sources.

    Args:
        examples: Sentences with both labels.
        seed: Of the choice of frames and speakers.

    Returns:
        One new example for each sentence in which the author takes a side and which can be quoted as a whole.
    """
    rng = random.Random(seed)
    result = []
    for example in examples:
        takes_side = any(target.stance != 1 for target in example.targets)
        text = example.text
        if takes_side and text.endswith(".") and not any(mark in text for mark in '“”"«»:;?!') and text[0].isupper():
            result.append(_put_into_mouth(example, rng))
    return result


def spliced(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """Pairs of sentences of one source joined to one sentence, each target with the labels it had.

    Args:
        examples: Sentences with both labels.
        count: How many to make; none if fewer than two sentences can be joined.
        rng: Draws sentences and joints.

    Returns:
        New examples. In two of three, a target of one half is negative and one of the other half positive.
    """
    pools: list[tuple[list[Example], dict[int, list[Example]]]] = []
    for source in ("newsmtsc", "authored"):
        fit = [e for e in examples if e.source == source and _joinable(e.text)]
        by_label = {label: [e for e in fit if {t.sentiment for t in e.targets} == {label}] for label in (0, 2)}
        if len(fit) > 1 and all(by_label.values()):
            pools.append((fit, by_label))
    result = []
    for _ in range(count if pools else 0):
        fit, by_label = rng.choice(pools)
        if rng.random() < 2 / 3:
            halves = [rng.choice(by_label[0]), rng.choice(by_label[2])]
            rng.shuffle(halves)
        else:
            halves = [rng.choice(fit), rng.choice(fit)]
        result.append(_joined(halves[0], halves[1], rng.choice(_JOINTS)))
    return result


def _joinable(text: str) -> bool:
    plain = text.endswith(".") and not any(mark in text[:-1] for mark in '“”"«»:;?!')
    return plain and text[0].isupper() and len(text.split()) <= _LONGEST_HALF and len(split_sentences(text)) == 1


def _joined(first: Example, second: Example, joint: str) -> Example:
    head, tail = joint.split("{a}")
    middle, end = tail.split("{b}") if "{b}" in tail else tail.split("{B}")
    one = _lowered(first.text[:-1]) if head else first.text[:-1]
    other = second.text[:-1] if "{B}" in joint else _lowered(second.text[:-1])
    shift = len(head) + len(one) + len(middle)
    targets = [_moved(t, len(head)) for t in first.targets] + [_moved(t, shift) for t in second.targets]
    return Example(head + one + middle + other + end, tuple(targets), first.source, first.doc)


def _lowered(text: str) -> str:
    # "The ministry ..." may lose its capital inside a sentence; a name may not.
    return text[0].lower() + text[1:] if text.split()[0] in _UNCAPITALISED else text


def _moved(target: Target, shift: int) -> Target:
    return replace(target, spans=tuple((start + shift, end + shift) for start, end in target.spans))


def _put_into_mouth(example: Example, rng: random.Random) -> Example:
    text = example.text[:-1]
    frame, speaker = rng.choice(_FRAMES), rng.choice(_SPEAKERS)
    place = "{s}" if "{s}" in frame else "{l}"
    lowered = _lowered(text)
    named = frame.replace("{w}", speaker).replace("{W}", speaker[0].upper() + speaker[1:])
    shift = named.index(place)
    targets = tuple(replace(_moved(t, shift), stance=1) for t in example.targets)
    whole = named.replace(place, text if place == "{s}" else lowered)
    return Example(whole, targets, example.source, example.doc)


def others(examples: Sequence[Example], rng: random.Random) -> list[Example]:
    """Ask about somebody else in each sentence: one more name, of which only teachers can say how it is treated.

    Args:
        examples: Sentences, labelled or not.
        rng: Chooses the names.

    Returns:
        The sentences that have a name outside their targets, each with that name as its only target, without labels.
    """
    found: list[Example] = []
    for example in examples:
        taken = [span for target in example.targets for span in target.spans]
        names = [
            match.span()
            for match in _NAMED.finditer(example.text)
            if all(match.end() <= start or match.start() >= end for start, end in taken)
        ]
        if names:
            found.append(replace(example, targets=(Target((rng.choice(names),), UNKNOWN),)))
    return found
