"""The page behind a link to a confidential sheet: it says who reads it, and shows nothing that is known."""

# mypy: disable-error-code="misc"
# (Jupyter's handlers are not typed, so they cannot be checked as bases.)

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from mentorkit.errors import RuleBroken, StoreError
from mentorkit.forms import confidential_links as links
from mentorkit.forms.confidential import SHEETS, who_reads
from mentorkit.forms.confidential_links import SheetInvitation
from mentorkit.forms.links import LinkRefused
from mentorkit.language import Language, say, say_n, speaking
from mentorkit.serve.form_page import TOO_MANY, FormPage, head_of, in_thread, shown


class SheetPage(FormPage):
    """A link to a confidential sheet. What was typed stands in the answer to its sender alone."""

    async def show_sheet(self, token: str) -> None:
        """Show the sheet, or that it was sent; that does not use the link up."""
        try:
            asked = await in_thread(lambda: links.look(self.site.store, token))
        except LinkRefused as refused:
            if refused.state == "used" and self.get_query_argument("sent", ""):
                await self._thank(token)
            else:
                self.refuse(refused)
            return
        self._sheet(asked, self.chosen(asked.settings, self.get_query_argument("lang", "")), {})

    async def take_sheet(self, token: str, typed: Mapping[str, str]) -> None:
        """Seal what was typed, or say what is wrong with it; what was typed stays."""
        try:
            asked = await in_thread(lambda: links.look(self.site.store, token))
            language = self.chosen(asked.settings, typed.get("language", ""))
            if typed.get("lang"):  # another language, nothing is sent
                self._sheet(asked, self.chosen(asked.settings, typed["lang"]), typed)
                return
            if not self.limits.sending.allows(token):
                self.stop(429, *TOO_MANY)
                return
            await self._take(token, asked, language, typed)
        except LinkRefused as refused:
            self.refuse(refused)

    async def _take(
        self, token: str, asked: SheetInvitation, language: Language, typed: Mapping[str, str]
    ) -> None:
        try:
            wrong = await in_thread(lambda: links.redeem(self.site.store, token, typed, language))
        except (RuleBroken, StoreError) as error:
            self.log.error("A confidential sheet could not be taken in: %s", error)
            self.set_status(503)
            self._sheet(asked, language, typed, failed=True)
            return
        if wrong:
            self.set_status(422)
            self._sheet(asked, language, typed, wrong)
        else:
            self.redirect("?" + urlencode({"sent": 1, "lang": language}), status=303)

    def _sheet(
        self,
        asked: SheetInvitation,
        language: Language,
        typed: Mapping[str, str],
        wrong: Mapping[str, str] | None = None,
        *,
        failed: bool = False,
    ) -> None:
        with speaking(asked.settings.voice(language)):
            sheet = SHEETS[asked.kind]
            fields = [shown(f, typed.get(f.name, ""), (wrong or {}).get(f.name, "")) for f in sheet.fields()]
            errors = [(f["first"], f["error"]) for f in fields if f["error"]]
            n = len(errors)
            summary = say_n("Please look at {n} field again:", "Please look at {n} fields again:", n)
            if failed:
                summary = say("This cannot be taken in just now")
                told = say(
                    "Nothing was sent; what you wrote still stands here. Please try again in a few minutes."
                )
                errors = [("mk-send", told)]
            words = {
                "title": say(sheet.title),
                "error": say("Error"),
                "summary": summary,
                "description": say(sheet.lead),
                "readers": who_reads(),
                "lead": say(
                    "This form works once, for one entry. Nothing is kept before you send it, and nobody can "
                    "show it to you again afterwards, not even here. For more entries, please ask for more "
                    "links."
                ),
                "required": say("required"),
                "choose": say("– please choose –"),
                "send": say("Seal and send"),
            }
            self.show("apply", language, head_of(asked), words, fields=fields, consents=(), errors=errors)

    async def _thank(self, token: str) -> None:
        asked = await in_thread(lambda: links.sent(self.site.store, token))
        if asked is None:
            self.refuse(LinkRefused("used", in_confidence=True))
            return
        language = self.chosen(asked.settings, self.get_query_argument("lang", ""))
        with speaking(asked.settings.voice(language)):
            words = {
                "title": say("Your sheet has arrived and is sealed"),
                "lead": say("Thank you. Only the evaluation can open it. You can close this page."),
            }
            self.show("apply_end", language, head_of(asked), words, contact="", again="sent=1&")
