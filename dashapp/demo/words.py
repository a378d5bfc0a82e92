"""The words of the demo: names that nobody bears, and sentences that are put together to posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_COLOURS = """
    amber ash azure bronze cobalt copper coral crimson ebony emerald golden hazel indigo ivory jade lilac maroon ochre
    olive opal pearl plum russet saffron scarlet silver teal umber violet white
"""
_CREATURES = """
    alder aster badger beetle birch bittern clover crane curlew dipper elm fennel fern finch gecko heron ibis iris
    juniper kestrel lark linnet lotus lynx maple marten mint moth newt otter owl pike plover puffin quail quince raven
    robin rowan sedge shrew snail sorrel swift tansy tern thistle toad vole willow wren yarrow
"""
_INTERESTS = """
    bellows candles chess domes easels ferries fountains gazettes glazes hammocks inkwells jigsaws kettles kilns kites
    lace ladders lanterns looms marbles mosaics needles origami pulleys puppets quartz quilts rafts ribbons stilts
    sundials teapots tubas velvet whistles yodelling zithers
"""
COLOURS, CREATURES, INTERESTS = _COLOURS.split(), _CREATURES.split(), _INTERESTS.split()


@dataclass(frozen=True, slots=True)
class Topic:
    """What posts of a topic are made of: sentences by how they read, what stands in their gaps, hashtags."""

    tags: Sequence[str]
    gaps: Mapping[str, Sequence[str]]
    positive: Sequence[str]
    neutral: Sequence[str]
    negative: Sequence[str]


TOPICS: Mapping[str, Topic] = {
    "garden": Topic(
        tags=("Gardening", "GrowYourOwn", "Compost", "Allotment"),
        gaps={
            "plant": (
                "beans",
                "tomatoes",
                "leeks",
                "carrots",
                "peas",
                "beetroots",
                "radishes",
                "strawberries",
                "pumpkins",
            ),
            "place": ("by the shed", "in the raised bed", "on the balcony", "behind the hedge", "in the cold frame"),
        },
        positive=(
            "The {plant} {place} are doing so well this year, I am happy every time I look at them.",
            "First {plant} of the season, and they taste wonderful.",
            "Swapped seeds with the neighbours and got some great {plant}. Thank you all!",
            "A lovely hour {place} with tea, sun and the {plant}.",
            "Success at last: the {plant} survived the slugs and look beautiful.",
        ),
        neutral=(
            "Moved the {plant} {place} this morning.",
            "How far apart do you plant your {plant}? I go for a hand and a half.",
            "Notes for next year: sow the {plant} two weeks later, {place}.",
            "Watering plan for the week: {plant} on Monday, everything else on Thursday.",
            "The {plant} {place} are about a metre high now.",
        ),
        negative=(
            "Slugs ate all the {plant} {place}. I am so annoyed.",
            "Lost the {plant} to the frost, what a sad sight.",
            "The {plant} {place} look terrible and I have no idea what is wrong with them.",
        ),
    ),
    "bread": Topic(
        tags=("Sourdough", "Baking", "Bread"),
        gaps={
            "loaf": ("rye loaf", "focaccia", "spelt loaf", "baguette", "walnut bread", "oat loaf", "flatbread"),
            "part": ("crust", "crumb", "starter", "dough", "scoring"),
        },
        positive=(
            "Today's {loaf} is the best I ever made, the {part} is perfect.",
            "Good news from the kitchen: the {part} of the {loaf} finally works.",
            "Baked a {loaf} for the whole street and everybody loved it.",
            "I am proud of this {part}. What a great {loaf}!",
        ),
        neutral=(
            "{loaf}: 500 g flour, 350 g water, 10 g salt, one night in the fridge.",
            "Which flour do you use for a {loaf}?",
            "Fed the starter, the {loaf} goes into the oven tomorrow.",
            "Comparing two ways to shape a {loaf}; pictures of the {part} will follow.",
        ),
        negative=(
            "The {loaf} failed again, the {part} is awful.",
            "Burnt the {loaf}. Hate this oven.",
            "Sadly the {part} collapsed and the {loaf} is a brick.",
        ),
    ),
    "bikes": Topic(
        tags=("Cycling", "BikeTooter", "Commute"),
        gaps={
            "way": ("river path", "old railway", "ring road", "hill climb", "canal loop", "forest track"),
            "thing": ("chain", "saddle", "front light", "rear brake", "cargo rack", "bell"),
        },
        positive=(
            "What a beautiful morning on the {way}, I could ride for hours.",
            "The new {thing} is excellent, best money I spent on the bike.",
            "They finally opened the {way} for bikes. Great work, everybody!",
            "Met so many friendly people on the {way} today.",
        ),
        neutral=(
            "Took the {way} to work: 14 km, 41 minutes.",
            "Has anybody replaced the {thing} on a bike from the nineties?",
            "The {way} is closed between the two bridges until Friday.",
            "Checked the {thing} and the tyres for the winter.",
        ),
        negative=(
            "The {way} is a dangerous mess of broken glass again.",
            "My {thing} broke on the {way}, in the rain. Terrible timing.",
            "Another driver parked on the {way}. So angry.",
        ),
    ),
    "birds": Topic(
        tags=("Birding", "BirdWatching", "Nature"),
        gaps={
            "bird": (
                "a kingfisher",
                "two herons",
                "a short-eared owl",
                "a flock of lapwings",
                "a wryneck",
                "three swifts",
            ),
            "spot": ("at the gravel pit", "on the mudflats", "above the weir", "near the station", "in the reeds"),
        },
        positive=(
            "Saw {bird} {spot} this morning, I am still smiling.",
            "{bird} {spot}! What a fantastic start to the day.",
            "The children found {bird} {spot} and were delighted.",
        ),
        neutral=(
            "{bird} {spot}, light wind from the west.",
            "Count of the day {spot}: {bird} and not much else.",
            "Is this {bird}? Seen {spot} at dusk.",
            "Binoculars on the window sill, {bird} {spot}.",
        ),
        negative=(
            "Somebody dumped rubbish {spot}, and {bird} had to leave. Disgusting.",
            "Waiting for {bird} {spot}, for the third year. It makes me sad and worried.",
        ),
    ),
    "maps": Topic(
        tags=("OpenData", "Maps", "DataViz", "Geo"),
        gaps={
            "layer": ("bus stops", "drinking fountains", "tree heights", "cycle stands", "quiet streets", "benches"),
            "tool": ("a notebook", "vector tiles", "a small script", "one spreadsheet", "a paper map"),
        },
        positive=(
            "The map of {layer} is online, and I love how it turned out.",
            "Thanks to 40 volunteers the {layer} of the whole town are mapped. Amazing work!",
            "Great talk today on {layer} with {tool}, I learned a lot.",
        ),
        neutral=(
            "Drawing {layer} with {tool}; the data is from March.",
            "Where would you look for open data on {layer}?",
            "Counted {layer}: 412 in the north, 268 in the south.",
            "New version of the {layer} map, now in colours that print well.",
            "Next meeting: {layer}, Tuesday at seven, bring {tool}.",
        ),
        negative=(
            "The portal lost all the {layer} again, and nobody answers. Frustrating.",
            "Half of the {layer} are wrong, a horrible waste of an evening.",
        ),
    ),
    "code": Topic(
        tags=("OpenSource", "Python", "WebDev"),
        gaps={
            "part": ("route planner", "importer", "test suite", "map view", "search box", "cache", "command line"),
            "change": ("twice as fast", "half the code", "easier to read", "ready for review", "on version 3"),
        },
        positive=(
            "The {part} is now {change}, thanks to a wonderful first contribution.",
            "Nice surprise: the {part} is {change} and all checks are green.",
            "So grateful for everybody who helped to get the {part} {change}.",
        ),
        neutral=(
            "Working on the {part} tonight; goal: {change}.",
            "The {part} is {change}. Release notes follow.",
            "Question on the {part}: one module or two?",
            "Draft of the {part} is up, comments until Sunday.",
        ),
        negative=(
            "The {part} crashes on empty input, and it took me all day to see the stupid mistake.",
            "Broke the {part} for everybody. Sorry, that was a bad release.",
        ),
    ),
}
_SOFTWARE: Mapping[str, Sequence[str]] = {
    **TOPICS["code"].gaps,
    "case": ("an empty file", "names with accents", "two tabs open", "a slow network", "leap years", "dark mode"),
}
ISSUES = Topic(
    tags=(),
    gaps=_SOFTWARE,
    positive=(
        "{part}: works with {case}, and I am happy with how simple it got",
        "Release: the {part} is {change}, thanks to everybody who helped",
        "{part}: great new test with {case}",
    ),
    neutral=(
        "{part}: support {case}",
        "{part}: say in the manual what happens with {case}",
        "Make the {part} {change}",
        "Add a test of the {part} with {case}",
        "Rename the option of the {part} before the next release",
        "Move the {part} into its own module",
    ),
    negative=(
        "{part} crashes with {case}",
        "{part}: wrong result with {case}, data is lost",
        "{part} fails with {case} and the error message is useless",
    ),
)
COMMENTS = Topic(
    tags=(),
    gaps=_SOFTWARE,
    positive=(
        "Thanks, great catch! The {part} works with {case} now.",
        "Lovely fix of the {part}, and the test for {case} is excellent. Merged.",
        "The {part} with {case}: works perfectly here, thank you.",
    ),
    neutral=(
        "Could you try the {part} with {case} on the main branch?",
        "Reproduced with {case}. The cause seems to be in the {part}.",
        "Which version of the {part} is that, and does it happen with {case} too?",
        "Closing, as the {part} is {change} since the last release.",
        "Two questions on the {part}: what about {case}, and who writes the note?",
    ),
    negative=(
        "Still broken with {case} here, and the {part} is worse than before.",
        "Sorry, I cannot merge this: the {part} fails with {case}.",
    ),
)
ANSWERS = Topic(
    tags=(),
    gaps={"day": ("today", "on Sunday", "next week", "after work", "in spring")},
    positive=(
        "Thank you, that is really helpful!",
        "Congratulations, this looks great.",
        "I love this idea, count me in {day}.",
        "Ha, that made me laugh. Thanks for sharing it!",
        "Glad you enjoyed it, see you {day}.",
    ),
    neutral=(
        "I wrote it down, will look at it {day}.",
        "Which one do you mean, the left or the right one?",
        "About 20 minutes if you walk.",
        "There is a list of them, I send it {day}.",
        "It depends on the soil, mostly.",
        "We meet {day} at the usual place.",
    ),
    negative=(
        "Sorry to hear that, it is a real pity.",
        "No, that did not work at all, it was a disaster.",
        "I disagree, this would be bad for everybody who walks there.",
    ),
)
GERMAN = Topic(
    tags=("Garten", "Fahrrad"),
    gaps={"day": ("heute", "am Sonntag", "nächste Woche", "im Frühling")},
    positive=("Was für ein schöner Tag im Garten, {day} geht es weiter.", "Danke an alle, die {day} mithelfen!"),
    neutral=("Wer fährt {day} mit dem Rad zum Treffen?", "Die Karte ist fertig, {day} zeige ich sie im Verein."),
    negative=("Leider regnet es {day} wieder, die Tour fällt aus.",),
)
