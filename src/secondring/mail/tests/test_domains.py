"""What a domain says about our letters, in sentences."""

from collections.abc import Mapping

import pytest

from secondring import testing as t
from secondring.lib import sealed
from secondring.mail import domains
from secondring.mail.domains import Resolve

pytestmark = pytest.mark.django_db
D = "harbourrow.example"
WELL = {
    (D, "TXT"): ["v=spf1 include:mx.example -all"],
    (f"_dmarc.{D}", "TXT"): ["v=DMARC1; p=quarantine"],
    (f"ring._domainkey.{D}", "TXT"): ["v=DKIM1; k=rsa; p=ABCD"],
}


def world(records: Mapping[tuple[str, str], list[str]]) -> Resolve:
    return lambda name, kind: records.get((name, kind), [])


def verdicts(records: Mapping[tuple[str, str], list[str]], **fields: str) -> dict[str, str]:
    mailbox = t.a_mailbox(**fields)
    return {name: found["verdict"] for name, found in domains.report(mailbox, world(records)).items()}


def test_a_domain_that_says_all_is_well() -> None:
    assert verdicts(WELL, dkim_selector="ring") == {"spf": "good", "dkim": "good", "dmarc": "good"}


def test_a_domain_that_says_nothing() -> None:
    assert verdicts({}) == {"spf": "missing", "dkim": "unknown", "dmarc": "missing"}


@pytest.mark.parametrize("records", [["v=spf1 +all"], ["v=spf1 -all", "v=spf1 mx -all"]])
def test_spf_that_helps_nobody_is_doubtful(records: list[str]) -> None:
    assert verdicts({**WELL, (D, "TXT"): records})["spf"] == "doubtful"


def test_other_records_are_no_spf() -> None:
    assert verdicts({**WELL, (D, "TXT"): ["v=spf10 -all", "google-site-verification=x"]})["spf"] == "missing"


def test_a_dmarc_that_asks_for_nothing_is_doubtful() -> None:
    assert verdicts({**WELL, (f"_dmarc.{D}", "TXT"): ["v=DMARC1; p=none"]})["dmarc"] == "doubtful"


def test_a_key_that_is_not_shown_or_was_withdrawn() -> None:
    assert verdicts({}, dkim_selector="ring")["dkim"] == "missing"
    assert verdicts({(f"ring._domainkey.{D}", "TXT"): ["v=DKIM1; p="]}, dkim_selector="ring")["dkim"] == "doubtful"


def test_another_key_than_ours_is_doubtful() -> None:
    found = verdicts(WELL, dkim_selector="ring", dkim_key_sealed=sealed.seal("no key at all"))
    assert found["dkim"] == "doubtful"


def test_a_world_that_does_not_answer_is_unknown_and_looked_at_again() -> None:
    def silent(_name: str, _kind: str) -> list[str]:
        raise OSError("away")

    mailbox = t.a_mailbox(dkim_selector="ring")
    found = domains.report(mailbox, silent)
    assert {each["verdict"] for each in found.values()} == {"unknown"}
    domains.keep(mailbox, found, at=t.MONDAY)
    assert domains.check_daily(t.after(60)) == 0
    assert domains.check_daily(t.after(days=1.1)) == 1


def test_every_finding_is_a_sentence() -> None:
    for records in (WELL, {}):
        for found in domains.report(t.a_mailbox(), world(records)).values():
            assert found["words"].endswith(".")
