"""A folder that passed inspection -> a classifier behind the seam, asked rightly and checked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from ..calibration import from_mapping, probabilities
from ..checkpoint import Checkpoint, Kind, known_checkpoints
from ..errors import ConfigError, Described, ModelError, expected
from ..label_maps import is_nli, map_entailment, map_labels
from ..labels import Task
from ..spans import Spans
from .architectures import ARCHITECTURES
from .asking import Asker
from .base import Rows, Step
from .encoders import Encoder
from .marked import MarkedAsker
from .network import build
from .nli import NliAsker
from .pair import PairAsker
from .plain import PlainAsker
from .remote import build_remote
from .rows import BREAK
from .safety import Inspected, label_names
from .selfcheck import Score, check, fill, sentences
from .sequence import Origin, SequenceBackend
from .texts import Texts, read_tokenizer

#: Rows for the comparison of the fast forward with the padded one.
_SAMPLES: Final = 16


def assemble(
    checkpoint: Checkpoint,
    inspected: Inspected,
    files: Sequence[bytes],
    origin: Origin,
    tasks: tuple[Task, ...],
    device: str,
) -> SequenceBackend:
    """Load a classifier of sequences, and check it.

    Args:
        checkpoint: How it is asked.
        inspected: Its folder.
        files: The bytes of its weights.
        origin: Where it came from.
        tasks: What it is wanted for.
        device: A torch device.

    Returns:
        The backend.

    Raises:
        ModelError: It cannot be loaded, answers nothing that is wanted, or fails a check.
        LabelError: Its labels cannot be mapped without guessing.
        ConfigError: A setting does not fit it.
    """
    known = known_checkpoints().get(str(checkpoint.name))
    if checkpoint.language is None and known is not None and known.languages[0] in sentences():
        checkpoint = replace(checkpoint, language=known.languages[0])
    tokenizer = read_tokenizer(inspected)
    remote = checkpoint.trust_remote_code is not None
    if remote:
        network = build_remote(inspected)
        limit = int(getattr(network.config, "max_position_embeddings", checkpoint.max_tokens))
    else:
        network = build(inspected, files)
        reserved = ARCHITECTURES[inspected.config["model_type"]].reserved
        limit = int(network.config.max_position_embeddings) - reserved
    max_tokens = min(checkpoint.max_tokens, limit)
    asker = _asker(checkpoint, inspected, tasks, max_tokens)
    texts = Texts(tokenizer, segments=asker.segments, max_tokens=max_tokens, markers=checkpoint.markers or ())
    vocabulary = int(network.get_input_embeddings().weight.shape[0])
    if texts.largest_id >= vocabulary:
        advice = "The tokenizer is of another model: get the folder anew."
        raise ModelError(expected("tokenizer", f"one of {vocabulary} tokens", texts.largest_id + 1, advice))
    encoder = Encoder(network, device=device, separator=_separator(texts), segments=asker.segments, grouped=not remote)
    _check_types(texts, encoder, inspected.tokenizer)
    tokens = texts.encode(_samples(asker.segments))
    encoder.check(tokens.ids, np.diff(tokens.offsets))
    described = f"torch {torch.__version__}, {device}, float32, {encoder.way}"
    backend = SequenceBackend(asker, texts, encoder, origin, described)
    if checkpoint.self_check:
        blind = bool(asker.describe()["target_blind"])
        two = asker.describe().get("neutral_band") is not None
        for task in asker.tasks:
            score = _scorer(backend, task)
            language = checkpoint.language or "en"
            backend.notes += check(score, task, language=language, target_blind=blind, two_classes=two)
    return backend


def _asker(checkpoint: Checkpoint, inspected: Inspected, tasks: tuple[Task, ...], max_tokens: int) -> Asker:
    """Find out how the model is asked, where there is no doubt."""
    known = known_checkpoints().get(str(checkpoint.name))
    labels = checkpoint.label_map()
    if labels is None and known is not None and known.labels is not None:
        labels = dict(known.labels)
    names = label_names(inspected.config)
    kind: Kind = checkpoint.kind
    if kind == "auto":
        if is_nli(names, labels):
            kind = "nli"
        elif known is not None and known.kind is not None:
            kind = known.kind
        else:
            advice = "Nothing in a configuration tells them apart: read the card and give `kind` (`--kind`)."
            raise ModelError(expected("kind", "'pair', 'marked' or 'plain' for this model", Described("none"), advice))
    if kind == "span":
        raise ConfigError(expected("kind", "one of a classifier of sequences", kind, "It is not of our format."))
    if kind == "nli":
        wanted = tasks if checkpoint.task is None else tuple(task for task in tasks if task is checkpoint.task)
        _wanted(wanted, tasks, checkpoint.task)
        return NliAsker(checkpoint, map_entailment(names, labels), wanted, max_tokens)
    if is_nli(names, labels):
        raise ConfigError(expected("kind", "'nli' for labels of NLI", kind, "Leave it out."))
    mapped = map_labels(names, task=checkpoint.task, labels=labels, neutral_band=checkpoint.neutral_band)
    if kind == "plain":
        asker: Asker = PlainAsker(checkpoint, mapped, max_tokens)
    elif kind == "marked":
        asker = MarkedAsker(checkpoint, mapped, max_tokens)
    else:
        asker = PairAsker(checkpoint, mapped, max_tokens)
    _wanted(tuple(task for task in tasks if task in asker.tasks), tasks, mapped.task)
    return asker


def _wanted(answered: tuple[Task, ...], tasks: tuple[Task, ...], task: Task | None) -> None:
    if not answered:
        wanted = " or ".join(tasks)
        raise ModelError(expected("model", f"one that answers {wanted}", str(task), "Use it for the other task."))


def _separator(texts: Texts) -> int:
    """The token that ends the first segment."""
    return texts.template.middle[0] if texts.template.middle else texts.template.last[0]


def _check_types(texts: Texts, encoder: Encoder, settings: Mapping[str, Any]) -> None:
    """The network must be told the segments as the tokenizer has them; RoBERTa's knows none.

    A folder whose settings list the inputs without segments was trained without them, whatever its rows look like.
    """
    names = settings.get("model_input_names")
    if isinstance(names, list) and "token_type_ids" not in names:
        encoder.typed = False
    if encoder.typed:
        ids, types = texts.type_ids("The delegation arrived.", "Norland")
        encoder.typed = any(types)
        if encoder.typed and encoder.types(np.array(ids, np.int32)).tolist() != types:
            advice = "Its tokenizer numbers segments in a way that is not known here: use another checkpoint."
            raise ModelError(expected("tokenizer", "one with segments 0 and 1", types, advice))


def _samples(segments: int) -> list[str]:
    """Rows of several lengths for the comparison of the fast forward with the padded one."""
    texts = [fill(t)[0] for table in sentences()["en"].values() for group in table.values() for t in group]
    texts += [" ".join(texts[:4]), " ".join(texts[4:9])]
    rows = sorted(texts[-_SAMPLES:], key=len, reverse=True)
    return [row + BREAK + "Norland" for row in rows] if segments == 2 else rows


def _scorer(backend: SequenceBackend, task: Task) -> Score:
    """The model without engine, calibration and duplicates: all rows in one step."""
    neutral = from_mapping(backend.calibration)[task]
    column = list(Task).index(task)

    def score(texts: Sequence[str], spans: Sequence[Spans]) -> NDArray[np.float32]:
        rows: Rows = backend.rows(texts, spans)
        tokens = backend.tokenise(rows.texts)
        lengths = np.diff(tokens.offsets)
        order = np.argsort(-lengths, kind="stable")
        ids = np.concatenate([tokens.ids[tokens.offsets[i] : tokens.offsets[i + 1]] for i in order])
        starts = np.cumsum(lengths[order]) - lengths[order]
        slots = np.arange(len(order))
        values = np.empty((len(order), len(Task), 3), np.float32)
        values[order] = backend.begin(Step(ids, lengths[order], starts, slots, slots)).result()
        return probabilities(backend.finish(values).values[:, column], neutral)

    return score
