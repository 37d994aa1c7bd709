"""One profile as a person sees it in a terminal, and the cleaning of whatever a text may try to do to that terminal.

::

    A Harbour Made of Paper                                      headline, counts
    actor            -1          0          +1  stance ...       one row an actor, with its two voices below
    United Kingdom   ··▒▒▒●▒▒▒▒··│············   -0.62 ...
    ...                                                          the sentences that moved each actor most
    Contrast  stance: Kazakhstan above United Kingdom by 0.90 [0.55, 1.20]
    biasscore 0.1.0 · model default · config 0123456789abcdef

Everything is laid out in cells of the terminal, 60 to 120 of them a line. Without colour (no terminal, or ``NO_COLOR``)
no escape sequence is written and mentions stand between asterisks; without UTF-8 everything is drawn in ASCII.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from .profile import ArticleProfile
from .records import ActorProfile, Contrast, Estimate, MentionScore, Span, Verdict, VoicePart

_NARROWEST: Final = 60
_WIDEST: Final = 120
#: From this width on there is a column for the sentiment, and room for the second score of a sentence.
_MIDDLE: Final = 76
#: From this width on verdicts are spelled out.
_WIDE: Final = 92
_GAP: Final = "  "
#: Sentences shown for an actor, and lines of a sentence.
_SENTENCES: Final = 3
_SENTENCE_LINES: Final = 3

_STYLES: Final[dict[Verdict, str]] = {
    "negative": "red",
    "positive": "green",
    "balanced": "cyan",
    "insufficient evidence": "dim",
}

# --- cleaning --------------------------------------------------------------------------------------------------------

_SPACES: Final = re.compile(r"\s+")
#: C0, DEL and C1 without those that are white space, and the controls of direction, with which a text can rearrange
#: what stands around it.
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_PLAIN: Final = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
    | {"‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-", "…": "...", "·": "-"}
)


def printable(text: str, encoding: str = "utf-8") -> str:
    """Make a text harmless for a terminal, on one line.

    Args:
        text: Any string, of any origin.
        encoding: What the terminal reads. If it is none of Unicode's, quotation marks and dashes become those of ASCII,
            and what it lacks becomes a question mark.

    Returns:
        The text without control characters; white space of any kind and length is one space, a lone surrogate U+FFFD.
    """
    clean = _SURROGATES.sub("\ufffd", _SPACES.sub(" ", _CONTROLS.sub("", text)))
    if is_unicode(encoding):
        return clean
    return clean.translate(_PLAIN).encode(encoding, "replace").decode(encoding)


def cut(text: str, width: int, encoding: str = "utf-8") -> str:
    """Make a text harmless, as `printable` does, and bring it into a width.

    Args:
        text: Any string.
        width: Most cells it may take, at least 4.
        encoding: What the terminal reads.

    Returns:
        The text, with an ellipsis at its end if it was too long.
    """
    clean = printable(text[: 8 * width], encoding).strip()
    if cell_len(clean) <= width:
        return clean
    end = (UNICODE if is_unicode(encoding) else ASCII).ellipsis
    return set_cell_size(clean, width - len(end)).rstrip() + end


def is_unicode(encoding: str) -> bool:
    """Whether an encoding can write every character."""
    return encoding.lower().replace("_", "-").startswith(("utf-8", "utf8", "utf-16", "utf-32"))


# --- the view --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What bars and lines are drawn with, one cell each."""

    axis: str
    tick: str
    shade: str
    marker: str
    faint_shade: str
    faint_marker: str
    dot: str
    rule: str
    ellipsis: str


UNICODE: Final = Glyphs("·", "│", "▒", "●", "─", "○", "·", "─", "…")
ASCII: Final = Glyphs(".", "|", "=", "O", "-", "o", "-", "-", "...")


class _Console(Console):
    """A console that leaves it to its caller what happens when nobody reads it any longer."""

    def on_broken_pipe(self) -> None:
        raise  # the BrokenPipeError that rich is handling when it calls this


def open_console(stream: TextIO) -> Console:
    """Open a console that colours only what goes to a terminal whose owner did not set ``NO_COLOR``.

    Args:
        stream: Where it writes.

    Returns:
        A console without markup, emoji codes and highlighting of its own.
    """
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return _Console(
        file=stream, color_system=None if plain else "auto", markup=False, highlight=False, emoji=False, soft_wrap=True
    )


def show(profile: ArticleProfile, console: Console) -> None:
    """Print one profile.

    Args:
        profile: Of an article that could be scored.
        console: As `open_console` makes it; its width is taken for one between 60 and 120.
    """
    for line in view(profile, console):
        console.print(line)


def rule(console: Console) -> Text:
    """A line to draw between two profiles."""
    glyphs = UNICODE if is_unicode(console.encoding) else ASCII
    return Text(glyphs.rule * _width(console), "dim")


def view(profile: ArticleProfile, console: Console) -> Iterator[Text]:
    """Lay one profile out.

    Args:
        profile: Of an article that could be scored.
        console: Its width, colours and encoding count.

    Yields:
        Lines, none of them wider than the console (or than 60 cells, if that is more).
    """
    layout = _Layout(profile, console)
    yield from layout.heading()
    yield Text()
    yield from layout.table()
    yield from layout.sentences()
    yield Text()
    yield from layout.contrasts()
    yield from layout.warnings()
    yield layout.footer()


def bar(estimate: Estimate | None, width: int, glyphs: Glyphs, style: str, *, faint: bool = False) -> Text:
    """Draw an estimate on an axis from -1 to 1.

    Args:
        estimate: Its score is the marker, its interval the shaded stretch; None for the bare axis.
        width: Cells, odd, so that 0 has one of its own.
        glyphs: What to draw with.
        style: Of marker and stretch.
        faint: Whether it is drawn small, for a part of the whole.

    Returns:
        A line of that width. The marker hides the tick at 0, the tick the stretch.
    """
    centre = (width - 1) // 2
    cells = [(glyphs.axis, "dim")] * width
    if estimate is not None:
        low, at, high = (centre + round(value * centre) for value in (estimate.low, estimate.score, estimate.high))
        stretch = (glyphs.faint_shade, "dim") if faint else (glyphs.shade, style)
        cells[low : high + 1] = [stretch] * (high + 1 - low)
    cells[centre] = (glyphs.tick, "dim")
    if estimate is not None:
        cells[at] = (glyphs.faint_marker, "dim") if faint else (glyphs.marker, f"bold {style}")
    runs = groupby(cells, key=lambda cell: cell[1])
    return Text.assemble(*(("".join(glyph for glyph, _ in run), run_style) for run_style, run in runs))


class _Layout:
    """One profile on one console."""

    def __init__(self, profile: ArticleProfile, console: Console) -> None:
        self.profile: Final = profile
        self.console: Final = console
        self.width: Final = _width(console)
        self.coloured: Final = console.color_system is not None
        self.glyphs: Final = UNICODE if is_unicode(console.encoding) else ASCII
        self.with_sentiment: Final = self.width >= _MIDDLE
        longest = max((cell_len(self.clean(actor.name)) for actor in profile.actors.values()), default=0)
        room = 24 if self.width >= _WIDE else 14 if self.width >= _MIDDLE else 12
        self.name_width: Final = min(max(longest, len("  attributed")), room)
        self.verdict_width: Final = len("insufficient evidence" if self.width >= _WIDE else "insufficient")
        fixed = (self.name_width, *(width for _, width in self.numbers()), self.verdict_width)
        left = self.width - sum(fixed) - len(_GAP) * len(fixed)
        self.bar_width: Final = min(left - 1 + left % 2, 41)

    def clean(self, text: str) -> str:
        return printable(text, self.console.encoding).strip()

    def cut(self, text: str, width: int) -> str:
        return cut(text, width, self.console.encoding)

    def name(self, actor: str) -> str:
        """The actor's name, or its id where the name is too long for the table."""
        name = self.clean(self.profile.actors[actor].name)
        return name if cell_len(name) <= self.name_width else self.cut(actor, self.name_width)

    # --- headline ----------------------------------------------------------------------------------------------------

    def heading(self) -> Iterator[Text]:
        profile = self.profile
        if profile.title is not None:
            yield from self.wrap(Text(self.cut(profile.title, 2 * self.width - 10), "bold"), self.width)
        named = len({score.sentence for score in profile.scores})
        mentions = sum(actor.mentions for actor in profile.actors.values())
        parts = [_count(len(profile.sentences), "sentence"), f"{named} with an actor", _count(mentions, "mention")]
        identity, counts = self.cut(profile.id, self.width), self.join(parts)
        one_line = self.join([identity, counts])
        for line in [one_line] if cell_len(one_line) <= self.width else [identity, counts]:
            yield Text(line, "dim")

    # --- one row an actor --------------------------------------------------------------------------------------------

    def numbers(self) -> list[tuple[str, int]]:
        """Titles and widths of the columns of numbers."""
        sentiment = [("sentiment", 9)] if self.with_sentiment else []
        return [("stance", 6), *sentiment, ("n", 4), ("share", 5)]

    def table(self) -> Iterator[Text]:
        half = (self.bar_width - 1) // 2
        scale = "-1" + "0".rjust(half - 1) + "+1".rjust(half)
        titles = [title for title, _ in self.numbers()]
        yield self.row(Text("actor", "dim"), Text(scale, "dim"), titles, Text("verdict", "dim"), "dim")
        for actor in self.profile.actors.values():
            yield from self.actor(actor)

    def actor(self, actor: ActorProfile) -> Iterator[Text]:
        style = _STYLES[actor.verdict]
        if actor.stance is None or actor.sentiment is None:
            nothing = bar(None, self.bar_width, self.glyphs, style)
            label = "never mentioned" if self.width >= _WIDE else "absent"
            yield self.row(Text(self.name(actor.id), "dim"), nothing, [], Text(label, "dim"), "dim")
            return
        verdict: str = actor.verdict
        label = verdict if len(verdict) <= self.verdict_width else verdict.split()[0]
        yield self.row(
            Text(self.name(actor.id), "bold"),
            bar(actor.stance, self.bar_width, self.glyphs, style),
            [*self.figures(actor.stance, actor.sentiment), f"{actor.share:.0%}"],
            Text(label, style if style == "dim" else f"bold {style}"),
            "",
        )
        for name, part in (("author", actor.author), ("attributed", actor.attributed)):
            yield from self.part(name, part)

    def part(self, name: str, part: VoicePart) -> Iterator[Text]:
        if part.stance is not None and part.sentiment is not None:
            drawn = bar(part.stance, self.bar_width, self.glyphs, "dim", faint=True)
            yield self.row(Text(f"  {name}", "dim"), drawn, self.figures(part.stance, part.sentiment), Text(), "dim")

    def figures(self, stance: Estimate, sentiment: Estimate) -> list[str]:
        return [signed(stance.score), *([signed(sentiment.score)] * self.with_sentiment), str(stance.n)]

    def row(self, name: Text, drawn: Text, numbers: Sequence[str], verdict: Text, style: str) -> Text:
        columns = [width for _, width in self.numbers()]
        cells = [*numbers, *[""] * (len(columns) - len(numbers))]
        name.append(" " * (self.name_width - name.cell_len))
        aligned = [Text(cell.rjust(width), style) for cell, width in zip(cells, columns, strict=True)]
        line = Text(_GAP).join([name, drawn, *aligned, verdict])
        line.rstrip()
        return line

    # --- the sentences that moved them -------------------------------------------------------------------------------

    def sentences(self) -> Iterator[Text]:
        answers = {(score.sentence, score.actor): score for score in self.profile.scores}
        titles = _GAP.join(["stance", "sentiment"] if self.with_sentiment else [" score"])
        for actor in self.profile.actors.values():
            shown = [answers[index, actor.id] for index in actor.evidence[:_SENTENCES] if (index, actor.id) in answers]
            if not shown:
                continue
            gutter = max(len(str(score.sentence)) for score in shown) + 1
            inner = self.width - gutter - len(titles) - 2 * len(_GAP)
            name = self.cut(actor.name, gutter + inner - 16)
            space = " " * (gutter + inner + 2 * len(_GAP) - cell_len(name) - len(", moved most by"))
            yield Text()
            yield Text.assemble((name, f"bold {_STYLES[actor.verdict]}"), (f", moved most by{space}{titles}", "dim"))
            for score in shown:
                number = str(score.sentence).rjust(gutter) + _GAP
                for index, line in enumerate(self.sentence(score, inner, _STYLES[actor.verdict])):
                    if index == 0:
                        line.append(" " * (inner - line.cell_len) + _GAP)
                        yield Text.assemble((number, "dim"), line, self.scores(score))
                    else:
                        yield Text.assemble(" " * len(number), line)

    def scores(self, score: MentionScore) -> Text:
        stance, sentiment = (probs[2] - probs[0] for probs in (score.stance, score.sentiment))
        if self.with_sentiment:
            return Text.assemble(_score(stance, 6), _GAP, _score(sentiment, 9))
        # With room for one of them, the one that counts as evidence: see `biasscore.aggregate.evidence`.
        return _score(stance if score.voice == "author" else sentiment, 6)

    def sentence(self, score: MentionScore, width: int, style: str) -> list[Text]:
        """The sentence with its mentions marked, cut around the first of them, and who speaks."""
        text, sentence = self.profile.text, self.profile.sentences[score.sentence]
        voice = self.voice(score)
        start, end = _window(
            text, sentence.start, sentence.end, score.spans, _SENTENCE_LINES * width - cell_len(voice) - 10
        )
        line = Text(self.glyphs.ellipsis if start > sentence.start else "")
        position = start
        for span in score.spans:
            if position <= span.start and span.end <= end:
                line.append(printable(text[position : span.start], self.console.encoding))
                mention = self.clean(text[span.start : span.end])
                line.append(mention if self.coloured else f"*{mention}*", f"bold {style}")
                position = span.end
        line.append(printable(text[position:end], self.console.encoding))
        line.append(self.glyphs.ellipsis if end < sentence.end else "")
        lines = self.wrap(line, width)
        tail = self.join(["", voice])
        if lines[-1].cell_len + cell_len(tail) <= width:
            lines[-1].append(tail, "dim")
        else:
            lines += self.wrap(Text(voice, "dim"), width)
        return lines

    def voice(self, score: MentionScore) -> str:
        voice = f"attributed: {self.cut(score.source, 40)}" if score.source else score.voice
        return self.join([voice, *(["truncated"] * score.truncated)])

    # --- below -------------------------------------------------------------------------------------------------------

    def contrasts(self) -> Iterator[Text]:
        if not self.profile.contrasts:
            return
        sure = [pair for pair in self.profile.contrasts if pair.stance.low > 0 or pair.stance.high < 0]
        sure.sort(key=lambda pair: -abs(pair.stance.score))
        if not sure:
            yield Text("Contrast  stance: no difference between actors is beyond chance", "dim")
            return
        line = Text.assemble(("Contrast  stance: ", "dim"), self.contrast(sure[0]))
        if len(sure) > 1:
            second = self.join(["", self.contrast(sure[1])])
            line.append(second if line.cell_len + cell_len(second) <= self.width else "")
        yield from self.wrap(line, self.width)

    def contrast(self, pair: Contrast) -> str:
        """A difference, told so that it is positive."""
        low, high = pair.stance.low, pair.stance.high
        first, second, size = self.name(pair.first), self.name(pair.second), pair.stance.score
        if size < 0:
            first, second, size, low, high = second, first, -size, -high, -low
        return f"{first} above {second} by {size:.2f} [{low:.2f}, {high:.2f}]"

    def warnings(self) -> Iterator[Text]:
        """What must be said of a model of the user's own: that it is target-blind, or failed its self-check."""
        for warning in self.profile.provenance.warnings:
            yield from self.wrap(Text(self.cut(f"Note: {warning}", 400), "yellow"), self.width)

    def footer(self) -> Text:
        provenance, profile = self.profile.provenance, self.profile
        parts = [f"biasscore {provenance.version}", f"model {self.cut(provenance.model, 24)}"]
        parts.append(f"config {provenance.config}")
        if profile.skipped:
            parts.append(f"{_count(len(profile.skipped), 'sentence')} without an answer")
        return Text(self.cut(self.join(parts), self.width), "dim")

    def join(self, parts: Sequence[str]) -> str:
        return f" {self.glyphs.dot} ".join(parts)

    def wrap(self, text: Text, width: int) -> list[Text]:
        lines = list(text.wrap(self.console, width))
        for line in lines:
            line.rstrip()
        return lines


def _width(console: Console) -> int:
    return min(max(console.width, _NARROWEST), _WIDEST)


def signed(score: float) -> str:
    """A score with its sign and two decimals; what rounds to 0 has no sign."""
    text = f"{score:+.2f}"
    return text if text[1:] != "0.00" else "0.00"


def _score(score: float, width: int) -> Text:
    style = "red" if score <= -0.05 else "green" if score >= 0.05 else "dim"
    return Text(signed(score).rjust(width), style)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _window(text: str, start: int, end: int, spans: Sequence[Span], limit: int) -> tuple[int, int]:
    """A stretch of a sentence, of about ``limit`` characters, around its first mention."""
    if end - start <= limit:
        return start, end
    first = spans[0]
    left = max(start, min(first.start - limit // 3, end - limit))
    if left > start:  # to the beginning of a word, if there is one near
        space = text.find(" ", left, min(left + 20, first.start))
        left = space + 1 if space >= 0 else left
    right = min(end, max(left + limit, first.end))
    if right < end:
        space = text.rfind(" ", max(right - 20, first.end), right)
        right = space if space >= 0 else right
    return left, right
