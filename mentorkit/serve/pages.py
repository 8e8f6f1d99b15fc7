"""The pages around the apps: header, log-in, refusals, in the language of the reader."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import jinja2
from tornado.web import StaticFileHandler

from mentorkit.language import LANGUAGES, Language, Voice, later, say, speaking
from mentorkit.privacy.permissions import ROLES, Actor
from mentorkit.serve.site import STEPS, RunLink, Site

TEMPLATES = Path(__file__).parent / "template"
STATIC = TEMPLATES / "static"
#: Light or dark, or as the reader's system is set.
#: Which start of the server this is, so that a page can tell that another one answers.
SERVER = secrets.token_hex(4)
Theme = Literal["system", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
_THEME_NAMES: dict[Theme, str] = {
    "system": later("As the system is set"),
    "light": later("Light"),
    "dark": later("Dark"),
}
_LANGUAGE_NAMES: dict[Language, str] = {"de": "Deutsch", "en": "English"}

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
    def run_title(self) -> str:
        """Programme and run, as people read them."""
        return next((run.title for run in self.runs if run.id == self.run), "")


def chosen_run(runs: tuple[RunLink, ...], *asked: str) -> str:
    """Return the first of the asked-for runs that is there, or else the first of all."""
    known = [run.id for run in runs]
    return next((run for run in asked if run in known), known[0] if known else "")


def page(template: str, visit: Visit, /, **values: object) -> str:
    """Return a whole page."""
    with speaking(Voice(visit.language)):
        top = header(visit, xsrf=str(values.get("xsrf", "")))
        frame = {"visit": visit, "header": top, "words": _frame_words(visit)}
        return _templates().get_template(f"{template}.html").render(**frame, **values)


def login_page(visit: Visit, *, action: str, xsrf: str, name: str = "", problem: str = "") -> str:
    """Return the log-in page, with a problem (a message) of the attempt before."""
    with speaking(Voice(visit.language)):
        words = {
            "problem": say(problem) if problem else "",
            "title": say("Log in"),
            "lead": say("Please log in to your mentoring programme."),
            "name": say("User name"),
            "password": say("Password"),
            "button": say("Log in"),
            "help": say("No log-in, or password lost? Whoever runs this server makes a new link for you."),
        }  # fmt: skip
    return page("login", visit, login=words, action=action, xsrf=xsrf, user=name)


def link_page(visit: Visit, *, action: str, xsrf: str, token: str) -> str:
    """Return the page behind a log-in link: programs that only look at it do not use it up."""
    with speaking(Voice(visit.language)):
        words = {
            "title": say("Log in"),
            "lead": say("This link logs you in once."),
            "button": say("Log in and go on"),
        }
    return page("link", visit, login=words, action=action, xsrf=xsrf, token=token)


def refusal_page(visit: Visit, status: int) -> str:
    """Return the page for an HTTP status; it tells nothing of the inside."""
    heading, advice = REFUSALS.get(status, REFUSALS[500])
    with speaking(Voice(visit.language)):
        words = {"title": say(heading), "lead": say(advice), "button": say("To the start page")}
    return page("refusal", visit, refusal=words, status=status)


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
            "skip": say("Skip to the content"),
            "style": asset("mentorkit.css"),
            "script": asset("mentorkit.js"),
            "icon": asset("favicon.svg"),
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
        "logout": say("Log out"),
        "user": say("Logged in as"),
        "demo": say("Demo with invented people"),
    }
    steps = [(name, say(title)) for name, title in visit.site.steps.items()]
    languages = [(code, _LANGUAGE_NAMES[code]) for code in LANGUAGES]
    themes = [(code, say(name)) for code, name in _THEME_NAMES.items()]
    held = {grant.role for grant in visit.actor.grants} if visit.actor else set()
    roles = [say(title) for role, title in ROLES.items() if role in held]
    template = _templates().get_template("header.html")
    return template.render(
        visit=visit, app=app, xsrf=xsrf, words=words, steps=steps, languages=languages,
        themes=themes, roles=roles,
    )  # fmt: skip


def asset(name: str) -> str:
    """Return the address of a file of this product, which changes with its content."""
    return StaticFileHandler.make_static_url(
        {"static_url_prefix": "/assets/", "static_path": str(STATIC)}, name
    )

            "broken": say("This page could not be built. What was saved is safe. Please load it again."),

def _frame_words(visit: Visit) -> dict[str, str]:
    return {
        "skip": say("Skip to the content"),
        "style": asset("mentorkit.css"),
        "script": asset("mentorkit.js"),
        "icon": asset("favicon.svg"),
        "language": visit.language,
    }


def _banner_words() -> dict[str, str]:
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
        "reload": say("Load the page again"),
        "close": say("Close"),
    }


@cache
def _templates() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(TEMPLATES / "pages")
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
        "login": say("Log in again"),
