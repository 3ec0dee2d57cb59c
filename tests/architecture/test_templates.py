"""Templates keep to their floor, and to the strict content security policy."""

import re

from tests.architecture.house import PACKAGE, app_of, templates

USED = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")
DATA = r"(?![^>]*application/ld\+json)"  # a data block is never run
INLINE = re.compile(rf"<script(?![^>]*\bsrc=){DATA}|<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE)
FOREIGN = re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE)


def test_a_template_includes_only_its_own_app_or_ui():
    wrong = []
    for path in templates():
        app = app_of(path)
        for used in USED.findall(path.read_text()):
            owner = used.split("/")[0].split("#")[0]
            allowed = {app, "ui", ""} | {"accounts": {"account", "mfa"}, "ui": {"django"}}.get(app, set())
            if owner not in allowed:
                wrong.append(f"{path.relative_to(PACKAGE)}: {used}")
    assert wrong == []


def test_no_inline_code_and_no_inline_style():
    found = [
        f"{path.relative_to(PACKAGE)}: {hit}"
        for path in templates()
        for hit in INLINE.findall(re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL))
    ]
    assert found == []


def test_nothing_is_loaded_from_elsewhere():
    pages = [path for path in templates() if re.search(r"<(?:script|link|img|iframe)[^>]*" + FOREIGN.pattern, path.read_text())]
    assert pages == []
