"""Settings: what is measured, which is hashed, apart from how fast it runs, which is not.

Two profiles with one `Measurement.digest`, one model and one version of the package hold the same numbers, whatever the
`Runtime`.
"""

from __future__ import annotations

import hashlib
import json
import operator
import re
from dataclasses import asdict, dataclass
from numbers import Real
from typing import Final, Literal, get_args

from .errors import ConfigError, expected

_DEVICE: Final = re.compile(r"auto|cpu|cuda(:\d+)?")


def check_prior(name: str, prior: object) -> None:
    """See that something is a prior.

    Args:
        name: What it is called, for the message.
        prior: Three positive shares that sum to 1.

    Raises:
        ConfigError: It is none.
    """
    shares = [share for share in prior if isinstance(share, float)] if isinstance(prior, tuple | list) else []
    if len(shares) != 3 or not all(share > 0 for share in shares) or abs(sum(shares) - 1) > 1e-3:
        raise ConfigError(expected(name, "three positive shares that sum to 1", prior, "Give such shares."))


@dataclass(frozen=True, slots=True)
class Measurement:
    """Everything that changes a number.

    The two bands were chosen on articles labelled with the author's sentiment toward their main person (PerSenT,
    development articles): of the bands within one standard error of the best in cross-validation, the one with which
    most fixture articles come out as any reader would have them (``python -m benchmarks.article_level``).

    Attributes:
        metonyms: Whether "London" and "the Kremlin" are mentions.
        anaphors: Whether "the republic", "the alliance" and, where a person is an actor, "he" and "she" are mentions.
        sentiment_band: Half-width of the neutral zone around 0 for the sentiment, in units of the score, in [0, 1).
        stance_band: The same for the stance; the verdict hangs on it.
        min_sentences: Sentences that a verdict needs, at least 1; *balanced* needs some eight by its interval.
        level: Coverage of the intervals, in [0.5, 1).
        resamples: Bootstrap replicates behind an interval (up to 3 more are drawn), at least 100 and enough for one
            beyond each end of the interval.
        seed: Seed of the bootstrap, not negative.
        evidence: Most sentences shown as evidence for an actor; 0 for none.
        max_chars: Longest text that is accepted, in characters.
        sentiment_prior: Shares of negative, neutral and positive mentions that are expected of the texts; None for
            those that the model was calibrated on.
        stance_prior: The same for against, none and favor.

    Raises:
        ConfigError: A value is outside its range or of another type.
    """

    metonyms: bool = True
    anaphors: bool = True
    sentiment_band: float = 0.11
    stance_band: float = 0.06
    min_sentences: int = 3
    level: float = 0.95
    resamples: int = 2000
    seed: int = 0
    evidence: int = 3
    max_chars: int = 1_000_000
    sentiment_prior: tuple[float, float, float] | None = None
    stance_prior: tuple[float, float, float] | None = None

    def __post_init__(self) -> None:
        for name in ("metonyms", "anaphors"):
            _check_switch(name, getattr(self, name))
        for name, least in (("sentiment_band", 0.0), ("stance_band", 0.0), ("level", 0.5)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, Real) or not least <= float(value) < 1.0:
                raise ConfigError(expected(name, f"a number in [{least:g}, 1)", value, "Give a number in that range."))
            object.__setattr__(self, name, float(value))  # 0 and 0.0 are one setting and must have one digest
        for name, least in (("min_sentences", 1), ("resamples", 100), ("seed", 0), ("evidence", 0), ("max_chars", 1)):
            object.__setattr__(self, name, check_count(name, getattr(self, name), least))
        for name in ("sentiment_prior", "stance_prior"):
            prior = getattr(self, name)
            if prior is not None:
                prior = prior.tolist() if hasattr(prior, "tolist") else prior  # an array of numpy, or a series
                if isinstance(prior, tuple | list) and all(isinstance(share, Real) for share in prior):
                    prior = tuple(map(float, prior))
                check_prior(name, prior)
                object.__setattr__(self, name, tuple(prior))  # a list cannot be hashed
        if (self.resamples + 1) * (1.0 - self.level) < 2.0:
            raise ConfigError(
                expected(
                    "resamples",
                    f"enough for an interval of level {self.level:g}",
                    self.resamples,
                    "Raise it to at least 2 / (1 - level), or lower the level.",
                )
            )

    def digest(self) -> str:
        """Hash the settings.

        Returns:
            The first 16 hex digits of the SHA-256 of the fields as JSON with sorted keys and no white space.
        """
        canonical = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]


#: Number format of the default model's encoder.
Precision = Literal["auto", "float32", "bfloat16"]
#: Tokens of a step: on a CPU its activations stay in the cache; on an accelerator it takes longer than its launch.
_CPU_STEP: Final = 1024
_ACCELERATOR_STEP: Final = 32_768


@dataclass(frozen=True, slots=True)
class Runtime:
    """How the work is done; no field changes what is measured, and only ``precision`` the last digits of it.

    Attributes:
        device: "auto" (an accelerator if there is one), "cpu", "cuda" or "cuda:N".
        threads: Threads of the forward pass on a CPU, which are torch's and so those of the whole process: the scorer
            made last decides. None leaves the choice to torch, and gives it back after a scorer with a number.
        step_tokens: Tokens in one forward step; None takes 1,024 on a CPU, whose caches they fit, and 32,768 on an
            accelerator, which is idle between smaller ones.
        window: Rows that are sorted by length together.
        dedupe: Whether rows that are equal, and articles with one text, are scored once.
        precision: Number format of the default model's encoder: "float32", "bfloat16", or "auto", which is bfloat16 on
            an accelerator and float32 on a CPU. Models of the hub run in float32.

    Raises:
        ConfigError: A value is outside its range or of another type.
    """

    device: str = "auto"
    threads: int | None = None
    step_tokens: int | None = None
    window: int = 16384
    dedupe: bool = True
    precision: Precision = "auto"

    def __post_init__(self) -> None:
        if not isinstance(self.device, str) or not _DEVICE.fullmatch(self.device):
            raise ConfigError(
                expected("device", "'auto', 'cpu', 'cuda' or 'cuda:N'", self.device, "Name one of these.")
            )
        for name in ("threads", "step_tokens", "window"):
            if getattr(self, name) is not None or name == "window":
                object.__setattr__(self, name, check_count(name, getattr(self, name), 1))
        _check_switch("dedupe", self.dedupe)
        if self.precision not in get_args(Precision):
            raise ConfigError(
                expected("precision", "'auto', 'float32' or 'bfloat16'", self.precision, "Name one of these.")
            )

    @property
    def accelerated(self) -> bool:
        """Whether the device is known to be an accelerator."""
        return self.device.startswith("cuda")

    @property
    def tokens(self) -> int:
        """Tokens in one forward step, decided."""
        if self.step_tokens is not None:
            return self.step_tokens
        return _ACCELERATOR_STEP if self.accelerated else _CPU_STEP


def _check_switch(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise ConfigError(expected(name, "True or False", value, "Give one of the two."))


def check_count(name: str, value: object, least: int, advice: str = "Give such a number.") -> int:
    """Check a whole number of any kind, those of numpy among them.

    Args:
        name: What it is the number of.
        value: The number.
        least: The least that it may be.
        advice: What to do if it is none.

    Returns:
        The number as one of Python's.

    Raises:
        ConfigError: It is no whole number, or less.
    """
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = least - 1
    if isinstance(value, bool) or number < least:
        raise ConfigError(expected(name, f"a whole number of at least {least}", value, advice))
    return number
