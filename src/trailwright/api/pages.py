"""What a browser gets: the built web app, or, until there is one, a page that explains itself."""

from pathlib import Path

from fastapi import FastAPI
from starlette.responses import HTMLResponse

from trailwright import __version__
from trailwright.api.web import PAGE, WebApp

WEB_DIST = Path(__file__).parents[1] / "web_dist"
POLICY = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-cache",
}
STYLE = """
:root{color-scheme:light dark;
--paper:#FBFAF7;--sheet:#fff;--line:#E4E1D8;--ink:#1F2421;--soft:#565D58;--moss:#2F6B4F;--lake:#1F5F8B}
@media (prefers-color-scheme:dark){:root{
--paper:#141715;--sheet:#1B1F1C;--line:#2C322E;--ink:#ECEBE4;--soft:#A6ADA7;--moss:#7CC4A0;--lake:#7FB8E0}}
body{background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,sans-serif;margin:0;padding:48px 16px}
main{max-width:68ch;margin:auto}
h1{font-size:28px;line-height:1.2}
h2{font-size:20px;margin-top:40px}
h3{font-size:16px;margin:28px 0 4px}
a{color:var(--lake)}
code,pre{font:14px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}
pre{background:var(--sheet);border:1px solid var(--line);border-radius:8px;padding:12px 16px;overflow-x:auto}
.soft{color:var(--soft)}
.verb{color:var(--moss);font-weight:600}
table{border-collapse:collapse;width:100%}
td{border-bottom:1px solid var(--line);padding:4px 8px 4px 0;text-align:left;vertical-align:top}
"""

_HOME = """
<h1>Trailwright is running</h1>
<p>It turns a goal, what you know and the hours you have into a learning roadmap of your own, and writes
it: a tutorial, checked links and a quiz for every concept.</p>
<h2>Make one now</h2>
<p>The web app is not part of this build yet. From a terminal:</p>
<pre>trailwright generate "Bake sourdough bread at home" --hours-per-week 4</pre>
<p>It joins this server, shows what is being written, and asks you to look at the plan before the writing
begins.</p>
<h2>Or by program</h2>
<pre>curl -X POST -H 'Content-Type: application/json' \\
  -d '{"preferences": {"learning_goal": "Bake sourdough bread at home"}, "size": "mini"}' \\
  http://127.0.0.1:PORT/api/v1/tasks/generate</pre>
<ul>
<li><a href="/api/v1/docs">What the API offers</a>, <a href="/api/v1/openapi.json">as OpenAPI</a></li>
<li>As JSON: <a href="/api/v1/roadmaps">your roadmaps</a>,
<a href="/api/v1/users/me/tasks">your tasks</a></li>
<li><a href="/api/v1/health/ready">Is everything ready?</a></li>
</ul>
<p class="soft">Only this machine can reach it. Nothing is sent anywhere but to the model and the search
you set. Stop it with Ctrl-C; what is unfinished goes on at the next start.</p>
"""


def page(title: str, body: str) -> HTMLResponse:
    """A page that needs nothing from anywhere else."""
    return HTMLResponse(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title>"
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f'<body><main>{body}<p class="soft">Trailwright {__version__}</p></main></body></html>',
        headers=POLICY,
    )


def install(app: FastAPI, web_dist: Path = WEB_DIST) -> None:
    """Serve the web app from `web_dist`; without one, a page that explains."""
    if (web_dist / PAGE).is_file():
        app.router.default = WebApp(web_dist, app.router.default)
    else:
        app.add_api_route("/", _home, methods=["GET"], include_in_schema=False)


async def _home() -> HTMLResponse:
    """What runs here, and what to do with it."""
    return page("Trailwright", _HOME)
