"""Whether mentions and voice take linear time on text made to be slow.

    python -m benchmarks.hostile [--size CHARACTERS] [--rounds ROUNDS] [--from NUMBER]

Most texts repeat one unit up to so many characters, and up to four times as many. Printed are the time of the longer
text, and how many times that of the shorter one it is, for the finder and for `find_attributions`, once with the
sentences of the text, once with all of it as one sentence; linear is 4, quadratic 16. Times are processor time, the
least of several rounds; below a few milliseconds they say little. `benchmarks.segmentation` times the finding of
sentences.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from typing import Final

from biasscore.actors import resolve
from biasscore.mentions import Finder
from biasscore.records import Sentence
from biasscore.segment import split_sentences
from biasscore.voice import find_attributions

#: How many times as long the longer text is.
_TIMES: Final = 4
#: From this on a ratio is marked.
_SLOW: Final = 8.0
#: Below so many seconds it is not.
_SHORT: Final = 0.02

#: Units that are repeated.
UNITS: Final = (
    # marks and spaces
    *(".", " ", "A. ", '"', '" ', "“", "“a ", "“a” ", "«", "‘", "’ ", "s’ ", "'", "'a ", "”, ", "“a ‘b “c ", "“\n"),
    *('. "', "x", "\n", "; ", "a\u0301", "a-", "a.b", "-", "— ", "( ", "“a b”: "),
    # reporting words
    *("he said ", "said, ", '"a" said. ', '"a b c" he said, ', "X said that ", "according to ", ", but he said "),
    *("it's ", "as he said, ", "While X said ", "in 's view ", "words of ", "told ", "reply ", "it is said, "),
    *("A: b; ", "A: ", "; it would say ", ", so Lee ", ", says x ", "per Lee, ", "the claim by that ", "attacked "),
    *("in his view, ", "as x put it, ", "her point is ", "“A,” he said, “b,” ", "Lee attacked Riga and ", "a, "),
    # names and descriptions
    *("UK ", "UK-", "London, ", "in Russian and ", "Russia the country ", "Its NATO. ", "www.uk.", "@uk", "May "),
    *("Britain fears Russia and the country ", "Britain's ambassador; ", "President Putin ", "Putin President "),
    *("the British ambassador, Ann Lee, ", "Ann Lee, Britain's ambassador, ", "prime minister ", "former "),
    *("Britain met Iran and the country. ", "the country of ", "His foreign minister ", "UK (UK) ", "“UK ", "Mr UK "),
    *("Russia's prime minister and its prime minister ", "Russian and Kazakh ", "the alliance NATO ", "of Russia "),
    *("Johnson ", "Boris Johnson, he ", "London calling ", "Britain the UK, the kingdom, ", "Pride of Britain "),
)
#: Texts of about so many characters that are more than a repeated unit.
SHAPES: Final[dict[str, Callable[[int], str]]] = {
    **{repr(unit): partial(lambda unit, size: unit * (size // len(unit)), unit) for unit in UNITS},
    "a speaker at the end": lambda size: "Alpha beta " * (size // 11) + ": Lee",
    "nested marks": lambda size: "“‘" + "“ " * (size // 4) + "” " * (size // 4),
    "a name passed over long ago": lambda size: (
        "Georgia bought wheat from Russia and Iran, said the country. "
        + "Britain met Iran and the country left. " * (size // 38)
    ),
    "its after many names": lambda size: "Britain met, " * (size // 13) + ". Its country fell.",
    "a long word": lambda size: "He said UK " + "x" * size,
}


def ratio(work: Callable[[str], object], short: str, long: str, rounds: int) -> tuple[float, float]:
    """Seconds for the longer of two texts, and how many times that of the shorter one they are."""
    times = [_least(work, text, rounds) for text in (short, long)]
    return times[1], times[1] / max(times[0], 1e-9)


def _least(work: Callable[[str], object], text: str, rounds: int) -> float:
    seconds: list[float] = []
    for _ in range(rounds):
        gc.collect()
        gc.disable()  # it comes more often the more there is
        began = time.process_time()
        work(text)
        seconds.append(time.process_time() - began)
        gc.enable()
    return min(seconds)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=60_000, help="characters of the shorter text")
    parser.add_argument("--rounds", type=int, default=1, help="how often each text is read")
    parser.add_argument("--from", dest="first", type=int, default=0, help="which text is the first, from 0")
    options = parser.parse_args(argv)
    finder = Finder([*resolve(None), *resolve(["Boris Johnson"])])

    def whole(text: str) -> list[Sentence]:
        return [Sentence(0, 0, len(text), 0)]

    works: dict[str, Callable[[str], object]] = {
        "finder": lambda text: finder.find(text, split_sentences(text)),
        "finder, one sentence": lambda text: finder.find(text, whole(text)),
        "voice": lambda text: find_attributions(text, split_sentences(text)),
        "voice, one sentence": lambda text: find_attributions(text, whole(text)),
    }
    slow = 0
    for shape, build in islice(SHAPES.items(), options.first, None):
        short, long = build(options.size), build(_TIMES * options.size)
        told: list[str] = []
        for name, work in works.items():
            seconds, times = ratio(work, short, long, options.rounds)
            marked = times >= _SLOW and seconds > _SHORT
            slow += marked
            told.append(f"{name} {seconds:.3f} s {times:4.1f}{' !' if marked else ''}")
        print(f"{shape:<54} {'; '.join(told)}", flush=True)
    print(f"{slow} ratios are {_SLOW:g} or more")


if __name__ == "__main__":
    main()
