"""Rows of one or two segments -> token ids, for any checkpoint with a fast tokenizer.

Segments are tokenised once each, without special tokens, and put together by the tokenizer's own template: an NLI model
reads the same sentence with six hypotheses, and the same hypothesis with every sentence. A sentence that is too long is
cut to a window round its actor's mention; the second segment stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from tokenizers import Encoding, Tokenizer
from tokenizers import models as tokenizer_models
from tokenizers.decoders import WordPiece as WordPieceDecoder
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from ..blinding import ACTOR_MARK
from ..errors import Described, ModelError, expected
from .base import Tokens
from .rows import BREAK
from .safety import Inspected

_SAMPLES: Final = (("The minister's plan, isn't it?", "North-Eastern Union"), ("Astana 2024", "« Привет »"))


@dataclass(frozen=True, slots=True)
class Template:
    """Special tokens round one or two segments.

    Attributes:
        first: Before the first segment.
        middle: Between two; empty for one.
        last: After the last segment.
    """

    first: tuple[int, ...]
    middle: tuple[int, ...]
    last: tuple[int, ...]

    def __len__(self) -> int:
        """Number of special tokens."""
        return len(self.first) + len(self.middle) + len(self.last)


class Texts:
    """A tokenizer with its template. Immutable after loading."""

    def __init__(self, tokenizer: Tokenizer, *, segments: int, max_tokens: int, markers: tuple[str, ...] = ()) -> None:
        """Learn the template.

        Args:
            tokenizer: The checkpoint's.
            segments: 1 or 2.
            max_tokens: Longest row.
            markers: Words that must be one token each, even if they are special.

        Raises:
            ModelError: The tokenizer puts no special tokens round a text, its rows cannot be put together from
                segments, or a marker is no token.
        """
        tokenizer.no_padding()
        tokenizer.no_truncation()
        added = {token.content: token for token in tokenizer.get_added_tokens_decoder().values()}
        special = {content for content, token in added.items() if token.special}
        # What looks like a special token in an article is text. Only where a marker is itself special must they be
        # recognised; then those of the article are broken up instead.
        recognise = any(marker in special for marker in markers)
        tokenizer.encode_special_tokens = not recognise
        others = sorted(special - set(markers), key=len, reverse=True)
        self._broken: re.Pattern[str] | None = re.compile("|".join(map(re.escape, others))) if recognise else None
        for marker in markers:
            if len(tokenizer.encode(marker, add_special_tokens=False).ids) != 1 or marker not in tokenizer.get_vocab():
                advice = "Use the markers that the model was trained with."
                raise ModelError(expected("markers", "tokens of the model's vocabulary", marker, advice))
        self._tokenizer = tokenizer
        self.segments = segments
        self.max_tokens = max_tokens
        self.template = _template(tokenizer, segments)
        self.edges = (self.template.first[0], self.template.last[-1])
        self._verify()

    @property
    def largest_id(self) -> int:
        """The largest token id."""
        return max(self._tokenizer.get_vocab(with_added_tokens=True).values())

    def encode(self, rows: Sequence[str]) -> Tokens:
        """Tokenise rows.

        Args:
            rows: As an `biasscore.models.asking.Asker` makes them: with `BREAK` between two segments, and `ACTOR_MARK`
                before the mention where the row may be too long.

        Returns:
            Their tokens, none longer than ``max_tokens``, the mark of each at its first token.
        """
        parts = [row.partition(BREAK) for row in rows]
        places: dict[str, int] = {}
        firsts = [places.setdefault(first.replace(ACTOR_MARK, ""), len(places)) for first, _, _ in parts]
        seconds = [places.setdefault(second, len(places)) for _, _, second in parts]
        plain = [self._harmless(text) for text in places]
        encodings = self._tokenizer.encode_batch_fast(plain, add_special_tokens=False)
        ids = [encoding.ids for encoding in encodings]
        template = self.template
        pieces: list[Sequence[int]] = []
        lengths = np.empty(len(rows), np.int64)
        truncated = np.zeros(len(rows), np.bool_)
        for index, (first, second) in enumerate(zip(firsts, seconds, strict=True)):
            head, tail = ids[first], ids[second] if self.segments == 2 else []
            if len(head) + len(tail) + len(template) > self.max_tokens:
                tail = tail[: self.max_tokens // 2]
                room = self.max_tokens - len(template) - len(tail)
                truncated[index] = len(head) > room
                head = self._window(parts[index][0], head, room)
            pieces += (template.first, head, template.middle, tail, template.last)
            lengths[index] = len(head) + len(tail) + len(template)
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        flat = np.fromiter(chain.from_iterable(pieces), np.int32, int(offsets[-1]))
        return Tokens(flat, offsets, marks=offsets[:-1], truncated=truncated)

    def _harmless(self, text: str) -> str:
        return text if self._broken is None else self._broken.sub(lambda m: f"{m[0][0]} {m[0][1:]}", text)

    def _window(self, marked: str, ids: list[int], room: int) -> list[int]:
        """The ``room`` tokens round the mention."""
        if len(ids) <= room:
            return ids
        at = max(marked.find(ACTOR_MARK), 0)
        text = self._harmless(marked.replace(ACTOR_MARK, ""))
        encoding: Encoding = self._tokenizer.encode(text, add_special_tokens=False)
        mention = next((index for index, (_, end) in enumerate(encoding.offsets) if end > at), 0)
        left = max(0, min(mention - room // 2, len(ids) - room))
        return ids[left : left + room]

    def _verify(self) -> None:
        """Rows put together here must be those of the tokenizer itself."""
        for first, second in _SAMPLES:
            mine = self.encode([first + BREAK + second if self.segments == 2 else first]).ids.tolist()
            theirs = self._tokenizer.encode(first, second if self.segments == 2 else None).ids
            if mine != theirs and len(theirs) <= self.max_tokens:
                advice = "Its rows cannot be put together: use another checkpoint."
                raise ModelError(expected("tokenizer", "one with a template", Described("another"), advice))

    def type_ids(self, first: str, second: str) -> tuple[list[int], list[int]]:
        """Ids and segment numbers of a pair, as the tokenizer itself gives them.

        Args:
            first: The one segment.
            second: The other.

        Returns:
            Token ids, and the number of each token's segment.
        """
        encoding = self._tokenizer.encode(first, second)
        return encoding.ids, encoding.type_ids


def read_tokenizer(inspected: Inspected) -> Tokenizer:
    """Read a folder's tokenizer, without code of the folder and without the network.

    Args:
        inspected: The folder.

    Returns:
        The tokenizer.

    Raises:
        ModelError: There is none that can be read, or a package is missing that its conversion needs.
    """
    folder = inspected.folder
    if (folder / "tokenizer.json").exists():
        raw = (folder / "tokenizer.json").read_bytes()
        try:
            return Tokenizer.from_str(raw.decode("utf-8"))
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of the Rust library is no Exception
            raise ModelError(expected("tokenizer.json", "a tokenizer", error, "Get the file anew.")) from error
    if (folder / "vocab.txt").exists() and inspected.config.get("model_type") in ("bert", "distilbert", "electra"):
        return _word_piece(folder / "vocab.txt", inspected.tokenizer)
    return _converted(folder)


def _word_piece(vocabulary: Path, settings: Mapping[str, Any]) -> Tokenizer:
    """The tokenizer of BERT from its word list."""
    words = vocabulary.read_text(encoding="utf-8").split("\n")
    table = {word: index for index, word in enumerate(words) if word or index < len(words) - 1}
    missing = [token for token in ("[UNK]", "[CLS]", "[SEP]") if token not in table]
    if missing:
        raise ModelError(
            expected("vocab.txt", f"a word list with {missing[0]}", Described("one without"), "Check the folder.")
        )
    tokenizer = Tokenizer(tokenizer_models.WordPiece(table, unk_token="[UNK]", max_input_chars_per_word=100))
    lower = bool(settings.get("do_lower_case", True))
    tokenizer.normalizer = BertNormalizer(lowercase=lower, strip_accents=settings.get("strip_accents"))
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.decoder = WordPieceDecoder()
    tokenizer.add_special_tokens([token for token in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]") if token in table])
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", table["[CLS]"]), ("[SEP]", table["[SEP]"])],
    )
    return tokenizer


def _converted(folder: Path) -> Tokenizer:
    """A tokenizer that only transformers can convert (SentencePiece, byte-level BPE in two files)."""
    from importlib.util import find_spec

    pieces = [name for name in ("spm.model", "sentencepiece.bpe.model") if (folder / name).exists()]
    missing = [package for package in ("sentencepiece", "google.protobuf") if pieces and not _there(package, find_spec)]
    if missing:
        advice = (
            "This checkpoint has no tokenizer.json: `pip install sentencepiece protobuf`, or save its fast tokenizer."
        )
        raise ModelError(expected(pieces[0], "readable", Described(f"no package {missing[0]}"), advice))
    from transformers import AutoTokenizer

    try:
        slow = AutoTokenizer.from_pretrained(str(folder), trust_remote_code=False, local_files_only=True)
        return Tokenizer.from_str(slow.backend_tokenizer.to_str())
    except (OSError, ValueError, AttributeError, ImportError) as error:
        advice = "Save its fast tokenizer, or `pip install sentencepiece protobuf`."
        raise ModelError(expected("model", "a folder with tokenizer.json", type(error), advice)) from error


def _there(package: str, find_spec: Any) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def _template(tokenizer: Tokenizer, segments: int) -> Template:
    first, second = _SAMPLES[0]
    encoding = tokenizer.encode(first, second if segments == 2 else None)
    owners = encoding.sequence_ids
    places = [[index for index, owner in enumerate(owners) if owner == segment] for segment in range(segments)]
    bounds = [(each[0], each[-1] + 1) for each in places if each]
    ids = encoding.ids
    if len(bounds) == segments:
        template = Template(
            tuple(ids[: bounds[0][0]]),
            tuple(ids[bounds[0][1] : bounds[-1][0]]) if segments == 2 else (),
            tuple(ids[bounds[-1][1] :]),
        )
        if template.first and template.last and (template.middle or segments == 1):
            return template
    advice = "Without them the model is not asked as it was trained: check the folder's tokenizer."
    raise ModelError(expected("tokenizer", "one that puts special tokens round a text", Described("none"), advice))
