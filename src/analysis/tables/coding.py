"""What a reader needs of the tables about coding: columns, headings, and what holds names."""

from collections.abc import Mapping

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "agreement": (
        *("region", "code", "units", "given", "percent", "kappa", "ac1", "alpha", "interval"),
        *("text_alpha", "tentative", "note"),
    ),
    "segmentation": (
        *("region", "documents", "passages", "marked_by_one", "edges", "text_shared", "alpha"),
        *("interval", "note"),
    ),
    "discuss": ("rank", "region", "document", "readings", "weakest_code", "weakest_alpha", "text"),
    "theme": (
        *("code", "region", "wave", "state", "documents", "asked", "helps", "hinders"),
        *("agreement",),
    ),
    "trajectory": (
        *("code", "region", "trajectory", "documents_start", "asked_start", "documents_end"),
        *("asked_end", "interval", "agreement"),
    ),
    "together": ("code", "other", "documents", "both", "either", "asked", "segments"),
    "saturation": ("region", "wave", "document", "conversations", "new", "seen", "mean"),
    "codedrift": (
        *("code", "start", "end", "n_start", "n_end", "words", "words_by_chance"),
        *("words_p_adjusted", "neighbours_p_adjusted", "alarm", "note"),
    ),
    "lensum": (
        *(
            "framework",
            "to_choose",
            "codes",
            "linked",
            "seen",
            "segments",
            "of_segments",
            "documents",
        ),
        *("stated", "name_match", "our_reading", "tentative", "note"),
    ),
    "flag": ("region", "kind", "flagged", "quotations", "approved"),
    "contextlens": ("region", "framework", "code", "claims", "of_claims", "our_reading"),
}
HEADINGS: Mapping[str, str] = {
    "to_choose": "to choose it, write",
    "given": "with the code",
    "ac1": "AC1",
    "text_alpha": "alpha on text",
    "weakest_code": "least agreed on",
    "weakest_alpha": "its alpha",
    "documents_start": "conversations, first",
    "asked_start": "asked, first",
    "documents_end": "conversations, last",
    "asked_end": "asked, last",
    "words_by_chance": "by chance",
    "words_p_adjusted": "p words, adjusted",
    "neighbours_p_adjusted": "p neighbours, adjusted",
}
NAMES: Mapping[str, str] = {"framework": "framework", "other": "code", "weakest_code": "code"}
WORDS = {"trajectory", "agreement"}
