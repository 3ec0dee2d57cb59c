"""What the guides tell operators to type exists: every command `bruecke …` with its options, every page they link to."""

import argparse
import re

import pytest

from bruecke.config.cli import _parser
from tests.architecture.house import ROOT

PAGES = [*sorted((ROOT / "docs" / "operations").glob("*.md")), ROOT / "README.md", ROOT / "README.de.md"]
CODE = re.compile(r"`([^`\n]+)`|^    [#$]? ?(.+)$", re.MULTILINE)
TYPED = re.compile(r"(?:^|\s|/)bruecke ([a-z][a-z-]+)((?:\s+\S+)*)")
LINK = re.compile(r"\[[^\]]+\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
SHELL = re.compile(r"\s[|&;<>]")
NOT_TYPED = {"worker", "demo-code", "django"}  # in a unit of systemd, behind `make demo-code`, for developers
UNITS = {"systemctl", "journalctl", "adduser", "install", "chown"}  # there "bruecke" is the name of a unit or a user


def commands() -> dict[str, set[str]]:
    """Each command of the program with its options."""
    action = next(one for one in _parser()._actions if isinstance(one, argparse._SubParsersAction))
    return {
        name: {option for one in sub._actions for option in one.option_strings if option.startswith("--")}
        for name, sub in action.choices.items()
    }


def typed(text: str) -> list[tuple[str, list[str]]]:
    """(command, options) of every line and every piece of code that calls the program."""
    found = []
    for inline, line in CODE.findall(text):
        code = SHELL.split(inline or line)[0]
        if code.split()[0] in UNITS:
            continue
        for command, rest in TYPED.findall(code):
            found.append((command, re.findall(r"--[a-z][a-z-]*", rest)))
    return found


@pytest.mark.parametrize("guide", PAGES, ids=lambda guide: guide.stem)
def test_every_command_that_is_typed_exists_with_its_options(guide):
    known = commands()
    wrong = [
        (command, option)
        for command, options in typed(guide.read_text())
        for option in (options or [""])
        if command not in known or (option and option not in known[command])
    ]
    assert wrong == []


def test_the_reader_of_the_guides_finds_commands():
    text = "say `bruecke retry-failed` or\n\n    # bruecke backup --key-file /etc/key --verify x\n    # systemctl stop bruecke\n"
    assert typed(text) == [("retry-failed", []), ("backup", ["--key-file", "--verify"])]
    assert sum(len(typed(guide.read_text())) for guide in PAGES) > 40


def test_every_command_stands_in_a_guide():
    told = {command for guide in PAGES for command, _options in typed(guide.read_text())}
    assert set(commands()) - told == NOT_TYPED


@pytest.mark.parametrize("guide", PAGES, ids=lambda guide: guide.stem)
def test_links_lead_to_files(guide):
    assert [address for address in LINK.findall(guide.read_text()) if not (guide.parent / address).exists()] == []
