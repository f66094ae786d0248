"""The addresses of settings."""

from django.urls import URLPattern, path

from . import greeting_page, hours_page, house_page, mailboxes, my_page, numbers_page, team_page, telephone_page

urlpatterns: list[URLPattern] = [
    path("", my_page.begin, name="settings"),
    path("me/", my_page.show, name="my-page"),
    path("sign-out-everywhere/", team_page.sign_out_everywhere, name="sign-out-everywhere"),
    path("people/", team_page.show, name="team"),
    path("people/<int:pk>/role/", team_page.change_role, name="change-role"),
    path("people/<int:pk>/way-in/", team_page.way_in, name="way-in"),
    path("people/<int:pk>/forget-second-step/", team_page.forget_second_step, name="forget-second-step"),
    path("people/<int:pk>/leave/", team_page.leave, name="leave"),
    path("people/<int:pk>/come-back/", team_page.come_back, name="come-back"),
    path("mailboxes/", mailboxes.show, name="mailboxes"),
    path("mailboxes/rows/", mailboxes.rows, name="mailbox-rows"),
    path("mailboxes/troubles/", mailboxes.troubles, name="troubles"),
    path("mailboxes/add/", mailboxes.add, name="add-mailbox"),
    path("mailboxes/<int:pk>/", mailboxes.one, name="mailbox"),
    path("mailboxes/<int:pk>/steps/", mailboxes.steps, name="mailbox-steps"),
    path("mailboxes/<int:pk>/try/", mailboxes.try_again, name="try-mailbox"),
    path("mailboxes/<int:pk>/open-to/", mailboxes.open_to, name="open-mailbox-to"),
    path("mailboxes/<int:pk>/rest/", mailboxes.rest, name="rest-mailbox"),
    path("mailboxes/<int:pk>/wake/", mailboxes.wake, name="wake-mailbox"),
    path("telephone/", telephone_page.show, name="telephone"),
    path("telephone/wish/", telephone_page.wish, name="wish-second-ring"),
    path("telephone/page/", telephone_page.call_page, name="call-page"),
    path("telephone/own/", telephone_page.own, name="own-telephone"),
    path("telephone/first/", telephone_page.first, name="first-telephone"),
    path("telephone/numbers/add/", numbers_page.add, name="add-number"),
    path("telephone/numbers/rows/", numbers_page.rows, name="number-rows"),
    path("telephone/numbers/<int:pk>/", numbers_page.one, name="number"),
    path("telephone/numbers/<int:pk>/state/", numbers_page.state, name="number-state"),
    path("telephone/numbers/<int:pk>/change/", numbers_page.change, name="change-number"),
    path("telephone/numbers/<int:pk>/open-to/", numbers_page.open_to, name="open-number-to"),
    path("telephone/numbers/<int:pk>/remove/", numbers_page.remove, name="remove-number"),
    path("telephone/greeting/<int:pk>/", greeting_page.keep, name="keep-greeting"),
    path("telephone/greeting/<int:pk>/play/", greeting_page.play, name="play-greeting"),
    path("hours/<int:pk>/", hours_page.show, name="hours"),
    path("house/", house_page.show, name="house"),
]
