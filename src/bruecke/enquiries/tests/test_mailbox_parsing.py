"""What the program understands of a mail: words without history, senders, replies, machines; and that nothing breaks it."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bruecke.core.models import AuditEntry
from bruecke.enquiries.actions.mailboxes import fetching, parsing, quoting
from bruecke.enquiries.actions.mailboxes.html import words_of
from bruecke.enquiries.actions.mailboxes.taking import text_of
from bruecke.enquiries.models import MAX_TEXT, Enquiry, MailboxMessage
from bruecke.enquiries.states import SETTLED, LeftOutReason, MailVerdict
from bruecke.enquiries.tests.imap_server import Box, serving
from bruecke.enquiries.tests.mails import letter, make_mailbox

pytestmark = pytest.mark.any_database

NOBODY: frozenset[str] = frozenset()


def read(message):
    return parsing.read_mail(bytes(message), own_addresses=NOBODY)


REPLIES = [
    ("Ja, gern.\n\nAm 24.11.2026 um 08:00 schrieb Amt:\n> Passt Dienstag?\n> Gruß", "Ja, gern."),
    ("Ja, gern.\n\nAm Di., 24. Nov. 2026 um 08:00 Uhr schrieb Amt\n<amt@example.org>:\n\n> Passt Dienstag?", "Ja, gern."),
    ("Yes.\n\nOn Tue, 24 Nov 2026 at 08:00, Amt <amt@example.org> wrote:\n> Dienstag?", "Yes."),
    ("Ja.\n\n-----Ursprüngliche Nachricht-----\nVon: Amt\nGesendet: heute\nAn: mich\n\nPasst?", "Ja."),
    ("Ja.\n\n________________________________\nVon: Amt <amt@example.org>\nGesendet: heute\nAn: mich\nBetreff: x", "Ja."),
    ("Ja.\n\nVon: Amt <amt@example.org>\nGesendet: heute\nAn: mich\nBetreff: x\n\nPasst?", "Ja."),
    ("Так.\n\nвт, 24 лист. 2026 р. о 08:00 Amt <amt@example.org> пише:\n> Dienstag?", "Так."),
    ("Ja.\n\n> Passt Dienstag?\n> Gruß", "Ja."),
    ("> Passt Dienstag?\n\nJa, um zehn.", "> Passt Dienstag?\n\nJa, um zehn."),
    ("Am Montag schrieb Amt:\n> Dienstag?\nJa.\n> Um zehn?\nNein.", "Am Montag schrieb Amt:\n> Dienstag?\nJa.\n> Um zehn?\nNein."),
    ("> nur zitiert", "> nur zitiert"),
    (
        "Am Freitag schrieb mir das Amt einen Brief:\nIch soll kommen.",
        "Am Freitag schrieb mir das Amt einen Brief:\nIch soll kommen.",
    ),
]


@pytest.mark.parametrize(("text", "own"), REPLIES)
def test_history_at_the_end_of_a_reply_goes_and_everything_else_stays(text, own):
    assert read(letter(text, References="<a@example.org>")).text == own


def test_what_is_no_reply_keeps_what_looks_like_history():
    text = "Was heißt das?\n\nVon: Amt <amt@example.org>\nGesendet: heute\nAn: mich\nBetreff: Bescheid\n\nWir lehnen ab."
    assert read(letter(text, subject="WG: Bescheid")).text == text


def test_signatures_and_advertisements_of_telephones_go():
    assert read(letter("Hallo\n\n-- \nFrau Beispiel\nTel. 1")).text == "Hallo"
    assert read(letter("Hallo\n\nVon meinem iPhone gesendet\n")).text == "Hallo"
    assert read(letter("-- \nnur Unterschrift")).text == "-- \nnur Unterschrift"


@pytest.mark.parametrize(
    ("subject", "bare", "reply"),
    [
        ("AW: Re: Kurs", "Kurs", True),
        ("Fwd: Kurs", "Kurs", False),
        ("Re[2]: Kurs", "Kurs", True),
        ("Rechnung", "Rechnung", False),
        ("Antwort: x", "x", True),
    ],
)
def test_subjects(subject, bare, reply):
    assert (quoting.bare_subject(subject), quoting.is_reply(subject)) == (bare, reply)


def test_html_becomes_words():
    message = letter("")
    message.set_content(
        "<style>p{}</style><p>Guten&nbsp;Tag,</p><p>ich <b>suche</b> Hilfe<br>bitte</p><script>x()</script>", "html"
    )
    assert read(message).text == "Guten Tag,\nich suche Hilfe\nbitte"


def test_quoted_html_in_a_reply_goes():
    message = letter("", References="<a@example.org>")
    message.set_content("<div>Ja.</div><div>Am 1.1.2026 schrieb Amt:</div><blockquote><p>Passt es?</p></blockquote>", "html")
    assert read(message).text == "Ja."


def test_an_empty_plain_part_does_not_hide_the_letter():
    message = letter(" \n")
    message.add_alternative("<p>Hallo</p>", subtype="html")
    assert read(message).text == "Hallo"


NASTY = (
    "<!",
    "<a ",
    "<![CDATA[",
    "</",
    "&",
    "&#",
    "<!--",
    "<script>",
    "<a b='",
    "<?",
    "<a =",
    '<a\t"',
    "<title>",
    "<p>",
    "<blockquote>",
    "İ<b>",
)


@pytest.mark.parametrize("nasty", NASTY)
def test_hostile_html_takes_no_time(nasty):
    """The parser of the standard library takes minutes for these."""
    began = time.monotonic()
    words_of((nasty * 300_000)[:300_000])
    assert time.monotonic() - began < 5


def test_what_looks_like_a_tag_and_is_none_stays():
    assert words_of("ich <3 euch, 1 < 2 &amp; 3 &gt; 2<br>gut<!-- nicht --><br/>schön") == "ich <3 euch, 1 < 2 & 3 > 2\ngut\nschön"


def test_unknown_letters_are_read_as_far_as_they_go():
    raw = b"From: a@example.org\nContent-Type: text/plain; charset=x-klingonisch\n\nHallo \xff Welt"
    assert parsing.read_mail(raw, own_addresses=NOBODY).text.startswith("Hallo")
    latin = b"From: a@example.org\nContent-Type: text/plain; charset=iso-8859-1\n\nGr\xfc\xdfe"
    assert parsing.read_mail(latin, own_addresses=NOBODY).text == "Grüße"


@pytest.mark.parametrize(
    "sender",
    [
        "a@example.org, b@example.org",
        "kein",
        "=?utf-8?q?x@y=2Eorg?= <>",
        "<>",
        "a@b@c",
        "ä@example.org",
        "x" * 300 + "@example.org",
    ],
)
def test_a_sender_that_could_not_be_answered_is_none(sender):
    raw = f"From: {sender}\nSubject: x\n\nHallo".encode()
    assert parsing.read_mail(raw, own_addresses=NOBODY).left_out is LeftOutReason.NO_SENDER


def test_long_mails_are_cut_and_say_so():
    text = text_of(read(letter("Wort " * 3000, subject="Lang")))
    assert len(text) <= MAX_TEXT
    assert text.endswith("[Gekürzt. Die ganze E-Mail liegt im Postfach.]")
    assert text_of(read(letter("", subject=""))) == "E-Mail ohne Text"


def test_pictures_of_a_signature_are_no_files():
    message = letter("Hallo")
    message.add_attachment(b"x", maintype="image", subtype="png", filename="logo.png", cid="<logo>", disposition="inline")
    message.add_attachment(b"y", maintype="image", subtype="png", filename="foto.png")
    assert read(message).file_count == 1


# --- any bytes -------------------------------------------------------------------------------------------------------------

NAMES = st.sampled_from(
    [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "References",
        "In-Reply-To",
        "Content-Type",
        "Content-Disposition",
        "List-Id",
        "Precedence",
        "Content-Transfer-Encoding",
        "Auto-Submitted",
        "Return-Path",
        "MIME-Version",
    ]
)
STRANGE_VALUES = (
    b'a@example.org|<a@example.org>|=?utf-8?q?=FF=FE?=|=?utf-8?b?////?= <a@b>|multipart/mixed; boundary=x|base64|<x|[::1]@|"@|((('
    b'|multipart/alternative; boundary=""|text/html; charset=utf-7|text/plain; charset="|quoted-printable|message/rfc822'
    b"|attachment; filename*=x''%ff|multipart/report|text/plain; charset=idna"
).split(b"|")
VALUES = st.one_of(st.binary(max_size=60), st.sampled_from(STRANGE_VALUES))
LINES = st.one_of(
    st.binary(max_size=80), st.sampled_from([b"--x", b"--x--", b"", b"Content-Type: text/html", b"=FF=", b"<p>Hallo<"])
)
MAILS = st.builds(
    lambda head, body: b"\r\n".join([*(name.encode() + b": " + value for name, value in head), b"", *body]),
    st.lists(st.tuples(NAMES, VALUES), max_size=8),
    st.lists(LINES, max_size=12),
)


@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=400), MAILS))
def test_any_bytes_give_a_mail_or_an_error_and_only_words_that_can_be_kept(raw):
    """Whatever the standard library's parser raises is caught where mails are taken one by one; here: what it gives is clean."""
    try:
        mail = parsing.read_mail(raw, own_addresses=NOBODY)
    except Exception:  # noqa: BLE001
        return
    text = text_of(mail)
    text.encode()
    assert "\x00" not in text + mail.subject + mail.sender
    assert 0 < len(text) <= MAX_TEXT
    assert (len(mail.message_hash), len(mail.thread_hash)) in {(64, 0), (64, 64)}
    assert mail.left_out is not None or "@" in mail.sender


def test_a_mailbox_full_of_rubbish_is_read_to_its_end(scene, now, settings):
    """Any bytes as mails on a real line: each becomes a question, a counted refusal, or is set aside; the good one comes in."""
    from bruecke.accounts.tests.factories import make_account, make_membership
    from bruecke.core.viewer import Role
    from bruecke.enquiries import queries

    account = make_account("Verwaltung")
    make_membership(account, scene.district, Role.ADMINISTRATOR, controller=scene.leading)
    admin = queries.viewer_of(account, scene.district, now)
    box, found = Box(), []

    @given(st.one_of(st.binary(min_size=1, max_size=300), MAILS.filter(bool)))
    def collect(raw):
        found.append(raw)

    collect()
    with serving(box) as port:
        settings.MAILBOX_PORTS = frozenset({port})
        mailbox = make_mailbox(scene, now, port=port, viewer=admin)
        for raw in found[: fetching.MAILS_A_VISIT - 1]:
            box.put(raw)
        box.put(bytes(letter("Die eine gute")))
        for minutes in range(0, 25, 5):
            fetching.fetch_mailbox(mailbox=mailbox, now=now.replace(minute=minutes))
    rows = dict(MailboxMessage.objects.order_by("pk").values_list("imap_uid", "verdict"))
    assert len(rows) == len(found[: fetching.MAILS_A_VISIT - 1]) + 1
    assert set(rows.values()) <= {verdict.value for verdict in SETTLED}
    assert rows[max(rows)] == MailVerdict.TAKEN
    assert Enquiry.objects.filter(find_key__contains="die eine gute").count() == 1
    assert AuditEntry.objects.filter(verb="enquiry.received").count() == Enquiry.objects.count()
