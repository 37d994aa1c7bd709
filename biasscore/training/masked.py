"""Continued masked-word training: the encoder reads the training texts before it is told any label.

The encoder that training starts from was made to give one vector for a whole sentence; the states of its single words,
which the heads read, were never trained to mean anything by themselves. Guessing words that are hidden (Devlin et al.
2019, section 3.1) on the text of the task (Gururangan et al. 2020, *Don't stop pretraining*) does that, with every
actor under its mark as at run time.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from typing import Final

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm
from transformers import PreTrainedConfig, PreTrainedModel

from .examples import Example
from .fit import schedule
from .network import collate

_LOG = logging.getLogger(__name__)

_MASK_ID: Final = 103
#: Ids below this are padding, the actor mark and other signs of the BERT vocabulary, no words.
_FIRST_WORD: Final = 999
#: Share of the words that are guessed; of these, shares that are hidden and that are replaced by another word.
_GUESSED: Final = 0.15
_HIDDEN: Final = 0.8
_REPLACED: Final = 0.1
_BATCH: Final = 32
_ENCODER_RATE: Final = 1e-4
_HEAD_RATE: Final = 1e-3
_WARMUP: Final = 0.1


class MaskedWordHead(nn.Module):
    """States -> scores of the words of the vocabulary; the output embedding is the encoder's own, as it was."""

    def __init__(self, config: PreTrainedConfig) -> None:
        super().__init__()
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size)
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))

    def forward(self, states: Tensor, embedding: Tensor) -> Tensor:
        """Score.

        Args:
            states: (words, hidden) float.
            embedding: (vocabulary, hidden) float.

        Returns:
            (words, vocabulary) logits.
        """
        return functional.linear(self.norm(functional.gelu(self.dense(states))), embedding, self.bias)


def hide(ids: Tensor, vocabulary: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Choose the words to guess, and hide them.

    Args:
        ids: (sentences, length) int64, padded with 0.
        vocabulary: How many ids there are.
        generator: Of the choice.

    Returns:
        The ids with most of the chosen words hidden, and a bool tensor that is true at the chosen words. The actor mark
        is never chosen.
    """
    chosen = (ids >= _FIRST_WORD) & (torch.rand(ids.shape, generator=generator) < _GUESSED)
    fate = torch.rand(ids.shape, generator=generator)
    others = torch.randint(_FIRST_WORD, vocabulary, ids.shape, generator=generator)
    hidden = torch.where(chosen & (fate < _HIDDEN), _MASK_ID, ids)
    return torch.where(chosen & (fate >= _HIDDEN) & (fate < _HIDDEN + _REPLACED), others, hidden), chosen


def read_on(
    encoder: PreTrainedModel, tokenizer: Tokenizer, examples: Sequence[Example], steps: int, seed: int
) -> list[float]:
    """Train an encoder to guess hidden words.

    Args:
        encoder: Changed in place.
        tokenizer: With the actor mark.
        examples: Sentences; their labels are not looked at.
        steps: How many batches of 32 sentences.
        seed: Of order and choice.

    Returns:
        The loss of every step, in nats a guessed word.
    """
    rng = random.Random(seed)
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    head = MaskedWordHead(encoder.config)
    # The words' own vectors give no way to the few that occur here: those of all others would move with them.
    embedding = encoder.get_input_embeddings().weight.detach().clone()
    optimiser = torch.optim.AdamW(
        [
            {"params": list(encoder.parameters()), "lr": _ENCODER_RATE},
            {"params": list(head.parameters()), "lr": _HEAD_RATE},
        ],
        weight_decay=0.01,
        fused=True,
    )
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimiser, schedule(steps, _WARMUP))
    # Neighbours in length are batched, so that little is padding.
    ordered = [(e.text, e.targets, e.source) for e in sorted(examples, key=lambda example: len(example.text))]
    encoder.train()
    losses: list[float] = []
    for _ in tqdm(range(steps), desc="masked words", mininterval=10):
        start = rng.randrange(max(1, len(ordered) - _BATCH + 1))
        batch = collate(tokenizer, ordered[start : start + _BATCH])
        hidden, chosen = hide(batch.ids, encoder.config.vocab_size, generator)
        states = encoder(input_ids=hidden, attention_mask=batch.mask).last_hidden_state
        loss = functional.cross_entropy(head(states[chosen], embedding), batch.ids[chosen])
        if chosen.any():
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_([*encoder.parameters(), *head.parameters()], 1.0)
            optimiser.step()
            losses.append(float(loss.detach()))
        scheduler.step()
    if losses:
        tenth = max(1, len(losses) // 10)
        _LOG.info("masked words: loss %.3f -> %.3f", sum(losses[:tenth]) / tenth, sum(losses[-tenth:]) / tenth)
    return losses
