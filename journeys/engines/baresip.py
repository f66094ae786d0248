"""baresip as a customer's telephone: a SIP program that is not ours, with a tone for a voice, and everything it hears on disk."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from journeys.engines.process import Server, free_port, private_folder
from secondring.phone.tests.telephones import free_port as free_udp_port

CONFIG = """
sip_listen 127.0.0.1:{sip}
call_max_calls 4
audio_source aufile,{voice}
audio_player aufile,{folder}/played.wav
audio_alert aufile,{folder}/alert.wav
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
audio_buffer 20-160
module_path {modules}
module g711.so
module aufile.so
module sndfile.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
snd_path {folder}/heard
"""
MODULES = ("/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules")


class Baresip:
    """The running telephone."""

    def __init__(self, folder: Path, program: Path, voice: Path) -> None:
        self.folder, self._control = folder, free_port()
        (folder / "heard").mkdir(mode=0o777)
        (folder / "heard").chmod(0o777)
        sip = free_udp_port()
        modules = next((each for each in MODULES if Path(each).is_dir()), MODULES[0])
        (folder / "config").write_text(
            CONFIG.format(sip=sip, control=self._control, folder=folder, voice=voice, modules=modules)
        )
        (folder / "accounts").write_text(f"<sip:+15551234@127.0.0.1:{sip}>;regint=0;audio_codecs=PCMU/8000/1\n")
        (folder / "contacts").touch()
        self.server = Server([program, "-f", folder], folder=folder, name="baresip")
        self.server.wait_for_port(self._control)

    def says(self, command: str, words: str = "") -> None:
        """dial, hangup ...: as on its own keyboard."""
        said = json.dumps({"command": command, "params": words, "token": "1"}).encode()
        with socket.create_connection(("127.0.0.1", self._control), timeout=5) as line:
            line.sendall(b"%d:%s," % (len(said), said))
            line.settimeout(5)
            answer = b""
            while b'"response":true' not in answer:
                answer += line.recv(65536)

    def heard(self) -> list[Path]:
        """What came out of its ear in each call, once the call is over."""
        return sorted((self.folder / "heard").glob("*dec.wav"))


@contextmanager
def private_baresip(program: Path, voice: Path) -> Iterator[Baresip]:
    """A telephone for as long as the block lasts. voice: a WAV file of 8 kHz, played again and again into every call."""
    with private_folder("baresip") as folder:
        own = folder / "voice.wav"
        own.write_bytes(voice.read_bytes())
        telephone = Baresip(folder, program, own)
        try:
            yield telephone
        finally:
            telephone.server.stop()
