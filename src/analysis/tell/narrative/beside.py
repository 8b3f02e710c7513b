"""The brief's section that lays what was published about a region beside what its data say."""

from dataclasses import replace

from analysis.tell.narrative.grew import Section
from analysis.tell.narrative.publication import claim_told
from analysis.tell.narrative.region import RegionStory
from analysis.tell.narrative.voice import rows_of

MOST_CLAIMS = 4
# What the data have something to say of comes first; what cannot be asked stays on its own page.
IN_TURN = ("contradicted", "both", "echoed", "silent", "possibly", "suppressed")


def beside(story: RegionStory) -> Section | None:
    """Lay the claims on this region alone beside their verdicts; nothing where there are none."""
    echoes, claims = story.rows("echoes"), story.study.claims
    if echoes.empty or claims.empty:
        return None
    own = claims[(claims["region"] == story.region) & (claims["restates"] == "")]
    verdicts = dict(zip(echoes["claim"], echoes["verdict"], strict=True))
    told = [row for row in rows_of(own) if verdicts.get(row["claim_id"]) in IN_TURN]
    told.sort(key=lambda row: IN_TURN.index(verdicts[row["claim_id"]]))
    if not told:
        return None
    voice = replace(story.voice, templates="publication.yaml")
    return {
        "id": "published",
        "title": story.voice.text("title_published"),
        "paragraphs": [],
        "claims": {
            "lead": story.voice.text("published_lead"),
            "mark": story.voice.text("published_mark"),
            "more": story.voice.text("published_more"),
            "rows": [claim_told(row, [], echoes, voice) for row in told[:MOST_CLAIMS]],
        },
    }
