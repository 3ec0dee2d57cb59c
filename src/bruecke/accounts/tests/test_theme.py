"""A light or a dark desk, as the person chose; public pages know nothing of her."""

import pytest

from bruecke.accounts.states import Theme
from bruecke.core.models import AuditEntry

pytestmark = pytest.mark.django_db
DESK = "/intern/musterkreis/"
BY_DEVICE = 'media="screen and (prefers-color-scheme: dark)" data-dark'


def test_the_desk_follows_the_device_at_first(desk):
    page = desk.get(f"{DESK}mein-zugang/").content.decode()
    assert page.count(BY_DEVICE) == 2
    assert 'content="light dark"' in page
    assert "theme.js" not in page


@pytest.mark.parametrize(
    ("theme", "scheme", "sheets"), [(Theme.DARK, "dark", 'media="screen" data-dark'), (Theme.LIGHT, "light", None)]
)
def test_the_choice_holds_on_every_page(desk, theme, scheme, sheets):
    answer = desk.post(f"{DESK}mein-zugang/darstellung/", {"theme": theme.value}, follow=True)
    assert answer.redirect_chain[0][0].endswith("/mein-zugang/")
    page = answer.content.decode()
    assert f'<meta name="color-scheme" content="{scheme}">' in page
    assert page.count("data-dark") == (2 if sheets else 0)
    assert (sheets or "") in page
    entry = AuditEntry.objects.get(verb="accounts.theme_changed")
    assert entry.fields == ["theme"]


def test_the_same_choice_again_leaves_no_entry(desk):
    desk.post(f"{DESK}mein-zugang/darstellung/", {"theme": "device"})
    assert not AuditEntry.objects.filter(verb="accounts.theme_changed").exists()


def test_an_unknown_choice_is_refused(desk):
    answer = desk.post(f"{DESK}mein-zugang/darstellung/", {"theme": "sepia"})
    assert answer.status_code == 422
