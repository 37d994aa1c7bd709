"""The terminal view: what stands where, that it fits, and that no text gets through to the terminal itself."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from biasscore.profile import ArticleProfile
from biasscore.records import (
    ActorProfile,
    Contrast,
    Estimate,
    MentionScore,
    Provenance,
    Sentence,
    Span,
    Verdict,
    VoicePart,
)
from biasscore.terminal import ASCII, UNICODE, bar, cut, open_console, printable, rule, show, signed

CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
NOTHING = VoicePart(None, None)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def part(score: float, n: int) -> VoicePart:
    return VoicePart(Estimate(score / 2, -1.0, 1.0, n), Estimate(score, score - 0.2, score + 0.2, n))


def actor(id_: str, name: str, verdict: Verdict, whole: VoicePart, evidence: tuple[int, ...] = ()) -> ActorProfile:
    n = whole.stance.n if whole.stance else 0
    return ActorProfile(
        id_, name, n, n, 0.5 if n else 0.0, whole.sentiment, whole.stance, whole, NOTHING, verdict, evidence
    )


TEXT = "Two sides\n\nBritain lied again. The envoy said Astana had “kept its word” to Britain.\r\nIt rained."
FIRST, SECOND = TEXT.index("Britain lied"), TEXT.index("The envoy")


def profile() -> ArticleProfile:
    sentences = (
        Sentence(0, 0, 9, 0),
        Sentence(1, FIRST, TEXT.index(" The envoy"), 1),
        Sentence(2, SECOND, TEXT.index("\r"), 1),
        Sentence(3, TEXT.index("It rained"), len(TEXT), 2),
    )

    def spans(word: str, start: int) -> tuple[Span, ...]:
        return (Span(TEXT.index(word, start), TEXT.index(word, start) + len(word)),)

    against, neutral, praised = (0.8, 0.1, 0.1), (0.0, 1.0, 0.0), (0.1, 0.2, 0.7)
    uk = replace(actor("UK", "United Kingdom", "negative", part(-0.5, 12), (1, 2)), attributed=part(0.1, 4))
    actors = [
        uk,
        actor("Kazakhstan", "Kazakhstan", "positive", part(0.25, 4), (2,)),
        actor("NATO", "NATO", "balanced", part(0.0, 5)),
        actor("Russia", "Russia", "insufficient evidence", NOTHING),
    ]
    return ArticleProfile(
        id="two.txt",
        title="Two sides",
        text=TEXT,
        sentences=sentences,
        actors=MappingProxyType({one.id: one for one in actors}),
        contrasts=(
            Contrast("UK", "Kazakhstan", Estimate(-0.4, -0.8, 0.0, 4), Estimate(-0.75, -1.25, -0.5, 4)),
            Contrast("UK", "NATO", Estimate(-0.4, -0.8, 0.0, 4), Estimate(-0.5, -0.9, -0.1, 4)),
            Contrast("Kazakhstan", "NATO", Estimate(0.9, 0.8, 1.0, 4), Estimate(0.9, -0.1, 1.9, 4)),
        ),
        scores=(
            MentionScore(1, "UK", spans("Britain", FIRST), "author", None, against, against),
            MentionScore(2, "UK", spans("Britain", SECOND), "author", None, neutral, neutral, truncated=True),
            MentionScore(2, "Kazakhstan", spans("Astana", 0), "attributed", "The envoy", praised, neutral),
        ),
        provenance=Provenance("1.2.3", "tiny", "aa", "0123456789abcdef", "test"),
    )


def drawn(shown: ArticleProfile, width: int = 100, encoding: str = "utf-8") -> list[str]:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    show(shown, Console(file=stream, width=width, color_system=None, soft_wrap=True, markup=False, highlight=False))
    stream.seek(0)
    return stream.read().split("\n")


def line(lines: list[str], start: str) -> str:
    return next(line for line in lines if line.startswith(start))


# --- cleaning


@settings(deadline=None)
@given(st.text())
def test_printable_is_one_line_without_controls(text: str) -> None:
    clean = printable(text)
    assert not CONTROL.search(clean)
    assert len(clean.splitlines()) <= 1
    clean.encode()
    assert printable(clean) == clean


@settings(deadline=None)
@given(st.text(), st.integers(4, 60), st.sampled_from(["utf-8", "ascii", "latin-1"]))
def test_cut_fits(text: str, width: int, encoding: str) -> None:
    short = cut(text, width, encoding)
    assert cell_len(short) <= width
    short.encode(encoding)


def test_printable_by_hand() -> None:
    assert printable("a\r\n\t b\u00a0c\x1b[31md\x9b\x7f\u202e") == "a b c[31md"
    assert printable("\ud800x") == "\ufffdx"
    assert printable("“Ёлка” — café…", "latin-1") == '"????" - café...'
    assert cut("abcdefghij", 6) == "abcde…"
    assert cut("abcdefghij", 6, "ascii") == "abc..."


def test_signed() -> None:
    assert [signed(score) for score in (0.5, -0.25, 0.004, -0.004, 1.0)] == ["+0.50", "-0.25", "0.00", "0.00", "+1.00"]


# --- bars


@pytest.mark.parametrize(
    ("low", "score", "high", "expected"),
    [
        (-1.0, -1.0, -1.0, "●····│·····"),
        (-0.8, -0.6, -0.4, "·▒●▒·│·····"),
        (-0.4, 0.2, 0.8, "···▒▒│●▒▒▒·"),
        (-1.0, 0.0, 1.0, "▒▒▒▒▒●▒▒▒▒▒"),
    ],
)
def test_bar_by_hand(low: float, score: float, high: float, expected: str) -> None:
    assert bar(Estimate(score, low, high, 9), 11, UNICODE, "red").plain == expected


def test_bars_of_other_kinds() -> None:
    estimate = Estimate(-0.6, -0.8, -0.4, 9)
    assert bar(None, 11, UNICODE, "red").plain == "·····│·····"
    assert bar(estimate, 11, UNICODE, "red", faint=True).plain == "·─○─·│·····"
    assert bar(estimate, 11, ASCII, "red").plain == ".=O=.|....."


@settings(deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=3, max_size=3), st.integers(5, 20))
def test_mirrored_estimates_have_mirrored_bars(values: list[float], half: int) -> None:
    low, score, high = sorted(values)
    right = bar(Estimate(score, low, high, 9), 2 * half + 1, UNICODE, "red").plain
    left = bar(Estimate(-score, -high, -low, 9), 2 * half + 1, UNICODE, "red").plain
    assert left == right[::-1]
    assert len(right) == 2 * half + 1


# --- the view


def test_headline_and_counts() -> None:
    lines = drawn(profile())
    assert lines[0] == "Two sides"
    assert lines[1] == "two.txt · 4 sentences · 2 with an actor · 21 mentions"


def test_one_row_an_actor_with_its_voices_below() -> None:
    lines = drawn(profile())
    titles = line(lines, "actor")
    assert titles.split() == ["actor", "-1", "0", "+1", "stance", "sentiment", "n", "share", "verdict"]
    uk = line(lines, "United Kingdom")
    assert uk.split()[3:] == ["-0.50", "-0.25", "12", "50%", "negative"]
    below = lines[lines.index(uk) + 1 :]
    assert below[0].split()[0] == "author"
    assert below[0].split()[2:] == ["-0.50", "-0.25", "12"]
    assert below[1].split()[0] == "attributed"
    assert below[1].split()[2:] == ["+0.10", "+0.05", "4"]
    assert line(lines, "Russia").split()[2:] == ["never", "mentioned"]
    assert "attributed" not in lines[lines.index(line(lines, "NATO")) + 2]
    # The marker stands under the scale, and verdicts under their title.
    assert uk.index("●") == titles.index("0") - round(0.5 * (titles.index("+1") + 1 - titles.index("0")))
    for name, verdict in (("United", "negative"), ("Kazakhstan", "positive"), ("NATO", "balanced")):
        assert line(lines, name).index(verdict) == titles.index("verdict")


def test_insufficient_evidence_is_spelled_out_where_there_is_room() -> None:
    shown = profile()
    few = replace(shown.actors["NATO"], verdict="insufficient evidence")
    shown = replace(shown, actors=MappingProxyType({**shown.actors, "NATO": few}))
    assert line(drawn(shown, 100), "NATO").endswith("insufficient evidence")
    assert line(drawn(shown, 80), "NATO").endswith("insufficient")


def test_the_sentences_that_moved_an_actor() -> None:
    lines = drawn(profile())
    place = lines.index(line(lines, "United Kingdom, moved most by"))
    assert lines[place].split()[-2:] == ["stance", "sentiment"]
    assert lines[place + 1].split() == ["1", "*Britain*", "lied", "again.", "·", "author", "-0.70", "-0.70"]
    assert "to *Britain*. · author" in lines[place + 2]
    assert "truncated" in " ".join(lines[place + 2 : place + 4])
    place = lines.index(line(lines, "Kazakhstan, moved most by"))
    assert "The envoy said *Astana* had “kept its word” to Britain.  " in lines[place + 1]
    assert lines[place + 2].strip() == "attributed: The envoy"  # where it does not fit behind the sentence
    assert lines[place + 1].split()[-2:] == ["0.00", "+0.60"]
    assert not any(line.startswith(("NATO, moved", "Russia, moved")) for line in lines)


def test_a_narrow_view_shows_the_score_that_counts() -> None:
    lines = drawn(profile(), 60)
    assert "sentiment" not in line(lines, "actor")
    assert line(lines, "UK").split()[2:] == ["-0.50", "12", "50%", "negative"]
    place = lines.index(line(lines, "Kazakhstan, moved"))
    assert lines[place].endswith("score")
    assert lines[place + 1].endswith("+0.60")  # a source speaks: the sentiment


def test_a_long_sentence_is_cut_around_the_mention() -> None:
    text = "x " * 5000 + "Britain" + " y" * 5000
    shown = profile()
    scores = (replace(shown.scores[0], sentence=0, spans=(Span(10_000, 10_007),)),)
    uk = replace(shown.actors["UK"], evidence=(0,))
    shown = replace(
        shown,
        text=text,
        sentences=(Sentence(0, 0, len(text), 0),),
        scores=scores,
        actors=MappingProxyType({**shown.actors, "UK": uk}),
    )
    lines = drawn(shown)
    place = lines.index(line(lines, "United Kingdom, moved"))
    words = " ".join(lines[place + 1 : lines.index("", place)])
    assert lines.index("", place) - place <= 5
    assert re.search(r"…(x )+.*\*Britain\*( y)+.*… · author", words)


def test_strongest_contrasts_are_told_as_better_than() -> None:
    first, second = (
        "Kazakhstan above United Kingdom by 0.75 [0.50, 1.25]",
        "NATO above United Kingdom by 0.50 [0.10, 0.90]",
    )
    assert line(drawn(profile(), 120), "Contrast") == f"Contrast  stance: {first} · {second}"
    assert line(drawn(profile(), 80), "Contrast") == f"Contrast  stance: {first}"
    uncertain = replace(profile(), contrasts=profile().contrasts[2:])
    assert line(drawn(uncertain), "Contrast").endswith("no difference between actors is beyond chance")
    assert not any(line.startswith("Contrast") for line in drawn(replace(profile(), contrasts=())))


def test_footer() -> None:
    assert drawn(profile())[-2] == "biasscore 1.2.3 · model tiny · config 0123456789abcdef"
    assert drawn(replace(profile(), skipped=(3,)))[-2].endswith("1 sentence without an answer")


NAMES = st.text(min_size=1, max_size=60)


@settings(deadline=None)
@given(NAMES, NAMES, NAMES, st.integers(60, 120), st.sampled_from(["utf-8", "ascii"]))
def test_every_line_fits_whatever_things_are_called(
    name: str, title: str, source: str, width: int, encoding: str
) -> None:
    shown = profile()
    actors = {key: replace(one, name=name, id=key) for key, one in shown.actors.items()}
    scores = tuple(replace(score, source=source) for score in shown.scores)
    shown = replace(shown, title=title, actors=MappingProxyType(actors), scores=scores)
    lines = drawn(shown, width, encoding)
    assert max(map(cell_len, lines)) <= width
    assert not any(CONTROL.search(line) for line in lines)
    if encoding == "ascii":
        assert "".join(lines).isascii()


def test_wider_and_narrower_terminals_count_as_the_nearest_width() -> None:
    assert drawn(profile(), 200) == drawn(profile(), 120)
    assert drawn(profile(), 20) == drawn(profile(), 60)


def test_markup_and_escapes_of_a_text_are_only_text() -> None:
    text = TEXT.replace("It rained.", "[bold red]:smile:[/]")
    hostile = replace(profile(), title="[red]Evil[/red] \x1b[2J\x9b1m :smile:", text=text, id="a\nb\x1b]0;c\x07")
    lines = drawn(hostile)
    assert lines[0] == "[red]Evil[/red] [2J1m :smile:"
    assert lines[1].startswith("a b]0;c · ")


# --- colour


def coloured(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, **environment: str) -> str:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"TERM": "xterm-256color", "COLUMNS": "100"} | environment).items():
        monkeypatch.setenv(name, value)
    console = open_console(stream)
    show(profile(), console)
    console.print(rule(console))
    return stream.getvalue()


def test_a_terminal_gets_colours_and_no_asterisks(monkeypatch: pytest.MonkeyPatch) -> None:
    text = coloured(monkeypatch, Terminal())
    assert "\x1b[1;31mnegative\x1b[0m" in text
    assert "\x1b[1;31mBritain\x1b[0m lied" in text
    assert "*Britain*" not in text


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_escape_where_the_owner_wants_none(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    text = coloured(monkeypatch, Terminal(), **environment)
    assert "\x1b" not in text
    assert "*Britain* lied" in text


def test_no_escape_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    text = coloured(monkeypatch, io.StringIO())
    assert "\x1b" not in text
    assert not any(line.endswith(" ") for line in text.split("\n"))
    assert text.endswith("─" * 100 + "\n")
