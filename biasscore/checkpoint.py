"""Which classifier is used, and how it is asked: everything about a model of one's own that can move a number."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from numbers import Real
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, get_args

from .errors import ConfigError, Described, expected
from .files import read_data
from .labels import Task

Kind = Literal["auto", "span", "pair", "marked", "nli", "plain"]
Target = Literal["mention", "name"]

#: What stands for the measured actor and for any other when a model must not see names.
PLACEHOLDERS: Final = ("Entity A", "Entity B")
_ACTOR: Final = "{actor}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A classifier from a folder or the Hugging Face hub, and how to ask it.

    Attributes:
        name: A folder, "owner/model" on the hub, or "default".
        kind: How the model takes its question. "pair": sentence and actor as two segments; "marked": markers round the
            mention; "nli": hypotheses about the actor; "plain": the sentence alone (such a model does not know which
            actor is meant); "span": trained by `biasscore.training`. "auto" finds out where the configuration or our
            list of known checkpoints leaves no doubt.
        task: What it classifies; None leaves it to its labels. An NLI model does either.
        labels: The checkpoint's label names (or column numbers) -> ours, for names that say nothing. Kept as sorted
            pairs.
        neutral_band: For models of two classes, which know no neutral: see `biasscore.label_maps.LabelMap.logits`.
        blind: Whether the measured actors' names are replaced by placeholders before the model sees the sentence, so
            that the answer cannot depend on who the actor is.
        placeholders: What replaces the actor in question, and what any other.
        target: What a model that is not blind is asked about: the words of the actor's first "mention" in the sentence
            (None for pair models), or the actor's "name" (None for NLI models).
        markers: For "marked": what stands before and after the mention.
        templates: For "nli": hypotheses with "{actor}", each template three of them in the order of the task's labels;
            needs ``task``. None takes those of ``data/hypotheses.toml``. Answers are averaged over templates.
        language: Language of the hypotheses and of the self-check, two letters; None takes that of a known checkpoint,
            else English.
        revision: Branch, tag or commit on the hub; None is the main branch. Provenance has the commit.
        weights: What the weights must hash to, as provenance shows it (16 hex digits); None takes any.
        max_tokens: Longest sequence in tokens; longer sentences are scored in a window around the mention. The model's
            own limit wins where it is lower.
        self_check: Whether obvious sentences are scored once after loading.
        trust_remote_code: The checkpoint's own name, to run Python code that comes with it; None never does.

    Raises:
        ConfigError: A value is none of its kind, or two do not go together.
    """

    name: str | Path
    kind: Kind = "auto"
    task: Task | None = None
    labels: Mapping[str | int, str] | tuple[tuple[str, str], ...] | None = None
    neutral_band: float | None = None
    blind: bool = True
    placeholders: tuple[str, str] = PLACEHOLDERS
    target: Target | None = None
    markers: tuple[str, str] | None = None
    templates: Sequence[tuple[str, str, str]] | None = None
    language: str | None = None
    revision: str | None = None
    weights: str | None = None
    max_tokens: int = 512
    self_check: bool = True
    trust_remote_code: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str | Path) or not str(self.name).strip():
            raise ConfigError(expected("checkpoint", "a name or a folder", self.name, "Name the model."))
        if self.kind not in get_args(Kind):
            raise ConfigError(expected("kind", f"one of {', '.join(get_args(Kind))}", self.kind, "Name one of these."))
        if self.task is not None:
            object.__setattr__(self, "task", _task(self.task))
        if self.labels is not None:
            object.__setattr__(self, "labels", _labels(self.labels))
        band: object = self.neutral_band
        if band is not None and (isinstance(band, bool) or not isinstance(band, Real) or not 0.0 < float(band) < 1.0):
            raise ConfigError(expected("neutral_band", "a number in (0, 1)", band, "Try 0.5."))
        if isinstance(band, Real):
            object.__setattr__(self, "neutral_band", float(band))  # one setting, one digest
        for name in ("language", "revision", "weights"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, str) or not value.strip()):
                raise ConfigError(expected(name, "a string that is not empty", value, "Correct it, or leave it out."))
        if self.target not in (None, *get_args(Target)):
            raise ConfigError(expected("target", "'mention' or 'name'", self.target, "Name one of the two."))
        for name in ("placeholders", "markers"):
            value = getattr(self, name)
            if value is None and name == "markers":
                continue
            pair = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else ()
            if len(pair) != 2 or not all(isinstance(text, str) and text.strip() for text in pair):
                raise ConfigError(expected(name, "two strings", value, "Give one for each."))
            object.__setattr__(self, name, pair)
        if (self.kind == "marked") != (self.markers is not None):
            advice = "Give `markers=('<before>', '<after>')` with kind 'marked', and with no other."
            raise ConfigError(expected("markers", "given exactly for marked models", self.markers, advice))
        if self.templates is not None:
            object.__setattr__(self, "templates", _templates(self.templates, self.task))
        for name in ("blind", "self_check"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigError(expected(name, "True or False", getattr(self, name), "Give one of the two."))
        if isinstance(self.max_tokens, bool) or not isinstance(self.max_tokens, int) or self.max_tokens < 32:
            raise ConfigError(expected("max_tokens", "a whole number of at least 32", self.max_tokens, "Leave it out."))
        if self.trust_remote_code not in (None, str(self.name)):
            advice = "Code of a checkpoint runs only for the one that is named: give its own name, or leave it out."
            raise ConfigError(expected("trust_remote_code", f"{str(self.name)!r}", self.trust_remote_code, advice))

    def label_map(self) -> dict[str, str] | None:
        """The user's label map, or None."""
        return dict(self.labels) if isinstance(self.labels, tuple) else None

    def digest(self) -> str:
        """Hash the settings.

        Returns:
            The first 16 hex digits of the SHA-256 of all fields but the name and whether the self-check runs.
        """
        fields = {key: value for key, value in asdict(self).items() if key not in {"name", "self_check"}}
        return hashlib.sha256(repr(sorted(fields.items())).encode()).hexdigest()[:16]


def read_checkpoint(path: str | Path) -> Checkpoint:
    """Read a checkpoint's settings from a TOML file, for use where there are only strings.

    Args:
        path: With keys named as the attributes of `Checkpoint`; ``name`` is needed, and relative to the file if it is a
            folder beside it.

    Returns:
        The checkpoint.

    Raises:
        ConfigError: The file cannot be read, or a key or value is none of its kind.
    """
    file = Path(path)
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(
            expected("model", "a TOML file", Described(f"{path} ({error})"), "Check the file.")
        ) from error
    known = {field.name for field in fields(Checkpoint)}
    for key in table:
        if key not in known:
            raise ConfigError(expected(str(path), f"with keys among {', '.join(sorted(known))}", key, "Correct it."))
    if "name" not in table:
        raise ConfigError(expected(str(path), "with a name", Described("none"), "Add `name = ...`."))
    beside = file.parent / str(table["name"])
    if beside.is_dir():
        table["name"] = beside
    if isinstance(table.get("templates"), list):
        table["templates"] = [tuple(each) if isinstance(each, list) else each for each in table["templates"]]
    return Checkpoint(**table)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a public checkpoint without loading it.

    Attributes:
        name: "owner/model" on the hub.
        kind: As in `Checkpoint`; None for one that cannot be used.
        licence: Of its weights, as its card says.
        languages: Two letters each; "multi" for many.
        labels: Its label names where its configuration has none, or None.
        note: What to know before use.
        refused: Why it cannot be used, or None.
    """

    name: str
    kind: Kind | None
    licence: str
    languages: tuple[str, ...]
    labels: Mapping[str, str] | None
    note: str
    refused: str | None


@lru_cache(maxsize=1)
def known_checkpoints() -> Mapping[str, Known]:
    """Read ``data/checkpoints.toml``.

    Returns:
        Name -> what is known of it.
    """
    return MappingProxyType(
        {
            entry["name"]: Known(
                entry["name"],
                entry.get("kind"),
                entry.get("licence", "not stated"),
                tuple(entry.get("languages", ())),
                entry.get("labels"),
                entry.get("note", ""),
                entry.get("refused"),
            )
            for entry in read_data("checkpoints.toml")["checkpoint"]
        }
    )


def _labels(given: object) -> tuple[tuple[str, str], ...]:
    """A label map as sorted pairs."""
    pairs = list(given.items() if isinstance(given, Mapping) else given if isinstance(given, tuple | list) else ())
    whole = all(isinstance(pair, tuple | list) and len(pair) == 2 for pair in pairs)
    if not pairs or not whole or not all(isinstance(value, str) for _, value in pairs):
        advice = "Give the checkpoint's labels -> ours, such as {'LABEL_0': 'negative', ...}."
        raise ConfigError(expected("labels", "a mapping from names to names", given, advice))
    return tuple(sorted((str(key), str(value)) for key, value in pairs))


def _task(value: object) -> Task:
    try:
        return Task(str(value))
    except ValueError:
        raise ConfigError(expected("task", "'sentiment' or 'stance'", value, "Name one of the two.")) from None


def _templates(templates: Sequence[Sequence[str]], task: Task | None) -> tuple[tuple[str, str, str], ...]:
    if task is None:
        advice = "Say which task the templates are for: `task='stance'`."
        raise ConfigError(expected("task", "given with `templates`", None, advice))
    found: list[tuple[str, str, str]] = []
    for template in templates:
        texts = tuple(template) if not isinstance(template, str) else ()
        if len(texts) != 3 or not all(isinstance(text, str) and _ACTOR in text for text in texts):
            advice = "Give three hypotheses in the order of the labels."
            raise ConfigError(expected("templates", "triples of strings with {actor}", template, advice))
        found.append((texts[0], texts[1], texts[2]))
    if len(found) < 2:
        advice = "One wording alone is known to flip answers: give at least two."
        raise ConfigError(expected("templates", "at least two", len(found), advice))
    return tuple(found)
