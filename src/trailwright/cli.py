"""The command line: options only. What a command does stands in `commandline`, imported when it is called.

Exit codes everywhere: 0 done, 1 not done (the reason is on standard error), 2 called the wrong way, 130 ended
by Ctrl-C. `generate` adds its own, see there.
"""
# ruff: noqa: PLC0415 - a command loads its own body when it is called, so that --help loads none

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from trailwright import __version__
from trailwright.commandline.trouble import Trouble

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="From a goal to a personal learning roadmap, written for you.",
)
model_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The local model's weights.")
app.add_typer(model_app, name="model")
user_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Accounts (AUTH__MODE=accounts).")
app.add_typer(user_app, name="user")

Level = Literal["beginner", "intermediate", "advanced"]
Size = Literal["mini", "short", "full"]
Data = Annotated[
    Path | None,
    typer.Option("--data", help="The data folder; else TRAILWRIGHT_DATA_DIR.", show_default=False),
]
MetricsPort = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=65535,
        help="Serve /metrics and /health/live here; beyond this machine only with METRICS__TOKEN.",
        show_default="none",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Only data on standard output.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def main() -> None:
    """The program; every expected end is one or two lines and an exit code."""
    from trailwright.commandline.ends import last_words
    from trailwright.commandline.output import never_fail

    sys.excepthook = last_words
    never_fail()
    program = typer.main.get_command(app)  # calling `app` itself would set typer's own last words
    try:
        program()
    except Trouble as trouble:
        sys.stderr.write(f"trailwright: {trouble}\n")
        sys.exit(trouble.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("trailwright: stopped\n")
        sys.exit(130)


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"trailwright {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version


@app.command()
def up(
    *,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    data: Data = None,
    browser: Annotated[
        bool | None, typer.Option("--open/--no-open", help="Open the browser when ready.", show_default=False)
    ] = None,
) -> None:
    """Run the whole product here: web app, API, worker, database. Ctrl-C ends it; nothing is lost."""
    from trailwright.commandline import up as body

    raise typer.Exit(body.run(host, port, data, browser=browser))


@app.command()
def generate(
    goal: Annotated[str | None, typer.Argument(help="What you want to learn.", show_default=False)] = None,
    *,
    hours_per_week: Annotated[float | None, typer.Option(help="1 to 168.", show_default="5")] = None,
    weeks: Annotated[int | None, typer.Option(min=1, max=520, help="Be done in so many weeks.")] = None,
    level: Annotated[
        Level | None, typer.Option(help="What you know already.", show_default="beginner")
    ] = None,
    language: Annotated[str | None, typer.Option(help="Code of the language, such as en, zh, pt-BR.")] = None,
    background: Annotated[str | None, typer.Option(help="What you do and know already.")] = None,
    motivation: Annotated[str | None, typer.Option(help="Why you want to learn it.")] = None,
    size: Annotated[Size | None, typer.Option(help="How large.", show_default="full")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Approve the plan without a question.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One event a line, the result last.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write everything to.", show_default=False)
    ] = None,
    server: Annotated[str | None, typer.Option(help="Use this running product.", show_default=False)] = None,
    resume: Annotated[str | None, typer.Option(help="Go on with this task.", metavar="TASK_ID")] = None,
    data: Data = None,
) -> None:
    """Make one roadmap in the terminal: plan, your review, every lesson, links and quiz.

    Exit codes: 0 completed, 2 a decision is needed and nobody is at the terminal, 3 some pieces failed,
    4 failed, 130 cancelled.
    """
    from trailwright.commandline.generate import command as body

    wishes = body.Wishes(
        goal=goal,
        hours_per_week=hours_per_week,
        weeks=weeks,
        level=level,
        language=language,
        background=background,
        motivation=motivation,
        size=size,
    )
    manner = body.Manner(yes=yes, as_json=as_json, out=out, server=server, resume=resume, data=data)
    raise typer.Exit(body.run(wishes, manner))


@app.command()
def api(
    *,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    data: Data = None,
) -> None:
    """Answer requests and nothing else; workers do the work. Needs PostgreSQL."""
    from trailwright.commandline import api as body

    raise typer.Exit(body.run(host, port, data))


@app.command()
def worker(
    *,
    queues: Annotated[
        str | None,
        typer.Option(
            help="Of interactive, framework, content_generation, covers; with commas between.",
            show_default="all",
        ),
    ] = None,
    concurrency: Annotated[
        int | None,
        typer.Option(min=1, max=10_000, help="Items at a time.", show_default="WORKER__CONCURRENCY"),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="What monitors call it.", show_default="by its number")
    ] = None,
    metrics_port: MetricsPort = None,
    data: Data = None,
) -> None:
    """Make what is ordered. SIGTERM lets items finish for WORKER__DRAIN_S. Needs PostgreSQL."""
    from trailwright.commandline import worker as body

    raise typer.Exit(body.run(queues, concurrency, name, metrics_port, data))


@app.command()
def scheduler(*, metrics_port: MetricsPort = None, data: Data = None) -> None:
    """Only look after what others do: leases of the dead, failed covers, the trash. Any number may run."""
    from trailwright.commandline import worker as body

    raise typer.Exit(body.run_scheduler(metrics_port, data))


@app.command()
def migrate(data: Data = None) -> None:
    """Bring the database up to this version; it is backed up first."""
    from trailwright.commandline import migrate as body

    raise typer.Exit(body.run(data))


@app.command("rotate-key")
def rotate_key(data: Data = None) -> None:
    """Another secret; stored keys are sealed with it. The product must not run meanwhile."""
    from trailwright.commandline import rotate as body

    raise typer.Exit(body.run(data))


@app.command()
def doctor(
    *,
    settings: Annotated[bool, typer.Option("--settings", help="List every setting and its source.")] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Try each part for real and say what is wrong and what to do. Exit 1 if one fails."""
    from trailwright.commandline.doctor import command as body

    raise typer.Exit(body.run(data, only_settings=settings, as_json=as_json))


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="Ends in .tar.gz.")], data: Data = None) -> None:
    """Write everything into one file; the product may go on running."""
    from trailwright.commandline import backup as body

    raise typer.Exit(body.run(file, data))


@app.command()
def restore(
    file: Path,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace what is in the data folder.")] = False,
    data: Data = None,
) -> None:
    """Put a backup back. What is in the data folder stays unless --force is given."""
    from trailwright.commandline import restore as body

    raise typer.Exit(body.run(file, data, force=force))


@app.command("export")
def export_(
    roadmap_id: str,
    *,
    form: Annotated[str, typer.Option("--format", help="json or markdown.")] = "json",
    out: Annotated[Path, typer.Option(help="json: a file. markdown: a .md file, a .zip file or a folder.")],
    data: Data = None,
) -> None:
    """Write a roadmap with everything in it."""
    from trailwright.commandline import transfer as body

    raise typer.Exit(body.run_export(roadmap_id, form, out, data))


@app.command("import")
def import_(
    file: Path,
    *,
    copy: Annotated[bool, typer.Option("--copy", help="Under new ids, beside the original.")] = False,
    user: Annotated[
        str | None, typer.Option(help="Whose it will be, where there are accounts.", metavar="EMAIL")
    ] = None,
    data: Data = None,
) -> None:
    """Take in a roadmap that `export --format json` wrote."""
    from trailwright.commandline import transfer as body

    raise typer.Exit(body.run_import(file, data, copy=copy, user=user))


@app.command("simulate-llm")
def simulate_llm(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8089,
    latency: Annotated[float, typer.Option(help="Seconds until the last byte.")] = 0.0,
    jitter: Annotated[float, typer.Option(help="At most so many seconds more.")] = 0.0,
    faults: Annotated[str, typer.Option(help="[agent.]kind:probability, with commas between.")] = "",
    rpm: Annotated[int | None, typer.Option(help="Completions a minute; more get 429.")] = None,
    seed: Annotated[int, typer.Option(help="Same request, same seed, same answer.")] = 0,
) -> None:
    """Serve a model that only pretends, for tests and demonstrations."""
    from trailwright.commandline import simulate as body

    raise typer.Exit(body.run(port, latency=latency, jitter=jitter, faults=faults, rpm=rpm, seed=seed))


@app.command()
def check(
    what: Annotated[str, typer.Argument(metavar="PATH-or-ROADMAP_ID")],
    *,
    kind: Annotated[str | None, typer.Option(help="roadmap, quiz or tutorial.")] = None,
    links: Annotated[bool, typer.Option("--links", help="Open the links too.")] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Judge a framework, a quiz, a tutorial or a roadmap by the rules. Exit 1 on a failed gate."""
    from trailwright.commandline import check as body

    raise typer.Exit(body.run(what, kind, data, links=links, as_json=as_json))


Name = Annotated[str | None, typer.Argument(metavar="[1.5b|0.5b]", help="Which one.", show_default="as set")]


@model_app.command("install")
def model_install(name: Name = None, *, yes: Yes = False, data: Data = None) -> None:
    """Get the local model; a download that was cut off goes on."""
    from trailwright.commandline import model as body

    raise typer.Exit(body.install(name, data, yes=yes))


@model_app.command("list")
def model_list(*, as_json: AsJson = False, data: Data = None) -> None:
    """Which there are, and which are here."""
    from trailwright.commandline import model as body

    raise typer.Exit(body.list_models(data, as_json=as_json))


@model_app.command("remove")
def model_remove(name: Name = None, *, data: Data = None) -> None:
    """Delete it from the data folder."""
    from trailwright.commandline import model as body

    raise typer.Exit(body.remove(name, data))


Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The account's address.")]


@user_app.command("add")
def user_add(
    email: Email,
    *,
    admin: Annotated[
        bool, typer.Option("--admin", help="An admin; the first account is one anyway.")
    ] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Make an account. The password is asked for, or read from standard input; an empty one is made up."""
    from trailwright.commandline import users as body

    raise typer.Exit(body.add(email, data, admin=admin, as_json=as_json))


@user_app.command("reset")
def user_reset(email: Email, *, as_json: AsJson = False, data: Data = None) -> None:
    """Print a link to a new password, good for an hour."""
    from trailwright.commandline import users as body

    raise typer.Exit(body.reset(email, data, as_json=as_json))


@user_app.command("disable")
def user_disable(
    email: Email,
    *,
    enable: Annotated[bool, typer.Option("--enable", help="Let in again.")] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Shut somebody out: sessions and tokens hold no more from this moment on."""
    from trailwright.commandline import users as body

    raise typer.Exit(body.disable(email, data, enable=enable, as_json=as_json))


@user_app.command("admin")
def user_admin(
    email: Email,
    *,
    revoke: Annotated[bool, typer.Option("--revoke", help="A learner again.")] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Make somebody an admin."""
    from trailwright.commandline import users as body

    raise typer.Exit(body.admin(email, data, revoke=revoke, as_json=as_json))
