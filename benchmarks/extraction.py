"""Comment extraction, ours and everybody else's that is installed, over one bench folder in one run.

    python benchmarks/extraction.py BENCH [--tools ours,trafilatura,...] [--pages N] [--json FILE]

BENCH holds ``HTML/*.html``, ``Corrected/NAME.html.corrected.txt`` (article, a line of punctuation with the word
COMMENTS, comments), and optionally ``plain/*.txt``, ``sites.json`` (page → site) and ``gold_noise.json`` (pages whose
gold is not to be trusted). docs/extraction.md says what the figures mean. Intervals are 95 %, bootstrapped over sites,
because pages of one site stand or fall together. Times are CPU seconds of one process, parsing included.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

TOKEN = re.compile(r"[぀-ヿ㐀-鿿]|[^\W_]+")
MARK = re.compile(r"[!@#$%^&*() \t]{6,}COMMENTS")
ROUNDS = 1000
#: Pages that one tool reads before the next one has its turn.
BLOCK = 40
#: (comments, body) of a page; comments as one text.
Tool = Callable[[bytes, str], tuple[str, str]]


def tokens(text: str | None) -> list[str]:
    return TOKEN.findall((text or "").lower())


def gold(path: Path) -> tuple[str, str]:
    raw = path.read_bytes()
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in raw[:200]:
        text = raw.decode("utf-16", "replace")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", "replace")
    found = MARK.search(text)
    return (text[: found.start()], text[found.end() :]) if found else (text, "")


def bag(want: Iterable[str], got: Iterable[str]) -> tuple[float, float, float]:
    a, b = Counter(want), Counter(got)
    hit = sum((a & b).values())
    p, r = hit / max(1, sum(b.values())), hit / max(1, sum(a.values()))
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def comment_f1(want: str, got: list[str]) -> float:
    """Precision against all gold words, recall against the gold's lines of prose (8 words or more)."""
    precision = bag(tokens(want), got)[0]
    prose = [t for line in want.splitlines() if len(tokens(line)) >= 8 for t in tokens(line)] or tokens(want)
    recall = sum((Counter(prose) & Counter(got)).values()) / max(1, len(prose))
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def grams(words: list[str]) -> set[tuple[str, ...]]:
    return set(zip(*(words[i:] for i in range(4)), strict=False))


def ours(content: bytes, name: str) -> tuple[str, str]:
    from moderation.extraction import extract

    page = extract(content, source=name)
    return "\n".join(f"{c.author or ''} {c.text}" for c in page.comments), page.body


def ours_comments_only(content: bytes, name: str) -> tuple[str, str]:
    from moderation.extraction.page import extract_comments

    page = extract_comments(content, source=name)
    return "\n".join(f"{c.author or ''} {c.text}" for c in page.comments), ""


def _trafilatura(content: bytes, name: str) -> tuple[str, str]:
    import trafilatura

    document = trafilatura.bare_extraction(content, include_comments=True)
    if document is None:
        return "", ""
    return getattr(document, "comments", "") or "", getattr(document, "text", "") or ""


def _resiliparse(content: bytes, name: str) -> tuple[str, str]:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    text = bytes_to_str(content, detect_encoding(content))
    body = extract_plain_text(text, main_content=True, comments=False)
    both = extract_plain_text(text, main_content=True, comments=True)
    left = Counter(both.splitlines())
    left.subtract(Counter(body.splitlines()))
    return "\n".join(line for line in both.splitlines() if left[line] > 0), body


def _readability(content: bytes, name: str) -> tuple[str, str]:
    from lxml import html
    from readability import Document

    summary = Document(content.decode("utf-8", "replace")).summary()
    return "", html.fromstring(summary).text_content()


def _newspaper(content: bytes, name: str) -> tuple[str, str]:
    import newspaper

    # Else it fetches each page's images and waits for hosts that are long gone.
    article = newspaper.Article("http://bench.example/", fetch_images=False)
    article.download(input_html=content.decode("utf-8", "replace"))
    article.parse()
    return "", article.text


def _justext(content: bytes, name: str) -> tuple[str, str]:
    import justext

    paragraphs = justext.justext(content, justext.get_stoplist("English"))
    return "", "\n\n".join(p.text for p in paragraphs if not p.is_boilerplate)


def _goose(content: bytes, name: str) -> tuple[str, str]:
    from goose3 import Goose

    article = Goose({"enable_image_fetching": False}).extract(raw_html=content.decode("utf-8", "replace"))
    return "", article.cleaned_text or ""


def _boilerpy(content: bytes, name: str) -> tuple[str, str]:
    from boilerpy3 import extractors

    return "", extractors.ArticleExtractor(raise_on_failure=False).get_content(
        content.decode("utf-8", "replace")
    )


#: name → (module that must be importable, how it is called)
TOOLS: dict[str, tuple[str, Tool]] = {
    "ours": ("moderation", ours),
    "ours-comments-only": ("moderation", ours_comments_only),
    "trafilatura": ("trafilatura", _trafilatura),
    "resiliparse": ("resiliparse", _resiliparse),
    "readability-lxml": ("readability", _readability),
    "newspaper4k": ("newspaper", _newspaper),
    "justext": ("justext", _justext),
    "goose3": ("goose3", _goose),
    "boilerpy3": ("boilerpy3", _boilerpy),
}
OURS = frozenset(name for name, (module, _) in TOOLS.items() if module == "moderation")


def interval(by_site: dict[str, list[float]], rng: random.Random) -> tuple[float, float, float]:
    """Mean over pages and its 95 % interval, sites drawn with replacement."""
    sites = list(by_site.values())
    mean = statistics.mean(v for values in sites for v in values)
    means = []
    for _ in range(ROUNDS):
        drawn = [v for _ in sites for v in rng.choice(sites)]
        means.append(statistics.mean(drawn))
    means.sort()
    return mean, means[int(ROUNDS * 0.025)], means[int(ROUNDS * 0.975)]


class Tally:
    """What one tool did so far: figures by site, CPU seconds, pages that raised."""

    def __init__(self) -> None:
        self.values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        self.seconds = 0.0
        self.pages = self.failed = 0

    def run(self, tool: Tool, content: bytes, name: str) -> tuple[str, str]:
        """The tool's answer, empty where it raises; its time counts either way."""
        start = time.process_time()
        try:
            return tool(content, name)
        except Exception as error:
            self.failed += 1
            print(f"{name}: {type(error).__name__}", file=sys.stderr)
            return "", ""
        finally:
            self.seconds += time.process_time() - start
            self.pages += 1

    def result(self) -> dict[str, object]:
        rng = random.Random(0)
        result: dict[str, object] = {key: interval(by_site, rng) for key, by_site in self.values.items()}
        macro = {site: [statistics.mean(v)] for site, v in self.values["com_f1"].items()}
        if macro:
            result["site_macro"] = interval(macro, rng)
        result["pages_per_second"] = self.pages / max(self.seconds, 1e-9)
        result["failed"] = self.failed
        return result


def forget() -> None:
    """Empties our caches of lines and names: the pages one of our tools has read must not be quicker for the other.

    That makes both somewhat slower than they are where people use one of them, page after page; alone, ours keeps what
    it knows, as the others do.
    """
    for name, module in list(sys.modules.items()):
        if name.startswith("moderation.extraction"):
            for each in vars(module).values():
                # Selectors are our own data, compiled once whatever is read.
                if hasattr(each, "cache_clear") and getattr(each, "__name__", "") != "compile_selector":
                    each.cache_clear()


def judge(
    tools: dict[str, Tool], pages: list[Path], folder: Path, suffix: str = ".html"
) -> dict[str, dict[str, object]]:
    """All tools on a few pages before the next few: whatever else the machine does slows all of them, and each runs as
    users run it, on one page after the other.
    """
    sites = _json(folder / "sites.json", {})
    noise = set(_json(folder / "gold_noise.json", []))
    tallies = {name: Tally() for name in tools}
    for tool in tools.values():
        # Imports and tables that are built at the first call are no page's time.
        Tally().run(tool, pages[0].read_bytes(), pages[0].name)
    for first in range(0, len(pages), BLOCK):
        block = [(path, path.read_bytes()) for path in pages[first : first + BLOCK]]
        answers: dict[str, list[tuple[str, str]]] = {}
        for name, tool in tools.items():
            if len(OURS & tools.keys()) > 1:
                forget()
            answers[name] = [tallies[name].run(tool, content, path.name) for path, content in block]
        for at, (path, _) in enumerate(block):
            name = path.name.removesuffix(suffix)
            want_body, want = gold(folder / "Corrected" / f"{name}.html.corrected.txt")
            site = sites.get(name, name)
            only = grams(tokens(want)) - grams(tokens(want_body))
            for tool_name, tally in tallies.items():
                got, body = answers[tool_name][at]
                words, values = tokens(got), tally.values
                values["body_f1"][site].append(bag(tokens(want_body), tokens(body))[2])
                if tokens(want):
                    values["com_f1"][site].append(comment_f1(want, words))
                    values["empty"][site].append(float(not words))
                    if only:
                        values["in_body"][site].append(len(grams(tokens(body)) & only) / len(only))
                elif name not in noise:
                    values["fp_pages"][site].append(float(len(words) >= 10))
    return {name: tally.result() for name, tally in tallies.items()}


def _json(path: Path, default: object) -> object:
    return json.loads(path.read_text("utf-8")) if path.exists() else default


COLUMNS = ("com_f1", "site_macro", "empty", "fp_pages", "body_f1", "in_body")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bench", type=Path)
    parser.add_argument("--tools", default=",".join(TOOLS), help="names separated by commas")
    parser.add_argument("--pages", type=int, help="only the first N pages")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args()
    pages = sorted((options.bench / "HTML").glob("*.html"))[: options.pages]
    if not pages:
        print(f"{options.bench}: no HTML/*.html in it", file=sys.stderr)
        return 1
    tools: dict[str, Tool] = {}
    for name in options.tools.split(","):
        if name not in TOOLS:
            print(f"unknown tool {name!r}; known: {', '.join(TOOLS)}", file=sys.stderr)
            return 2
        module, tool = TOOLS[name]
        try:
            importlib.import_module(module)
        except ImportError:
            print(f"{name}: not installed, left out", file=sys.stderr)
            continue
        tools[name] = tool
    results = judge(tools, pages, options.bench)
    plain = sorted((options.bench / "plain").glob("*.txt"))[: options.pages]
    if plain and "ours" in results:
        results |= judge({"ours-plain-text": ours}, plain, options.bench, ".txt")
    base = results.get("trafilatura", {}).get("pages_per_second")
    print(f"{len(pages)} pages; mean [95 % interval over sites]")
    print("| tool | " + " | ".join(COLUMNS) + " | pages/s | speed |")
    print("|---|" + "---|" * (len(COLUMNS) + 2))
    for name, result in results.items():
        cells = []
        for column in COLUMNS:
            value = result.get(column)
            cells.append("{:.3f} [{:.3f}, {:.3f}]".format(*value) if isinstance(value, tuple) else "")
        speed = result["pages_per_second"]
        times = f"{speed / base:.1f}×" if isinstance(base, float) and isinstance(speed, float) else ""
        print(f"| {name} | {' | '.join(cells)} | {speed:.1f} | {times} |")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
