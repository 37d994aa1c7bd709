"""Checkpoints of the real architectures with random weights, for speed and parity; nothing is downloaded."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForSequenceClassification,
)

from biasscore.training.network import starting_point

LABELS = {0: "negative", 1: "neutral", 2: "positive"}


def pair_minilm(folder: Path) -> Path:
    """A pair classifier of the size and shape of MiniLM-L6 (22.7 million parameters)."""
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522,
        hidden_size=384,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=1536,
        max_position_embeddings=512,
        id2label=LABELS,
        label2id={name: index for index, name in LABELS.items()},
    )
    return _save(BertForSequenceClassification(config), folder / "pair-minilm-l6")


def pair_base(folder: Path) -> Path:
    """A pair classifier of the size and shape of RoBERTa-base, with the word pieces of the other model."""
    torch.manual_seed(0)
    config = RobertaConfig(
        vocab_size=50265,
        hidden_size=768,
        num_hidden_layers=12,
        num_attention_heads=12,
        intermediate_size=3072,
        max_position_embeddings=514,
        type_vocab_size=2,
        pad_token_id=0,
        id2label=LABELS,
        label2id={name: index for index, name in LABELS.items()},
    )
    return _save(RobertaForSequenceClassification(config), folder / "pair-roberta-base")


def _save(model: torch.nn.Module, folder: Path) -> Path:
    model.save_pretrained(folder)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(starting_point() / "tokenizer.json"),
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        unk_token="[UNK]",
        model_max_length=256,
    )
    tokenizer.save_pretrained(folder)
    return folder
