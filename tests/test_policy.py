"""Decisions follow from thresholds alone, files are checked in full, and nothing unscored slips through."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from moderation import policy
from moderation.policy import Policies, Policy, PolicyError, Threshold, check, reason_label
from moderation.types import ATTRIBUTES, Reason, Score

DOCS = Path(__file__).parents[1] / "docs" / "policy.md"


def score(**scores: float) -> Score:
    return Score(scores={attribute: scores.get(attribute, 0.0) for attribute in ATTRIBUTES}, language="en")


def load(tmp_path: Path, text: str, community: str | None = None, **options: object) -> Policy:
    path = tmp_path / "site.toml"
    path.write_text(text, encoding="utf-8")
    return Policy.load(path, community=community, **options)


class TestDecide:
    @pytest.mark.parametrize(
        ("value", "action"),
        [
            (0.0, "approve"),
            (0.6999, "approve"),
            (0.7, "review"),
            (0.8999, "review"),
            (0.9, "reject"),
            (1.0, "reject"),
        ],
    )
    def test_a_threshold_is_reached_by_the_score_that_equals_it(self, value: float, action: str) -> None:
        assert Policy().decide(score(insult=value)).action == action

    def test_approve_gives_no_reasons(self) -> None:
        assert Policy().decide(score(toxicity=0.4)).reasons == ()

    def test_reasons_are_worst_first_and_name_the_threshold_reached(self) -> None:
        decision = Policy().decide(score(toxicity=0.85, insult=0.95, threat=0.72, profanity=0.99))
        assert decision.action == "reject"
        assert decision.reasons == (
            Reason("insult", 0.95, 0.9),
            Reason("profanity", 0.99, 0.8),
            Reason("toxicity", 0.85, 0.7),
            Reason("threat", 0.72, 0.7),
        )

    def test_profanity_alone_is_never_rejected_by_default_not_even_by_a_model(self) -> None:
        assert Policy().decide(score(profanity=1.0)).action == "review"
        keen = Policy().for_model({"thresholds": {"profanity": {"review": 0.5, "reject": 0.6}}})
        assert keen.decide(score(profanity=1.0)).action == "review"
        assert keen.decide(score(profanity=0.5)).action == "review"

    def test_an_attribute_the_policy_does_not_know_changes_nothing(self) -> None:
        assert Policy().decide(Score(scores={"toxicity": 0.1, "spam": 1.0})).action == "approve"


class TestUnscored:
    @pytest.mark.parametrize(
        "unscored",
        [
            Score(scores=None, error="blank"),
            Score(scores=None, language="de", error="language not covered"),
            Score(scores={}),
            Score(scores={"toxicity": float("nan"), "insult": 0.0}),
        ],
    )
    def test_is_never_approved_silently(self, unscored: Score) -> None:
        decision = Policy().decide(unscored)
        assert decision.action == "review"
        assert decision.reasons == ()

    def test_each_situation_has_its_own_action(self, tmp_path: Path) -> None:
        mine = load(tmp_path, '[default.actions]\nunscored = "approve"\nother_language = "reject"')
        assert mine.decide(Score(scores=None, error="blank")).action == "approve"
        assert mine.decide(Score(scores=None, language="de", error="not covered")).action == "reject"

    def test_a_scored_language_the_community_does_not_moderate_is_not_approved(self, tmp_path: Path) -> None:
        mine = load(tmp_path, '[default]\nlanguages = ["EN"]')
        assert mine.decide(Score(scores={"toxicity": 0.0}, language="fr")).action == "review"
        assert mine.decide(Score(scores={"toxicity": 0.0}, language="en")).action == "approve"
        assert mine.decide(Score(scores={"toxicity": 0.0}, language=None)).action == "approve"

    def test_a_score_can_make_it_stricter(self, tmp_path: Path) -> None:
        mine = load(tmp_path, '[default]\nlanguages = ["de"]')
        decision = mine.decide(score(insult=0.95))
        assert (decision.action, decision.reasons[0].attribute) == ("reject", "insult")


class TestAuthorNames:
    named = Score(scores={"toxicity": 0.1}, author_scores={"toxicity": 0.2, "insult": 0.93})

    def test_an_insulting_name_goes_to_review_and_says_so(self) -> None:
        decision = Policy().decide(self.named)
        assert decision.action == "review"
        assert decision.reasons == (Reason("author.insult", 0.93, 0.9),)
        assert reason_label("author.insult") == "user name: insult"
        assert reason_label("identity_attack") == "hate speech (identity attack)"

    def test_a_name_never_rejects_unless_asked(self, tmp_path: Path) -> None:
        sure = Score(scores={"toxicity": 0.0}, author_scores={"insult": 1.0})
        assert Policy().decide(sure).action == "review"
        strict = load(tmp_path, "[default.author_thresholds]\ninsult = { reject = 0.95 }")
        assert strict.decide(sure).action == "reject"

    def test_can_be_switched_off(self, tmp_path: Path) -> None:
        assert load(tmp_path, "[default]\ncheck_author_names = false").decide(self.named).action == "approve"

    def test_still_counts_when_the_text_was_not_scored(self) -> None:
        decision = Policy().decide(Score(scores=None, author_scores={"insult": 0.99}, error="blank"))
        assert decision.reasons == (Reason("author.insult", 0.99, 0.9),)


class TestFile:
    def test_a_community_changes_only_what_it_names(self, tmp_path: Path) -> None:
        text = """
            [default.thresholds]
            toxicity = { review = 0.6, reject = 0.8 }
            [default.actions]
            unscored = "reject"
            [community.sports.thresholds]
            toxicity = { review = 0.75 }
            profanity = { review = "never" }
            [community.sports.actions]
            over_reject = "review"
        """
        sports = load(tmp_path, text, "sports")
        assert sports.thresholds["toxicity"] == Threshold(0.75, 0.8)
        assert sports.thresholds["insult"] == Threshold(0.7, 0.9)
        assert sports.decide(score(profanity=1.0)).action == "approve"
        assert sports.decide(score(toxicity=0.99)).action == "review"
        assert sports.decide(Score(scores=None, error="blank")).action == "reject"
        default = load(tmp_path, text)
        assert default.thresholds["toxicity"] == Threshold(0.6, 0.8)
        assert default.decide(score(toxicity=0.99)).action == "reject"

    def test_a_default_gives_way_to_what_the_file_sets(self, tmp_path: Path) -> None:
        text = "[default.thresholds]\ninsult = { review = 0.97 }\nthreat = { reject = 0.4 }"
        mine = load(tmp_path, text)
        assert mine.thresholds["insult"] == Threshold(0.97, 0.97)
        assert mine.thresholds["threat"] == Threshold(0.4, 0.4)

    def test_an_unknown_community_is_an_error_here_and_the_default_over_http(self, tmp_path: Path) -> None:
        text = "[default.thresholds]\ninsult = { review = 0.1 }\n[community.sports]\n[community.news]"
        with pytest.raises(
            PolicyError, match="no community 'spots'; communities defined: sports, news"
        ) as caught:
            load(tmp_path, text, "spots")
        assert "site.toml" in str(caught.value)
        policies = Policies.load(tmp_path / "site.toml")
        assert policies.get("spots") is policies.get(None) is policies.default
        assert policies.get("sports").community == "sports"

    def test_the_plain_form_says_what_is_in_force_and_can_be_read_back(self, tmp_path: Path) -> None:
        mine = load(tmp_path, "[default.thresholds]\ninsult = { review = 0.1, reject = 'never' }")
        plain = mine.to_dict()
        assert plain["thresholds"]["insult"] == {"review": 0.1, "reject": "never"}
        assert plain["actions"]["unscored"] == "review"
        assert set(plain) == {"community", *policy._SECTION_KEYS}

    def test_a_byte_order_mark_is_no_problem(self, tmp_path: Path) -> None:
        path = tmp_path / "bom.toml"
        path.write_bytes(b"\xef\xbb\xbf[default]\nlanguages = ['en']")
        assert Policy.load(path).languages == ("en",)


class TestModelThresholds:
    manifest = {
        "thresholds": {
            "toxicity": {"balanced": 0.5, "review": 0.82, "reject": 0.97},
            "insult": {"review": 0.85, "reject": None},
            "threat": "broken",
            "severe_toxicity": {"review": 7},
        }
    }

    def test_replace_the_built_in_ones(self) -> None:
        mine = Policy.load(model=self.manifest)
        assert mine.thresholds["toxicity"] == Threshold(0.82, 0.97)
        assert mine.thresholds["insult"] == Threshold(0.85, None)
        assert mine.author_thresholds["toxicity"] == Threshold(0.97, None)

    def test_what_is_missing_or_no_score_is_passed_over(self) -> None:
        mine = Policy.load(model=self.manifest)
        for attribute in ("threat", "severe_toxicity", "profanity"):
            assert mine.thresholds[attribute] == Policy().thresholds[attribute]

    def test_leave_alone_what_the_file_sets(self, tmp_path: Path) -> None:
        text = "[default.thresholds]\ntoxicity = { review = 0.3 }\ninsult = { reject = 0.6 }"
        mine = load(tmp_path, text, model=self.manifest)
        assert mine.thresholds["toxicity"] == Threshold(0.3, 0.97)
        assert mine.thresholds["insult"] == Threshold(0.6, 0.6)

    def test_a_manifest_may_be_an_object(self) -> None:
        class Manifest:
            thresholds = self.manifest["thresholds"]

        assert Policy().for_model(Manifest()).thresholds["toxicity"].review == 0.82

    @pytest.mark.parametrize("nothing", [None, {}, {"thresholds": None}, object()])
    def test_none_leaves_the_policy_as_it_is(self, nothing: object) -> None:
        assert Policy().for_model(nothing) == Policy()


class TestCheck:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("[defualt]", "defualt: unknown key; allowed: default, community. Did you mean default?"),
            ("default = 3", "default: must be a table; allowed keys: thresholds"),
            ("community = 3", "community: must hold tables such as [community.sports]"),
            ("[community]\nsports = 1", "community.sports: must be a table"),
            (
                "[default]\ntreshold = 1",
                "default.treshold: unknown key; allowed: thresholds, author_thresholds",
            ),
            ("[default]\nthresholds = 1", "default.thresholds: must be a table of attributes: toxicity"),
            (
                "[default.thresholds]\ninsult = 0.5",
                "default.thresholds.insult = 0.5: must be a table such as",
            ),
            (
                "[default.thresholds]\nhate.review = 0.5",
                "default.thresholds.hate: unknown key; allowed: toxicity",
            ),
            (
                "[default.thresholds.insult]\nreview = 1.5",
                'insult.review = 1.5: must be a number from 0 to 1, or "never"',
            ),
            (
                "[default.thresholds.insult]\nreview = nan",
                "insult.review = nan: must be a number from 0 to 1",
            ),
            (
                "[default.thresholds.insult]\nreview = true",
                "insult.review = True: must be a number from 0 to 1",
            ),
            ("[default.thresholds.insult]\nhold = 0.5", "insult.hold: unknown key; allowed: review, reject"),
            (
                "[default.author_thresholds.insult]\nreview = 0.9\nreject = 0.5",
                "default.author_thresholds.insult: reject (0.5) must not be below review (0.9)",
            ),
            ("[default]\nactions = 'reject'", "default.actions: must be a table; allowed keys: over_review"),
            (
                "[default.actions]\nover_reject = 'delete'",
                "default.actions.over_reject = 'delete': must be one of approve, review, reject",
            ),
            ("[default.actions]\nspam = 'reject'", "default.actions.spam: unknown key; allowed: over_review"),
            ("[default]\nlanguages = 'en'", "default.languages = 'en': must be a list of language codes"),
            ("[default]\nlanguages = ['english']", "default.languages = ['english']: must be a list"),
            (
                "[default]\ncheck_author_names = 'no'",
                "default.check_author_names = 'no': must be true or false",
            ),
            ("[default", "not valid TOML"),
        ],
    )
    def test_names_file_key_and_what_is_allowed(self, tmp_path: Path, text: str, expected: str) -> None:
        path = tmp_path / "site.toml"
        path.write_text(text, encoding="utf-8")
        (problem,) = check(path)
        assert problem.startswith(f"{path}: ")
        assert expected in problem
        with pytest.raises(PolicyError):
            Policy.load(path)

    def test_finds_every_problem_at_once(self, tmp_path: Path) -> None:
        path = tmp_path / "site.toml"
        path.write_text(
            "a = 1\n[default]\nb = 1\n[community.x]\nc = 1\n[community.y]\nd = 1", encoding="utf-8"
        )
        assert len(check(path)) == 4

    def test_a_contradiction_with_an_inherited_threshold_is_found(self, tmp_path: Path) -> None:
        path = tmp_path / "site.toml"
        path.write_text(
            "[default.thresholds.insult]\nreject = 0.6\n[community.x.thresholds.insult]\nreview = 0.8",
            encoding="utf-8",
        )
        (problem,) = check(path)
        assert "community.x.thresholds.insult: reject (0.6) must not be below review (0.8)" in problem

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (None, "cannot be read"),
            (b"\xff\xfe\x00", "not UTF-8"),
            (b"#" * 1_000_002, "larger than 1,000,000 bytes"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_a_problem_that_names_it(
        self, tmp_path: Path, content: bytes | None, expected: str
    ) -> None:
        path = tmp_path / "site.toml"
        if content is not None:
            path.write_bytes(content)
        (problem,) = check(path)
        assert problem.startswith(f"{path}: ")
        assert expected in problem

    def test_a_folder_is_a_problem_too(self, tmp_path: Path) -> None:
        (problem,) = check(tmp_path)
        assert "cannot be read" in problem


class TestDocumentation:
    """docs/policy.md is held to what the code accepts."""

    text = DOCS.read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        "key",
        [*policy._SECTION_KEYS, *policy.DEFAULT_ACTIONS, *policy.ACTIONS, *policy._LEVELS, *ATTRIBUTES],
    )
    def test_every_key_is_documented(self, key: str) -> None:
        assert f"`{key}`" in self.text

    def test_the_example_is_a_valid_file(self, tmp_path: Path) -> None:
        path = tmp_path / "site.toml"
        path.write_text(self._example(), encoding="utf-8")
        assert check(path) == []
        kids = Policy.load(path, community="kids")
        assert kids.decide(score(toxicity=0.96)).action == "review"

    def test_every_key_of_the_example_is_one_we_accept_and_all_of_them_are_shown(self) -> None:
        example = self._example()
        assert all(
            re.search(rf"\b{key}\b", example) for key in (*policy._SECTION_KEYS, *policy.DEFAULT_ACTIONS)
        )

    def test_the_built_in_thresholds_are_the_documented_ones(self) -> None:
        for attribute, threshold in policy.DEFAULT_THRESHOLDS.items():
            reject = "never" if threshold.reject is None else f"{threshold.reject:g}"
            numbers = rf"{threshold.review:g} \| {reject}"
            row = rf"\| `{attribute}` \| {re.escape(reason_label(attribute))} \| {numbers} \|"
            assert re.search(row, self.text)

    def test_the_default_actions_are_the_documented_ones(self) -> None:
        for situation, action in policy.DEFAULT_ACTIONS.items():
            assert re.search(rf'\| `{situation}` \|.*\| `"{action}"` \|', self.text)

    def _example(self) -> str:
        match = re.search(r"```toml\n(.*?)```", self.text, re.DOTALL)
        assert match
        return match[1]
