"""Contrast pairs written for this project: the same words, hateful in one row and harmless in the other.

They cover what plain training data teaches wrongly: naming oneself, countering and quoting hate, negating it, reclaimed
words, abuse of a thing or of a single person (an insult, not hate speech), praise with profanity. None is built from
a published functional test's templates.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from training.labels import CLEAN, NO_TARGET, Labels

#: plural noun, singular noun, adjective, target
GROUPS: tuple[tuple[str, str, str, str], ...] = (
    ("women", "woman", "female", "women"),
    ("girls", "girl", "female", "women"),
    ("mothers", "mother", "female", "women"),
    ("gay people", "gay man", "gay", "lgbtq"),
    ("lesbians", "lesbian", "lesbian", "lgbtq"),
    ("trans people", "trans woman", "trans", "lgbtq"),
    ("bisexuals", "bisexual", "bisexual", "lgbtq"),
    ("queer people", "queer person", "queer", "lgbtq"),
    ("black people", "black man", "black", "race"),
    ("Black Americans", "Black American", "black", "race"),
    ("Asians", "Asian", "Asian", "race"),
    ("Arabs", "Arab", "Arab", "race"),
    ("Roma", "Roma woman", "Roma", "race"),
    ("white people", "white man", "white", "race"),
    ("Native Americans", "Native American", "indigenous", "race"),
    ("Muslims", "Muslim", "Muslim", "religion"),
    ("Jews", "Jew", "Jewish", "religion"),
    ("Jewish people", "Jewish man", "Jewish", "religion"),
    ("Hindus", "Hindu", "Hindu", "religion"),
    ("Christians", "Christian", "Christian", "religion"),
    ("Sikhs", "Sikh", "Sikh", "religion"),
    ("immigrants", "immigrant", "immigrant", "nationality"),
    ("refugees", "refugee", "refugee", "nationality"),
    ("Mexicans", "Mexican", "Mexican", "nationality"),
    ("migrants", "migrant", "migrant", "nationality"),
    ("foreigners", "foreigner", "foreign", "nationality"),
    ("Poles", "Pole", "Polish", "nationality"),
    ("disabled people", "disabled man", "disabled", "disability"),
    ("autistic people", "autistic kid", "autistic", "disability"),
    ("deaf people", "deaf woman", "deaf", "disability"),
    ("wheelchair users", "wheelchair user", "disabled", "disability"),
    ("people with Down syndrome", "man with Down syndrome", "disabled", "disability"),
)
SLURS: tuple[tuple[str, str], ...] = (
    ("faggots", "lgbtq"), ("trannies", "lgbtq"), ("dykes", "lgbtq"), ("niggers", "race"), ("chinks", "race"),
    ("gooks", "race"), ("kikes", "religion"), ("ragheads", "religion"), ("muzzies", "religion"),
    ("wetbacks", "nationality"), ("spics", "nationality"), ("pakis", "nationality"), ("retards", "disability"),
    ("spastics", "disability"), ("cripples", "disability"), ("whores", "women"), ("sluts", "women"),
    ("bitches", "women"), ("cunts", "women"),
)  # fmt: skip
BAD = ("vermin", "parasites", "scum", "animals", "subhuman", "disgusting", "a disease", "worthless", "filth",
       "a plague on this country", "inferior", "liars and thieves", "too stupid to vote", "garbage", "criminals",
       "dirty", "evil", "mentally ill", "rapists", "a cancer")  # fmt: skip
DEEDS = ("be shot", "be deported", "burn", "be wiped out", "hang", "be locked up", "be beaten in the street",
         "rot in hell", "be gassed", "lose the vote", "be drowned", "be put down")  # fmt: skip
GOOD = ("wonderful", "as smart as anybody", "welcome here", "kind and hard-working", "brave", "my heroes",
        "part of this town", "great neighbours", "human beings", "entitled to respect", "funny")  # fmt: skip
THINGS = ("this laptop", "the new tax form", "Mondays", "that referee's whistle", "the printer", "this weather",
          "the traffic on the bridge", "decaf coffee", "this update", "the parking app", "mosquitoes", "weeds",
          "cold soup", "the bus timetable")  # fmt: skip
NAMES = ("Kevin", "Aisha", "Mohammed", "Maria", "Wei", "Olga", "Jamal", "Priya", "the mayor", "this columnist",
         "my landlord", "the goalkeeper", "that minister", "our coach", "the author", "Giorgos")  # fmt: skip
TITLES = (
    "nurse",
    "teacher",
    "bus driver",
    "engineer",
    "farmer",
    "judge",
    "student",
    "baker",
    "plumber",
    "poet",
)

HATE = (
    "{P} are {bad}.", "{P} are {bad}, every last one.", "Honestly, {p} are nothing but {bad}.",
    "All {p} should {deed}.", "I want every {s} to {deed}.", "You can't trust a {s}, they are {bad}.",
    "Why do we let {p} in? They are {bad}.", "The world would be better without {p}.", "God, how I despise {p}.",
    "Typical {s}: {bad}.", "No {s} belongs in this town.", "Send {p} back or let them {deed}.",
    "It is simply true that {p} are {bad}.", "Not being funny but {p} are {bad}",
    "{P} should never be allowed to have children.", "{P} don't deserve rights.", "Somebody ought to make {p} {deed}.",
    "If you ask me, {p} are {bad} and always will be.", "Keep {p} away from our schools, they are {bad}.",
    "We were better off when {p} knew their place.", "I would never hire a {s}. Too {adj}.",
)  # fmt: skip
SLUR_HATE = (
    "These {slur} are everywhere now.", "I hate {slur}.", "Get out of my country, {slur}.", "{Slur} should {deed}.",
    "Shut up, you and your {slur} friends.", "Nobody wants {slur} in this street.", "fucking {slur}",
    "Bloody {slur}, they are {bad}.", "Only {slur} would vote for this.",
)  # fmt: skip
NOT_HATE_GROUP = (
    "{P} are {good}.", "{P} are not {bad}.", "I have never met a {s} who was {bad}.", "Nobody should say that {p} are {bad}.",
    "It is a lie that {p} are {bad}.", "How can anyone believe {p} are {bad}? Shame on them.",
    "“{P} are {bad}” is exactly the kind of thing that gets people hurt. Stop it.",
    "He wrote that {p} should {deed} and the site rightly banned him.",
    "Calling {p} {bad} is racist nonsense and you know it.", "My grandfather heard 'all {p} should {deed}' on the radio in 1938. Never again.",
    "If you think {p} are {bad}, you need to get out more.", "I am a {s} and I work as a {title}.",
    "As a {s} I found the article fair.", "My neighbour is a {s}; best {title} I know.", "Proud to be a {s}.",
    "{P} deserve the same rights as everyone.", "We should not treat {p} as if they were {bad}.",
    "The court heard how the attackers shouted that {p} must {deed}.", "Hating {p} is wrong, full stop.",
    "Why are there so few {p} on the council?", "The report counts {p} and their children.",
    "There is no evidence that {p} are {bad}; the study says the opposite.", "Don't you dare say {p} are {bad}.",
    "Two {p} spoke at the meeting and both made good points.", "I love being {adj}.", "No {s} should {deed}.",
    "It hurts to be told {p} are {bad} when you are one yourself.", "I used to think {p} were {bad}. I was wrong.",
    "Whoever wants {p} to {deed} has no place in this party.", "I can't stand people who claim that {p} are {bad}.",
)  # fmt: skip
NOT_HATE_SLUR = (
    "He called her friends {slur} and was fined for it.", "Don't use the word {slur}, it is hateful.",
    "The graffiti said '{slur} out'. Volunteers painted over it.", "My son was bullied with words like {slur}.",
    "Reporting this user: calling people {slur} is against the rules.", "“{Slur}”? Say that again and you are banned.",
    "The history of the word {slur} is told in chapter three.",
)  # fmt: skip
RECLAIMED = (
    "We dykes on bikes are riding on Saturday, come along!", "Me and my fellow queers are throwing a party.",
    "I'm a proud fag and my husband makes the best lasagne.", "That's my nigga, thirty years of friendship.",
    "Us bitches stick together, love you girls.", "Crip and proud, see you at the disability march.",
    "Call me a slut if you like, I'm reclaiming it.", "My trans sisters and I call ourselves trannies at home, never outside.",
)  # fmt: skip
THING_ABUSE = ("I hate {thing}.", "{Thing} can burn in hell.", "Whoever designed {thing} should rethink, it is garbage.",
               "God I despise {thing}.", "{Thing}: worthless rubbish.")  # fmt: skip
PRAISE = ("Fuck yes, that was a brilliant goal!", "Holy shit what a beautiful photo", "Damn, this bread is fucking delicious.",
          "That concert was the shit!", "I fucking love this town.", "Bloody hell, well done {name}!",
          "No shit, that is good news.", "Hell yeah, congratulations {name}.")  # fmt: skip
PERSON_ABUSE = ("{Name} is a complete idiot.", "{Name} is a lying piece of shit.", "What a moron {name} is.",
                "{Name} should shut the fuck up.", "You are pathetic, {name}.", "{Name} is scum.", "Fuck {name}.",
                "{Name}, you ignorant clown.", "You are dumber than a bag of rocks.", "What an asshole.")  # fmt: skip
PERSON_FAIR = ("{Name} is wrong about this.", "I disagree with {name} on nearly everything.", "{Name} wrote a good piece.",
               "My name is {name} and I live here.", "{Name} should resign over the budget.", "Thanks {name}, well said.",
               "{Name} has no plan for the bridge.", "I met {name} at the market.", "{Name} is not an idiot, just badly advised.")  # fmt: skip


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]


def pairs(seed: int = 0, per_group: int = 44) -> Iterator[tuple[str, Labels]]:
    """Yields (text, labels), about as many hateful as harmless; the same seed gives the same rows."""
    rng = random.Random(seed)  # noqa: S311 (sampling of templates, not security)

    def fill(template: str, group: tuple[str, str, str, str]) -> str:
        p, s, adj, _ = group
        text = template.format(
            P=_cap(p), p=p, s=s, adj=adj, bad=rng.choice(BAD), deed=rng.choice(DEEDS), good=rng.choice(GOOD),
            title=rng.choice(TITLES),
        )  # fmt: skip
        text = (
            text.replace(" a a", " an a")
            .replace("a immigrant", "an immigrant")
            .replace("a Asian", "an Asian")
        )
        return rng.choice((text, text, text.lower(), text.rstrip(".")))

    for group in GROUPS:
        target = {**NO_TARGET, group[3]: 1.0}
        for _ in range(per_group):
            template = rng.choice(HATE)
            threat = 0.85 if "{deed}" in template else 0.05
            yield (
                fill(template, group),
                Labels({"toxicity": 0.96, "identity_attack": 0.97, "threat": threat}, target),
            )
            yield (
                fill(rng.choice(NOT_HATE_GROUP), group),
                Labels(
                    {"toxicity": 0.08, "identity_attack": 0.03, "insult": 0.04, "threat": 0.03}, NO_TARGET
                ),
            )
    for slur, name in SLURS:
        for _ in range(per_group // 2):
            text = rng.choice(SLUR_HATE).format(
                slur=slur, Slur=_cap(slur), bad=rng.choice(BAD), deed=rng.choice(DEEDS)
            )
            yield (
                text,
                Labels(
                    {"toxicity": 0.98, "identity_attack": 0.96, "insult": 0.85, "profanity": 0.7},
                    {**NO_TARGET, name: 1.0},
                ),
            )
            text = rng.choice(NOT_HATE_SLUR).format(slur=slur, Slur=_cap(slur))
            yield (
                text,
                Labels({"toxicity": 0.2, "identity_attack": 0.06, "insult": 0.08, "threat": 0.02}, NO_TARGET),
            )
    for _ in range(per_group * 6):
        thing, name = rng.choice(THINGS), rng.choice(NAMES)
        words = {"thing": thing, "Thing": _cap(thing), "name": name, "Name": _cap(name)}
        yield (
            rng.choice(THING_ABUSE).format(**words),
            Labels({**CLEAN, "toxicity": 0.15, "profanity": 0.1}, NO_TARGET),
        )
        yield (
            rng.choice(PRAISE).format(**words),
            Labels(
                {"toxicity": 0.3, "identity_attack": 0.0, "insult": 0.02, "threat": 0.0, "profanity": 0.85},
                NO_TARGET,
            ),
        )
        yield (
            rng.choice(PERSON_ABUSE).format(**words),
            Labels({"toxicity": 0.95, "insult": 0.95, "identity_attack": 0.05, "threat": 0.05}, NO_TARGET),
        )
        yield rng.choice(PERSON_FAIR).format(**words), Labels(CLEAN, NO_TARGET, [])
        yield (
            rng.choice(RECLAIMED),
            Labels({"toxicity": 0.25, "identity_attack": 0.08, "insult": 0.05, "threat": 0.0}, NO_TARGET),
        )
