"""Whose words are these? Quotations, reported speech, and the voice of each mention.

Five steps, each linear in the length of the text:

1. *Quotation marks* (`quotations`): paired within each paragraph by a stack, so that kinds may be mixed and nested. A
   quotation that is not closed ends with its paragraph; where the next paragraph opens with a mark again, the same
   source goes on.
2. *Reporting words* (`reported_speech`, from ``data/reporting.toml``): each sentence is read as words, with every
   quotation folded into one token (`clauses`). A reporting verb (`reporting_verbs`), noun or phrase gives a content
   span, and the source before or after it (`speech_sources`); a sentence that ends with a colon gives its own to the
   quotation that follows, and headlines name their speaker before or behind a colon or a dash (`headlines`). Verbs
   that name an act where they stand ("attacked the port", "claimed ten lives") report nothing (`reporting_acts`).
3. *Transcripts* (`transcripts`): a paragraph that begins with its speaker in capitals is that speaker's, if the text
   has several such.
4. *Which quotations are speech*: long ones, whole sentences, and short ones that a reporting word introduces. Titles
   and scare quotes stay the author's.
5. *Pronouns* (`speakers`): a source that is "he" or "they" is whoever spoke last, where that is sure.

The source itself is never content: in "Hanoi said that Manila lied", "Hanoi" is the author's and "Manila" is Hanoi's.
"""

from __future__ import annotations

import heapq
from collections.abc import Container, Sequence
from dataclasses import replace

from .clauses import Report, lines
from .quotations import find_quotes, speak, spread_sources
from .records import Attribution, Mention, MentionVoice, Sentence, Span
from .reported_speech import introduced_by, read_line
from .speakers import name_speakers
from .speech_sources import without_aside, without_markup
from .transcripts import find_turns


def find_attributions(
    text: str, sentences: Sequence[Sentence], wanted: Container[int] | None = None
) -> list[Attribution]:
    """Find what is said or thought by somebody other than the author.

    Args:
        text: The article.
        sentences: Its sentences, in order, as a `biasscore.segment.Splitter` gives them.
        wanted: Indices of the sentences whose reported speech matters; None for all. Reported speech never leaves its
            sentence, so that a sentence without mentions need not be read for it; quotations are found everywhere.

    Returns:
        Attributions in the order of their content's start (the longer first). A quotation's content excludes its marks,
        and a quotation of several paragraphs gives one attribution for each. Contents may be nested (a quotation within
        reported speech) and one utterance may have several ("A, she said, B"). The source is the span of its words
        where they were found, or of whom a pronoun there means.
    """
    if not sentences:
        return []
    quotes = find_quotes(text, sentences)
    reports: list[Report] = []
    announced: Span | None = None
    end = 0
    for line in lines(text, sentences, quotes, wanted):
        if announced is not None and 0 in line.quotes and not text[end : line.start].strip():
            speak(line.quotes[0], announced)
        reports.extend(read_line(line))
        announced, end = introduced_by(line), line.end
    spread_sources(text, quotes)
    turns = find_turns(text, sentences)
    speakers = {source for _, source in turns}
    found = [Attribution(content, source, False) for content, source in turns]
    # What a label was found to report in its first sentence is a part of its turn.
    found += [Attribution(report.content, report.source, False) for report in reports if report.source not in speakers]
    found += [Attribution(Span(quote.start, quote.end), quote.source, True) for quote in quotes if quote.speech]
    found = [
        replace(each, source=without_aside(text, without_markup(text, each.source)))
        if each.source is not None
        else each
        for each in found
        if each.content.start < each.content.end
    ]
    found = name_speakers(text, sentences, found)
    return sorted(found, key=lambda attribution: (attribution.content.start, -attribution.content.end))


def assign_voices(attributions: Sequence[Attribution], mentions: Sequence[Mention]) -> list[MentionVoice]:
    """Say for each mention whose voice it stands in.

    Args:
        attributions: What `find_attributions` found.
        mentions: The mentions, in any order.

    Returns:
        One voice for each mention, in the order of ``mentions``: attributed if the mention begins inside some content,
        with the source of the innermost content that names one; else the author's.
    """
    voices: list[MentionVoice] = [MentionVoice("author")] * len(mentions)
    ordered = sorted(attributions, key=lambda attribution: attribution.content.start)
    # Contents that have begun: those with a source first, then the shortest. Ended ones are dropped when they come up.
    begun: list[tuple[bool, int, int, int]] = []
    position = 0
    for index in sorted(range(len(mentions)), key=lambda index: mentions[index].start):
        start = mentions[index].start
        while position < len(ordered) and ordered[position].content.start <= start:
            content = ordered[position].content
            heapq.heappush(
                begun, (ordered[position].source is None, content.end - content.start, position, content.end)
            )
            position += 1
        while begun and begun[0][3] <= start:
            heapq.heappop(begun)
        if begun:
            voices[index] = MentionVoice("attributed", ordered[begun[0][2]].source)
    return voices


def open_quotes(attributions: Sequence[Attribution], sentences: Sequence[Sentence]) -> list[tuple[bool, bool]]:
    """Say for each sentence whether it stands in a quotation whose marks are elsewhere.

    Args:
        attributions: What `find_attributions` found.
        sentences: The sentences, in order.

    Returns:
        For each sentence, whether it begins inside a direct quotation that an earlier sentence opened, and whether it
        ends inside one that goes on (or was never closed). So do the sentences of a speaker's turn in a transcript,
        which has no marks at all.
    """
    begins = [False] * len(sentences)
    ends = [False] * len(sentences)
    first, reach = 0, 0
    for attribution in sorted(attributions, key=lambda attribution: attribution.content.start):
        content = attribution.content
        while first < len(sentences) and sentences[first].end <= content.start:
            first += 1
        # Reported speech never leaves its sentence: what does is a turn.
        if not attribution.direct and (first == len(sentences) or content.end <= sentences[first].end):
            continue
        # Sentences up to `reach` are settled by a quotation that began before; only what is new is walked again.
        index = max(first, reach - 1)
        while index < len(sentences) and sentences[index].start < content.end:
            begins[index] |= content.start < sentences[index].start
            ends[index] |= content.start < sentences[index].end <= content.end
            index += 1
        reach = max(reach, index)
    return list(zip(begins, ends, strict=True))
