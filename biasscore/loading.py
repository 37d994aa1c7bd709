"""The models that a scorer asks for -> loaded ones, shared by all scorers of a process, and their calibration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from .calibration import Calibration, read_calibration
from .checkpoint import Checkpoint
from .config import Precision, Runtime
from .errors import ConfigError, expected
from .labels import Task
from .models.base import Model
from .models.registry import load

#: Suffixes of the files in a folder that make a model what it is.
_MODEL_FILES: Final = frozenset({".json", ".safetensors", ".txt", ".model", ".py"})
#: What tells a file of a model from another: its name, size, and when it was changed.
_Files = tuple[tuple[str, int, int], ...]


@lru_cache(maxsize=4)
def _backend(model: Checkpoint, files: _Files, tasks: tuple[Task, ...], device: str, precision: Precision) -> Model:
    """Backends are immutable, so all scorers of a process share them; the device is one of torch's."""
    return load(model, tasks=tasks, device=device, precision=precision)


def _shared(model: Checkpoint, tasks: tuple[Task, ...], runtime: Runtime) -> Model:
    return _backend(model, _files(model), tasks, runtime.device, runtime.precision)


def _files(model: Checkpoint) -> _Files:
    """The files of a folder, so that a model that was trained anew is loaded anew; none for a name."""
    try:
        folder = Path(model.name).expanduser()
        if not folder.is_dir():
            return ()
        files = [path for path in folder.resolve().iterdir() if path.suffix in _MODEL_FILES]
        told = [(str(path), path.stat()) for path in sorted(files) if path.is_file()]
    except (OSError, RuntimeError):  # a name that is too long, nobody's home, a folder that cannot be read
        return ()  # whoever loads it says so
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in told)


def load_models(
    model: str | Path | Checkpoint,
    chosen: Mapping[Task, str | Path | Checkpoint | None],
    blind: bool | None,
    runtime: Runtime,
) -> dict[Task, Model]:
    """Load the model of each task; what the general one does not answer is left to the default.

    Args:
        model: The general one: "default", a folder, "owner/model" on the hub, or a checkpoint.
        chosen: Task -> the model for this task alone, or None.
        blind: As for `biasscore.Scorer`.
        runtime: Where they run; its device is one of torch's.

    Returns:
        Task -> model; one model where it answers both.

    Raises:
        ModelError: There is no such model, or it is refused.
        LabelError: A model's labels cannot be mapped without guessing.
        ConfigError: A setting of a checkpoint makes no sense.
    """

    def get(which: str | Path | Checkpoint, tasks: tuple[Task, ...]) -> Model:
        checkpoint = which if isinstance(which, Checkpoint) else Checkpoint(which)
        if str(checkpoint.name) == "default":
            tasks = tuple(Task)  # it answers both in one pass, so one copy of it is enough
            own = any(other is not None for other in chosen.values())
            if blind is False and not own:
                checkpoint = replace(checkpoint, blind=False)  # refused where it is loaded
        elif blind is not None:
            checkpoint = replace(checkpoint, blind=blind)
        return _shared(checkpoint, tasks, runtime)

    found = {task: get(which, (task,)) for task, which in chosen.items() if which is not None}
    left = tuple(task for task in Task if task not in found)
    if left:
        general = get(model, left)
        found.update({task: general for task in left if task in general.tasks})
    for task in Task:
        if task not in found:
            found[task] = _shared(Checkpoint("default"), tuple(Task), runtime)
    return {task: found[task] for task in Task}


def matching_calibration(
    given: str | Path | Mapping[str, object] | None, models: Mapping[Task, Model]
) -> Mapping[Task, Calibration] | None:
    """Read a calibration, which must be of the very weights that it is used for.

    Args:
        given: A file written by `biasscore calibrate`, its content, or None.
        models: Task -> model in use.

    Returns:
        Task -> calibration for the tasks that it has; None for None.

    Raises:
        ConfigError: It cannot be read, is no calibration, or is one of other weights.
    """
    if given is None:
        return None
    found: dict[Task, Calibration] = {}
    for task, entry in read_calibration(given).items():
        if entry.weights != models[task].weights:
            advice = "A calibration fits one model only: calibrate this one."
            raise ConfigError(
                expected(f"calibration of {task.value}", f"of weights {models[task].weights}", entry.weights, advice)
            )
        found[task] = entry.calibration
    return found
