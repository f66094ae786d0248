"""How a field of a form is drawn: its widget with our class, told apart by what it is."""

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def as_input(field: BoundField) -> SafeString:
    """The field's widget, with the class its look needs."""
    widget = field.field.widget
    plain = isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple | forms.RadioSelect | forms.FileInput)
    attrs: dict[str, str | bool] = {} if plain else {"class": f"input {widget.attrs.get('class', '')}".strip()}
    if "placeholder" in widget.attrs:  # the label says it already, and a hint that looks like an answer misleads
        attrs["placeholder"] = ""
    return field.as_widget(attrs=attrs)


@register.filter
def is_check(field: BoundField) -> bool:
    """Is this one box to tick?"""
    return isinstance(field.field.widget, forms.CheckboxInput)


BROWSERS = (("Firefox/", "Firefox"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
MACHINES = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def browser(user_agent: str) -> str:
    """'Chrome on Linux', as far as a browser says who it is."""
    name = next((words for sign, words in BROWSERS if sign in user_agent), "")
    machine = next((words for sign, words in MACHINES if sign in user_agent), "")
    if name and machine:
        return _("%(browser)s on %(machine)s") % {"browser": name, "machine": machine}
    return name or machine or _("A browser we don’t know")
