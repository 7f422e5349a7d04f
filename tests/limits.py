"""Size limits of the house: 400 lines a file, 40 lines a function. Run by `make check`.

Exceptions stand here with their reason.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

FILE_LIMIT = 400
FUNCTION_LIMIT = 40
EXCEPTIONS: dict[str, str] = {}
ROOT = Path(__file__).parent.parent


def function_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its docstring and decorators."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def problems(path: Path) -> list[str]:
    """Give what is too long in one file."""
    text = path.read_text("utf-8")
    name = path.relative_to(ROOT).as_posix()
    found = []
    if text.count("\n") > FILE_LIMIT and name not in EXCEPTIONS:
        found.append(f"{name}: {text.count(chr(10))} lines")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and function_lines(node) > FUNCTION_LIMIT:
            found.append(f"{name}:{node.lineno} {node.name}: {function_lines(node)} lines")
    return found


def main() -> int:
    """Print every problem; 1 when there is any."""
    files = [
        p
        for part in ("workstation", "sync", "ui", "resources", "tests", "installer")
        for p in (ROOT / part).rglob("*.py")
    ]
    found = [line for path in sorted(files) for line in problems(path)]
    sys.stdout.write("".join(f"{line}\n" for line in found) or f"{len(files)} files within the limits\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
