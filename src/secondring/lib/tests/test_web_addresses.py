"""Where links go, and whether they say so."""

import pytest

from secondring.lib.web_addresses import goes_elsewhere, link


@pytest.mark.parametrize(
    ("written", "url", "host"),
    [
        ("https://a.example/x?y=1#z", "https://a.example/x?y=1#z", "a.example"),
        (" HTTP:\\\\A.Example\\x ", "http://a.example/x", "a.example"),
        ("https:a.example/x", "https://a.example/x", "a.example"),
        ("//a.example/x", "https://a.example/x", "a.example"),
        ("ht\ntps://a.exa\tmple", "https://a.example", "a.example"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/ä", "xn--bcher-kva.example"),
        ("https://ａ.example/", "https://a.example/", "a.example"),
        ("https://bank.example@thief.example/", "https://thief.example/", "thief.example"),
        ("https://thief.example\\@bank.example/", "https://thief.example/@bank.example/", "thief.example"),
        ("https://a.example:8443/", "https://a.example:8443/", "a.example"),
        ("http://[::1]/", "http://[::1]/", "[::1]"),
        ("mailto:ana@a.example?subject=Hi%20there", "mailto:ana@a.example?subject=Hi%20there", ""),
        ("tel:+44 20 7946 0000", "tel:+44 20 7946 0000", ""),
    ],
)
def test_an_address_has_one_spelling(written: str, url: str, host: str) -> None:
    target = link(written)
    assert target is not None
    assert (target.url, target.host) == (url, host)


@pytest.mark.parametrize(
    "written",
    [
        "javascript:x",
        "JAVA\nSCRIPT:x",
        "data:text/html,x",
        "ftp://a.example",
        "x",
        "/x",
        "",
        "http://",
        "https://a b/",
        "http://[x]/",
    ],
)
def test_what_must_not_be_followed_is_no_link(written: str) -> None:
    assert link(written) is None


@pytest.mark.parametrize(
    ("words", "href"),
    [
        ("https://bank.example/login", "https://thief.example/"),
        ("bank.com", "https://bank.com.thief.example/"),
        ("  www.bank.example ", "https://thief.example/www.bank.example"),
        ("<https://bank.example>", "https://thief.example/"),
        ("anything", "https://bank.example@thief.example/"),
        ("bänk.de", "https://bank.de/"),
        ("help@bank.com", "mailto:help@thief.example"),
        ("ban\u00adk.com", "https://thief.example/"),
    ],
)
def test_words_that_name_another_place_are_noticed(words: str, href: str) -> None:
    target = link(href)
    assert target
    assert goes_elsewhere(words, target)


@pytest.mark.parametrize(
    ("words", "href"),
    [
        ("shop.com", "https://www.shop.com/x"),
        ("www.shop.com", "https://shop.com/"),
        ("news.shop.com", "https://shop.com/"),
        ("shop.com", "https://click.shop.com/1"),
        ("report.pdf", "https://files.example/report.pdf"),
        ("README.md", "https://files.example/x"),
        ("Click here", "https://a.example/"),
        ("Ana. Bea", "https://a.example/"),
        ("ana@shop.com", "mailto:Ana@shop.com?subject=x"),
        ("+44 20 7946 0000", "tel:+442079460000"),
    ],
)
def test_honest_words_are_left_alone(words: str, href: str) -> None:
    target = link(href)
    assert target
    assert not goes_elsewhere(words, target)
