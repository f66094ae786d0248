"""A stranger's style, rewritten."""

import pytest

from secondring.lib import safe_css


def kept(style: str) -> str:
    return safe_css.declarations(style, picture=lambda _: None)


def kept_sheet(sheet: str) -> str:
    return safe_css.stylesheet(sheet, picture=lambda _: None).strip()


def asked_for(sheet: str) -> list[str]:
    asked: list[str] = []
    safe_css.stylesheet(sheet, picture=asked.append)
    return asked


@pytest.mark.parametrize(
    "style",
    [
        "color:maroon",
        "border:3px solid #ccc",
        "padding:0 0 12px 12px",
        'font:12px/1.5 "Segoe UI",Arial,sans-serif',
        "width:calc(100% - 20px)",
        "background:linear-gradient(90deg,#fff 0%,rgba(0,0,0,0.5) 100%)",
        "border:none !important",
        "margin:0 auto",
        "letter-spacing:-0.5px",
        "display:none",
    ],
)
def test_looks_stay(style: str) -> None:
    assert kept(style) == style


@pytest.mark.parametrize(
    "style",
    [
        "position:fixed",
        "position: ab\\73olute",
        "z-index:9",
        "top:0",
        "transform:scale(9)",
        "animation:x 1s",
        "behavior:url(x)",
        "-moz-binding:url(x)",
        "width:expression(alert(1))",
        "padding:99999em",
        "height:100vh",
        "margin-top:-500px",
        "cursor:url(x),auto",
        "--x:red",
        "color:var(--x)",
        "content:attr(title)",
        "color:red}body{color:blue",
        "font-family:</style><script>",
        "mso-list:l0 level1 lfo1",
    ],
)
def test_what_moves_loads_runs_or_covers_goes(style: str) -> None:
    assert kept(style) in ("", "color:red")


def test_a_colour_survives_the_picture_beside_it() -> None:
    assert kept("background:#fff url(https://a.example/x.png) no-repeat") == "background:#fff  no-repeat"


@pytest.mark.parametrize(
    "sheet",
    [
        "@import 'https://a.example/x';",
        "@import url(https://a.example/x);",
        "@font-face{src:url(https://a.example/x)}",
        "p{background:url('https://a.example/x')}",
        "p{background:\\75rl(https://a.example/x)}",
        "p{background:image-set('https://a.example/x' 1x)}",
        "p{anything:url(https://a.example/x)}",
        "@media screen{p{background:url(https://a.example/x)}}",
        "@supports (a:b){p{background:url(https://a.example/x)}}",
    ],
)
def test_every_address_a_sheet_would_load_is_told(sheet: str) -> None:
    assert asked_for(sheet) == ["https://a.example/x"]
    assert "example" not in kept_sheet(sheet)


@pytest.mark.parametrize(
    ("selector", "renamed"),
    [
        ("p.price", "p.l-price"),
        ("#a > td", "#l-a > td"),
        ("html body p", ".letter-html .letter-body p"),
        ("a:hover", "a:hover"),
        ("li:nth-child(2n + 1)", "li:nth-child(2n + 1)"),
        ("td:not(.x)", "td:not(.l-x)"),
        ('table[class="a b"]', "table.l-a.l-b"),
        ('[class*="col"]', '[class*="col"]'),
        ("p::before", "p:before"),
        ("*", "*"),
    ],
)
def test_selectors_speak_of_the_letter_alone(selector: str, renamed: str) -> None:
    assert kept_sheet(f"{selector}{{color:red}}") == f"{renamed}{{color:red}}"


@pytest.mark.parametrize(
    "selector", [".", "p[style*=x]", "::-webkit-scrollbar", "p{", "[x-y]", "a|b", "p:has(x)", "<", ""]
)
def test_selectors_we_cannot_vouch_for_go(selector: str) -> None:
    assert "red" not in kept_sheet(f"{selector}{{color:red}}")


def test_rules_for_narrow_screens_stay_and_those_for_dark_rooms_go() -> None:
    narrow = "@media only screen and (max-width: 600px){p{width:100%}}"
    assert kept_sheet(narrow).replace("\n", "") == narrow
    assert kept_sheet("@media (prefers-color-scheme: dark){p{color:white}}") == ""


def test_brackets_without_end_are_given_up() -> None:
    assert kept("color:" + "(" * 5_000) == ""
    assert kept_sheet("p{" * 5_000) == ""
