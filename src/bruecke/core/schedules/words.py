"""Recurrences in words for public pages: "dienstags und donnerstags, 09:00–11:00 Uhr", in the language of the reader."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bruecke.core.clock import BERLIN
from bruecke.core.schedules.recurrences import Recurrence, Rule, meetings, rule_of


def in_words(rule: Recurrence, lang: str) -> str:
    """When the meetings take place, with hours and with an end where there is one. Raises: ValueError for an unknown rule."""
    parts = rule_of(rule.rrule)
    with translation.override(lang):
        if parts.count == 1:
            return f"{_single_day(rule)}, {_hours(rule.starts, rule.ends)}"
        words = f"{_days(parts, rule.first_on)}, {_hours(rule.starts, rule.ends)}"
        if parts.count:
            many = ngettext("%(words)s, %(count)s Termin ab %(day)s", "%(words)s, %(count)s Termine ab %(day)s", parts.count)
            words = many % {"words": words, "count": parts.count, "day": _day(rule.first_on)}
        if rule.until_on is not None:
            words = _("%(words)s, bis %(day)s") % {"words": words, "day": _day(rule.until_on - timedelta(days=1))}
        return words


def days_in_words(rrule: str, first_on: date) -> str:
    """The days of a rule without its hours, in the active language: `jeden 1. und 3. Montag im Monat`. Raises: ValueError."""
    return _days(rule_of(rrule), first_on)


def ordinals_in_words(numbers: Sequence[int]) -> str:
    """`1. und letzten`, in the active language; negative numbers count from the end."""
    return _and([_ordinal_words(number) for number in numbers])


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _single_day(rule: Recurrence) -> str:
    begin = datetime.combine(rule.first_on, time.min, tzinfo=BERLIN)
    found = next(meetings(rule, after=begin - timedelta(seconds=1), before=begin + timedelta(days=400), limit=1), None)
    return _("am %(day)s") % {"day": _day(found.day if found else rule.first_on)}


def _hours(starts: time, ends: time | None) -> str:
    if ends is None:
        return _("%(starts)s Uhr") % {"starts": f"{starts:%H:%M}"}
    return _("%(starts)s–%(ends)s Uhr") % {"starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}


def _days(parts: Rule, first_on: date) -> str:
    if parts.frequency == "DAILY":
        return _daily(parts)
    if parts.frequency == "WEEKLY":
        return _weekly(parts, first_on)
    if parts.frequency == "MONTHLY":
        every = ngettext("alle %(count)s Monate", "alle %(count)s Monate", parts.interval)
    else:
        every = ngettext("alle %(count)s Jahre", "alle %(count)s Jahre", parts.interval)
    words = _in_period(parts, first_on)
    return words if parts.interval == 1 else f"{words}, {every % {'count': parts.interval}}"


def _daily(parts: Rule) -> str:
    if parts.interval > 1:
        words = ngettext("alle %(count)s Tage", "alle %(count)s Tage", parts.interval) % {"count": parts.interval}
    else:
        words = _("täglich")
    if not parts.weekdays and not parts.month_days:
        return words
    chosen = _chosen(parts)
    return chosen if parts.interval == 1 else _("%(words)s, nur %(days)s") % {"words": words, "days": chosen}


def _weekly(parts: Rule, first_on: date) -> str:
    days = [day for _ordinal, day in parts.weekdays] or [first_on.weekday()]
    words = _weekdays(days)
    if parts.interval == 1:
        return words
    many = ngettext("alle %(count)s Wochen %(days)s", "alle %(count)s Wochen %(days)s", parts.interval)
    return many % {"count": parts.interval, "days": words}


def _in_period(parts: Rule, first_on: date) -> str:
    """The days of a month or a year."""
    is_month = parts.frequency == "MONTHLY"
    if not parts.weekdays and not parts.month_days:
        if is_month:
            return _month_days((first_on.day,))
        return _("jedes Jahr am %(day)s") % {"day": f"{first_on:%d.%m.}"}
    if parts.positions:
        single = len(parts.weekdays) == 1 and not parts.weekdays[0][0] and not parts.month_days
        if not single:
            return _positioned(parts, _("im Monat") if is_month else _("im Jahr"))
        numbered = tuple((place, parts.weekdays[0][1]) for place in parts.positions)
        return _numbered(numbered, is_month=is_month)
    return _chosen(parts, is_month=is_month)


def _chosen(parts: Rule, *, is_month: bool = True) -> str:
    """Days of the week, of the month, or those that are both."""
    if not parts.weekdays:
        return _month_days(parts.month_days)
    words = _numbered(parts.weekdays, is_month=is_month)
    if not parts.month_days:
        return words
    return _("%(weekdays)s, nur am %(days)s des Monats") % {"weekdays": words, "days": _dates(parts.month_days)}


def _numbered(days: Sequence[tuple[int, int]], *, is_month: bool) -> str:
    """jeden 1. und 3. Montag im Monat; without numbers: montags."""
    if not any(ordinal for ordinal, _weekday in days):
        return _weekdays([day for _ordinal, day in days])
    phrases = []
    for weekday in sorted({day for _ordinal, day in days}):
        ordinals = [ordinal for ordinal, day in days if day == weekday]
        if 0 in ordinals:
            phrases.append(_weekdays([weekday]))
            continue
        words = {"ordinals": _and([_ordinal_words(ordinal) for ordinal in ordinals]), "weekday": _names()[weekday]}
        sentence = _("jeden %(ordinals)s %(weekday)s im Monat") if is_month else _("jeden %(ordinals)s %(weekday)s im Jahr")
        phrases.append(sentence % words)
    return _and(phrases)


def _positioned(parts: Rule, period: str) -> str:
    """am letzten Tag im Monat, der auf Montag, Dienstag oder Freitag fällt."""
    ordinals = _and([_ordinal_words(place) for place in parts.positions])
    if not parts.weekdays:
        return _("am %(ordinals)s dieser Tage %(period)s: %(days)s") % {
            "ordinals": ordinals,
            "period": period,
            "days": _dates(parts.month_days),
        }
    names = _or([_names()[day] for day in sorted({day for _ordinal, day in parts.weekdays})])
    words = {"ordinals": ordinals, "period": period, "days": names}
    return _("am %(ordinals)s Tag %(period)s, der auf %(days)s fällt") % words


def _month_days(days: Sequence[int]) -> str:
    return _("am %(days)s jedes Monats") % {"days": _dates(days)}


def _dates(days: Sequence[int]) -> str:
    """15.; letzten Tag."""
    words = []
    for day in days:
        if day > 0:
            words.append(pgettext("Tag im Monat", "%(number)s.") % {"number": day})
        else:
            words.append(_("%(ordinal)s Tag") % {"ordinal": _ordinal_words(day)})
    return _and(words)


def _ordinal_words(number: int) -> str:
    """1.; letzten. The first five are messages of their own: other languages have no dot that makes a number an ordinal."""
    from_the_end = {
        -1: _("letzten"),
        -2: _("vorletzten"),
        -3: _("drittletzten"),
        -4: _("viertletzten"),
        -5: _("fünftletzten"),
    }
    of_a_month = {
        1: pgettext("Zahl vor einem Wochentag", "1."),
        2: pgettext("Zahl vor einem Wochentag", "2."),
        3: pgettext("Zahl vor einem Wochentag", "3."),
        4: pgettext("Zahl vor einem Wochentag", "4."),
        5: pgettext("Zahl vor einem Wochentag", "5."),
    }
    if number > 0:
        return of_a_month.get(number) or _("%(number)s.") % {"number": number}
    return from_the_end.get(number) or _("%(number)s. (vom Ende gezählt)") % {"number": -number}


def _weekdays(days: Sequence[int]) -> str:
    """täglich; montags bis freitags; dienstags und donnerstags."""
    habits = (_("montags"), _("dienstags"), _("mittwochs"), _("donnerstags"), _("freitags"), _("samstags"), _("sonntags"))
    chosen = sorted(set(days))
    if len(chosen) == 7:
        return _("täglich")
    if len(chosen) > 3 and all(later == earlier + 1 for earlier, later in pairwise(chosen)):
        return _("%(first)s bis %(last)s") % {"first": habits[chosen[0]], "last": habits[chosen[-1]]}
    return _and([habits[day] for day in chosen])


def _names() -> tuple[str, ...]:
    return (_("Montag"), _("Dienstag"), _("Mittwoch"), _("Donnerstag"), _("Freitag"), _("Samstag"), _("Sonntag"))


def _and(words: Sequence[str]) -> str:
    return _joined(words, _("%(first)s und %(last)s"))


def _or(words: Sequence[str]) -> str:
    return _joined(words, _("%(first)s oder %(last)s"))


def _joined(words: Sequence[str], pattern: str) -> str:
    if len(words) == 1:
        return words[0]
    first = words[0]
    for word in words[1:-1]:
        first = _("%(first)s, %(next)s") % {"first": first, "next": word}
    return pattern % {"first": first, "last": words[-1]}
