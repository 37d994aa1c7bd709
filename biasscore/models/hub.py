"""The Hugging Face hub: a name and a revision -> a folder on this machine, of which nothing has run yet.

Only this module may open a connection, and only for a model that the user named. ``config.json`` comes first and is
inspected before anything else is fetched. With ``HF_HUB_OFFLINE=1`` only what is in the cache is used.
"""

from __future__ import annotations

import logging
import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ..errors import ModelError, expected
from .safety import inspect_config, read_json

_NAME: Final = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
#: Access tokens and credentials in addresses, which errors of other libraries may quote.
_SECRETS: Final = re.compile(r"(hf_|api_org_)\w+|(?<=://)[^/\s@]+@|Bearer\s+\S+", re.IGNORECASE)
#: What is fetched; no code, no pickles.
_FILES: Final = (
    "config.json", "model.safetensors", "model.safetensors.index.json", "model-*-of-*.safetensors", "tokenizer.json",
    "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt", "vocab.json", "merges.txt",
    "spm.model", "sentencepiece.bpe.model",
)  # fmt: skip
_CODE: Final = ("*.py",)
#: Characters of another library's reason that are shown.
_REASON: Final = 160


def is_hub_name(name: str) -> bool:
    """Whether a name has the form "owner/model".

    Args:
        name: What the user gave.

    Returns:
        True if it has.
    """
    return bool(_NAME.fullmatch(name)) and ".." not in name and "--" not in name


def fetch(name: str, revision: str | None, *, allow_code: bool = False) -> tuple[Path, str]:
    """Fetch a model, or find it in the cache.

    Args:
        name: "owner/model".
        revision: Branch, tag or commit; None is the main branch.
        allow_code: Whether its owner's code was asked for by name; then its commit must be given.

    Returns:
        The folder, and the commit that it holds.

    Raises:
        ModelError: It cannot be had, or its configuration is refused.
    """
    from huggingface_hub import hf_hub_download, snapshot_download
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

    if allow_code and not (revision and _COMMIT.fullmatch(revision)):
        advice = "Code that comes with a checkpoint is run only at a commit that you have read: give all 40 digits."
        raise ModelError(expected("revision", "a commit", revision, advice))
    try:
        with _quiet():
            config = Path(hf_hub_download(name, "config.json", revision=revision))
            inspect_config(read_json(config.read_bytes(), "config.json"), allow_code=allow_code)
            # The commit that the configuration was of, should the branch move in between.
            commit = config.parent.name
            patterns = [*_FILES, *(_CODE if allow_code else ())]
            folder = Path(snapshot_download(name, revision=commit, allow_patterns=patterns))
    except ModelError:
        raise
    except LocalEntryNotFoundError as error:  # the cache lacks it and there is no connection
        raise ModelError(_unreachable(name, revision, error)) from None
    except EntryNotFoundError as error:
        advice = "Name a model of transformers."
        raise ModelError(expected("model", "a checkpoint with config.json", name, advice)) from error
    except (OSError, ValueError) as error:
        raise ModelError(_unreachable(name, revision, error)) from None
    return folder, commit


def without_secrets(text: str) -> str:
    """Blot out access tokens.

    Args:
        text: A message of another library.

    Returns:
        The message without them.
    """
    return _SECRETS.sub("[secret]", text)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the client's warnings, a line for each time that it tries again: what went wrong is told in an error."""
    logger = logging.getLogger("huggingface_hub")
    level = logger.level
    logger.setLevel(max(logging.ERROR, logger.getEffectiveLevel()))
    try:
        yield
    finally:
        logger.setLevel(level)


def _unreachable(name: str, revision: str | None, error: Exception) -> str:
    from huggingface_hub import constants

    wanted = name if revision is None else f"{name} at {revision}"
    if constants.HF_HUB_OFFLINE:
        advice = f"HF_HUB_OFFLINE is set and the cache lacks {wanted!r}: fetch it once while online, or give a folder."
    else:
        advice = "Check the name and the connection, or give a folder."
    if Path(name).parts[:1] and Path(Path(name).parts[0]).is_dir():
        advice = f"There is no folder {name!r} here. {advice}"
    reason = textwrap.shorten(without_secrets(str(error).split("\n")[0]), _REASON, placeholder=" ...")
    return f"{expected('model', 'a folder, or a model of the hub that can be had', name, advice)} ({reason})"
