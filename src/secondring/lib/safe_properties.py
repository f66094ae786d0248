"""What CSS in a letter may speak of. Left out on purpose: place, layers, movement, sight of the pointer, anything that loads."""

_SIDES = ("top", "right", "bottom", "left")

PICTURES = frozenset({"background", "background-image", "list-style", "list-style-image"})
"""Properties in which an address of our own may stand."""

WORDY = frozenset({"font", "font-family", "content", "quotes"})
"""Properties in which words in quotation marks may stand."""

MAY_BE_NEGATIVE = frozenset({"letter-spacing", "word-spacing", "background-position", "background"})

FUNCTIONS = frozenset(
    "rgb rgba hsl hsla hwb lab lch oklab oklch color-mix calc min max clamp linear-gradient radial-gradient"
    " repeating-linear-gradient repeating-radial-gradient conic-gradient".split()
)

LOADING_FUNCTIONS = frozenset("url image image-set -webkit-image-set cross-fade -webkit-cross-fade src".split())
"""Functions whose words in quotation marks are addresses."""

UNITS = {
    "px": 1.0, "pt": 1.34, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.95, "em": 16.0, "rem": 16.0, "ex": 8.0,
    "ch": 8.0, "vw": 10.0, "deg": 1.0, "rad": 1.0, "turn": 1.0, "grad": 1.0, "fr": 1.0, "s": 1.0, "ms": 1.0,
}  # fmt: skip
"""Units and their rough size in pixels. No vh: the frame is as high as its letter, so each would stretch the other."""

PROPERTIES = (
    frozenset(
        """
        color opacity visibility display float clear position box-sizing vertical-align text-align text-decoration
        text-decoration-color text-decoration-line text-decoration-style text-decoration-thickness text-underline-offset
        text-indent text-transform text-shadow text-overflow text-align-last white-space word-break word-wrap overflow-wrap
        word-spacing letter-spacing line-height hyphens direction unicode-bidi writing-mode tab-size content quotes
        font font-family font-size font-style font-variant font-weight font-stretch font-variant-numeric
        background background-color background-image background-position background-repeat background-size
        background-clip background-origin background-attachment
        list-style list-style-type list-style-position list-style-image
        width height min-width min-height max-width max-height overflow overflow-x overflow-y object-fit object-position
        aspect-ratio margin padding border border-width border-style border-color border-collapse border-spacing border-radius
        outline outline-color outline-style outline-width box-shadow empty-cells caption-side table-layout
        flex flex-direction flex-wrap flex-flow flex-grow flex-shrink flex-basis justify-content justify-items align-items
        align-content align-self justify-self order gap row-gap column-gap columns column-count column-width column-rule
        grid-template-columns grid-template-rows grid-column grid-row grid-gap
        margin-inline margin-block padding-inline padding-block margin-inline-start margin-inline-end
        padding-inline-start padding-inline-end margin-block-start margin-block-end
        border-top-left-radius border-top-right-radius border-bottom-left-radius border-bottom-right-radius
        orphans widows page-break-before page-break-after page-break-inside break-inside accent-color
        """.split()
    )
    | {f"{kind}-{side}" for kind in ("margin", "padding", "border") for side in _SIDES}
    | {f"border-{side}-{part}" for side in _SIDES for part in ("color", "style", "width")}
)
