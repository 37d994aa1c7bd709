"""Checkpoints of the real architectures with random weights, for speed and parity; nothing is downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForSequenceClassification,
)

from biasscore.training.export import export
from biasscore.training.network import SpanNetwork, starting_point

LABELS = {0: "negative", 1: "neutral", 2: "positive"}
#: Hidden width, inner width and layers of an encoder: what its operations a token hang on.
Shape = tuple[int, int, int]
MINILM: Shape = (384, 1536, 6)
BASE: Shape = (768, 3072, 12)


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


def span_tiny(folder: Path) -> Path:
    """A checkpoint of this package's own kind with two narrow layers: all cost lies around the model."""
    export(narrow_network(0).eval(), starting_point(), folder / "span-tiny")
    return folder / "span-tiny"


def narrow_network(seed: int) -> SpanNetwork:
    """A random network of this package's own kind with two narrow layers."""
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=30522,
        hidden_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=96,
        max_position_embeddings=256,
        layer_norm_eps=1e-12,
    )
    return SpanNetwork(config, offsets=False)


def _save(model: Any, folder: Path) -> Path:
    _spread(model.eval())
    model.save_pretrained(folder)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(starting_point() / "tokenizer.json"),
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        unk_token="[UNK]",
        model_max_length=256,
        # As a tokenizer of BERT has it: the network is told which segment a token is of.
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )
    tokenizer.save_pretrained(folder)
    return folder


@torch.inference_mode()
def _spread(model: Any) -> None:
    """Make the answers differ from text to text, without which equal answers of two systems would say nothing."""
    for parameter in model.parameters():
        if parameter.dim() > 1:
            parameter.mul_(2.0)
    words = torch.randint(1000, 28000, (16, 24), generator=torch.Generator().manual_seed(1))
    words[:, 0], words[:, 20], words[:, -1] = 101, 102, 102
    logits = model(input_ids=words).logits
    last = [m for m in model.modules() if isinstance(m, torch.nn.Linear) and m.out_features == len(LABELS)][-1]
    scale = 1.5 / logits.std(dim=0)
    last.weight.mul_(scale[:, None])
    last.bias.copy_((last.bias - logits.mean(dim=0)) * scale)
