"""House limits: source file 500 lines, function 60, rule 20, template 200. The figures are printed (`pytest -rP`)."""

import ast

from tests.architecture.house import PACKAGE, app_of, python_files, templates

FILE, FUNCTION, RULE, TEMPLATE = 500, 60, 20, 200


def _functions(path):
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.end_lineno - node.lineno + 1


def test_source_files_and_functions_stay_short():
    too_long = []
    longest_file = longest_function = (0, "")
    for path in python_files():
        name = path.relative_to(PACKAGE).as_posix()
        lines = len(path.read_text().splitlines())
        longest_file = max(longest_file, (lines, name))
        if lines > FILE:
            too_long.append(f"{name}: {lines} lines")
        limit = RULE if path.name == "rules.py" or "rules" in path.parts else FUNCTION
        for function, length in _functions(path):
            longest_function = max(longest_function, (length, f"{name}:{function}"))
            if length > limit:
                too_long.append(f"{name}:{function}: {length} lines")
    print(f"longest file {longest_file}, longest function {longest_function}")
    assert too_long == []


def test_templates_stay_short():
    lengths = {path.relative_to(PACKAGE).as_posix(): len(path.read_text().splitlines()) for path in templates()}
    print(f"longest template {max(lengths.items(), key=lambda item: item[1])}")
    assert [name for name, lines in lengths.items() if lines > TEMPLATE] == []


def test_no_drawer_for_everything():
    names = {path.stem for path in python_files()} | {path.name for path in PACKAGE.rglob("*") if path.is_dir()}
    assert names & {"utils", "helpers", "common", "misc", "util", "helper"} == set()


def test_every_app_says_what_it_is():
    apps = {app_of(path) for path in python_files() if path.parent != PACKAGE} - {"config", "locale", "web"}
    missing = [app for app in sorted(apps) if not (PACKAGE / app / "README.md").exists()]
    assert missing == []


def test_every_module_opens_with_a_sentence():
    silent = [
        path.relative_to(PACKAGE).as_posix()
        for path in python_files()
        if path.name != "__init__.py" and path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []
