"""What the tests share: the settings of hypothesis, one scorer, the fixture articles and their profiles."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from biasscore import Article, ArticleProfile

if TYPE_CHECKING:
    from biasscore import Scorer

# No test may reach for the network. It must stand here before anything of a hub is imported.
os.environ["HF_HUB_OFFLINE"] = "1"

settings.register_profile("biasscore", deadline=None)
settings.load_profile("biasscore")

ARTICLES = Path(__file__).parent.parent / "fixtures" / "articles"


@pytest.fixture(scope="session")
def scorer() -> Scorer:
    """The default scorer on the CPU, where equal input gives equal bits."""
    from biasscore import Scorer  # takes seconds: only for the tests that score

    return Scorer(device="cpu")


@pytest.fixture(scope="session")
def articles() -> dict[str, Article]:
    """The fixture articles by name."""
    return {
        path.stem: Article(path.read_text(encoding="utf-8"), id=path.stem) for path in sorted(ARTICLES.glob("*.txt"))
    }


@pytest.fixture(scope="session")
def profiles(scorer: Scorer, articles: dict[str, Article]) -> dict[str, ArticleProfile]:
    """Their profiles by name, each scored by itself."""
    return {name: scorer.score(article) for name, article in articles.items()}


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random checkpoint of two narrow layers, whose answers differ from input to input."""
    import torch
    from transformers import BertConfig

    from biasscore.training.export import export
    from biasscore.training.network import SpanNetwork, starting_point

    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=30522,
        hidden_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=96,
        max_position_embeddings=256,
        layer_norm_eps=1e-12,
    )
    network = SpanNetwork(config, offsets=False)
    # Weights of a random model are so small that every input gives nearly the same answer.
    for parameter in network.parameters():
        parameter.data *= 4 if parameter.dim() > 1 else 1
    folder = tmp_path_factory.mktemp("tiny-model")
    export(network.eval(), starting_point(), folder)
    return folder
