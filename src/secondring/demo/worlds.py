"""Four mornings at Harbour Row: which scripts have been played before somebody opens the desk."""

LIFE = ("lou", "ups_and_downs", "firsts_and_questions", "kindnesses", "more_kindnesses", "languages_and_layouts")
TODAY = ("with_someone", "this_morning")

WORLDS: dict[str, tuple[str, ...]] = {
    "quiet-morning": (*LIFE, *TODAY),
    "monday-after-launch": (*LIFE, *TODAY, "monday_rush"),
    "loud-lou": ("lou", "lou_today", "ups_and_downs", "firsts_and_questions"),
    "empty": (),
}
