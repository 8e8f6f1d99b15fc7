"""The page behind a personal link: one form, made here whole, without log-in, kernel or script."""

# mypy: disable-error-code="misc"
# (Jupyter's handlers are not typed, so they cannot be checked as bases.)

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado.web import HTTPError

from mentorkit.forms import links
from mentorkit.forms.links import Invitation, LinkRefused
from mentorkit.forms.schema import Wording
from mentorkit.language import Language, later, say, say_n, speaking
from mentorkit.programme.records import Run
from mentorkit.programme.settings import Texts
from mentorkit.serve.form_page import TOO_MANY, Limits, head_of, in_thread, shown
from mentorkit.serve.in_confidence import SheetPage

#: What a form may weigh, and a sheet on which long texts are written.
_LARGEST, _LARGEST_SHEET = 64 * 1024, 512 * 1024


class Apply(SheetPage):
    """A personal link. Its token stands in the path, so no other page can send this form."""

    @allow_unauthenticated
    async def get(self, token: str) -> None:
        """Show the form; that does not use the link up."""
        if await in_thread(lambda: links.purpose_of(self.site.store, token)) != "application":
            await self.show_sheet(token)
            return
        try:
            asked = await in_thread(lambda: links.look(self.site.store, token))
        except LinkRefused as refused:
            if refused.state == "used" and self.get_query_argument("sent", ""):
                await self._confirm(token)
            else:
                self.refuse(refused)
            return
        self._form(asked, self.chosen(asked.settings, self.get_query_argument("lang", "")), asked.known)

    @allow_unauthenticated
    async def post(self, token: str) -> None:
        """Take in what was typed, or say what is wrong with it; what was typed stays."""
        in_confidence = await in_thread(lambda: links.purpose_of(self.site.store, token)) != "application"
        if len(self.request.body) > (_LARGEST_SHEET if in_confidence else _LARGEST):
            raise HTTPError(413)
        typed = {name: self.get_body_argument(name, "", strip=False) for name in self.request.body_arguments}
        if in_confidence:
            await self.take_sheet(token, typed)
            return
        try:
            asked = await in_thread(lambda: links.look(self.site.store, token))
            language = self.chosen(asked.settings, typed.get("language", ""))
            if typed.get("lang"):  # another language, nothing is sent
                self._form(asked, self.chosen(asked.settings, typed["lang"]), typed)
                return
            if not self.limits.sending.allows(token):
                self.stop(429, *TOO_MANY)
                return
            wrong = await in_thread(
                lambda: links.redeem(
                    self.site.store,
                    token,
                    typed,
                    agreed=typed.get("consent", ""),
                    language=language,
                    besides={p: typed.get(f"consent-{p}", "") for p in asked.further(language)},
                )
            )
        except LinkRefused as refused:
            self.refuse(refused)
            return
        if wrong:
            self.set_status(422)
            self._form(asked, language, typed, wrong)
        else:
            self.redirect("?" + urlencode({"sent": 1, "lang": language}), status=303)

    # -- pages ----------------------------------------------------------------------------------

    def _form(
        self,
        asked: Invitation,
        language: Language,
        typed: Mapping[str, str],
        wrong: Mapping[str, str] | None = None,
    ) -> None:
        with speaking(asked.settings.voice(language)):
            wording = asked.wording(language)
            fields = [shown(f, typed.get(f.name, ""), (wrong or {}).get(f.name, ""))
                     for f in asked.fields(language)]  # fmt: skip
            asked_for = {"consent": wording}
            asked_for |= {f"consent-{p}": more for p, more in asked.further(language).items()}
            agreed = [_agreement(n, w, typed, wrong or {}) for n, w in asked_for.items()]
            errors = [(f["first"], f["error"]) for f in fields if f["error"]]
            errors += [(one["id"], one["error"]) for one in agreed if one["error"]]
            self.show("apply", language, head_of(asked), _words(asked, language, len(errors)), fields=fields,
                       consents=agreed, errors=errors)  # fmt: skip

    async def _confirm(self, token: str) -> None:
        asked = await in_thread(lambda: links.sent(self.site.store, token))
        if asked is None:
            self.refuse(LinkRefused("used"))
            return
        language = self.chosen(asked.settings, self.get_query_argument("lang", ""))
        with speaking(asked.settings.voice(language)):
            words = {
                "title": say("Your application has arrived"),
                "lead": say(
                    "Thank you. The coordination of the programme will write to you. You can close this page."
                ),
            }
            contact = _texts(asked, language).contact
            self.show("apply_end", language, head_of(asked), words, contact=contact, again="sent=1&")


def _texts(asked: Invitation, language: Language) -> Texts:
    """Return what the programme says of itself, in its own language where it says nothing in this one."""
    return asked.settings.texts.get(language) or asked.settings.text(asked.settings.language)


def _words(asked: Invitation, language: Language, n: int) -> dict[str, str]:
    text = _texts(asked, language)
    lead = [say("This form works once. Nothing is kept before you send it.")]
    if asked.known:
        lead.append(say("What is filled in already you can change."))
    mentee, mentor = say("Application as {mentee:sg.nom}"), say("Application as {mentor:sg.nom}")
    return {
        "title": mentee if asked.role == "mentee" else mentor,
        "error": say("Error"),
        "summary": say_n("Please look at {n} field again:", "Please look at {n} fields again:", n),
        "description": text.description,
        "note": text.note,
        "contact": text.contact,
        "organisation": say("Organisation: {name}", name=asked.organisation) if asked.organisation else "",
        "lead": " ".join(lead),
        "given": _places_are_given(asked.run),
        "required": say("required"),
        "voluntary": say("voluntary"),
        "choose": say("– please choose –"),
        "agree": say("I agree"),
        "send": say("Send the application"),
    }


def _agreement(
    name: str, wording: Wording, typed: Mapping[str, str], wrong: Mapping[str, str]
) -> dict[str, Any]:
    """Return what may be agreed to as the template draws it; nothing is ticked beforehand."""
    return {
        "id": f"f-{name}", "name": name, "legend": say(_AGREEMENTS[name]), "required": name == "consent",
        "text": wording.text, "language": wording.language, "version": wording.version,
        "remark": wording.remark, "given": typed.get(name) == wording.version, "error": wrong.get(name, ""),
    }  # fmt: skip


_AGREEMENTS = {
    "consent": later("Consent"),
    "consent-sharing": later("Handing on my contact data"),
    "consent-publicity": later("Naming me in public"),
}


def _places_are_given(run: Run) -> str:
    """Say to whom applies late what that means; nothing as long as places are open."""
    if run.approved_at:
        return say(
            "The places of this run are given already. You can apply all the same; you hear from the"
            " programme if a place becomes free."
        )
    if run.selection_fixed:
        return say(
            "It is decided already who gets the places of this run. You can apply all the same: you get a"
            " place that is still free, or one on the waiting list."
        )
    return ""


def routes() -> list[tuple[Any, ...]]:
    """Return the address of personal links; whatever comes after ``/apply/`` is one, known or not."""
    return [(r"/apply/([^/]*)", Apply, {"limits": Limits()})]
