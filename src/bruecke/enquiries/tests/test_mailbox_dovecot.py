"""The road from a mail to a question once more, against a real server: Dovecot on loopback, over TLS with a checked certificate."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from bruecke.accounts.tests.factories import make_account, make_membership
from bruecke.core.viewer import Role
from bruecke.enquiries import queries
from bruecke.enquiries.actions import mailboxes
from bruecke.enquiries.models import Enquiry, Mailbox, MailboxMessage
from bruecke.enquiries.states import MailboxSecurity, MailboxTrouble, MailVerdict
from bruecke.enquiries.tests.imap_server import closed_port, make_certificate
from bruecke.enquiries.tests.mails import letter, make_mailbox

DOVECOT = shutil.which("dovecot") or ("/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else "")
PASSWORD = 'ge "heim" Wört'
pytestmark = pytest.mark.skipif(
    not DOVECOT and not os.environ.get("BRUECKE_REQUIRE_DOVECOT"), reason="Dovecot is not installed (dovecot-imapd)"
)
CONFIG = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = {name}
log_path = {folder}/log
listen = 127.0.0.1
default_internal_user = {inner}
default_login_user = {outer}
default_internal_group = {group}
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = yes
auth_mechanisms = plain
mail_location = maildir:{folder}/mail/%n
mail_uid = {owner}
mail_gid = {owner_group}
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner_group} home={folder}/mail/%n
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {starttls_port}
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def _names() -> dict[str, str]:
    """As root with the users of the package; else everything as who runs the tests."""
    me = pwd.getpwuid(os.getuid())
    if me.pw_uid:
        group = str(os.getgid())
        return {"inner": me.pw_name, "outer": me.pw_name, "group": group, "owner": str(me.pw_uid), "owner_group": group}
    mail = pwd.getpwnam("mail")
    return {
        "inner": "dovecot", "outer": "dovenull", "group": "dovecot", "owner": str(mail.pw_uid), "owner_group": str(mail.pw_gid),
    }  # fmt: skip


class Dovecot:
    """One running server with one mailbox; mails are put in by its own delivery folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.starttls_port = closed_port(), closed_port()
        self.certificate = make_certificate(folder, "127.0.0.1", "localhost")
        names = _names()
        self.owner = (int(names["owner"]), int(names["owner_group"]))
        (folder / "users").write_text(f"fragen:{{PLAIN}}{PASSWORD}\n")
        (folder / "mail").mkdir()
        for path, mode in ((folder, 0o755), (folder / "users", 0o644), (folder / "mail", 0o755)):
            path.chmod(mode)  # whatever the umask of this process is by now: Dovecot reads as another user
        os.chown(folder / "mail", *self.owner)
        config = folder / "dovecot.conf"
        config.write_text(
            CONFIG.format(
                folder=folder, certificate=self.certificate, name=folder.name, port=self.port,
                starttls_port=self.starttls_port, **names,
            )
        )  # fmt: skip
        self.process = subprocess.Popen([DOVECOT, "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        log = self.folder / "log"
        pytest.fail(f"Dovecot does not start: {log.read_text() if log.exists() else 'no log'}")

    def put(self, raw: bytes, name: str) -> None:
        new = self.folder / "mail" / "fragen" / "new"
        for part in (new.parent, new, new.parent / "cur", new.parent / "tmp"):
            part.mkdir(exist_ok=True)
            os.chown(part, *self.owner)
        path = new / name
        path.write_bytes(raw)
        os.chown(path, *self.owner)

    def files(self, folder: str = "") -> list[str]:
        """Names of the mails in a folder, with the flags that Dovecot keeps in them."""
        base = self.folder / "mail" / "fragen" / (f".{folder}" if folder else "")
        return sorted(path.name for part in ("new", "cur") if (base / part).exists() for path in (base / part).iterdir())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


@pytest.fixture(scope="module")
def dovecot():
    folder = Path(f"/tmp/bruecke-dovecot-{os.getpid()}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o755)
    server = Dovecot(folder)
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def admin(scene, now):
    account = make_account("Verwaltung")
    make_membership(account, scene.district, Role.ADMINISTRATOR, controller=scene.leading)
    return queries.viewer_of(account, scene.district, now)


@pytest.mark.parametrize("security", [MailboxSecurity.TLS, MailboxSecurity.STARTTLS])
def test_mails_become_questions_and_move_into_their_folder(scene, now, admin, dovecot, settings, monkeypatch, security):
    port = dovecot.port if security is MailboxSecurity.TLS else dovecot.starttls_port
    settings.MAILBOX_PORTS = frozenset({port})
    mailbox = make_mailbox(scene, now, port=port, viewer=admin, security=security, username="fragen", password=PASSWORD)
    Mailbox.objects.update(active_from=date.today() - timedelta(days=1))  # Dovecot takes the day from the real clock
    for old in dovecot.files():
        (dovecot.folder / "mail" / "fragen" / "new" / old).unlink(missing_ok=True)
        (dovecot.folder / "mail" / "fragen" / "cur" / old).unlink(missing_ok=True)
    moved = len(dovecot.files("Br&APw-cke &APw-bernommen"))
    dovecot.put(bytes(letter("Wo lerne ich Deutsch?", subject="Äpfel")), f"1.{security}.host")
    dovecot.put(bytes(letter("Ich bin nicht da", Auto_Submitted="auto-replied")), f"2.{security}.host")

    mailboxes.fetch_mailbox(mailbox=mailbox, now=now)
    mailbox.refresh_from_db()
    assert mailbox.last_error == MailboxTrouble.CERTIFICATE

    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    for minutes in (5, 10):
        mailboxes.fetch_mailbox(mailbox=mailbox, now=now + timedelta(minutes=minutes))
    mailbox.refresh_from_db()
    assert mailbox.last_error == ""
    assert Enquiry.objects.get().headline == "Äpfel"
    assert sorted(MailboxMessage.objects.order_by("pk").values_list("verdict", flat=True)) == [
        MailVerdict.LEFT_OUT, MailVerdict.TAKEN,
    ]  # fmt: skip
    left, kept = dovecot.files(), dovecot.files("Br&APw-cke &APw-bernommen")
    assert (len(left), len(kept)) == (1, moved + 1)
    assert left[0].startswith("2.")
    assert "S" not in left[0].rpartition(":2,")[2]
    assert all("S" in name.rpartition(":2,")[2] for name in kept)


def test_a_wrong_password_and_a_missing_folder_are_told_apart(scene, now, admin, dovecot, settings, monkeypatch):
    settings.MAILBOX_PORTS = frozenset({dovecot.port})
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    given = {"port": dovecot.port, "viewer": admin, "security": MailboxSecurity.TLS, "username": "fragen"}
    wrong = make_mailbox(scene, now, password="falsch", **given)
    missing = make_mailbox(scene, now, password=PASSWORD, folder="Fehlt", **given)
    for mailbox, code in ((wrong, MailboxTrouble.LOGIN), (missing, MailboxTrouble.FOLDER)):
        mailboxes.fetch_mailbox(mailbox=mailbox, now=now)
        mailbox.refresh_from_db()
        assert mailbox.last_error == code
