"""What tests of public forms need to look like a person who took her time."""

from datetime import timedelta

from bruecke.core import clock
from bruecke.ui.forms.guarded import Guard, GuardedForm


def guard_data(form_class: type[GuardedForm], *, age: timedelta = timedelta(minutes=1), prefix: str = "") -> dict[str, str]:
    """The hidden fields of a guarded form that was opened `age` ago; merge them into the posted data."""
    purpose = f"{form_class.__module__}.{form_class.__qualname__}"
    name = f"{prefix}-guard" if prefix else "guard"
    return {name: Guard.new(clock.now() - age).signed(purpose)}
