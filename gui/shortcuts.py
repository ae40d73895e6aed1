"""Every shortcut of the console, by the place where it works. Qt-free.

Actions, menus, buttons, the command palette, the list of shortcuts (F1) and docs/keys.md take words and keys from here.
Not listed is what every list and field has: arrow and page keys, Tab, and the keys that edit text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

DRAINS = "work until the queue is empty, then stop"  # what a worker does that drains, wherever it is said


class Scope(Enum):
    """Where shortcuts work; the value is the title of their group."""

    FORM = "Console: form"
    PICKER = "Console: recent workouts and templates"
    RECEIPTS = "Console: receipts"
    WORKOUTS = "Receipts, live tail, timeline, history and records"
    ATHLETES = "Athletes"
    HISTORY = "Athletes: history"
    ROSTER = "Athletes: roster grid"
    RULES = "Athletes: editor of the rules"
    PIPELINE = "Pipeline"
    WORKERS = "Pipeline: workers"
    TIMELINE = "Pipeline: timeline"
    FAILED = "Failed"
    MESSAGES = "Failed: messages"
    REPAIR = "Failed: repair"
    FLOW = "Demo: the flow"
    DEMO = "Demo: guided tour"
    PLAYBACK = "A recording that is played"
    TABLE = "Every table"
    GO_TO = "Go to"
    WORKER = "Worker"
    CONNECTION = "Connection"
    BANNER = "Message above a workspace"
    LOOK = "Look"
    DATA = "Data"
    PROGRAM = "Program"
    DIALOG = "Dialogs, lists and commands"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """`words`: with `&` before the letter that a button or a menu entry has with Alt.

    `keys`: as Qt names them, with spaces between alternatives, of which hints show the first; empty: in the palette
    only.
    """

    words: str
    keys: str = ""

    @property
    def plain(self) -> str:
        return self.words.replace("&", "").removesuffix("…")

    @property
    def key(self) -> str:
        return self.keys.partition(" ")[0]

    def hint(self, words: str = "") -> str:
        """A tool tip: `Settings (Ctrl+,)`."""
        return f"{words or self.plain} ({self.key})"

    def entry(self, words: str) -> str:
        """An entry of a menu, with the key at its right."""
        return f"{words}\t{self.key}"


def _letter(words: str) -> Shortcut:
    return Shortcut(words, f"Alt+{words[words.index('&') + 1].upper()}")


def go_to(number: int, title: str) -> Shortcut:
    """The workspace with this number in the rail, from 1."""
    return Shortcut(title, f"Ctrl+{number}")


SHORTCUTS: dict[Scope, dict[str, Shortcut]] = {
    Scope.FORM: {
        "submit": Shortcut("Send the workout", "Enter Ctrl+Enter"),
        "clear": Shortcut("Clear the form", "Esc"),
        "suggestion": Shortcut("Take what a question of the form suggests", "Alt+U"),
        "again": Shortcut("Use one of the last three workouts again", "Alt+1 Alt+2 Alt+3"),
        "recent": Shortcut("Recent workouts and templates…", "Ctrl+R"),
        "template": Shortcut("Save the workout as a template…", "Ctrl+S"),
        "menu": Shortcut("Starts to choose, or all sports", "Down Alt+Down F4"),
        "break": Shortcut("A new line in notes and sets", "Shift+Enter"),
    },
    Scope.PICKER: {
        "use": Shortcut("Fill the form with it, to begin now", "Enter"),
        "rename": Shortcut("Rename the chosen template…", "F2"),
        "delete": Shortcut("Delete the chosen template", "Ctrl+Del"),
    },
    Scope.RECEIPTS: {
        "open": Shortcut("Open the receipt: its way, or its repair", "Enter"),
        "repair": Shortcut("Repair the receipt", "R"),
    },
    Scope.WORKOUTS: {
        "correct": Shortcut("Correct the workout…", "C"),
        "delete": Shortcut("Delete the workout…", "Del"),
        "again": Shortcut("Use the workout again, as a new one", "U"),
    },
    Scope.ATHLETES: {
        "search": Shortcut("Search the athletes", "Ctrl+F"),
        "rows": Shortcut("From the search to the athletes", "Down"),
        "page": Shortcut("From the search or the list to the athlete's page", "Enter"),
        "list": Shortcut("Clear the search, or back from the page to the list", "Esc"),
        "new": Shortcut("New workout of the chosen athlete"),
        "pdf": Shortcut("Save the athlete's page as PDF…", "Ctrl+Shift+S"),
        "print": Shortcut("Print the athlete's page…", "Ctrl+Shift+P"),
        "roster": Shortcut("Roster grid: a session of many athletes", "Ctrl+G"),
        "history": Shortcut("History of all workouts", "Ctrl+H"),
        "athlete_history": Shortcut("History of the chosen athlete", "Ctrl+Shift+H"),
        "export": Shortcut("Export everything of the athlete…", "Ctrl+Shift+E"),
        "rules": Shortcut("Edit the achievement rules…"),
        "merge": Shortcut("Merge the athlete with another one…", "Ctrl+Shift+M"),
        "erase": Shortcut("Erase the athlete for good…", "Ctrl+Shift+Del"),
    },
    Scope.HISTORY: {
        "search": Shortcut("Search the history", "/"),
        "rows": Shortcut("From the search to the rows", "Down"),
        "open": Shortcut("Show the timeline of the workout", "Enter"),
        "revisions": Shortcut("Show the revisions of the workout", "V"),
        "order": Shortcut("The other way round", "Ctrl+R"),
        "leave": Shortcut("Clear the search, or back to the athletes", "Esc"),
    },
    Scope.ROSTER: {
        "submit": Shortcut("Send the workouts that are ready", "Ctrl+Enter"),
        "paste": Shortcut("Paste a table from the current cell on", "Ctrl+V"),
        "fill": Shortcut("Fill the first cell down into the selected ones", "Ctrl+D"),
        "column": Shortcut("Select down to the last row", "Ctrl+Shift+Down"),
        "edit": Shortcut("Edit the cell; typing replaces it", "F2"),
        "down": Shortcut("To the row below", "Enter"),
        "next": Shortcut("The next row to fix or to answer", "F8"),
        "use": Shortcut("Put what was probably meant into the cell", "Alt+U"),
        "keep": Shortcut("Keep what looks unusual", "Alt+Y"),
        "clear": Shortcut("Empty the selected cells", "Del Backspace"),
        "remove": Shortcut("Remove the selected rows", "Shift+Del"),
        "template": Shortcut("Save the session as a template…", "Ctrl+S"),
        "back": Shortcut("Back to the athletes", "Esc"),
    },
    Scope.RULES: {
        "save": Shortcut("Save the rules and compute again", "Ctrl+S"),
        "line": Shortcut("To the line that is wrong", "F8"),
    },
    Scope.PIPELINE: {
        "search": Shortcut("Search the history", "Ctrl+F"),
        "rows": Shortcut("From the search to the rows", "Down Enter"),
        "live": Shortcut("Leave the search, back to live", "Esc"),
        "freeze": Shortcut("Freeze the charts, or back to live"),
        "scope": Shortcut("Charts of the whole queue, or of this console's workers"),
        "pause": Shortcut("Pause the live tail, or resume it"),
        "add": Shortcut("Add a worker"),
    },
    Scope.WORKERS: {
        "pause": Shortcut("Pause the chosen worker, or resume it", "P"),
        "drain": Shortcut(f"Drain: let it {DRAINS}", "D"),
        "stop": Shortcut("Stop the chosen worker, or start it", "S"),
        "kill": Shortcut("Kill the worker: it gives back what it holds", "K"),
        "more": Shortcut("Let it hold more messages at once", "+"),
        "fewer": Shortcut("Let it hold fewer messages at once", "-"),
    },
    Scope.TIMELINE: {
        "next": Shortcut("The next tab", "Ctrl+PgDown"),
        "before": Shortcut("The tab before", "Ctrl+PgUp"),
        "revisions": Shortcut("To the revisions of the workout", "V"),
    },
    Scope.FAILED: {
        "search": Shortcut("Search the failed messages"),
        "messages": Shortcut("From the causes or the search to the messages", "Enter"),
        "clear": Shortcut("Clear the search", "Esc"),
        "convert": Shortcut("Convert the failed messages that share a mistake…"),
        "fetch": Shortcut("Fetch failed messages missing here"),
    },
    Scope.MESSAGES: {
        "repair": Shortcut("Repair the chosen message", "Enter"),
        "all": Shortcut("Select all failed messages that match"),
        "retry": Shortcut("Retry the selected failed messages", "R"),
        "discard": Shortcut("Discard the selected failed messages…", "Del"),
        "again": Shortcut("Use the chosen message again, as a new workout", "U"),
        "none": Shortcut("Select none", "Esc"),
    },
    Scope.REPAIR: {
        "send": Shortcut("Send repaired; a raw body by Ctrl+Enter", "Enter Ctrl+Enter"),
        "list": Shortcut("Back to the messages", "Esc"),
        "next": Shortcut("The next message", "Ctrl+Down"),
        "before": Shortcut("The message before", "Ctrl+Up"),
    },
    Scope.FLOW: {
        "open": Shortcut("Show the numbers and the code of the chosen part; add a worker", "Enter Space"),
        "close": Shortcut("Close the card of a part", "Esc"),
    },
    Scope.DEMO: {
        "next": Shortcut("Take the tour; what the step is about, then the next step", "PgDown"),
        "back": Shortcut("The step before", "PgUp"),
        "leave": Shortcut("Leave the tour", "Ctrl+Backspace"),
        "presenter": Shortcut("Presenter view: larger texts, a clean frame", "F5"),
    },
    Scope.PLAYBACK: {
        "play": Shortcut("Play, or pause", "Ctrl+Space"),
        "slower": Shortcut("Slower", "Ctrl+["),
        "faster": Shortcut("Faster", "Ctrl+]"),
        "begin": Shortcut("From the beginning", "Ctrl+Alt+Home"),
    },
    Scope.TABLE: {
        "copy": Shortcut("Copy the chosen row", "Ctrl+C"),
        "menu": Shortcut("Actions of the chosen row", "Shift+F10 Menu"),
        "check": Shortcut("Select the row, if it has a box", "Space"),
        "all": Shortcut("Select all rows with boxes", "Ctrl+A"),
        "first": Shortcut("The first row", "Home"),
        "last": Shortcut("The last row", "End"),
    },
    Scope.WORKER: {
        "start": Shortcut("&Start worker"),
        "stop": Shortcut("S&top worker"),
        "pause": Shortcut("Pause worker, or resume it", "Ctrl+P"),
        "drain": Shortcut(f"Drain: {DRAINS}"),
    },
    Scope.CONNECTION: {
        "connect_to": Shortcut("Change connection…", "Ctrl+Shift+C"),
        "reconnect": Shortcut("Try to reconnect now"),
    },
    Scope.BANNER: {
        "reconnect": _letter("T&ry now"),
        "connect_to": _letter("Change c&onnection"),
        "start": _letter("Start wor&ker"),
        "pause": _letter("Resume wor&ker"),
    },
    Scope.LOOK: {
        "dark": Shortcut("Dark theme"),
        "light": Shortcut("Light theme"),
        "system": Shortcut("Theme of the system"),
        "larger": Shortcut("Larger text", "Ctrl++ Ctrl+="),  # the same key without Shift
        "smaller": Shortcut("Smaller text", "Ctrl+-"),
        "normal": Shortcut("Text size of the system", "Ctrl+0"),
        "full_screen": Shortcut("Full screen", "F11"),
    },
    Scope.DATA: {
        "backup": Shortcut("Back up all data…", "Ctrl+Shift+B"),
        "restore": Shortcut("Restore a backup…", "Ctrl+Shift+R"),
        "unmerge": Shortcut("Undo the newest merge of athletes"),
        "record": Shortcut("Record this session, or stop recording", "Ctrl+Alt+R"),
        "page": Shortcut("Make a page for a browser of the last recording"),
    },
    Scope.PROGRAM: {
        "undo": Shortcut("Undo what was sent, corrected, deleted, cleared or replaced", "Ctrl+Z"),
        "import": Shortcut("Import workouts from files…", "Ctrl+I"),
        "settings": Shortcut("Settings…", "Ctrl+,"),
        "shortcuts": Shortcut("Shortcuts", "F1"),
        "commands": Shortcut("Commands", "Ctrl+K"),
        "quit": Shortcut("Quit", "Ctrl+Q"),
    },
    Scope.DIALOG: {
        "accept": Shortcut("Press the coloured button, run the command", "Enter"),
        "reject": Shortcut("Close and change nothing", "Esc"),
        "letter": Shortcut("Go to the field, or press the button, with this underlined letter", "Alt+letter"),
    },
}


def listed(workspaces: Sequence[str]) -> dict[str, list[Shortcut]]:
    """All that have keys, by the titles of their groups; `workspaces` are the titles in the rail."""
    found = {scope.value: [each for each in SHORTCUTS.get(scope, {}).values() if each.keys] for scope in Scope}
    return found | {Scope.GO_TO.value: [go_to(number, title) for number, title in enumerate(workspaces, 1)]}
