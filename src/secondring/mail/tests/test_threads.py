"""An answer finds its conversation, by the token first, then by what mail programs kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondring.mail import mime, threads
from secondring.mail.tests.letters import letter

LOCALS = st.from_regex(r"[a-z0-9](?:[a-z0-9._+-]{0,14}[a-z0-9])?", fullmatch=True)
TOKENS = st.from_regex(r"[a-z0-9]{4,40}", fullmatch=True)
IDS = st.from_regex(r"<[a-z0-9]{1,12}@[a-z]{1,8}\.example>", fullmatch=True)


@given(LOCALS, TOKENS, st.booleans())
def test_a_token_comes_back_from_the_address_it_was_put_into(local, token, shouted):
    address = threads.reply_address(f"{local}@shop.example", token)

    assert threads.tokens_in([address.upper() if shouted else address])[-1] == token
    assert len(address.rpartition("@")[0]) <= 64


@given(LOCALS.filter(lambda local: "+r-" not in local), TOKENS)
def test_without_its_token_it_is_the_mailbox_again(local, token):
    assert threads.without_token(threads.reply_address(f"{local}@shop.example", token)) == f"{local}@shop.example"


@given(st.lists(st.text(max_size=80), max_size=8))
def test_no_text_at_all_makes_the_search_for_tokens_fail(texts):
    assert all(threads._TOKEN.fullmatch(token) for token in threads.tokens_in(texts))


@pytest.mark.parametrize(
    ("address", "token"),
    [("hello", "abcd"), ("@x.example", "abcd"), ("a@x.example", "a b"), ("a" * 50 + "@x.example", "b" * 20)],
)
def test_what_could_be_no_address_is_refused(address, token):
    with pytest.raises(ValueError, match=r"make no reply address|too long"):
        threads.reply_address(address, token)


def test_new_tokens_and_ids_never_repeat():
    assert len({threads.new_token() for _ in range(500)}) == 500
    assert len({threads.new_message_id("shop.example") for _ in range(500)}) == 500
    assert threads.tokens_in([threads.reply_address("hello@shop.example", token := threads.new_token())]) == (token,)


def test_the_evidence_stands_in_the_order_of_its_worth():
    read = mime.parse(
        b"To: Shop <hello+r-k7mk7mk7@shop.example>, other@x.example\nDelivered-To: hello+r-abcdabcd@shop.example\n"
        b"In-Reply-To: <3@x.example>\nReferences: <1@x.example> <2@x.example>\n <3@x.example>\n\nHi"
    )

    found = [(one.source, one.value) for one in threads.evidence(read).candidates]

    assert found == [
        ("reply_token", "k7mk7mk7"), ("reply_token", "abcdabcd"), ("in_reply_to", "<3@x.example>"),
        ("references", "<2@x.example>"), ("references", "<1@x.example>"),
    ]  # fmt: skip


def test_a_returned_letter_leads_to_the_conversation_it_was_written_in():
    assert threads.evidence(letter("qmail-writes-to-people")).message_ids == ("<ours-1@harbour-row.example>",)


def test_a_letter_out_of_the_blue_has_no_evidence():
    assert threads.evidence(letter("a-plain-question")).candidates == ()


@given(st.lists(IDS, max_size=80), IDS)
def test_references_keep_the_first_and_end_with_the_letter_answered(references, parent):
    chain = threads.references_for(references, parent)

    others = [name for name in references if name != parent]
    assert chain[-1] == parent
    assert len(chain) <= threads.MOST_REFERENCES
    assert len(set(chain)) == len(chain)
    assert not others or chain[0] == others[0]


def test_a_parent_without_references_lends_what_it_answered():
    assert threads.references_for((), "<2@x.example>", "<1@x.example>") == ("<1@x.example>", "<2@x.example>")
    assert threads.references_for((), "", "") == ()


@given(st.lists(IDS, min_size=1, max_size=60))
def test_answer_upon_answer_the_chain_stays_readable(ids):
    references: tuple[str, ...] = ()
    parent = ids[0]
    for name in ids[1:]:
        references, parent = threads.references_for(references, parent), name
    written = "\n ".join(threads.references_for(references, parent)).encode()

    assert mime.parse(b"References: " + written + b"\n\n").references == threads.references_for(references, parent)


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Z", "C"), exclude_characters="<>"), min_size=1, max_size=40
    ),
    st.binary(min_size=1, max_size=16),
)
def test_only_the_house_itself_makes_its_mark(name, key):
    mark = threads.own_mark(name, key=key)

    assert threads.is_own_mark(mark, key=key)
    assert not threads.is_own_mark(mark, key=key + b"!")
    assert not threads.is_own_mark(mark[:-1] + ("0" if mark[-1] != "0" else "1"), key=key)
