"""The ledger in words. Qt-free."""

from __future__ import annotations

from core.live.ledger import LedgerView

NOT_KNOWN = "not known"  # in the place of a time: offline, and the queue was never sampled
CONNECTING = "connecting"  # the same before the first answer


def is_known(ledger: LedgerView, as_of: str) -> bool:
    """Whether there is something to balance: both the databases and the queue were read."""
    return ledger.is_counted and as_of not in (NOT_KNOWN, CONNECTING)


def queued(count: int, as_of: str) -> str:
    """How many wait or run, where that is known."""
    return "–" if as_of in (NOT_KNOWN, CONNECTING) else f"{count:,}"


def counted(ledger: LedgerView, count: int) -> str:
    """A count of the databases, once they were counted."""
    return f"{count:,}" if ledger.is_counted else "–"


def verdict(ledger: LedgerView, as_of: str) -> str:
    return ledger.verdict_text if is_known(ledger, as_of) else NOT_KNOWN


def shows_pending(ledger: LedgerView) -> bool:
    """Whether the outbox is one of the terms: while it holds something, or the queue cannot be read."""
    return bool(ledger.pending) or ledger.as_of_ms is not None


def terms(ledger: LedgerView, as_of: str = "") -> list[str]:
    """The counts whose sum is what was accepted."""
    words = [f"{counted(ledger, ledger.stored)} stored", f"{counted(ledger, ledger.failed)} failed"]
    if ledger.discarded:
        words.append(f"{ledger.discarded:,} discarded")
    words += [f"{queued(ledger.waiting, as_of)} waiting", f"{queued(ledger.running, as_of)} running"]
    if shows_pending(ledger):
        words.append(f"{ledger.pending:,} kept here")
    if ledger.in_other_queue:
        words.append(f"{ledger.in_other_queue:,} in another queue")
    return words


def remark(ledger: LedgerView, as_of: str) -> str:
    """The line below the verdict. `as_of`: the time of the last known depth while the queue cannot be read."""
    if as_of in (NOT_KNOWN, CONNECTING):
        return "offline since the start" if as_of == NOT_KNOWN else as_of
    if not ledger.is_counted:
        return "not counted yet"
    if as_of:
        return f"as of {as_of}"
    if ledger.lost and ledger.doubled:  # the verdict says the first
        return f"{ledger.doubled:,} doubled"
    if not ledger.accepted:
        return "nothing sent yet"
    if not ledger.duplicates:
        return "no duplicates"
    return f"{ledger.duplicates:,} {'duplicate' if ledger.duplicates == 1 else 'duplicates'} absorbed"


def sentence(ledger: LedgerView, as_of: str) -> str:
    total = f"{counted(ledger, ledger.accepted)} accepted = {' + '.join(terms(ledger, as_of))}"
    apart = _apart(ledger)
    return f"Ledger: {total}; {verdict(ledger, as_of)}, {remark(ledger, as_of)}{'. ' if apart else ''}{apart}"


def _apart(ledger: LedgerView) -> str:
    """Counts that are part of a term, or of none, and are named separately."""
    among_stored = (
        (ledger.corrections, "corrections"),
        (ledger.deletions, "deletions"),
        (ledger.superseded, "overtaken by a newer revision"),
    )
    parts = [f"{n:,} {words}" for n, words in among_stored if n]
    sentences = [f"Among the stored: {', '.join(parts)}."] if parts else []
    if ledger.conflicts:
        sentences.append(f"Among the failed: {ledger.conflicts:,} in conflict with what is stored.")
    if ledger.other_results:
        sentences.append(f"Besides: {ledger.other_results:,} sent from here beside another results database.")
    return " ".join(sentences)
