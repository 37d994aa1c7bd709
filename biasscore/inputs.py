"""What callers give a scorer -> articles, lists and spans of one form, or an error that says what to do instead."""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from contextlib import suppress
from datetime import date as _date
from pathlib import Path
from typing import Any, Final

import numpy as np

from .actors import Actor, is_date
from .config import Measurement, Runtime
from .errors import ActorError, ConfigError, Described, InputError, expected
from .profile import ArticleProfile
from .reading import read_id, read_label
from .records import Article, Provenance, Sentence
from .spans import Spans

_ARTICLE_KEYS: Final = ("text", "id", "title", "date", "outlet")


def as_article(article: object) -> Article:
    """Bring an article of any form into the one form.

    Args:
        article: Its text, an `Article`, or a mapping: see `biasscore.Scorer.score`.

    Returns:
        The article, with the day of its date, and None for what is missing. Its text is any string: see `check_text`.

    Raises:
        InputError: It is none of these, it has no text, or a field is none of its kind.
    """
    if isinstance(article, str):
        return Article(article)
    if isinstance(article, Article):
        found: Mapping[str, object] = {key: getattr(article, key) for key in _ARTICLE_KEYS}
    elif isinstance(article, Mapping):
        found = article
    else:
        advice = "Give the text, a mapping with `text`, or an `Article`."
        raise InputError(expected("article", "a string, a mapping or an Article", type(article), advice))
    if "text" not in found:
        advice = "Put the article's words under the key `text`."
        raise InputError(expected("article", "a mapping with `text`", sorted(map(str, found)), advice))
    text = found["text"]
    if not isinstance(text, str):
        advice = "Leave the record out." if _is_missing(text) else "Convert it first."
        raise InputError(expected("article text", "a string", type(text), advice))
    fields: dict[str, str | None] = {}
    for key in _READERS:
        value = found.get(key)
        fields[key] = _field(key, value)
        # An outlet is only a name to group by.
        if fields[key] is None and not (_is_missing(value) or _is_empty(value) or key == "outlet"):
            raise InputError(expected(f"article {key}", _KINDS[key], type(value), "Convert it first."))
    return Article(text, **fields)


def _field(key: str, value: object) -> str | None:
    """A field of an article as text; None where there is nothing, or nothing of its kind."""
    if _is_missing(value):
        return None
    if isinstance(value, np.floating):
        value = float(str(value))  # with the digits that numpy shows: 1.1 of float32
    elif isinstance(value, np.integer | np.bool_):
        value = value.item()
    return _READERS[key](value)


def _is_missing(value: object) -> bool:
    """Nothing, or what data frames put where there is nothing: NaN, NaT and NA."""
    if value is None:
        return True
    try:
        return bool(value != value)
    except Exception:  # NA is neither equal nor unequal to itself; an array has many answers; others refuse to tell
        return type(value).__name__ == "NAType"


def _is_empty(value: object) -> bool:
    return isinstance(value, str) and not value


def _day(value: object) -> str | None:
    """The day of a date, or of a text that begins with one; any other text as it is, None for what is neither."""
    text = value.isoformat() if isinstance(value, _date) else str(value) if isinstance(value, np.datetime64) else value
    if not isinstance(text, str) or not text:
        return None
    return text[:10] if is_date(text[:10]) else text


_READERS: Final[Mapping[str, Callable[[object], str | None]]] = {
    "id": read_id,
    "title": read_label,
    "date": _day,
    "outlet": read_label,
}
#: What a field that cannot be read should have been; an outlet that is none is passed over.
_KINDS: Final = {"id": "a string or a whole number", "title": "a string or a number", "date": "a string or a date"}


def failed_profile(article: object, provenance: Provenance, error: str) -> ArticleProfile:
    """The profile of an article that cannot be scored, with its names as far as they can be read.

    Whatever its fields do when they are looked at, nothing is raised: the other articles go on.

    Args:
        article: As it was given, of any type.
        provenance: Of the scorer.
        error: Why it cannot be scored.

    Returns:
        A profile without actors, whose ``error`` is set.
    """
    found: Mapping[str, object] = article if isinstance(article, Mapping) else {}
    if isinstance(article, Article):
        found = {key: getattr(article, key) for key in _ARTICLE_KEYS}
    names: dict[str, str | None] = {}
    for key in _READERS:
        with suppress(Exception):
            names[key] = _field(key, found.get(key))
    names = dict.fromkeys(_READERS) | names
    text: object = article
    with suppress(Exception):
        text = str(article if isinstance(article, str) else found.get("text"))
    id_ = names["id"] if names["id"] is not None else _hash_id(text if isinstance(text, str) else type(text).__name__)
    day = names["date"] if is_date(names["date"]) else None
    return ArticleProfile.failed(id_, names["title"], provenance, error, date=day, outlet=names["outlet"])


def check_articles(articles: object) -> None:
    """Check that there are several articles, and that a step of the iteration gives one of them.

    Args:
        articles: As given to `biasscore.Scorer.score_many`.

    Raises:
        InputError: It is a single article, a table, or nothing to iterate over.
    """
    if isinstance(articles, str | bytes | Mapping | Article):
        advice = "Put the one article into a list, or call `score`."
        raise InputError(expected("articles", "an iterable of articles", type(articles), advice))
    # A data set of `datasets` has names of columns as well, and the result of a query chooses some by `columns()`: both
    # iterate over their rows.
    kind = type(articles)
    rows = kind.__module__.partition(".")[0] == "datasets"
    told = (getattr(kind, name, None) for name in ("columns", "column_names"))
    if not rows and any(columns is not None and not callable(columns) for columns in told):
        advice = "Call `score_table` with it, or give its rows: `to_dict('records')`, `to_dicts()`, `to_pylist()`."
        raise InputError(
            expected("articles", "an iterable of articles", Described(f"a table ({kind.__name__})"), advice)
        )
    if not isinstance(articles, Iterable):
        raise InputError(expected("articles", "an iterable of articles", kind, "Put them into a list."))


def check_kinds(blind: object, calibration: object, measurement: object, runtime: object) -> None:
    """Check the arguments of a scorer that, if wrong, would be noticed late or not at all.

    Args:
        blind: True, False or None.
        calibration: A file, its content or None.
        measurement: A `Measurement` or None.
        runtime: A `Runtime` or None.

    Raises:
        ConfigError: One of them is none of its kind.
    """
    if blind is not None and not isinstance(blind, bool):
        raise ConfigError(expected("blind", "True, False or None", blind, "Give one of the three."))
    if calibration is not None and not isinstance(calibration, str | Path | Mapping):
        advice = "Give what `biasscore calibrate` wrote."
        raise ConfigError(expected("calibration", "a file or its content", type(calibration), advice))
    if measurement is not None and not isinstance(measurement, Measurement):
        advice = "Give `Measurement(level=0.9)`, say."
        raise ConfigError(expected("measurement", "a `Measurement`", type(measurement), advice))
    if runtime is not None and not isinstance(runtime, Runtime):
        advice = "Give `Runtime(device='cpu')`, say."
        raise ConfigError(expected("runtime", "a `Runtime`", type(runtime), advice))


def asked_actors(actors: Any) -> Any:
    """The actors that are asked for, as a list.

    Args:
        actors: None, or names and actors in a list, an array, a series or anything else that holds some.

    Returns:
        None, or a list of what it holds, for `biasscore.actors.resolve`.

    Raises:
        ActorError: It holds nothing.
    """
    if actors is None or isinstance(actors, str):
        return actors  # one name alone is refused by `resolve`
    if isinstance(actors, Actor) or not isinstance(actors, Iterable):
        advice = "Give names or `Actor`s."
        raise ActorError(expected("actors", "a list of at least one actor", type(actors), advice))
    return list(as_list(actors))


def as_list(value: Any) -> Any:
    """An array as a list, with Python's own numbers; anything else as it is."""
    return value.tolist() if isinstance(value, np.ndarray) else value


def check_text(text: object, max_chars: int) -> None:
    """Check that an article's text can be scored.

    Args:
        text: The text.
        max_chars: Most characters of it.

    Raises:
        InputError: It is no string, blank, longer, or holds a NUL.
    """
    if not isinstance(text, str):
        raise InputError(expected("text", "a string", type(text), "Decode or convert it first."))
    if not text.strip():
        got = Described("white space only" if text else "an empty string")
        raise InputError(expected("text", "an article", got, "Leave the record out."))
    if len(text) > max_chars:
        got = Described(f"{len(text):,}")
        raise InputError(expected("text", f"at most {max_chars:,} characters", got, "Split it or raise `max_chars`."))
    nul = text.find("\0")
    if nul >= 0:
        advice = "This looks like binary data: convert it to text."
        raise InputError(expected("text", "text", Described(f"a NUL character at {nul}"), advice))


def check_lengths(texts: Sized, spans: Sized, advice: str) -> None:
    """Check that there are two lists of one length.

    Args:
        texts: Any number of sentences.
        spans: What belongs to each.
        advice: What to do if there are more or fewer.

    Raises:
        InputError: One is no list, or the lengths differ.
    """
    for name, given in (("texts", texts), ("spans", spans)):
        if isinstance(given, str) or not isinstance(given, Sized):
            raise InputError(expected(name, "a list", type(given), "Put it into a list."))
    if len(texts) != len(spans):
        raise InputError(expected("spans", f"as many as texts ({len(texts)})", len(spans), advice))


def check_spans(text: object, spans: Spans, record: int) -> None:
    """Check the spans of one sentence.

    Args:
        text: The sentence.
        spans: Half-open character spans ``(start, end, actor)`` in any order.
        record: Its place in the list, for the message.

    Raises:
        InputError: The text is no string, there is no span, or one lies outside the text or overlaps another.
    """
    if not isinstance(text, str):
        raise InputError(expected(f"texts[{record}]", "a string", type(text), "Leave the record out."))
    form = "a list of (start, end, actor) with whole numbers"
    if not isinstance(spans, Sequence):
        raise InputError(expected(f"spans[{record}]", form, type(spans), "Give half-open offsets."))
    if not spans:
        raise InputError(expected(f"spans[{record}]", "at least one span", Described("none"), "Leave the record out."))
    previous = 0
    try:
        ordered = sorted((operator.index(start), operator.index(end)) for start, end, _ in spans)
    except (TypeError, ValueError) as error:
        raise InputError(expected(f"spans[{record}]", form, spans, "Give half-open offsets.")) from error
    for start, end in ordered:
        if not previous <= start < end <= len(text):
            room = f"within {previous} to {len(text)} and not empty"
            raise InputError(expected(f"spans[{record}]", room, (start, end), "Give half-open offsets."))
        previous = end


def id_and_title(article: Article, sentences: Sequence[Sentence]) -> tuple[str, str | None]:
    """Id and title of an article, made from the text where none was given.

    Args:
        article: The article.
        sentences: Of its text.

    Returns:
        The id (without one, 12 hex digits of the text's SHA-256), and the title (without one, a headline in the text;
        None if there is none).
    """
    id_ = article.id if article.id is not None else _hash_id(article.text)
    return id_, article.title if article.title is not None else _headline(article.text, sentences)


def _hash_id(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _headline(text: str, sentences: Sequence[Sentence]) -> str | None:
    """The first line, if it stands alone and does not end like a sentence of the text."""
    first = text.strip().partition("\n")[0].strip()
    several = bool(sentences) and sentences[-1].paragraph > 0
    return first if several and 0 < len(first) <= 200 and first[-1] not in ".,;:" else None
