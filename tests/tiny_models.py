"""Checkpoints as one finds them on the hub, tiny and random, with tokenizers of the kinds in use."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from benchmarks.inference.models import narrow_network
from biasscore.models.architectures import ARCHITECTURES
from biasscore.models.selfcheck import fill, sentences
from biasscore.training.network import SpanNetwork

SENTIMENT = ("negative", "neutral", "positive")
NLI = ("entailment", "neutral", "contradiction")

#: Family of tokenizers of each architecture.
FAMILY = {
    "bert": "word-piece",
    "distilbert": "word-piece",
    "electra": "word-piece",
    "mpnet": "word-piece-twice",
    "roberta": "bytes",
    "camembert": "pieces-twice",
    "xlm-roberta": "pieces-twice",
    "deberta-v2": "pieces",
    "modernbert": "bytes-once",
}
#: Settings beyond those that all share.
EXTRA: dict[str, dict[str, Any]] = {
    "deberta-v2": {
        "relative_attention": True,
        "position_buckets": 16,
        "norm_rel_ebd": "layer_norm",
        "share_att_key": True,
        "pos_att_type": ["p2c", "c2p"],
        "max_relative_positions": -1,
        "position_biased_input": False,
        "type_vocab_size": 0,
    },
    "electra": {"embedding_size": 32},
    "modernbert": {"global_attn_every_n_layers": 2, "local_attention": 16},
}


def corpus() -> list[str]:
    table = sentences()
    return [
        fill(text)[0]
        for language in ("en", "ru")
        for groups in table[language].values()
        for group in groups.values()
        for text in group
    ]


def tokenizer(family: str) -> Tokenizer:
    """A tokenizer of 400 pieces at most."""
    first, last, unknown, pad, mask = ("[CLS]", "[SEP]", "[UNK]", "[PAD]", "[MASK]")
    if family not in ("word-piece", "pieces", "bytes-once"):
        first, last, unknown, pad, mask = ("<s>", "</s>", "<unk>", "<pad>", "<mask>")
    special = [first, pad, last, unknown, mask] if first == "<s>" else [pad, unknown, first, last, mask]
    if family.startswith("word-piece"):
        made = Tokenizer(models.WordPiece(unk_token=unknown))
        made.normalizer = normalizers.BertNormalizer(lowercase=True)
        made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        trainer: Any = trainers.WordPieceTrainer(vocab_size=400, special_tokens=special)
    elif family.startswith("bytes"):
        made = Tokenizer(models.BPE())
        made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        made.decoder = decoders.ByteLevel()
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=special, initial_alphabet=alphabet)
    else:
        made = Tokenizer(models.Unigram())
        made.normalizer = normalizers.NFKC()
        made.pre_tokenizer = pre_tokenizers.Metaspace()
        trainer = trainers.UnigramTrainer(vocab_size=400, special_tokens=special, unk_token=unknown)
    made.train_from_iterator(corpus(), trainer)
    ids = [(token, made.token_to_id(token)) for token in (first, last)]
    if family == "bytes":
        made.post_processor = processors.RobertaProcessing(ids[1], ids[0], True, False)
    elif family.endswith("twice"):
        pair = f"{first}:0 $A:0 {last}:0 {last}:0 $B:0 {last}:0"
        single = f"{first}:0 $A:0 {last}:0"
        made.post_processor = processors.TemplateProcessing(single=single, pair=pair, special_tokens=ids)
    else:
        kind = 0 if family == "bytes-once" else 1
        made.post_processor = processors.TemplateProcessing(
            single=f"{first}:0 $A:0 {last}:0",
            pair=f"{first}:0 $A:0 {last}:0 $B:{kind} {last}:{kind}",
            special_tokens=ids,
        )
    return made


def network(model_type: str, vocabulary: int, labels: Sequence[str], pad: int = 0, **settings: Any) -> Any:
    """A random classifier whose answers differ from text to text."""
    architecture = ARCHITECTURES[model_type]
    sizes: dict[str, Any] = {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
    }
    if model_type == "distilbert":
        sizes = {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 64}
    special = {"bos_token_id": 0, "eos_token_id": 2, "cls_token_id": 0, "sep_token_id": 2} if pad else {}
    if model_type == "modernbert":
        special = {"bos_token_id": 2, "eos_token_id": 3, "cls_token_id": 2, "sep_token_id": 3}
    config = getattr(transformers, architecture.config)(
        **{
            **sizes,
            "vocab_size": vocabulary,
            "max_position_embeddings": 160,
            "pad_token_id": pad,
            "id2label": dict(enumerate(labels)),
            "label2id": {name: column for column, name in enumerate(labels)},
            **special,
            **EXTRA.get(model_type, {}),
            **settings,
        }
    )
    torch.manual_seed(5)
    made = getattr(transformers, architecture.model)(config).eval()
    # Random weights are so small that every text gets nearly the same answer.
    for parameter in made.parameters():
        if parameter.dim() > 1:
            parameter.data *= 6
    last = [m for m in made.modules() if isinstance(m, torch.nn.Linear) and m.out_features == len(labels)][-1]
    with torch.no_grad():
        start, end = (made.config.cls_token_id or 0, 3) if pad else (2, 3)
        words = torch.randint(5, vocabulary, (64, 30))
        words[:, 0], words[:, 15], words[:, -1] = start, end, end
        logits = made(input_ids=words).logits
        scale = 2.0 / logits.std(dim=0)
        last.weight *= scale[:, None]
        last.bias.copy_((last.bias - logits.mean(dim=0)) * scale)
    return made


def write(folder: Path, model_type: str = "bert", labels: Sequence[str] = SENTIMENT, **settings: Any) -> Path:
    """Write a checkpoint as `save_pretrained` does."""
    family = FAMILY[model_type]
    made = tokenizer(family)
    twice = made.token_to_id("<s>") is not None
    names = ("<s>", "</s>", "<unk>", "<pad>", "<mask>") if twice else ("[CLS]", "[SEP]", "[UNK]", "[PAD]", "[MASK]")
    keys = ("cls_token", "sep_token", "unk_token", "pad_token", "mask_token")
    typed = model_type in ("bert", "electra", "deberta-v2", "roberta", "xlm-roberta", "camembert")
    inputs = ["input_ids", "token_type_ids", "attention_mask"] if typed else ["input_ids", "attention_mask"]
    PreTrainedTokenizerFast(
        tokenizer_object=made, model_input_names=inputs, **dict(zip(keys, names, strict=True))
    ).save_pretrained(folder)
    pad = made.token_to_id(names[3])
    made_network = network(model_type, made.get_vocab_size(), labels, pad, **settings)
    made_network.save_pretrained(folder)
    return folder


def change(folder: Path, **settings: Any) -> Path:
    """Change keys of config.json; None takes one out."""
    config = json.loads((folder / "config.json").read_text())
    config.update(settings)
    config = {key: value for key, value in config.items() if value is not None}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def span_network() -> SpanNetwork:
    """A random network of the package's own kind with two narrow layers, whose answers differ from input to input."""
    network = narrow_network(3)
    # Weights of a random model are so small that every input gives nearly the same answer.
    for parameter in network.parameters():
        parameter.data *= 4 if parameter.dim() > 1 else 1
    return network.eval()
