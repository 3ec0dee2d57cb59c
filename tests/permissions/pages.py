"""The rows of the permission table, app by app."""

from collections.abc import Callable

from bruecke.core.global_search import WORDS, sealed_words
from bruecke.core.viewer import Role
from tests.permissions.table import (
    DONE,
    Case,
    Kwargs,
    Page,
    Side,
    at,
    desk,
    everybody,
    holding,
    nothing,
    one,
    public,
    uid,
)
from tests.permissions.world import ASSOCIATION, AUTHORITY, NORMAL, OFFICES, Who

LEADING = (NORMAL, AUTHORITY)
NOBODY: frozenset[Who] = frozenset()
ADMINISTRATORS = holding(Role.ADMINISTRATOR)
WORKERS = holding(Role.COORDINATOR, Role.DISTRICT_OFFICE)
EDITORS = holding(Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR)
PLANNERS = holding(Role.DISTRICT_OFFICE, Role.ADMINISTRATOR)


# --- accounts ----------------------------------------------------------------------------------------------------------


def _readers_of(office: str) -> frozenset[Who]:
    """Who sees the people of an office: administration and privacy all, the employer those of its own controller."""
    offices = (ASSOCIATION,) if office == ASSOCIATION else LEADING
    return holding(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER) | at(offices, Role.EMPLOYER)


def _person(office: str, role: Role = Role.EDITOR) -> Kwargs:
    return lambda side: {"uid": side.people[office, role].uid}


def _membership(side: Side) -> dict[str, str]:
    return {"uid": side.people[NORMAL, Role.EDITOR].uid, "membership_uid": side.things["membership normal editor"].uid}


def _session(side: Side) -> dict[str, str]:
    from bruecke.accounts.models import OpenSession

    account = side.people[NORMAL, Role.EDITOR]
    row, _created = OpenSession.objects.get_or_create(
        account=account, session_key=f"session-of-{side.slug}", defaults={"opened_at": side.now, "seen_at": side.now}
    )
    return {"session_uid": row.uid}


def _passkey(side: Side) -> dict[str, str]:
    """A passkey of the editor; the pages show its name alone."""
    from bruecke.accounts.queries import passkeys_of
    from bruecke.accounts.tests.factories import make_passkey

    account = side.people[NORMAL, Role.EDITOR]
    row = passkeys_of(account).first() or make_passkey(account)
    return {"passkey_uid": row.data["uid"]}


ACCOUNTS = [
    desk("accounts:profile", everybody()),
    desk("accounts:name-change", everybody()),
    desk("accounts:theme-change", everybody()),
    desk("accounts:password-change", everybody()),
    desk("accounts:totp-replace", everybody()),
    desk("accounts:recovery-codes", everybody()),
    desk("accounts:identity-link", everybody()),
    desk("accounts:identity-unlink", everybody()),
    desk("accounts:passkey-add", everybody()),
    desk("accounts:passkey-rename", at([NORMAL], Role.EDITOR), _passkey),
    desk("accounts:passkey-remove", at([NORMAL], Role.EDITOR), _passkey),
    desk("accounts:sessions-close", everybody()),
    desk("accounts:session-close", everybody(), _session, is_blind=True),
    desk("accounts:logout", everybody()),
    desk("accounts:people", holding(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.EMPLOYER), is_list=True),
    desk("accounts:people-export", holding(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.EMPLOYER)),
    desk("accounts:person-invite", ADMINISTRATORS),
    Page("accounts:person", {office: Case(_person(office), _readers_of(office)) for office in OFFICES}),
    desk("accounts:membership-add", ADMINISTRATORS, _person(NORMAL)),
    desk("accounts:membership-end", ADMINISTRATORS, _membership),
    desk("accounts:membership-undo", ADMINISTRATORS, _membership, method="POST", answers=DONE),
    desk("accounts:invitation-resend", ADMINISTRATORS, uid("invited")),
    desk("accounts:invitation-withdraw", ADMINISTRATORS, uid("invited")),
    desk("accounts:person-lock", ADMINISTRATORS, _person(NORMAL)),
    desk("accounts:person-unlock", ADMINISTRATORS, _person(NORMAL)),
    desk("accounts:totp-reset", ADMINISTRATORS, _person(NORMAL)),
    desk("accounts:person-delete", ADMINISTRATORS, uid("gone")),
    desk("accounts:controllers", holding(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.DISTRICT_OFFICE), is_list=True),
    desk("accounts:controller-create", ADMINISTRATORS),
    desk("accounts:controller-edit", ADMINISTRATORS, lambda side: {"uid": side.controllers[ASSOCIATION].uid}),
    desk("accounts:unit-create", ADMINISTRATORS, lambda side: {"uid": side.controllers[ASSOCIATION].uid}),
    desk("accounts:unit-edit", ADMINISTRATORS, lambda side: {"uid": side.units[NORMAL].uid}),
    desk("accounts:sign-in-service", ADMINISTRATORS),
    desk("accounts:sign-in-service-check", ADMINISTRATORS, method="POST", answers=DONE),
    desk("accounts:sign-in-service-remove", ADMINISTRATORS),
    desk("accounts:settings", ADMINISTRATORS),
    desk("accounts:setting-change", ADMINISTRATORS, lambda side: {"key": "enquiries.max_per_hour"}, is_shared=True),
    desk("accounts:audit-log", holding(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.AUDITOR), is_list=True),
    desk("accounts:audit-log-export", holding(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.AUDITOR)),
    Page("account_login", one(everybody()), door="open"),
    Page("mfa_authenticate", one(everybody()), door="open", answers=DONE),
    Page("konto:logout", one(everybody()), door="open"),
    Page("konto:sso", one(everybody(), lambda side: {"slug": side.slug}), door="open", answers=frozenset({302, 503})),
    Page("konto:sso-callback", one(everybody(), lambda side: {"slug": side.slug}), door="open", answers=frozenset({403})),
    Page(
        "konto:invitation-sso",
        one(everybody(), lambda side: {"token": "forged"}),
        method="POST",
        door="open",
        answers=DONE,
    ),
    Page("konto:passkey", one(everybody()), door="open"),
    Page("konto:confirm", one(everybody()), door="own"),
    Page("konto:totp", one(everybody()), door="own", answers=DONE),
    Page("konto:password-reset", one(everybody()), door="open"),
    Page("konto:password-reset-confirm", one(everybody(), lambda side: {"token": "forged"}), door="open", answers=frozenset({410})),
    Page("konto:invitation", one(everybody(), lambda side: {"token": "forged"}), door="open", answers=frozenset({410})),
]

# --- privacy -----------------------------------------------------------------------------------------------------------


def _officers(controller: str) -> frozenset[Who]:
    """Data protection ends at the controller: officers of one see nothing of another."""
    return at((ASSOCIATION,) if controller == ASSOCIATION else LEADING, Role.PRIVACY_OFFICER)


def _sealed(controller: str) -> frozenset[Who]:
    """The officer, and the administrator of the controller; administrators belong to the leading one alone."""
    return _officers(controller) | (ADMINISTRATORS if controller == "leading" else NOBODY)


def _of_controllers(thing: str, who: Callable[[str], frozenset[Who]], **more: str) -> dict[str, Case]:
    def kwargs(controller: str) -> Kwargs:
        return lambda side: {"uid": side.things[f"{thing} {controller}"].uid, **more}

    return {controller: Case(kwargs(controller), who(controller)) for controller in ("leading", ASSOCIATION)}


def _of_subjects(kind: str) -> dict[str, Case]:
    def kwargs(controller: str) -> Kwargs:
        return lambda side: {
            "uid": side.things[f"{kind} request {controller}"].uid,
            "subject_uid": side.things[f"{kind} subject {controller}"].uid,
        }

    return {controller: Case(kwargs(controller), _officers(controller)) for controller in ("leading", ASSOCIATION)}


ALL_OFFICERS = holding(Role.PRIVACY_OFFICER)
SEALED = holding(Role.PRIVACY_OFFICER, Role.ADMINISTRATOR)
_REQUEST = _of_controllers("access request", _officers)
PRIVACY = [
    desk("privacy:overview", SEALED),
    desk("privacy:record", SEALED),
    desk("privacy:record-release", ALL_OFFICERS),
    desk("privacy:record-file", SEALED, lambda side: {"fmt": "docx"}, is_shared=True),
    Page("privacy:release", _of_controllers("release", _sealed)),
    desk("privacy:addition", ALL_OFFICERS, lambda side: {"activity": "stelle", "kind": "joint"}, is_shared=True),
    desk("privacy:erasures", SEALED, is_list=True),
    desk("privacy:erasures-file", SEALED),
    desk("privacy:requests", ALL_OFFICERS),
    desk("privacy:request-create", ALL_OFFICERS),
    Page("privacy:request", _REQUEST),
    Page("privacy:request-change", _REQUEST),
    Page("privacy:request-extend", _REQUEST),
    Page("privacy:request-find", _REQUEST),
    Page("privacy:request-collect", _REQUEST, method="POST", answers=DONE),
    Page("privacy:request-file", _REQUEST),
    Page("privacy:request-end", _REQUEST),
    Page("privacy:request-reopen", _REQUEST, method="POST", answers=DONE),
    Page("privacy:request-subject-remove", _of_subjects("access"), method="POST", answers=DONE),
    Page("privacy:request-subject-erase", _of_subjects("erasure")),
    desk("privacy:breaches", SEALED, is_list=True),
    desk("privacy:breach-create", SEALED),
    Page("privacy:breach", _of_controllers("breach", _sealed)),
    Page("privacy:breach-describe", _of_controllers("breach", _sealed)),
    Page("privacy:breach-judge", _of_controllers("breach", _sealed)),
    Page("privacy:breach-step", _of_controllers("breach", _sealed, step="behoerde")),
    Page("privacy:breach-close", _of_controllers("breach", _sealed), method="POST", answers=DONE),
    Page("privacy:breach-reopen", _of_controllers("breach", _sealed), method="POST", answers=DONE),
    Page("privacy:breach-file", _of_controllers("breach", _sealed)),
    desk("privacy:own-data", everybody()),
    desk("privacy:own-data-file", everybody(), lambda side: {"fmt": "json"}, is_shared=True),
]

# --- directory ---------------------------------------------------------------------------------------------------------


def _organisation_cases(kind: str, *, speakers: bool) -> dict[str, Case]:
    """Editors reach every organisation; whoever speaks for one (here: the employers) its own, where `speakers`."""
    return {
        office: Case(uid(f"{kind} {office}"), EDITORS | (at([office], Role.EMPLOYER) if speakers else NOBODY)) for office in OFFICES
    }


def _contact_cases() -> dict[str, Case]:
    """Who is not released is known to those alone who keep the directory; who speaks for an organisation is none of them."""
    return {office: Case(uid(f"contact {office}"), EDITORS) for office in OFFICES}


DIRECTORY = [
    desk("directory:organisations", everybody(), is_list=True),
    desk("directory:organisation-create", EDITORS),
    desk("directory:organisations-export", everybody()),
    desk("directory:organisation", everybody(), uid("organisation normal")),
    Page("directory:organisation-edit", _organisation_cases("organisation", speakers=True)),
    Page("directory:organisation-archive", _organisation_cases("organisation", speakers=False)),
    Page("directory:organisation-restore", _organisation_cases("organisation", speakers=False)),
    Page("directory:logo-set", _organisation_cases("organisation", speakers=True)),
    Page("directory:logo-remove", _organisation_cases("organisation", speakers=True)),
    Page("directory:location-create", _organisation_cases("organisation", speakers=True)),
    Page("directory:location-edit", _organisation_cases("location", speakers=True)),
    Page("directory:location-archive", _organisation_cases("location", speakers=False)),
    Page("directory:location-restore", _organisation_cases("location", speakers=False)),
    Page("directory:contact-create", _organisation_cases("organisation", speakers=False)),
    desk("directory:contacts", everybody(), is_list=True),
    desk("directory:contacts-export", everybody()),
    Page(
        "directory:contact",
        {**_contact_cases(), "released": Case(uid("contact released"), everybody())},
    ),
    *(
        Page(f"directory:contact-{step}", {**_contact_cases(), "released": Case(uid("contact released"), EDITORS)})
        for step in ("edit", "confirm", "release", "withdraw", "archive", "restore", "erase")
    ),
    desk("directory:contacts-import", EDITORS),
    desk("directory:contacts-import-template", EDITORS),
    *(
        desk(f"directory:contacts-import-{step}", EDITORS, uid("contact batch"))
        for step in ("batch", "columns", "discard", "errors")
    ),
    *(
        desk(f"directory:contacts-import-{step}", EDITORS, uid("contact batch"), method="POST", answers=DONE)
        for step in ("run", "resume")
    ),
    public("directory_public:logo", lambda side: {"uid": side.things["organisation normal"].logo.uid}),
]

# --- staffing ----------------------------------------------------------------------------------------------------------

SEES_STAFFING = holding(Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR, Role.COMMISSIONER)
SEES_COSTS = holding(Role.DISTRICT_OFFICE, Role.ADMINISTRATOR, Role.AUDITOR, Role.GRANT_OFFICER, Role.EMPLOYER)


def _sees_post(office: str) -> frozenset[Who]:
    """The whole plan for coordination, offices and the commissioner; employers their own, a municipality its own."""
    employers = (ASSOCIATION,) if office == ASSOCIATION else LEADING
    return SEES_STAFFING | at(employers, Role.EMPLOYER) | at([office], Role.MUNICIPALITY)


def _post_cases(kind: str, who) -> dict[str, Case]:
    return {office: Case(uid(f"{kind} {office}"), who(office)) for office in OFFICES}


def _keeps_details(office: str) -> frozenset[Who]:
    """The offices, and the coordinator who holds the post."""
    return PLANNERS | {(office, Role.COORDINATOR)}


def _absence_cases() -> dict[str, Case]:
    return {office: Case(uid(f"absence {office}"), _keeps_details(office)) for office in (NORMAL, ASSOCIATION)}


def _plans(office: str) -> frozenset[Who]:
    return PLANNERS


def _forged(side: Side) -> dict[str, str]:
    return {"token": "forged"}


def _slug(place: str) -> Kwargs:
    return lambda side: {"slug": side.places[place].slug}


def _ags(office: str) -> Kwargs:
    return lambda side: {"ags": side.places[office].pk}


def _sheet_cases(kwargs: Callable[[str], Kwargs], who: frozenset[Who]) -> dict[str, Case]:
    """The page of a quarter about the municipality of an office; a municipality sees its own."""
    return {office: Case(kwargs(office), who | at([office], Role.MUNICIPALITY)) for office in OFFICES}


def _keeps_chain(office: str) -> frozenset[Who]:
    """The offices, and the coordinator in whose charge the municipality is; the shared steps the offices alone."""
    return PLANNERS | {(office, Role.COORDINATOR)} if office in OFFICES else PLANNERS


def _chain_cases() -> dict[str, Case]:
    return {office: Case(_ags(office), _keeps_chain(office)) for office in OFFICES}


def _step_cases(kind: str) -> dict[str, Case]:
    return {office: Case(uid(f"{kind} {office}"), _keeps_chain(office)) for office in (*OFFICES, "shared")}


SEES_CHAINS = holding(Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR)
_STAFFING = {"feature": "staffing"}
_HOURS = {"feature": "consultation_hours"}
STAFFING = [
    desk("staffing:overview", SEES_STAFFING | holding(Role.EMPLOYER, Role.MUNICIPALITY), is_list=True, **_STAFFING),
    desk("staffing:download", SEES_STAFFING | holding(Role.EMPLOYER, Role.MUNICIPALITY), **_STAFFING),
    desk("staffing:assign", PLANNERS, method="POST", answers=frozenset({422}), **_STAFFING),
    desk("staffing:assign-preview", PLANNERS, **_STAFFING),
    desk("staffing:assignment-undo", PLANNERS, uid("assignment association"), method="POST", answers=DONE, **_STAFFING),
    desk("staffing:topics", SEES_STAFFING, is_list=True, **_STAFFING),
    desk("staffing:topic-give", PLANNERS, **_STAFFING),
    *(desk(f"staffing:topic-{step}", PLANNERS, uid("topic"), **_STAFFING) for step in ("end", "reopen", "remove")),
    desk("staffing:absences", SEES_STAFFING, **_STAFFING),
    Page("staffing:absence-change", _absence_cases(), **_STAFFING),
    Page("staffing:absence-remove", _absence_cases(), **_STAFFING),
    Page("staffing:absence-enter", _post_cases("post", _keeps_details), **_STAFFING),
    Page("staffing:deputy-set", _post_cases("post", _keeps_details), **_STAFFING),
    *(
        Page(f"staffing:hand-over{step}", _post_cases("post", _keeps_details), **_STAFFING)
        for step in ("", "-plan", "-pass", "-finish", "-cancel", "-file")
    ),
    desk("staffing:post-create", PLANNERS, **_STAFFING),
    Page("staffing:post", _post_cases("post", _sees_post), **_STAFFING),
    Page("staffing:post-edit", _post_cases("post", _plans), **_STAFFING),
    Page("staffing:post-details", _post_cases("post", _keeps_details), **_STAFFING),
    Page("staffing:holder-change", _post_cases("post", _plans), **_STAFFING),
    Page("staffing:post-end", _post_cases("post", _plans), **_STAFFING),
    Page("staffing:post-reopen", _post_cases("post", _plans), **_STAFFING),
    Page("staffing:holder-edit", _post_cases("holder", _plans), **_STAFFING),
    Page("staffing:payer-add", _post_cases("post", _plans), **_STAFFING),
    Page("staffing:cost-add", _post_cases("post", _plans), **_STAFFING),
    *(
        Page(f"staffing:{thing}-{step}", _post_cases(thing, _plans), **_STAFFING)
        for thing in ("payer", "cost")
        for step in ("edit", "remove")
    ),
    desk("staffing:need", SEES_STAFFING, is_list=True, **_STAFFING),
    desk("staffing:course", SEES_STAFFING, is_list=True, **_STAFFING),
    desk("staffing:statistics", SEES_STAFFING, is_list=True, **_STAFFING),
    desk("staffing:costs", SEES_COSTS, is_list=True, **_STAFFING),
    desk("staffing:what-if", PLANNERS, is_list=True, **_STAFFING),
    desk("staffing:what-if-take-over", PLANNERS, **_STAFFING),
    desk("staffing:figures", PLANNERS, is_list=True, **_STAFFING),
    *(desk(f"staffing:{kind}-import{step}", PLANNERS, **_STAFFING) for kind in ("figures", "census") for step in ("", "-template")),
    *(
        desk(f"staffing:{kind}-import-{step}", PLANNERS, uid(f"{kind} batch"), **_STAFFING)
        for kind in ("figures", "census")
        for step in ("batch", "columns", "discard", "errors")
    ),
    *(
        desk(f"staffing:{kind}-import-{step}", PLANNERS, uid(f"{kind} batch"), method="POST", answers=DONE, **_STAFFING)
        for kind in ("figures", "census")
        for step in ("run", "resume")
    ),
    Page("staffing:hours", _post_cases("post", _sees_post), **_HOURS),
    Page("staffing:hour-create", _post_cases("post", _keeps_details), **_HOURS),
    Page("staffing:rotation-create", _post_cases("post", _keeps_details), **_HOURS),
    Page("staffing:hour-edit", _post_cases("hour", _keeps_details), **_HOURS),
    Page("staffing:hour-end", _post_cases("hour", _keeps_details), **_HOURS),
    Page("staffing:hour-reopen", _post_cases("hour", _keeps_details), **_HOURS),
    Page("staffing:day-cancel", _post_cases("hour", _keeps_details), **_HOURS),
    desk("staffing:day-restore", _keeps_details(NORMAL), uid("exception"), **_HOURS),
    public("staffing_public:find", is_cached=True, **_STAFFING),
    Page(
        "staffing_public:place",
        {office: Case(_slug(office), everybody()) for office in (*OFFICES, "gap")},
        door="public",
        is_cached=True,
        **_STAFFING,
    ),
    public("staffing_public:hours", is_cached=True, **_HOURS),
    public("staffing_public:calendar", is_cached=True, **_HOURS),
    public("staffing_public:place-calendar", _slug(NORMAL), is_cached=True, **_HOURS),
    public("staffing_public:embed", is_cached=True, **_STAFFING),
    public("staffing_public:embed-help", is_cached=True, **_STAFFING),
    public("staffing_public:embed-place", lambda side: {"ags": side.places[NORMAL].pk}, is_cached=True, **_STAFFING),
    public("staffing_public:embed-script", is_cached=True, **_STAFFING),
    public("staffing_public:contacts", is_cached=True, **_STAFFING),
    public("staffing_public:sheet-stop", lambda side: {"token": "unbekannt"}, is_blind=True, **_STAFFING),
    desk("staffing:sheets", SEES_STAFFING | holding(Role.MUNICIPALITY), is_list=True, **_STAFFING),
    desk("staffing:recipient-add", PLANNERS, **_STAFFING),
    desk("staffing:recipient-remove", PLANNERS, uid("recipient normal"), **_STAFFING),
    Page("staffing:sheet-preview", _sheet_cases(_ags, SEES_STAFFING), **_STAFFING),
    Page(  # who reads questions gets no page with counts of them
        "staffing:sheet-file",
        _sheet_cases(lambda office: uid(f"sheet {office}"), holding(Role.ADMINISTRATOR, Role.COMMISSIONER)),
        **_STAFFING,
    ),
    desk("staffing:escalation", SEES_CHAINS | holding(Role.MUNICIPALITY), is_list=True, **_STAFFING),
    desk("staffing:escalation-download", SEES_CHAINS | holding(Role.MUNICIPALITY), **_STAFFING),
    desk("staffing:notices-download", SEES_CHAINS | holding(Role.MUNICIPALITY), **_STAFFING),
    Page("staffing:escalation-place", _sheet_cases(_ags, SEES_CHAINS), **_STAFFING),
    Page("staffing:notice-enter", _sheet_cases(_ags, SEES_CHAINS), **_STAFFING),
    desk("staffing:notice-remove", PLANNERS, uid("notice normal"), **_STAFFING),
    *(Page(f"staffing:escalation-chain{step}", _chain_cases(), **_STAFFING) for step in ("", "-add", "-check")),
    *(desk(f"staffing:escalation-shared{step}", PLANNERS, **_STAFFING) for step in ("", "-add", "-check")),
    Page("staffing:escalation-edit", _step_cases("step"), **_STAFFING),
    Page("staffing:escalation-move", _step_cases("step"), method="POST", answers=DONE, **_STAFFING),
    Page("staffing:escalation-remove", _step_cases("step"), **_STAFFING),
    Page("staffing:on-call-add", _step_cases("step"), **_STAFFING),
    Page("staffing:on-call-remove", _step_cases("on call"), **_STAFFING),
    public("staffing_public:contacts-pdf", is_cached=True, **_STAFFING),
    public("staffing_public:contacts-cards", is_cached=True, **_STAFFING),
    public("staffing_public:contact-card", uid("post normal"), is_cached=True, **_STAFFING),
    public("staffing_public:post-calendar", uid("post normal"), is_cached=True, **_HOURS),
]

# --- enquiries ---------------------------------------------------------------------------------------------------------

# Who works on which question. Inside the named controller and in charge: the coordinator of the place or who leads the
# district; an Ausländerbehörde reads only what was named to itself; everybody else needs the resident's consent.
OFFICE = {office: (office, Role.DISTRICT_OFFICE) for office in LEADING}
COORDINATOR = {office: (office, Role.COORDINATOR) for office in OFFICES}
READERS: dict[str, frozenset[Who]] = {
    NORMAL: frozenset({COORDINATOR[NORMAL], OFFICE[NORMAL]}),
    AUTHORITY: frozenset({COORDINATOR[AUTHORITY], OFFICE[AUTHORITY], OFFICE[NORMAL]}),
    ASSOCIATION: frozenset({COORDINATOR[ASSOCIATION]}),
    "normal-shared": frozenset({COORDINATOR[NORMAL], OFFICE[NORMAL], OFFICE[AUTHORITY]}),
    "authority-shared": frozenset({COORDINATOR[AUTHORITY], OFFICE[NORMAL], OFFICE[AUTHORITY]}),
    "association-shared": frozenset({COORDINATOR[ASSOCIATION], OFFICE[NORMAL], OFFICE[AUTHORITY]}),
    "unassigned": frozenset({OFFICE[NORMAL]}),
    "captured": frozenset({COORDINATOR[NORMAL], OFFICE[NORMAL]}),
    "closed": frozenset({COORDINATOR[NORMAL], OFFICE[NORMAL]}),
}
_ENQUIRIES = {"feature": "enquiries"}
_ALL_CASES = {key: Case(uid(key), who) for key, who in READERS.items()}
_RUNNING = {key: case for key, case in _ALL_CASES.items() if key != "closed"}


def _undo_version(side: Side) -> str:
    return f"?version={side.things['undoable'].version}"


def _photo(side: Side) -> dict[str, str]:
    return {"uid": side.things[NORMAL].uid, "file_uid": side.things["attachment"].uid}


ENQUIRIES = [
    desk("enquiries:file", READERS[NORMAL], _photo, **_ENQUIRIES),
    desk("enquiries:file-preview", READERS[NORMAL], _photo, **_ENQUIRIES),
    desk("enquiries:tally", WORKERS, **_ENQUIRIES),
    desk("enquiries:tally-stroke", WORKERS, method="POST", answers=DONE, **_ENQUIRIES),
    desk(
        "enquiries:tally-undo",
        frozenset({COORDINATOR[NORMAL]}),
        uid("tally"),
        method="POST",
        answers=DONE,
        is_blind=True,
        **_ENQUIRIES,
    ),
    desk("enquiries:tally-sheet", WORKERS, **_ENQUIRIES),
    desk("enquiries:tally-days", WORKERS, is_list=True, **_ENQUIRIES),
    desk("enquiries:inbox", WORKERS, is_list=True, **_ENQUIRIES),
    desk("enquiries:export", WORKERS, **_ENQUIRIES),
    desk("enquiries:capture", WORKERS, **_ENQUIRIES),
    desk(
        "enquiries:capture-undo",
        frozenset({COORDINATOR[NORMAL]}),
        uid("captured"),
        method="POST",
        answers=DONE,
        **_ENQUIRIES,
    ),
    Page("enquiries:detail", _ALL_CASES, **_ENQUIRIES),
    Page("enquiries:note", _ALL_CASES, **_ENQUIRIES),
    Page("enquiries:headline", _ALL_CASES, **_ENQUIRIES),
    Page("enquiries:assign", _RUNNING, **_ENQUIRIES),
    Page("enquiries:take-over", _RUNNING, method="POST", answers=DONE, **_ENQUIRIES),
    Page("enquiries:close", _RUNNING, **_ENQUIRIES),
    Page("enquiries:reopen", {"closed": _ALL_CASES["closed"]}, method="POST", answers=DONE, **_ENQUIRIES),
    Page(
        "enquiries:undo",
        one(frozenset({COORDINATOR[NORMAL]}), uid("undoable")),
        method="POST",
        answers=DONE,
        query=_undo_version,
        **_ENQUIRIES,
    ),
    desk("enquiries:mailboxes", ADMINISTRATORS, is_list=True, **_ENQUIRIES),
    desk("enquiries:mailbox-create", ADMINISTRATORS, **_ENQUIRIES),
    desk("enquiries:mailbox", ADMINISTRATORS, uid("mailbox"), **_ENQUIRIES),
    desk("enquiries:mailbox-edit", ADMINISTRATORS, uid("mailbox"), **_ENQUIRIES),
    desk("enquiries:mailbox-check", ADMINISTRATORS, uid("mailbox"), method="POST", answers=DONE, **_ENQUIRIES),
    desk("enquiries:mailbox-switch", ADMINISTRATORS, uid("mailbox"), method="POST", answers=DONE, **_ENQUIRIES),
    desk("enquiries:mailbox-settle", ADMINISTRATORS, uid("mailbox"), method="POST", answers=DONE, **_ENQUIRIES),
    desk("enquiries:mailbox-remove", ADMINISTRATORS, uid("mailbox"), **_ENQUIRIES),
    public("enquiries_public:help", feature="help"),
    public("enquiries_public:ask", **_ENQUIRIES),
    public("enquiries_public:status", **_ENQUIRIES),
    public("enquiries_public:follow-up", answers=DONE, **_ENQUIRIES),
    public("enquiries_public:file", answers=DONE, **_ENQUIRIES),
    public("enquiries_public:withdraw", answers=DONE, **_ENQUIRIES),
    public("enquiries_public:own-data", answers=DONE, **_ENQUIRIES),
    public("enquiries_public:delete", answers=DONE, **_ENQUIRIES),
]

# --- a district's own words --------------------------------------------------------------------------------------------


def _term(key: str) -> Kwargs:
    return lambda side: {"taxonomy": "category", "key": key}


def _term_step(name: str, key: str) -> Page:
    return desk(f"vocabulary:{name}", PLANNERS, _term(key), method="POST", answers=DONE, is_shared=True)


VOCABULARY = [
    desk("vocabulary:terms", PLANNERS, is_list=True),
    desk("vocabulary:term-add", PLANNERS, lambda side: {"taxonomy": "category"}, is_shared=True),
    desk("vocabulary:term", PLANNERS, _term("sport"), is_shared=True),
    _term_step("term-hide", "culture"),
    _term_step("term-show", "housing"),
    _term_step("term-reset", "sport"),
]

# --- offers, and the ways from questions to them -------------------------------------------------------------------------

_OFFERS = {"feature": "offers"}
_OFFER = {key: Case(uid(f"offer {key}"), EDITORS) for key in (NORMAL, ASSOCIATION, "draft", "internal")}


def _sheet(side: Side) -> dict[str, str]:
    return {"fmt": "csv"}


def _beside_offer(kind: str, name: str) -> Kwargs:
    """The offer, and what waits at it."""
    return lambda side: {"uid": side.things["offer normal"].uid, name: side.things[kind].uid}


def _with_offer(enquiry: str) -> Kwargs:
    return lambda side: {"uid": side.things[enquiry].uid, "offer_uid": side.things["offer authority"].uid}


def _step_at_offer(name: str, key: str = NORMAL) -> Page:
    return desk(f"offers:{name}", EDITORS, uid(f"offer {key}"), method="POST", answers=DONE, **_OFFERS)


def _referral_version(side: Side) -> dict[str, str]:
    return {"version": str(side.things["referral"].version)}


def _in_arabic(key: str) -> Kwargs:
    return lambda side: {"uid": side.things[f"offer {key}"].uid, "code": "ar"}


_FOR_NORMAL = one(READERS[NORMAL], _with_offer(NORMAL))
OFFERS = [
    desk("offers:list", everybody(), is_list=True, **_OFFERS),
    desk("offers:export", everybody(), _sheet, is_shared=True, **_OFFERS),
    desk("offers:confirm-many", EDITORS, method="POST", answers=DONE, **_OFFERS),
    desk("offers:create", EDITORS, **_OFFERS),
    desk("offers:similar", EDITORS, **_OFFERS),
    Page("offers:detail", {key: Case(case.kwargs, everybody()) for key, case in _OFFER.items()}, **_OFFERS),
    Page("offers:edit", _OFFER, **_OFFERS),
    Page("offers:compare", {key: Case(case.kwargs, everybody()) for key, case in _OFFER.items()}, **_OFFERS),
    Page("offers:translate", {key: Case(_in_arabic(key), EDITORS) for key in _OFFER}, **_OFFERS),
    desk("offers:import", EDITORS, **_OFFERS),
    desk("offers:import-template", EDITORS, **_OFFERS),
    *(desk(f"offers:import-{step}", EDITORS, uid("offers batch"), **_OFFERS) for step in ("batch", "columns", "discard", "errors")),
    *(
        desk(f"offers:import-{step}", EDITORS, uid("offers batch"), method="POST", answers=DONE, **_OFFERS)
        for step in ("run", "resume")
    ),
    _step_at_offer("confirm"),
    _step_at_offer("publish", "draft"),
    _step_at_offer("unpublish"),
    _step_at_offer("pause"),
    _step_at_offer("resume", "resting"),
    _step_at_offer("archive"),
    _step_at_offer("restore", "archived"),
    _step_at_offer("undo", "resting"),
    desk(
        "offers:decide",
        EDITORS,
        _beside_offer("proposal", "proposal_uid"),
        method="POST",
        answers=DONE,
        data=lambda side: {"alle": "accept"},
        **_OFFERS,
    ),
    desk("offers:settle", EDITORS, _beside_offer("feedback", "feedback_uid"), method="POST", answers=DONE, **_OFFERS),
    Page("enquiries:suggestions", _ALL_CASES, **_OFFERS),
    Page("enquiries:misfit", _FOR_NORMAL, **_OFFERS),
    Page("enquiries:misfit-undo", _FOR_NORMAL, method="POST", answers=DONE, **_OFFERS),
    Page("enquiries:insert", _FOR_NORMAL, method="POST", answers=DONE, **_OFFERS),
    Page("enquiries:refer", _FOR_NORMAL, **_OFFERS),
    Page("enquiries:unmet", _RUNNING, **_OFFERS),
    Page("enquiries:unmet-undo", {"captured": _ALL_CASES["captured"]}, method="POST", answers=DONE, **_OFFERS),
    desk("enquiries:unmet-list", WORKERS, is_list=True, **_OFFERS),
    desk("enquiries:unmet-export", WORKERS, _sheet, is_shared=True, **_OFFERS),
    desk("enquiries:referrals", WORKERS, is_list=True, **_OFFERS),
    desk("enquiries:referrals-export", WORKERS, _sheet, is_shared=True, **_OFFERS),
    desk("enquiries:referral", READERS[NORMAL], uid("referral"), **_OFFERS),
    desk(
        "enquiries:referral-confirm",
        frozenset({OFFICE[NORMAL]}),
        uid("referral"),
        method="POST",
        answers=DONE,
        data=_referral_version,
        **_OFFERS,
    ),
    desk("enquiries:referral-finish", READERS[NORMAL], uid("referral"), method="POST", answers=DONE, **_OFFERS),
    desk("enquiries:referral-revoke", READERS[NORMAL], uid("referral"), **_OFFERS),
    public("offers_public:catalogue", is_cached=True, **_OFFERS),
    public("offers_public:detail", uid("offer normal"), is_cached=True, **_OFFERS),
    public("offers_public:feedback", uid("offer normal"), **_OFFERS),
    public("offers_public:provider", _forged, is_blind=True, **_OFFERS),
    public("enquiries_public:pass-on", answers=DONE, **_ENQUIRIES),
    public("enquiries_public:referral", _forged, is_blind=True, **_ENQUIRIES),
    public("enquiries_public:referral-answer", _forged, answers=DONE, is_blind=True, **_ENQUIRIES),
    public("enquiries_public:referral-file", _forged, answers=DONE, is_blind=True, **_ENQUIRIES),
]

# --- figures, and the door for other programs -----------------------------------------------------------------------------

_FIGURES = {"feature": "figures"}
REPORTING = [
    desk("reporting:figures", everybody(), **_FIGURES),
    desk("reporting:figures-chart", everybody(), **_FIGURES),
    desk("reporting:figures-picture", everybody(), lambda side: {"fmt": "svg"}, is_shared=True, answers=DONE, **_FIGURES),
    desk("reporting:figures-export", everybody(), _sheet, is_shared=True, **_FIGURES),
]


def _program(name: str, kwargs: Kwargs = nothing, query: Callable[[Side], str] = lambda side: "") -> Page:
    return Page(f"api:{name}", one(everybody(), kwargs), door="plain", query=query)


INTEROP = [
    _program("openapi-json"),
    _program("list_places"),
    _program("get_place", lambda side: {"ags": side.places[NORMAL].ags}),
    _program("get_responsible", query=lambda side: f"?ags={side.places[NORMAL].ags}"),
    _program("list_offers"),
    _program("get_offer", lambda side: {"offer_id": side.things["offer normal"].uid}),
    Page("api:api-root", one(everybody()), door="plain", answers=frozenset({404})),
]

# --- web ---------------------------------------------------------------------------------------------------------------

WEB = [
    desk("web:today", everybody(), is_list=True),
    desk("web:cards", everybody()),
    desk("web:view-save", everybody(), query=lambda side: "?seite=directory:organisations&q=q%3DHaus"),
    desk("web:view-change", everybody(), uid("view")),
    desk("web:view-remove", holding(Role.DISTRICT_OFFICE), uid("view"), method="POST", answers=DONE),
    desk("web:view-restore", holding(Role.DISTRICT_OFFICE), uid("view removed"), method="POST", answers=DONE),
    desk("web:search", everybody(), query=lambda side: f"?{WORDS}={sealed_words('er', side.now)}", is_list=True),
    Page("choose-district", one(everybody()), door="own", answers=DONE),
    Page("home", one(everybody()), door="plain", is_cached=True),
    Page("home-in", one(everybody(), lambda side: {"lang": "de"}), door="plain", is_cached=True),
    Page("healthz", one(everybody()), door="plain"),
    Page("robots", one(everybody()), door="plain"),
    Page("gallery", one(everybody()), door="plain"),
    public("web_public:start", is_cached=True),
    public("web_public:imprint", is_cached=True),
    public("web_public:privacy", is_cached=True),
    public("web_public:accessibility", is_cached=True),
    public("web_public:sources", is_cached=True),
]

APPS = (ACCOUNTS, PRIVACY, VOCABULARY, DIRECTORY, STAFFING, ENQUIRIES, OFFERS, REPORTING, INTEROP, WEB)
PAGES: dict[str, Page] = {page.name: page for app in APPS for page in app}
assert len(PAGES) == sum(len(app) for app in APPS), "a name stands twice"
DESK = [page for page in PAGES.values() if page.door == "desk"]
PUBLIC = [page for page in PAGES.values() if page.door in {"public", "plain"}]
