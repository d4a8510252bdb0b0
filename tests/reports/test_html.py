import io
import json
import re
import shutil

import pytest
from playwright.sync_api import sync_playwright

from credit_migration import reports
from credit_migration.data import Chart, Column, Finding, Level, Report, Section
from credit_migration.reports.call_graph import DRAWN_PATHS, call_graph
from credit_migration.reports.html_format import DRAWN_BARS, SHOWN_RECORDS
from tests import history

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="No Chromium here (Debian: apt-get install chromium).")

COLUMNS = (Column(name="name", title="Name"), Column(name="rows", title="Rows"))


def html(report):
    out = io.StringIO()
    reports.render(report, "html", out)
    return out.getvalue()


def report(**parts):
    return Report(command="some_command", title="A <title>", facts={"rows": 3, "nothing": None}, **parts)


def test_needs_nothing_from_elsewhere():
    section = Section(
        name="s", title="S", columns=COLUMNS, rows=[("a", 1)], chart=Chart(label="name", series=("rows",))
    )
    page = html(report(sections=(section,)))
    assert "default-src 'none'" in page
    assert not re.search(r"<(?:script|img|link|iframe)[^>]*(?:src|href)=[\"'](?!data:,)", page)
    assert "sourceMappingURL" not in page
    assert "url(" not in re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]


def test_text_stays_text():
    hostile = "</script><script>alert(1)</script>"
    section = Section(
        name="s", title="S", columns=COLUMNS, rows=[(hostile, 1)], chart=Chart(label="name", series=("rows",))
    )
    page = html(report(sections=(section,)))
    assert hostile not in page
    assert "<h1>A &lt;title&gt;</h1>" in page
    assert "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_chart_has_the_first_bars_and_every_month():
    rows = [(f"n{number:03}", number) for number in range(DRAWN_BARS + 10)]
    bars = Section(name="b", title="B", columns=COLUMNS, rows=rows, chart=Chart(label="name", series=("rows",)))
    line = Chart(label="name", series=("rows",), over_time=True)
    months = Section(name="m", title="M", columns=COLUMNS, rows=rows, chart=line)
    page = html(report(sections=(bars, months)))
    charts = json.loads(re.search(r'<script id="charts" type="application/json">(.*?)</script>', page)[1])
    assert [(chart["id"], len(chart["labels"])) for chart in charts] == [("chart-b", 30), ("chart-m", 40)]
    assert charts[1]["series"] == [{"name": "Rows", "values": list(range(40))}]


@pytest.mark.parametrize("total", [None, SHOWN_RECORDS + 5])
def test_rows_are_shown_up_to_a_number_and_the_rest_is_told(total):
    rows = (("x", number) for number in range(SHOWN_RECORDS + 5))
    page = html(report(records=Section(name="rows", title="Rows", columns=COLUMNS, rows=rows, total=total)))
    assert page.count("<td>x</td>") == SHOWN_RECORDS
    assert f"The first {SHOWN_RECORDS} of {SHOWN_RECORDS + 5} rows." in page


def test_empty_tables_say_so():
    page = html(report(sections=(Section(name="s", title="S", columns=COLUMNS, rows=[]),)))
    assert "<p>None.</p>" in page
    assert "<canvas" not in page


class Page:
    """A page in a real browser, with everything it complains of or asks for."""

    def __init__(self, browser, path, **context):
        self.complaints, self.requests = [], []
        self.page = browser.new_page(**context)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())

    def table(self, name):
        script = """name => {
            const table = document.getElementById(`${name}-table`);
            const names = [...table.tHead.rows[0].cells].map(cell => cell.dataset.name);
            return [...table.tBodies[0].rows].filter(row => !row.hidden).map(row =>
                Object.fromEntries([...row.cells].map((cell, at) => [names[at], cell.textContent])));
        }"""
        return self.page.evaluate(script, name)


@pytest.fixture
def pages(run_command, tmp_path, request):
    """The audit's and the inference's page, and their JSON."""
    history.make_catalogue()
    history.make_legacy_rows()
    history.make_recorded_rows()
    made = {}
    for command in ("audit_credit_pathways", "infer_program_candidates", "report_credit_requests"):
        path = tmp_path / f"{command}.html"
        run_command(command, "--format=html", f"--output={path}")
        made[command] = path, json.loads(run_command(command, "--format=json")[1])
    return made


@needs_browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_in_a_real_browser(pages, scheme):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for path, expected in pages.values():
            opened = Page(browser, path, color_scheme=scheme)
            assert opened.complaints == []
            assert opened.requests == [path.as_uri()]
            for name, lines in expected["sections"].items():
                if lines:
                    shown = opened.table(name)
                    told = [{key: "" if value is None else str(value) for key, value in line.items()} for line in lines]
                    assert shown == told, name
            assert opened.page.locator("canvas").count() >= 1
            background = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert background == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(20, 24, 31)")
        browser.close()


@needs_browser
@pytest.mark.django_db(transaction=True)
def test_tables_sort_and_filter_by_keyboard(pages):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        opened = Page(browser, pages["report_credit_requests"][0])
        requests = opened.page.locator("#requests-table th[data-name=requests] button")
        requests.focus()
        opened.page.keyboard.press("Enter")
        opened.page.keyboard.press("Enter")
        assert [line["requests"] for line in opened.table("requests")][:4] == ["4", "1", "1", "0"]
        assert opened.page.locator("#requests-table th[aria-sort=descending]").count() == 1

        box = opened.page.get_by_label("Filter rows").first
        box.focus()
        opened.page.keyboard.type("chem")
        assert [line["program_title"] for line in opened.table("requests")] == ["<b>Chemistry</b>"]
        assert opened.page.locator("#requests output").text_content() == "1 of 9 rows"

        opened.page.emulate_media(media="print")
        assert not opened.page.locator("nav").is_visible()
        assert opened.page.locator("#requests-table").is_visible()
        assert opened.complaints == []
        browser.close()


SEND = "records/sending.py:9 ace.send"
ISSUER = "credentials/issuers.py:20 Issuer.issue_credential"
HOSTILE = "records/<b>.py:3 </script><script>alert(1)</script>"


def found(*path, undecided=False):
    level = Level.WARNING if undecided else Level.ERROR
    return Finding(id="x.E1", level=level, msg="It is sent.", hint="Stop it.", path=path, undecided=undecided)


PATHS = (
    found(HOSTILE, "records/hooks.py:7 exec", undecided=True),
    found("POST /award/", ISSUER, SEND),
    found("command award", "credentials/award.py:4 Command.handle", ISSUER, SEND),
)


def test_calls_that_paths_share_stand_in_the_graph_once():
    graph = call_graph(PATHS)

    assert [(node["name"], node["place"], node["part"]) for node in graph["nodes"]] == [
        ("POST /award/", "", "entry"),
        ("Issuer.issue_credential", "credentials/issuers.py:20", "call"),
        ("ace.send", "records/sending.py:9", "end"),
        ("command award", "", "entry"),
        ("Command.handle", "credentials/award.py:4", "call"),
        ("</script><script>alert(1)</script>", "records/<b>.py:3", "entry"),
        ("exec", "records/hooks.py:7", "open"),
    ]
    assert [(edge["source"], edge["target"], edge["undecided"]) for edge in graph["edges"]] == [
        ("n0", "n1", False),
        ("n1", "n2", False),
        ("n3", "n4", False),
        ("n4", "n1", False),
        ("n5", "n6", True),
    ]
    assert call_graph([found()]) is None


def test_a_page_without_call_paths_does_not_carry_the_library():
    assert len(html(report(findings=(found(),)))) < 20_000 < 400_000 < len(html(report(findings=PATHS)))


def test_paths_are_drawn_up_to_a_number_and_the_rest_is_told():
    page = html(report(findings=tuple(found(f"a.py:{line} f", SEND) for line in range(DRAWN_PATHS + 3))))

    assert f"The first {DRAWN_PATHS} of {DRAWN_PATHS + 3} call paths, from" in page
    assert page.count("ace.send</code></li>") == DRAWN_PATHS + 3


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_call_paths_are_drawn_in_a_real_browser(tmp_path, scheme):
    path = tmp_path / "paths.html"
    path.write_text(html(report(findings=PATHS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        opened = Page(browser, path, color_scheme=scheme, viewport={"width": 700, "height": 900})
        drawn = opened.page.evaluate(
            """() => {
                const place = document.getElementById("call-graph");
                const graph = place._cyreg.cy;
                const canvas = place.querySelector("canvas[data-id='layer2-node']");
                const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
                return {
                    labels: graph.nodes().map((node) => node.style("label")),
                    down: graph.edges().map((edge) => edge.source().position("y") < edge.target().position("y")),
                    inside: graph.nodes().map((node) => node.renderedBoundingBox()).every((box) =>
                        box.x1 >= 0 && box.y1 >= 0 && box.x2 <= place.clientWidth && box.y2 <= place.clientHeight),
                    painted: pixels.some((value) => value > 0),
                    colour: graph.nodes()[0].style("color"),
                };
            }"""
        )
        described = opened.page.get_by_role("img", name=re.compile("Each finding lists its calls in order"))
        lists = opened.page.get_by_role("list", name="Calls, outermost first")

        assert drawn["labels"][1] == "Issuer.issue_credential\ncredentials/issuers.py:20"
        assert drawn["labels"][5] == "</script><script>alert(1)</script>\nrecords/<b>.py:3"
        assert drawn["down"] == [True] * 5
        assert (drawn["inside"], drawn["painted"]) == (True, True)
        assert drawn["colour"] == ("rgb(28,36,48)" if scheme == "light" else "rgb(230,234,240)")
        assert (described.count(), lists.count()) == (1, 3)
        assert lists.nth(1).get_by_role("listitem").all_text_contents() == ["POST /award/", ISSUER, SEND]
        opened.page.emulate_media(media="print")
        assert opened.complaints == []
        assert opened.requests == [path.as_uri()]
        browser.close()


@needs_browser
def test_a_word_as_long_as_a_call_stays_on_a_narrow_screen(tmp_path):
    path = tmp_path / "narrow.html"
    called = f"UserCreditPathway.objects.get_or_create({'user=users[0],' * 9})"
    path.write_text(html(report(findings=(Finding(id="x.E1", level=Level.ERROR, msg=called, hint=called),))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        opened = Page(browser, path, viewport={"width": 390, "height": 900})

        assert opened.page.evaluate("document.documentElement.scrollWidth") == 390
        browser.close()
