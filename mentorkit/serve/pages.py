"""The pages around the apps: header, log-in, refusals, in the language of the reader."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Literal, get_args

import jinja2
from tornado.web import StaticFileHandler

from mentorkit.language import LANGUAGES, Language, Voice, later, say, speaking
from mentorkit.language.formats import listing
from mentorkit.privacy.permissions import APPS, ROLES, Actor
from mentorkit.programme.records import Grant
from mentorkit.serve.site import STEPS, RunLink, Site

#: Which start of the server this is, so that a page can tell that another one answers.
SERVER = secrets.token_hex(4)
TEMPLATES = Path(__file__).parent / "template"
STATIC = TEMPLATES / "static"
#: Light or dark, or as the reader's system is set.
Theme = Literal["system", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
_THEME_NAMES: dict[Theme, str] = {
    "system": later("As the system is set"),
    "light": later("Light"),
    "dark": later("Dark"),
}
LANGUAGE_NAMES: dict[Language, str] = {"de": "Deutsch", "en": "English"}

#: What is said about an HTTP status: heading and what to do.
REFUSALS: dict[int, tuple[str, str]] = {
    403: (
        later("This is not open to you"),
        later("Your log-in has no role for this page, or the form was too old. Please start again."),
    ),
    404: (
        later("There is no such page"),
        later("The address may be mistyped, or the page has moved."),
    ),
    500: (
        later("Something went wrong"),
        later("The page could not be made. What was saved is safe. Please try again."),
    ),
    503: (
        later("Too many pages are open"),
        later("There is no room for another page just now. Please close one and try again in a minute."),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """Who sees a page, in which language, about which run."""

    site: Site
    language: Language
    address: str
    actor: Actor | None = None
    runs: tuple[RunLink, ...] = ()
    run: str = ""
    theme: Theme = "system"

    @property
    def color_scheme(self) -> str:
        """The theme as CSS names it."""
        return "light dark" if self.theme == "system" else self.theme

    @property
    def run_link(self) -> RunLink | None:
        """The run the page is about."""
        return next((run for run in self.runs if run.id == self.run), None)

    @property
    def run_title(self) -> str:
        """Programme and run, as people read them."""
        return self.run_link.title if self.run_link else ""

    @property
    def grants(self) -> list[Grant]:
        """The roles of the reader in the programme of the run; all of them where there is no run."""
        held = self.actor.grants if self.actor else ()
        here = self.run_link
        return [g for g in held if here is None or g.programme_id in (None, here.programme_id)]

    def opens(self, app: str) -> bool:
        """Tell whether an app has something for the reader in this programme."""
        if self.actor is None:
            return False
        if self.run_link is None and app in APPS:
            return any(self.actor.opens(app, grant.programme_id) for grant in self.grants)
        return self.actor.opens(app, self.run_link.programme_id if self.run_link else None)


def chosen_run(runs: tuple[RunLink, ...], *asked: str) -> str:
    """Return the first of the asked-for runs that is there; empty if none of them is."""
    known = [run.id for run in runs]
    return next((run for run in asked if run in known), "")


def page(template: str, visit: Visit, /, **values: object) -> str:
    """Return a whole page."""
    with speaking(Voice(visit.language)):
        top = header(visit, xsrf=str(values.get("xsrf", "")))
        frame = {"visit": visit, "header": top, "words": _frame_words(visit)}
        return templates().get_template(f"{template}.html").render(**frame, **values)


def login_page(  # noqa: PLR0913 - what the form is filled with
    visit: Visit, *, action: str, xsrf: str, name: str = "", problem: str = "", demo: bool = False
) -> str:
    """Return the log-in page, with a problem (a message) of the attempt before.

    In the demo there is a button that needs no password. Its user may do everything, or nobody could try how
    a programme is begun and how log-ins are given.
    """
    with speaking(Voice(visit.language)):
        words = {
            "problem": say(problem) if problem else "",
            "title": say("Log in"),
            "lead": say("Please log in to your mentoring programme."),
            "name": say("User name"),
            "password": say("Password"),
            "button": say("Log in"),
            "demo": say("Enter the demo with all rights") if demo else "",
            "demo_help": say(
                "You are programme lead and operation at once there, to try everything. "
                "All people in it are invented; no password is needed."
            ),
            "help": say("No log-in, or password lost? Whoever runs this server makes a new link for you."),
        }  # fmt: skip
    return page("login", visit, login=words, action=action, xsrf=xsrf, user=name)


def link_page(visit: Visit, *, action: str, xsrf: str, token: str, whom: str = "") -> str:
    """Return the page behind a log-in link: programs that only look at it do not use it up.

    It goes on by itself, unless somebody else is logged in than the link is for (``whom``).
    """
    with speaking(Voice(visit.language)):
        words = {
            "title": say("Log in"),
            "lead": say("This link logs you in once."),
            "button": say("Log in and go on"),
            "stay": "",
        }
        if whom and visit.actor:
            me = visit.actor.display_name
            words |= {
                "lead": say("You are logged in as {me}. This link is for {whom}; it logs in once, and it "
                            "logs {me} out here.", me=me, whom=whom),
                "button": say("Log out and go on as {whom}", whom=whom),
                "stay": say("Stay logged in as {me}", me=me),
            }  # fmt: skip
    return page("link", visit, login=words, action=action, xsrf=xsrf, token=token)


def used_link_page(visit: Visit) -> str:
    """Return the page behind a link that holds no more."""
    with speaking(Voice(visit.language)):
        words = {
            "title": say("This link holds no more"),
            "lead": say("This link was used already or is too old. Please ask for a new one."),
            "button": say("Log in"),
        }
    return page("refusal", visit, refusal=words, status="")


def refusal_page(visit: Visit, status: int) -> str:
    """Return the page for an HTTP status; it tells nothing of the inside."""
    heading, advice = REFUSALS.get(status, REFUSALS[500])
    with speaking(Voice(visit.language)):
        words = {"title": say(heading), "lead": say(advice), "button": say("To the start page")}
    return page("refusal", visit, refusal=words, status=status)


def not_let_in_page(visit: Visit, why: str) -> str:
    """Return the page for somebody whom JupyterHub knows and this workbench does not let in."""
    with speaking(Voice(visit.language)):
        advice = say("Please ask the programme lead, or whoever runs this server.")
        words = {"title": say("You are not let in"), "lead": f"{why} {advice}", "button": say("Try again")}
    return page("refusal", visit, refusal=words, status="")


def closed_page(visit: Visit, app: str, xsrf: str) -> str:
    """Return the page for an app that has nothing for the reader's role in this programme."""
    with speaking(Voice(visit.language)):
        advice = say("If you need this page, please ask the programme lead.")
        words = {
            "title": say("“{app}” is not part of your role", app=say(STEPS.get(app, app))),
            "lead": f"{_standing(visit)} {advice}",
            "button": say("To the start page"),
        }
    return page("refusal", visit, refusal=words, status="", xsrf=xsrf)


def app_frame(visit: Visit, app: str, xsrf: str) -> dict[str, str]:
    """Return what the template of the apps puts around a notebook, as finished HTML and texts."""
    with speaking(Voice(visit.language)):
        title = say(STEPS.get(app, app))
        parts = [title, visit.run_title, "mentorkit"]
        return {
            "language": visit.language,
            "theme": visit.theme,
            "color_scheme": visit.color_scheme,
            "title": " – ".join(part for part in parts if part),
            "header": header(visit, app=app, xsrf=xsrf),
            "loading": say("“{app}” is being opened …", app=title),
            "broken": say("This page could not be built. What was saved is safe. Please load it again."),
            "skip": say("Skip to the content"),
            "style": asset(visit.site, "mentorkit.css"),
            "script": asset(visit.site, "mentorkit.js"),
            "icon": asset(visit.site, "favicon.svg"),
            "words": json.dumps(_banner_words(), ensure_ascii=False).replace("<", "\\u003c"),
        }


def header(visit: Visit, *, app: str = "", xsrf: str = "") -> str:
    """Return the header: product, run, steps of the year, language, who is logged in."""
    words = {
        "steps": say("Steps of the year"),
        "run": say("Programme and run"),
        "no_run": say("No run yet"),
        "language": say("Language"),
        "theme": say("Light or dark"),
        "help": say("Help"),
        "account": say("My log-in"),
        "logout": say("Log out"),
        "user": say("Logged in as"),
        "role": say("Your role in this programme"),
        "demo": say("Demo with invented people"),
        "demo_short": say("Demo"),
    }
    steps = [(name, say(title)) for name, title in visit.site.steps.items() if visit.opens(name)]
    template = templates().get_template("header.html")
    return template.render(
        visit=visit, app=app, xsrf=xsrf, words=words, steps=steps,
        languages=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        themes=[(code, say(name)) for code, name in _THEME_NAMES.items()],
        programmes=[list(runs) for _, runs in groupby(visit.runs, key=lambda run: run.programme_id)],
        roles=_roles(visit),
    )  # fmt: skip


def _standing(visit: Visit) -> str:
    """Return as what the reader is known here, as a sentence."""
    here, roles = visit.run_link, _roles(visit)
    if not roles:
        return say("You have a log-in, but no role in any programme yet.")
    if here is None:
        return say("Your role is: {role}. There is no run that you could open.", role=listing(roles))
    return say(
        "In the programme “{programme}” your role is: {role}.",
        programme=here.programme,
        role=listing(roles),
    )


def _roles(visit: Visit) -> list[str]:
    """Return the reader's roles in the programme, in words, with the organisation where there is one."""
    titles = [
        say("{role}: {organisation}", role=say(ROLES[grant.role]), organisation=grant.organisation)
        if grant.organisation
        else say(ROLES[grant.role])
        for known in ROLES
        for grant in visit.grants
        if grant.role == known
    ]
    return list(dict.fromkeys(titles))


def asset(site: Site, name: str) -> str:
    """Return the address of a file of this product, which changes with its content."""
    return StaticFileHandler.make_static_url(
        {"static_url_prefix": site.at("assets/"), "static_path": str(STATIC)}, name
    )


def _frame_words(visit: Visit) -> dict[str, str]:
    return {
        "skip": say("Skip to the content"),
        "style": asset(visit.site, "mentorkit.css"),
        "script": asset(visit.site, "mentorkit.js"),
        "icon": asset(visit.site, "favicon.svg"),
        "language": visit.language,
    }


def _banner_words() -> dict[str, str]:
    """Return what an app's page says when something ended or failed, by what it was."""
    return {
        "server": SERVER,
        "died": say("The program behind this page has stopped. What was saved is safe; load the page again."),
        "closed": say(
            "This page was closed, since it was not used for long or too many pages were open. "
            "What was saved is safe; load the page again."
        ),
        "restarted": say("The server was started anew. What was saved is safe; load the page again."),
        "offline": say("The connection is lost. Trying again …"),
        "back": say("The connection is back."),
        "out": say("Your log-in has ended. What was saved is safe; please log in again."),
        "failed": say("The last action failed and was not carried out. What was saved is safe."),
        "slow": say("This takes longer than usual. Please wait a little …"),
        "reload": say("Load the page again"),
        "login": say("Log in again"),
        "close": say("Close"),
    }


@cache
def templates() -> jinja2.Environment:
    """Return the templates of the pages; every value is escaped."""
    loader = jinja2.FileSystemLoader(TEMPLATES / "pages")
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
