"""The two kinds of failure that are not our fault: the person cannot do that now, and the world failed."""


class NotPossible(Exception):
    """The person cannot do that now. Its text is a whole sentence, shown to them as it is."""


class WorldFailed(Exception):
    """Something outside failed: a server, a network, a provider. Kept on the row it concerns, retried, shown.

    permanent: trying again the same way will not help.
    """

    def __init__(self, because: str, *, permanent: bool = False) -> None:
        super().__init__(because)
        self.because = because
        self.permanent = permanent
