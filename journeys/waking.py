"""A browser that is told and woken while nobody looks at it; its push service is played through the debugger."""

from __future__ import annotations

import json
from typing import Any

SUBSCRIBES = """PushManager.prototype.subscribe = async () => ({ toJSON: () => ({
    endpoint: "https://push.example/of-this-browser",
    keys: {
        p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        auth: "BTBZMqHH6r4Tts7J_aSIgg",
    },
}) })"""
NOTICES = """async () => (await (await navigator.serviceWorker.getRegistration()).getNotifications())
    .map((each) => [each.title, each.body, each.actions.map((key) => key.title).join()])"""
PRESSES = """async () => {
    const [notification] = await self.registration.getNotifications();
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action: "pick-up" }));
}"""
TITLES = "async () => (await self.registration.getNotifications()).map((each) => each.title)"


def pushing(app: Any, page: Any, origin: str) -> Any:
    """Returns a function that brings the service worker a message, opened, as the browser does."""
    debugger, found = app.new_cdp_session(page), []
    debugger.on("ServiceWorker.workerRegistrationUpdated", lambda said: found.extend(said["registrations"]))
    debugger.send("ServiceWorker.enable")
    page.wait_for_timeout(200)
    registration = found[-1]["registrationId"]

    def push(said: dict[str, Any]) -> None:
        words = {"origin": origin, "registrationId": registration, "data": json.dumps(said)}
        debugger.send("ServiceWorker.deliverPushMessage", words)
        page.wait_for_timeout(500)

    return push
