"""What the sources must not hold: words in logs, unused templates, a list without a figure for its queries."""

import ast
import re

from tests.architecture.house import PACKAGE, app_of, python_files, templates

LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
SAFE_VALUES = {  # last part of what a log line may tell: ids, classes, codes, figures
    "__name__",
    "attempts",
    "code",
    "django_version",
    "id",
    "key",
    "kind",
    "method",
    "pk",
    "port",
    "processes",
    "release",
    "route",
    "slug",
    "state",
    "status",
    "status_code",
    "uid",
    "verb",
}
PERSONAL = {"address", "body", "contact", "email", "headline", "message", "name", "note", "phone", "subject", "text", "title", "to"}


def _log_calls(tree: ast.AST):
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in LEVELS:
            continue
        owner = node.func.value
        if isinstance(owner, ast.Name) and owner.id in {"log", "logger", "logging", "_log"}:
            yield node


def _tells(value: ast.expr) -> set[str]:
    """Names of attributes and variables a logged value is made of."""
    return {node.attr for node in ast.walk(value) if isinstance(node, ast.Attribute)} | {
        node.id for node in ast.walk(value) if isinstance(node, ast.Name)
    }


def test_log_lines_are_fixed_sentences_with_ids():
    """`log.info("mail delivered", extra={"mail": mail.uid})`: no text put together, nothing a person typed."""
    wrong, count = [], 0
    for path in python_files():
        if "tests" in path.parts:
            continue
        for call in _log_calls(ast.parse(path.read_text())):
            count += 1
            where = f"{path.relative_to(PACKAGE)}:{call.lineno}"
            if len(call.args) != 1 or not (isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)):
                wrong.append(f"{where}: the message is not one fixed sentence")
            for keyword in call.keywords:
                if keyword.arg != "extra" or not isinstance(keyword.value, ast.Dict):
                    wrong.append(f"{where}: {keyword.arg}")
                    continue
                for value in keyword.value.values:
                    told = _tells(value) & PERSONAL if isinstance(value, ast.Attribute | ast.Name) else set()
                    if told and app_of(path) != "config":  # there: names of processes
                        wrong.append(f"{where}: tells {told}")
    print(f"{count} log lines")
    assert wrong == []


def test_questions_are_logged_by_id_only():
    wrong = []
    for path in sorted((PACKAGE / "enquiries").rglob("*.py")):
        if "tests" in path.parts:
            continue
        for call in _log_calls(ast.parse(path.read_text())):
            values = [value for keyword in call.keywords if isinstance(keyword.value, ast.Dict) for value in keyword.value.values]
            wrong += [
                f"{path.name}:{call.lineno}"
                for value in values
                if not isinstance(value, ast.Attribute) or value.attr not in SAFE_VALUES
            ]
    assert wrong == []


def test_nothing_is_printed_by_a_process_that_serves():
    """What is printed lands in the log of the machine without the filter that keeps words out."""
    found = []
    for path in python_files():
        inside = path.relative_to(PACKAGE).parts
        if "tests" in inside or inside[0] == "config":
            continue
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in {"print", "breakpoint"}]
        found += [f"{path.relative_to(PACKAGE)}:{call.lineno}" for call in named]
    assert found == []


def test_no_template_is_unused():
    """Each is named by a view, another template or a component's own short name."""
    sources = {path: path.read_text() for path in [*python_files(), *templates()] if "tests" not in path.parts}
    unused = []
    for path in templates():
        name = path.as_posix().split("/templates/", 1)[1]
        others = [text for source, text in sources.items() if source != path]
        folder, stem = name.rsplit("/", 1)
        short = re.compile(rf"""["']{re.escape(stem.removesuffix(".html"))}["']""")
        by_folder = re.compile(re.escape(f"{folder}/") + r"\{")
        is_named = any(name in text for text in others)
        is_built = any(by_folder.search(text) for text in others) and any(short.search(text) for text in others)
        if not is_named and not is_built and folder != "ui/gallery":  # its pages are named by style and page
            unused.append(name)
    assert unused == [], "\n".join(unused)


def test_no_todo_is_left_in_the_sources():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [path.relative_to(PACKAGE).as_posix() for path in [*python_files(), *templates()] if marks.search(path.read_text())]
    assert found == []


def test_public_forms_never_use_the_session():
    """Words that belong to the desk alone must not stand in a public view."""
    desk_only = re.compile(r"request\.(session|user|META\[.CSRF)|django\.contrib\.(auth|messages|sessions)")
    found = [
        path.relative_to(PACKAGE).as_posix()
        for path in python_files()
        if "views" in path.parts and path.stem in {"public", "ask", "status"} and desk_only.search(path.read_text())
    ]
    assert found == []
