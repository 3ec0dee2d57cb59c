"""What function mailboxes hand to the registries: the visit every five minutes, navigation, to-dos, retention, words."""

from datetime import datetime, timedelta

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from bruecke.core.jobs import JobRun, enqueue, handler
from bruecke.core.models import District
from bruecke.core.registries import (
    AuditVerb,
    NavigationEntry,
    RetentionRule,
    TodoSource,
    audit_verbs,
    navigation,
    retention,
    todos,
)
from bruecke.core.scope import for_district
from bruecke.core.viewer import Role
from bruecke.enquiries.actions import mailboxes as actions
from bruecke.enquiries.models import Mailbox, MailboxMessage
from bruecke.enquiries.queries import mailboxes

FEATURE = "enquiries"
EVERY = timedelta(minutes=5)

navigation.register(
    NavigationEntry(
        key="enquiries.mailboxes",
        label=_("Postfächer"),
        route="enquiries:mailboxes",
        group="administration",
        icon="mail",
        feature=FEATURE,
        roles=frozenset({Role.ADMINISTRATOR}),
        order=925,
    )
)


def _due_messages(district: District, until: datetime) -> dict[int | None, int]:
    due = MailboxMessage.objects.filter(taken_at__lt=until - actions.KEEP_MESSAGES)
    return dict(due.order_by().values_list("mailbox__controller_id").annotate(number=Count("pk")))


todos.register(TodoSource(key="enquiries.mailboxes", collect=mailboxes.collect, feature=FEATURE, order=40))
retention.register(
    RetentionRule(
        key="enquiries.mailboxes",
        label=_("Vermerke zu eingelesenen E-Mails löschen"),
        apply=actions.forget_messages,
        period=_("400 Tage nach dem Abruf"),
        due=_due_messages,
        order=60,
    )
)


@handler("enquiries.mailboxes", every=EVERY)
def visit_mailboxes(run: JobRun) -> None:
    """A job of its own for each mailbox: one that hangs keeps nobody else waiting."""
    slot = int(run.now.timestamp() // EVERY.total_seconds())
    for district in District.objects.order_by("pk"):
        if district.has_feature(FEATURE):
            with for_district(district):
                for uid in Mailbox.objects.filter(is_active=True).order_by("pk").values_list("uid", flat=True):
                    args = {"district": str(district.pk), "mailbox": uid}
                    enqueue(kind="enquiries.mailbox", args=args, now=run.now, key=f"mailbox:{uid}:{slot}", district=district)


@handler("enquiries.mailbox", atomic=False)
def visit_mailbox(run: JobRun) -> None:
    """Read one mailbox; what goes wrong stands at the mailbox, and the next slot tries again."""
    district = District.objects.filter(pk=int(run.args["district"])).first()
    if district is None:
        return
    with for_district(district):
        mailbox = Mailbox.objects.filter(uid=run.args["mailbox"]).first()
        if mailbox is not None:
            actions.fetch_mailbox(mailbox=mailbox, now=run.now)


for _verb, _words in {
    "created": _("Postfach angelegt"),
    "changed": _("Postfach geändert"),
    "switched_on": _("Abruf eines Postfachs eingeschaltet"),
    "switched_off": _("Abruf eines Postfachs ausgeschaltet"),
    "removed": _("Postfach entfernt"),
    "tested": _("Verbindung zu einem Postfach geprüft"),
    "set_aside": _("Nicht lesbare E-Mail zurückgestellt"),
    "set_aside_seen": _("Nicht lesbare E-Mails angesehen"),
    "read": _("Postfach aufrufen wollen"),
}.items():
    audit_verbs.register(AuditVerb(key=f"mailbox.{_verb}", label=_words))
