"""The architectures of the hub that are run here, by the ``model_type`` of their configuration."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Architecture:
    """How an architecture is built.

    Attributes:
        config: Name of its configuration class in transformers.
        model: Name of its classifier.
        reserved: Positions of the table that no token can have (RoBERTa counts from the padding id on).
    """

    config: str
    model: str
    reserved: int = 0


ARCHITECTURES: Final = MappingProxyType(
    {
        "bert": Architecture("BertConfig", "BertForSequenceClassification"),
        "camembert": Architecture("CamembertConfig", "CamembertForSequenceClassification", 2),
        "deberta-v2": Architecture("DebertaV2Config", "DebertaV2ForSequenceClassification"),
        "distilbert": Architecture("DistilBertConfig", "DistilBertForSequenceClassification"),
        "electra": Architecture("ElectraConfig", "ElectraForSequenceClassification"),
        "modernbert": Architecture("ModernBertConfig", "ModernBertForSequenceClassification"),
        "mpnet": Architecture("MPNetConfig", "MPNetForSequenceClassification", 2),
        "roberta": Architecture("RobertaConfig", "RobertaForSequenceClassification", 2),
        "xlm-roberta": Architecture("XLMRobertaConfig", "XLMRobertaForSequenceClassification", 2),
    }
)
