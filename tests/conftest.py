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
    from tiny_models import span_network  # takes seconds: only for the tests that score

    from biasscore.training.export import export
    from biasscore.training.network import starting_point

    folder = tmp_path_factory.mktemp("tiny-model")
    export(span_network(), starting_point(), folder)
    return folder
