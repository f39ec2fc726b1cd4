"""The loop of a rehearsal: read a line, do it, show the result."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import typer

from engine.acts.declared import WordKind, required
from engine.definition import DataField
from engine.errors import CodedError, EngineError, ExpressionError, Refusal
from engine.field_types import FIELD_TYPES
from engine.forms import applies, fault_of, typed
from engine.message import message
from engine.nearest import suggestion
from engine.phrases.expressions import parse_duration
from engine.phrases.moments import NoMoment, read_in_utc
from engine.plans import FormField
from engine.rehearsal.gaps import gaps_of
from engine.rehearsal.phrases import form_to, may_do
from engine.rehearsal.session import Rehearsal, RehearsalMoment
from engine.rehearsal.writing import as_scenario, require_name, scenario_file
from engine.scenarios import load_scenarios
from engine.verbs import JOINED, VERBS, act_of, names_of
from onward.authoring.pathway_files import read
from onward.explanation import show_explanation
from onward.rehearsal.board import at, show_board, show_help, show_moments
from onward.rehearsal.gap_report import gap_lines, show_gaps
from onward.rehearsal.lines import Lines
from onward.saving import save
from onward.spoken import language, say, told


class Workshop:
    """A rehearsal with its participants.

    Args:
        beside: the scenario file of the pathway, in which the rehearsal is saved unless another
            file is named.
    """

    def __init__(self, rehearsal: Rehearsal, lines: Lines, beside: Path) -> None:
        self._rehearsal, self._lines, self._beside = rehearsal, lines, beside
        self._agency, self._person = rehearsal.opening.by, "staff-1"
        self._saved: list[RehearsalMoment] = []
        """Everything that had been done when the rehearsal was last saved."""
        self._commands: dict[str, Callable[[str], None]] = {
            "as": self._as,
            "list": lambda _: show_board(self._rehearsal),
            "what": self._what,
            "jump": self._jump,
            "why": self._why,
            "stuck": self._stuck,
            "undo": self._undo,
            "save": self._save,
            "gaps": self._gaps,
            "help": lambda _: show_help(),
        }

    def run(self) -> None:
        """Run until somebody quits or input ends, then print the gap report."""
        rehearsal = self._rehearsal
        pathway = rehearsal.pathway
        title = pathway.definition.title or pathway.name
        typer.echo(say("rehearsal.begins", title=title, version=pathway.version))
        show_moments([(rehearsal.moments or [rehearsal.first])[-1]], rehearsal.pathway)
        show_board(rehearsal)
        while True:
            line = self._lines.next(self._prompt())
            if line is not None and line != "quit":
                self._take(line)
            elif self._may_quit():
                break
        typer.echo("")
        show_gaps(gaps_of(rehearsal))

    def _may_quit(self) -> bool:
        """Whether to quit. Asks first if something is unsaved and somebody can answer."""
        if not self._lines.can_ask or self._is_saved():
            return True
        answer = self._lines.next(f"  {say('rehearsal.not_saved')} ")
        if answer is not None and answer.partition(" ")[0] == "save":
            self._take(answer)
            return self._is_saved()
        return answer is None or answer.lower() in ("yes", "y", "quit")

    def _is_saved(self) -> bool:
        """Whether nothing was done since the last save, or since the rehearsal began."""
        rehearsal = self._rehearsal
        return len(rehearsal.moments) == rehearsal.begun or rehearsal.moments == self._saved

    def _prompt(self) -> str:
        return f"{at(self._rehearsal.now)} {self._agency}> "

    def _take(self, line: str) -> None:
        """Execute a line. A refusal or a fault is printed, and the rehearsal continues."""
        word, _, rest = line.partition(" ")
        try:
            if word in self._commands:
                self._commands[word](rest.strip())
            elif word in VERBS:
                self._act(line)
            elif word:
                raise Refusal("not_understood.word", word=word)
        except Refusal as refusal:
            _refused(f"{told(refusal)} ({refusal.reason})")
        except EngineError as error:
            _refused(told(error))
        except OSError as error:
            _refused(f"{error.filename}: {error.strerror}")

    def _show(self, *moments: RehearsalMoment) -> None:
        show_moments(moments, self._rehearsal.pathway)

    # who

    def _as(self, words: str) -> None:
        agency, _, person = words.partition(" ")
        known = self._rehearsal.registry.by_code
        if not agency:
            _tell(say("rehearsal.agencies", agencies=tuple(self._in_the_case())))
        elif agency not in known:
            raise Refusal("unknown_agency.listed", agency=agency)
        else:
            self._agency, self._person = agency, person or "staff-1"
            self._what("")

    def _in_the_case(self) -> list[str]:
        state = self._rehearsal.state
        tasks = [each for task in state.tasks.values() for each in task.agencies]
        asked = [each.agency for each in state.hand_overs.values()]
        return list(dict.fromkeys([state.responsible, *state.roles.values(), *tasks, *asked]))

    def _what(self, _: str) -> None:
        phrases = may_do(self._rehearsal.view, self._agency)
        if phrases:
            _tell(say("rehearsal.may_do", agency=self._agency))
        else:
            _tell(say("rehearsal.may_do_nothing", agency=self._agency))
        for phrase in phrases:
            typer.echo(f"    {phrase}")

    # acts

    def _act(self, line: str) -> None:
        """Do the act in a line such as `complete talk urgent=no`, after asking for missing answers."""
        words = line.split()
        phrase = self._with_reason(" ".join(word for word in words if "=" not in word))
        written = dict(word.split("=", 1) for word in words if "=" in word)
        rehearsal = self._rehearsal
        form = form_to(phrase, rehearsal.pathway, rehearsal.state, self._agency)
        answers = self._filled_in(form, written) if form else dict[str, object](written)
        self._show(rehearsal.act(phrase, self._agency, answers, self._person))

    def _with_reason(self, phrase: str) -> str:
        """The phrase with its reason. If a reason from a fixed list is required and missing, the
        user is asked for it. Raises Refusal `unknown_reason.needed` if the input ends without one.
        """
        verb, name, _, reason = names_of(phrase) or ("", "", "", "")
        word = JOINED.get(verb)
        if word is None or word.kind is not WordKind.CHOICE or reason:
            return phrase
        rehearsal = self._rehearsal
        act = act_of(phrase, {}, rehearsal.pathway, rehearsal.state, self._agency)
        if not (word.field in required(type(act)) or rehearsal.lacks_reason(act, self._agency)):
            return phrase
        while (
            said := self._lines.next(f"  {say('rehearsal.why', words=word.choices)} ")
        ) is not None:
            if said in word.choices:
                return " ".join(part for part in (verb, name, word.joint, said) if part)
            _tell(say("rehearsal.no_reason", written=said, known=suggestion(said, word.choices)))
        raise Refusal("unknown_reason.needed")

    def _filled_in(self, form: tuple[FormField, ...], written: dict[str, str]) -> dict[str, object]:
        fields = self._rehearsal.pathway.definition.data
        answers: dict[str, object] = {
            name: _typed(fields[name], value) if name in fields else value
            for name, value in written.items()
        }
        said: dict[str, object] = {}
        for asked in form:
            field = fields[asked.name]
            open_answers = {n: v for n, v in said.items() if not fields[n].is_protected}
            is_asked = applies(asked, self._rehearsal.state, open_answers, tuple(said))
            if asked.name in answers:
                said[asked.name] = answers.pop(asked.name)
            elif is_asked is not False and (answer := self._answer(asked, field)) is not None:
                said[asked.name] = answer
        return said | answers

    def _answer(self, asked: FormField, field: DataField) -> object | None:
        if field.is_protected:
            if not asked.required:
                return None
            _tell(say("rehearsal.protected", question=asked.name))
            return _stand_in(field, self._rehearsal.now)
        while True:
            line = self._lines.next(f"  {asked.name} ({_may_be(field, asked)}): ")
            if line is None:
                missing = message("form.not_answered", field=asked.name)
                raise Refusal("wrong_form", faults=(missing,))
            if not line and not asked.required:
                return None
            answer = _typed(field, line)
            if not (fault := fault_of(field, answer)):
                return answer
            _tell(say("told.line", name=asked.name, value=fault))

    # time

    def _jump(self, to: str) -> None:
        rehearsal = self._rehearsal
        to = to.removeprefix("to ").strip()
        if to == "next":
            moment = rehearsal.next_moment()
            if moment is None:
                raise Refusal("nothing_due")
            self._show(*rehearsal.jump(max(moment, rehearsal.now)))
        elif to[:4].isdigit() and "-" in to:
            self._show(*rehearsal.jump(_moment(to)))
        else:
            self._show(*rehearsal.jump(_period(to)))
        show_board(rehearsal)

    def _undo(self, _: str) -> None:
        last = self._rehearsal.undo()
        _tell(say("rehearsal.taken_back", what=last.play.do or say("rehearsal.time")))
        show_board(self._rehearsal)

    # questions

    def _why(self, part: str) -> None:
        words = self._rehearsal.pathway.spoken(language())
        show_explanation(self._rehearsal.why(part), words, as_json=False)

    def _stuck(self, words: str) -> None:
        if not words:
            raise Refusal("not_understood.stuck")
        self._rehearsal.say_stuck(self._agency, words)
        _tell(say("rehearsal.noted"))

    def _gaps(self, file: str) -> None:
        lines = gap_lines(gaps_of(self._rehearsal))
        if file:
            save(Path(file), "\n".join(lines) + "\n")
            _tell(say("rehearsal.written", file=file))
        else:
            for line in lines:
                typer.echo(line)

    # saving

    def _save(self, words: str) -> None:
        """Save the rehearsal as a scenario, but only if that scenario passes when it is played."""
        name, _, named = words.partition(" ")
        is_file = any(sign in named for sign in "./\\")
        require_name(name if is_file else words)  # `first try` is neither a valid name nor a file
        rehearsal = self._rehearsal
        file = Path(named) if named else self._beside
        before = read(file) if file.is_file() else ""
        scenario = as_scenario(rehearsal, say("rehearsal.title", title=name.replace("_", " ")))
        text = scenario_file(before, str(file), rehearsal.pathway.name, name, scenario)
        scenarios = load_scenarios(text, str(file))
        scenarios.require_names(rehearsal.pathway, rehearsal.registry)
        played = scenarios.play(name, rehearsal.pathway, rehearsal.registry, rehearsal.calendars)
        if played.misses:
            missed = played.misses[0].problem
            raise CodedError(
                message("scenario.would_miss", place=str(missed.place), what=missed.message)
            )
        save(file, text)
        self._saved = [*rehearsal.moments]
        _tell(say("rehearsal.saved", file=str(file), case=name))


def _tell(line: str) -> None:
    """Print a line, indented."""
    typer.echo(f"  {line}")


def _refused(why: str) -> None:
    _tell(say("rehearsal.no", why=why))


def _moment(text: str) -> datetime:
    try:
        return read_in_utc(text)
    except NoMoment as error:
        raise Refusal("not_understood.moment", written=text, remedy=error.remedy) from None


def _period(text: str) -> str:
    try:
        return f"+{parse_duration(text.removeprefix('+').strip())}"
    except ExpressionError:
        raise Refusal("not_understood.jump", written=text) from None


def _typed(field: DataField, line: str) -> object:
    """A typed line, converted for the form; an invalid one is left as it is and refused later."""
    return typed(field, _LETTERS.get(line.lower(), line) if field.yes_no else line)


_LETTERS = {"y": "yes", "n": "no"}


def _stand_in(field: DataField, now: datetime) -> object:
    """What stands for a protected answer, since nobody types one in a workshop."""
    one = field.words[0] if field.words else FIELD_TYPES[field.type].example(now)
    return (one,) if field.many else one


def _may_be(field: DataField, asked: FormField) -> str:
    words = ", ".join(field.words) or (say("rehearsal.yes_no") if field.yes_no else field.type)
    return words if asked.required else say("rehearsal.may_leave_out", what=words)
