"""A private PostgreSQL on a free loopback port, with everything in one temporary folder."""

from __future__ import annotations

import itertools
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from journeys.engines.process import Server, free_port, ordinary_user, private_folder

FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


class PostgreSQL:
    """One cluster. `durable` keeps its promises to the disk, for tests that pull the plug; the others only want speed."""

    def __init__(self, folder: Path, bin_folder: Path, *, durable: bool = False) -> None:
        self.folder, self.bin, self.durable = folder, bin_folder, durable
        self.port = free_port()
        self._numbers = itertools.count(1)
        self._initdb()
        self.start()

    def _initdb(self) -> None:
        subprocess.run(
            [
                self.bin / "initdb",
                "-D",
                self.folder / "data",
                "-U",
                "secondring",
                "--auth=trust",
                "--no-sync",
                "-E",
                "UTF8",
                "--no-locale",
            ],
            check=True,
            cwd=self.folder,
            capture_output=True,
            timeout=60,
            **ordinary_user(),
        )

    def start(self) -> None:
        """Starts the server, again after a `kill` if need be, on the same port."""
        options = [
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self.folder}",
            "max_connections=60",
        ]
        argv: list[str | Path] = [self.bin / "postgres", "-D", self.folder / "data"]
        for option in options + ([] if self.durable else FAST):
            argv += ["-c", option]
        # Quit, not terminate: PostgreSQL waits for its clients when it is only asked to terminate.
        self.server = Server(argv, folder=self.folder, ends_with=signal.SIGQUIT)
        self.server.wait_until(self._accepts, what="accept a connection")

    def _accepts(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, database: str) -> str:
        return f"postgresql://secondring@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The address of a fresh, empty database."""
        name = f"desk_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)


@contextmanager
def private_postgresql(initdb: Path, *, durable: bool = False) -> Iterator[PostgreSQL]:
    """A cluster for as long as the block lasts."""
    with private_folder("postgresql") as folder:
        cluster = PostgreSQL(folder, initdb.resolve().parent, durable=durable)
        try:
            yield cluster
        finally:
            cluster.server.stop()
