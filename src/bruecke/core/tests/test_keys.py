"""Links, form keys, drafts, rate limit, receipt codes."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bruecke.core import drafts, form_keys, links, ratelimit, tokens
from bruecke.core.errors import RateLimited
from bruecke.core.models import Draft, FormKey, MailedLink
from bruecke.core.tests.factories import NOW, make_district, viewer_with

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def issue(**changes):
    return links.issue_link(
        **{"purpose": "invitation", "object_uid": "abc", "district": None, "valid_for": DAY, "now": NOW, **changes}
    )


def test_link_is_stored_as_hash_only():
    token = issue()
    assert token not in str(MailedLink.objects.values_list())


def test_link_reads_for_its_purpose_until_it_expires():
    token = issue()
    assert links.read_link(token, "invitation", NOW).object_uid == "abc"
    assert links.read_link(token, "invitation", NOW).used_at is None, "reading never uses a link up"
    assert links.read_link(token, "reset", NOW) is None
    assert links.read_link(token[:-1] + "x", "invitation", NOW) is None
    assert links.read_link(token, "invitation", NOW + DAY) is None


def test_link_works_once():
    token = issue()
    assert links.consume_link(token, "invitation", NOW)
    assert links.consume_link(token, "invitation", NOW) is None


def test_new_link_ends_the_one_before():
    first, second = issue(), issue()
    assert links.read_link(first, "invitation", NOW) is None
    assert links.read_link(second, "invitation", NOW)


def test_form_key_works_once():
    key = form_keys.new_form_key()
    assert form_keys.result_of(key, "ask") is None
    assert form_keys.use_form_key(key, "ask", NOW, result_uid="abc")
    assert not form_keys.use_form_key(key, "ask", NOW)
    assert form_keys.result_of(key, "ask") == "abc"
    assert form_keys.use_form_key(key, "another form", NOW)


def test_old_form_keys_are_forgotten():
    form_keys.use_form_key("k", "ask", NOW)
    assert form_keys.forget_old(NOW) == 0
    assert form_keys.forget_old(NOW + form_keys.KEEP + DAY) == 1
    assert not FormKey.objects.exists()


def test_draft_is_kept_per_person_and_without_secrets():
    district = make_district()
    mine, other = viewer_with(district, account_id=1), viewer_with(district, account_id=2)
    drafts.save_draft(viewer=mine, key="answer:abc", data={"text": "Guten Tag", "csrfmiddlewaretoken": "x", "empty": ""}, now=NOW)
    assert drafts.load_draft(viewer=mine, key="answer:abc").data == {"text": "Guten Tag"}
    assert drafts.load_draft(viewer=other, key="answer:abc") is None
    drafts.drop_draft(viewer=mine, key="answer:abc")
    assert not Draft.objects.exists()


def test_draft_of_nothing_is_not_kept():
    viewer = viewer_with(make_district())
    assert drafts.save_draft(viewer=viewer, key="answer:abc", data={"text": ""}, now=NOW) is None


def test_rate_limit_refuses_above_the_limit_and_forgets_with_the_window():
    for _try in range(3):
        ratelimit.hit(key="login:1", limit=3, per=timedelta(minutes=10), now=NOW)
    with pytest.raises(RateLimited) as refused:
        ratelimit.hit(key="login:1", limit=3, per=timedelta(minutes=10), now=NOW)
    assert 0 < refused.value.retry_after <= 601
    assert ratelimit.hit(key="login:2", limit=3, per=timedelta(minutes=10), now=NOW) == 1
    assert ratelimit.hit(key="login:1", limit=3, per=timedelta(minutes=10), now=NOW + timedelta(minutes=10)) == 1


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "expected"),
    [
        ("203.0.113.7", "", False, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", False, "203.0.113.7"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1", True, "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", "", False, "2001:db8:1:2::/64"),
        ("2001:db8::1", "", False, "2001:db8::/64"),
        ("2001:db8::ffff:1", "", False, "2001:db8::/64"),
        ("::ffff:203.0.113.7", "", False, "203.0.113.7"),
        ("10.0.0.1", "unknown", True, "unknown"),
    ],
)
def test_client_address_believes_only_our_own_proxy(rf, settings, peer, forwarded, trusted, expected):
    settings.TRUST_PROXY = trusted
    request = rf.get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert ratelimit.client_address(request) == expected


def test_receipt_code_has_at_least_80_bits_and_follows_from_the_seed():
    code = tokens.receipt_code_from("seed")
    assert code == tokens.receipt_code_from("seed") != tokens.receipt_code_from("seee")
    assert len(code.replace("-", "")) * 5 >= 80


@given(st.text(min_size=1))
def test_receipt_code_survives_how_people_write_it(seed):
    code = tokens.receipt_code_from(seed)
    plain = code.replace("-", "")
    for written in (code.lower(), f" {plain} ", code.replace("-", " "), plain.replace("0", "O").replace("1", "l")):
        assert tokens.normalise_receipt_code(written) == plain


@pytest.mark.parametrize("text", ["", "hallo", "A" * 21, "U" * 20, "<script>"])
def test_no_receipt_code(text):
    assert tokens.normalise_receipt_code(text) is None
