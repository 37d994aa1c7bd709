"""The tools that hold the style, the types and the walls between the modules."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
TOOLS = {
    "ruff check": ("ruff", ["-m", "ruff", "check", "."]),
    "ruff format": ("ruff", ["-m", "ruff", "format", "--check", "."]),
    "mypy": ("mypy", ["-m", "mypy"]),
    "lint-imports": ("importlinter", ["-c", LINT_IMPORTS]),
}


@pytest.mark.parametrize("name", list(TOOLS))
def test_nothing_to_complain_of(name: str) -> None:
    module, arguments = TOOLS[name]
    if not (ROOT / "pyproject.toml").is_file():
        pytest.skip("not in the repository")
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed: it comes with the test extra")
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
