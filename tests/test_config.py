import hashlib
from dataclasses import FrozenInstanceError, asdict, fields, replace
from typing import Any

import numpy as np
import pytest

from biasscore.config import Measurement, Runtime
from biasscore.corpus import CorpusSettings
from biasscore.errors import ConfigError
from biasscore.streams import Limits

OTHER: dict[str, Any] = {
    "metonyms": False,
    "anaphors": False,
    "sentiment_band": 0.2,
    "stance_band": 0.2,
    "min_sentences": 5,
    "level": 0.9,
    "resamples": 1000,
    "seed": 1,
    "evidence": 5,
    "max_chars": 1000,
    "sentiment_prior": (0.1, 0.8, 0.1),
    "stance_prior": (0.1, 0.8, 0.1),
}


def test_the_digest_by_hand() -> None:
    text = (
        '{"anaphors":true,"evidence":3,"level":0.95,"max_chars":1000000,"metonyms":true,"min_sentences":3,'
        '"resamples":2000,"seed":0,"sentiment_band":0.11,"sentiment_prior":null,"stance_band":0.06,"stance_prior":null}'
    )
    assert Measurement().digest() == hashlib.sha256(text.encode()).hexdigest()[:16]


def test_every_field_is_hashed() -> None:
    assert {field.name for field in fields(Measurement)} == set(OTHER)
    digests = {Measurement().digest()} | {replace(Measurement(), **{name: OTHER[name]}).digest() for name in OTHER}
    assert len(digests) == len(OTHER) + 1


def test_a_whole_number_and_a_float_are_one_setting() -> None:
    assert Measurement(stance_band=0).digest() == Measurement(stance_band=0.0).digest()


@pytest.mark.parametrize(
    "change",
    [
        {"metonyms": 1},
        {"anaphors": "yes"},
        {"sentiment_band": -0.1},
        {"sentiment_band": float("nan")},
        {"stance_band": 1.0},
        {"stance_band": "0.1"},
        {"stance_band": True},
        {"min_sentences": 0},
        {"min_sentences": 2.0},
        {"level": 1.0},
        {"level": 0.4},
        {"resamples": 99},
        {"resamples": True},
        {"seed": -1},
        {"evidence": -1},
        {"max_chars": 0},
    ],
)
def test_nonsense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"Expected `{next(iter(change))}` to be"):
        Measurement(**change)


def test_the_resamples_must_reach_beyond_the_ends_of_the_interval() -> None:
    assert Measurement(level=0.99, resamples=200).resamples == 200
    with pytest.raises(ConfigError, match=r"resamples.*level 0\.99"):
        Measurement(level=0.99, resamples=190)


@pytest.mark.parametrize("device", ["auto", "cpu", "cuda", "cuda:0", "cuda:12"])
def test_devices(device: str) -> None:
    assert Runtime(device=device).device == device


@pytest.mark.parametrize(
    "change",
    [
        {"device": "gpu"},
        {"device": "cuda:"},
        {"device": None},
        {"threads": 0},
        {"step_tokens": 0},
        {"window": 0},
        {"window": 1.5},
        {"dedupe": None},
        {"precision": "int8"},
        {"precision": None},
    ],
)
def test_a_runtime_that_cannot_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"Expected `{next(iter(change))}` to be"):
        Runtime(**change)


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Measurement().seed = 1  # type: ignore[misc]


def test_a_step_fits_the_device() -> None:
    assert Runtime(device="cpu").tokens == Runtime().tokens == 1024
    assert Runtime(device="cuda:1").tokens >= 32_768
    assert Runtime(device="cuda", step_tokens=7).tokens == 7


def test_numbers_of_numpy_are_numbers() -> None:
    given: Any = {
        "seed": np.int64(1),
        "resamples": np.int32(500),
        "level": np.float32(0.9),
        "stance_band": np.float64(0.1),
    }
    found = Measurement(**given, sentiment_prior=np.array([0.1, 0.8, 0.1]))  # type: ignore[arg-type]
    assert (type(found.seed), found.seed, found.resamples) == (int, 1, 500)
    assert found.level == pytest.approx(0.9)
    assert found.sentiment_prior == (0.1, 0.8, 0.1)
    same = Measurement(seed=1, resamples=500, level=found.level, stance_band=0.1, sentiment_prior=(0.1, 0.8, 0.1))
    assert found.digest() == same.digest()
    assert Runtime(threads=np.int64(2), window=np.int64(8)) == Runtime(threads=2, window=8)
    assert asdict(CorpusSettings(chunk_records=np.int64(9))) == asdict(CorpusSettings(chunk_records=9))
    assert type(Limits(ratio=np.int64(9)).ratio) is int  # it goes into a manifest of JSON
    with pytest.raises(ConfigError, match="seed"):
        Measurement(seed=np.bool_(True))  # type: ignore[arg-type]


def test_a_prior_may_be_a_list() -> None:
    assert Measurement(sentiment_prior=[0.1, 0.8, 0.1]) == Measurement(sentiment_prior=(0.1, 0.8, 0.1))  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="three positive shares"):
        Measurement(stance_prior=[0.5, 0.5])  # type: ignore[arg-type]
