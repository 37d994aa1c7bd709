"""The benchmark of voice counts sources by hand-made annotations."""

from __future__ import annotations

from benchmarks.voice import Sources
from biasscore.records import Attribution, Span


def test_sources_by_hand() -> None:
    # One content with the right source, one with another's, one that is not found, and one that names no source.
    annotated = [
        {"content": [[20, 40]], "source": [[0, 8]]},
        {"content": [[60, 80]], "source": [[50, 58]]},
        {"content": [[100, 120]], "source": [[90, 98]]},
        {"content": [[140, 160]], "source": []},
    ]
    found = [Attribution(Span(20, 40), Span(4, 10), False), Attribution(Span(60, 80), Span(0, 8), True)]
    sources = Sources()
    text = "A deputy" + " " * 42 + "A doctor" + " " * 32 + "A driver" + " " * 42
    sources.add(text, found, annotated)
    assert (sources.named, sources.attributed, sources.right) == (3, 2, 1)
    assert "right 0.5000 of the contents found (n=2)" in sources.line()


def test_annotated_pronouns_are_left_out() -> None:
    # "He" is annotated where it stands; what is found is whom it means.
    sources = Sources()
    sources.add(
        "Lee left. He said no.",
        [Attribution(Span(18, 20), Span(0, 3), False)],
        [{"content": [[18, 20]], "source": [[10, 12]]}],
    )
    assert (sources.named, sources.attributed, sources.right) == (0, 0, 0)
