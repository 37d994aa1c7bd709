"""Stance labels derived from voice, and sentences put into a source's mouth.

Labelled data say how a sentence portrays a person, not what its author thinks. Two rules give a stance label without a
reader:

- an attitude inside a quotation or reported speech, as `biasscore.voice` finds them, is not the author's: *none*;
- a sentence of an author, quoted as a whole, becomes the words of the one who is quoted: its sentiment stays, its
stance becomes *none*.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ..records import Mention
from ..segment import split_sentences
from ..voice import assign_voices, find_attributions
from .examples import Example

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
    """Give each target of an example a stance label from its sentiment label and its voice.

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


def _put_into_mouth(example: Example, rng: random.Random) -> Example:
    text = example.text[:-1]
    frame, speaker = rng.choice(_FRAMES), rng.choice(_SPEAKERS)
    place = "{s}" if "{s}" in frame else "{l}"
    # "The ministry ..." may lose its capital inside a sentence; a name may not.
    lowered = text[0].lower() + text[1:] if text.split()[0] in _UNCAPITALISED else text
    named = frame.replace("{w}", speaker).replace("{W}", speaker[0].upper() + speaker[1:])
    shift = named.index(place)
    targets = tuple(
        replace(t, spans=tuple((start + shift, end + shift) for start, end in t.spans), stance=1)
        for t in example.targets
    )
    whole = named.replace(place, text if place == "{s}" else lowered)
    return Example(whole, targets, example.source, example.doc)
