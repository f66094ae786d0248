"""A teammate's browser for measuring: a real Chromium with its microphone open already, as a desk on duty has it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

HERE = "https://bench.example/"  # a page of ours, so that it may have the microphone
WORDS = [
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--disable-background-networking",
]
ON_DUTY = """async () => {
  await navigator.mediaDevices.getUserMedia({ audio: true });
  const context = new AudioContext();
  const tone = new OscillatorNode(context, { frequency: 1000 });
  const there = context.createMediaStreamDestination();
  tone.connect(there);
  tone.start();
  window.voice = there.stream;
}"""
ANSWER = """async (sdp) => {
  window.line?.close();
  const line = window.line = new RTCPeerConnection();
  for (const track of window.voice.getTracks()) line.addTrack(track, window.voice);
  await line.setRemoteDescription({ type: "offer", sdp });
  await line.setLocalDescription();
  const gathered = new Promise((done) => {
    line.onicecandidate = (event) => { if (!event.candidate) done(); };
    setTimeout(done, 1000);
  });
  if (line.iceGatheringState !== "complete") await gathered;
  return line.localDescription.sdp;
}"""


class Browser:
    """Answers one call after the other."""

    def __init__(self, page: Any) -> None:
        self._page = page

    async def answer(self, offer: str) -> str:
        """The SDP for this offer, every address in it."""
        return str(await self._page.evaluate(ANSWER, offer))


@asynccontextmanager
async def a_chromium(program: Path) -> AsyncIterator[Browser]:
    """A Chromium for as long as the block lasts."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=program, args=WORDS)
        try:
            context = await chromium.new_context(permissions=["microphone"])
            page = await context.new_page()
            await page.route(HERE, lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
            await page.goto(HERE)
            await page.evaluate(ON_DUTY)
            yield Browser(page)
        finally:
            await chromium.close()
