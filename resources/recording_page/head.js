// Head, notices, what happened, summary, badges, the table, and the ledger as an equation.
function fillHead() {
  by("title").textContent = data.title;
  document.title = `${data.title} – Paceline`;
  const parts = [`${data.beganAt} to ${data.endedAt}`, Logic.lengthText(lengthMs), `Paceline ${data.version}`];
  if (data.demo) parts.push("demonstration");
  parts.push(data.names ? "with names" : "without names");
  by("about").textContent = parts.join(" · ");
  const notices = [...data.notices];
  if (data.thinned) notices.push(`This recording is long: the page has one moment every ${Logic.lengthText(data.stepMs)}.`);
  by("notice").hidden = !notices.length;
  by("notice").textContent = notices.join(" ");
  by("length").textContent = `of ${Logic.timeText(lengthMs)}`;
  by("slider").max = lengthMs;
  by("latency-hint").textContent = `log scale, ${Logic.durationText(data.latency.spanMs).replace(".00", "").replace(".0", "")} each`;
}

function fillMarks() {
  const list = by("marks");
  data.marks.forEach(([at, kind, text]) => {
    const button = make("button", { type: "button" });
    button.append(make("span", { class: "when" }, Logic.timeText(at)), sign(kind, WORDS[kind]), make("span", {}, text));
    button.addEventListener("click", () => goTo(at));
    list.append(make("li", {}, button));
  });
  if (!data.marks.length) list.append(make("li", { class: "empty" }, "Nothing but work."));
  by("more-marks").hidden = !data.moreMarks;
  by("more-marks").textContent = `${Logic.countText(data.moreMarks)} more in the middle are left out.`;
}

function fillSummary() {
  const last = times.length - 1, summary = data.summary, known = value("counted", last);
  const add = (title, number, note, hue) => {
    const row = make("div", {}, make("dt", {}, title), make("dd", { class: `number ${hue ? `is-${hue}` : ""}` }, number));
    if (note) row.append(make("dd", { class: "note" }, note));
    by("summary").append(row);
  };
  const count = (name) => (known ? Logic.countText(value(name, last)) : "–");
  const begin = value("stored", Math.max(0, frames.counted.indexOf(1)));
  const grown = value("stored", last) - begin;
  add("Stored", count("stored"), known && begin ? `${Logic.countText(grown)} in this recording` : "each exactly once", "stored");
  add("Failed", count("failed"), value("failed", last) ? "kept, to be repaired" : "none", value("failed", last) ? "failed" : "");
  if (data.demo) {
    add("Lost", Logic.countText(value("lost", last)), value("lost", last) ? "nowhere any more" : "none", value("lost", last) ? "failed" : "stored");
    add("Doubled", Logic.countText(value("doubled", last)), value("doubled", last) ? "stored twice" : "none", value("doubled", last) ? "failed" : "stored");
  }
  add("Waited, p95", Logic.durationText(summary.wait[1]), `half of them ${Logic.durationText(summary.wait[0])}`, "waiting");
  add("Worked on, p95", Logic.durationText(summary.run[1]), `half of them ${Logic.durationText(summary.run[0])}`, "running");
  add("Longest backlog", summary.peak ? Logic.countText(summary.peak[1]) : "0", summary.peak ? `at ${Logic.timeText(summary.peak[0])}` : "nothing waited");
  by("summary-hint").textContent = known ? `the ledger ${data.texts[value("verdict", last)] === "balances" ? "balances" : `says: ${data.texts[value("verdict", last)]}`}` : "the databases were not counted";
  for (const [title, texts] of [["Lost", summary.lost], ["Doubled", summary.doubled]]) {
    if (!texts.length) continue;
    const total = value(title.toLowerCase(), last);
    const more = total > texts.length ? `, and ${Logic.countText(total - texts.length)} more` : "";
    by("wrong").append(make("p", {}, make("b", { class: "is-failed" }, `${title}: `), texts.map((each) => each || "a workout").join("; ") + more));
  }
}

function fillBadges() {
  const most = Math.max(1, ...data.badges.map(([, number]) => number));
  const total = value("unlocked", times.length - 1);
  by("badges-hint").textContent = total ? `${Logic.countText(total)} in all` : "none in this recording";
  for (const [name, number] of data.badges.slice(0, 8)) {
    const bar = document.createElementNS(SVG, "svg");
    bar.setAttribute("aria-hidden", "true");
    draw(bar, "rect", { width: `${100 * number / most}%`, height: 8, rx: 4, class: "fill-badge" });
    by("badges").append(make("li", {}, make("span", { class: "name", title: name }, name), bar, make("span", { class: "count" }, Logic.countText(number))));
  }
  const newest = data.newestBadges[data.newestBadges.length - 1];
  if (newest) by("badges").append(make("li", { class: "newest" }, `The last: ${newest[2]}, ${newest[1] || "no name"}, at ${Logic.timeText(newest[0])}`));
}

function fillTable() {
  const columns = [["Waiting", "waiting", Logic.countText], ["Running", "running", Logic.countText], ["In /s", "inPerS", Logic.rateText], ["Out /s", "outPerS", Logic.rateText],
    ["Wait p50", "waitP50", Logic.durationText], ["Wait p95", "waitP95", Logic.durationText], ["Run p95", "runP95", Logic.durationText], ["Stored", "stored", Logic.countText],
    ["Failed", "failed", Logic.countText], ...(data.demo ? [["Lost", "lost", Logic.countText], ["Doubled", "doubled", Logic.countText]] : [])];
  const table = by("table"), body = make("tbody"), head = make("tr", {}, make("th", { scope: "col" }, "Time"));
  for (const [title] of columns) head.append(make("th", { scope: "col" }, title));
  head.append(make("th", { scope: "col" }, "Ledger"));
  const rows = Math.min(60, times.length);
  for (let row = 0; row < rows; row++) {
    const place = rows === 1 ? 0 : Math.round(row * (times.length - 1) / (rows - 1));
    const line = make("tr", {}, make("th", { scope: "row" }, Logic.timeText(times[place])));
    for (const [, name, text] of columns) line.append(make("td", {}, text(value(name, place))));
    line.append(make("td", {}, value("counted", place) ? data.texts[value("verdict", place)] : "not counted"));
    body.append(line);
  }
  table.append(make("caption", { class: "hint" }, "Wait and run are those of the minute before."), make("thead", {}, head), body);
}

function showLedger(place) {
  const box = by("ledger");
  box.replaceChildren();
  const known = value("counted", place);
  const add = (number, words, hue) => box.append(make("div", {}, make("dt", { class: hue ? `is-${hue}` : "" }, words), make("dd", {}, known ? Logic.countText(number) : "–")));
  const mark = (text) => box.append(make("div", { class: "sign", "aria-hidden": "true" }, make("dd", {}, text)));
  const terms = [[value("stored", place), "stored", "stored"], [value("failed", place), "failed", "failed"], [value("discarded", place), "discarded", ""],
    [value("ledgerWaiting", place), "waiting", "waiting"], [value("ledgerRunning", place), "running", "running"], [value("kept", place), "in the outbox", ""], [value("otherQueue", place), "in another queue", ""]];
  const always = ["stored", "failed", "waiting", "running"];
  add(value("accepted", place), "accepted", "");
  terms.filter(([number, words]) => number || always.includes(words)).forEach(([number, words, hue], nth) => {
    mark(nth ? "+" : "=");
    add(number, words, hue);
  });
  const verdict = known ? data.texts[value("verdict", place)] : "not counted yet";
  const isGood = verdict === "balances", isOpen = !known || verdict === "checking";
  const text = make("dd", { class: isGood ? "is-stored" : isOpen ? "is-second" : "is-failed" }, (isGood ? "✓ " : isOpen ? "" : "✕ ") + verdict);
  box.append(make("div", { class: "verdict" }, make("dt", {}, known && value("duplicates", place) ? `${Logic.countText(value("duplicates", place))} duplicates absorbed` : "no duplicates"), text));
}
