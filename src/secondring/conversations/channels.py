"""The ways customers and we talk."""

from django.utils.translation import gettext_lazy as _

MAIL, CHAT, PHONE = "mail", "chat", "phone"
CHANNELS = {MAIL: _("letter"), CHAT: _("chat"), PHONE: _("call")}
