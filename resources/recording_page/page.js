// Draws the recording that is in the page, at the moment that is played. Every text is set as text, never as markup.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("recording").textContent);
  const { frames, lengthMs } = data;
  const times = frames.t;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const SVG = "http://www.w3.org/2000/svg";
  const HUES = { action: "accent", protection: "badge", problem: "failed", recovery: "stored", worker: "running", wrong: "failed" };
  const WORDS = { action: "done", protection: "protection", problem: "problem", recovery: "recovered", worker: "worker", wrong: "wrong" };
  const SHAPES = {
    action: "M3 2v12l10-6z",
    protection: "M8 1 14 4v4c0 4-3 6-6 7-3-1-6-3-6-7V4z",
    problem: "M8 1 15 14H1z",
    recovery: "M2 8l2-2 3 3 6-6 2 2-8 8z",
    worker: "M8 2a6 6 0 1 0 .01 0z",
    wrong: "M4 2l4 4 4-4 2 2-4 4 4 4-2 2-4-4-4 4-2-2 4-4-4-4z",
  };
  const by = (id) => document.getElementById(id);
  const value = (name, place) => frames[name][place];

  let now = 0, speed = Logic.firstSpeed(lengthMs), isPlaying = false, lastTick = 0, shownPlace = -1, shownMark = -2;

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, each] of Object.entries(attributes || {})) element.setAttribute(name, each);
    element.append(...children);
    return element;
  }

  function draw(parent, tag, attributes, text) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, each] of Object.entries(attributes)) element.setAttribute(name, each);
    if (text !== undefined) element.textContent = text;
    parent.append(element);
    return element;
  }

  function sign(kind, label) {
    const icon = document.createElementNS(SVG, "svg");
    icon.setAttribute("viewBox", "0 0 16 16");
    if (label) { icon.setAttribute("role", "img"); icon.setAttribute("aria-label", label); }
    else icon.setAttribute("aria-hidden", "true");
    draw(icon, "path", { d: SHAPES[kind], class: `fill-${HUES[kind]}` });
    return icon;
  }

  // --- head, list and what does not change -------------------------------------------------------------------------
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
      ["Failed", "failed", Logic.countText], ["Lost", "lost", Logic.countText], ["Doubled", "doubled", Logic.countText]];
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
    table.append(make("caption", { class: "spoken" }, "Figures over time"), make("thead", {}, head), body);
  }

  // --- ledger ------------------------------------------------------------------------------------------------------
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

  // --- flow --------------------------------------------------------------------------------------------------------
  const flow = { svg: by("flow"), parts: null, edges: [], dots: [], workers: -1, width: 0 };
  const EDGES = ["sent", "taken", "stored", "retried", "returned", "gaveUp", "unlocked"];
  const DOT_ROOM = 10; // pixels of an edge for each dot
  const DOT_HUES = { sent: "waiting", taken: "waiting", stored: "stored", retried: "waiting", returned: "waiting", gaveUp: "failed", unlocked: "badge" };

  // Only a demonstration knows its messages by their ids; elsewhere the ledger says how many are missing.
  const WRONG = data.demo ? { lost: "Lost", doubled: "Doubled" } : { lost: "Missing", doubled: "Too many" };

  function wrongOf(name, place) {
    if (data.demo) return value(name, place);
    if (!value("counted", place)) return null;
    const verdict = data.texts[value("verdict", place)], words = WRONG[name].toLowerCase();
    return verdict.endsWith(` ${words}`) ? Number(verdict.replace(/\D/g, "")) : 0;
  }

  function routes(l) {
    const bend = (x1, y1, x2, y2) => `M${x1} ${y1}C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}`;
    const boxes = l.boxes.length ? l.boxes : [l.frame];
    const mid = l.frame.bottom + 19;
    const x = l.queue.x + l.queue.w * 0.72, from = l.frame.x + l.frame.w * 0.22;
    return {
      sent: [`M${l.producers.right} ${l.axis}H${l.queue.x - 5}`],
      taken: boxes.map((b) => bend(l.queue.right, l.axis, b.x - 5, b.cy)),
      stored: boxes.map((b) => bend(b.right, b.cy, l.store.x - 5, l.store.cy)),
      retried: [`M${from} ${l.frame.bottom}V${mid - 7}Q${from} ${mid} ${from - 7} ${mid}H${x + 7}Q${x} ${mid} ${x} ${mid + 7}V${l.retry.y - 5}`],
      returned: [`M${l.queue.x + l.queue.w * 0.28} ${l.retry.y}V${l.queue.bottom + 5}`],
      gaveUp: [`M${l.failed.cx + 20} ${l.frame.bottom}V${l.failed.y - 5}`],
      unlocked: [`M${l.store.cx} ${l.store.bottom}V${l.badges.y - 5}`],
    };
  }

  function pills(l) {
    const gap1 = (l.producers.right + l.queue.x) / 2, mid = l.frame.bottom + 19;
    return {
      sent: [gap1, l.axis - 20], taken: [l.queue.right + 22, l.axis - (l.frame.x - l.queue.right < 80 ? 36 : 20)],
      stored: [(l.frame.right + l.store.x) / 2, l.store.y + 14], retried: [(l.queue.right + l.frame.x) / 2, mid],
      returned: [l.queue.x + l.queue.w * 0.28 - 26, mid], gaveUp: [l.failed.cx + 48, mid], unlocked: [l.store.cx + 32, (l.store.bottom + l.badges.y) / 2],
    };
  }

  function buildFlow(workers) {
    const width = Math.max(640, Math.floor(flow.svg.clientWidth)), height = flow.svg.clientHeight || 372;
    const l = Logic.layout(width, height, workers);
    flow.svg.replaceChildren();
    flow.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    Object.assign(flow, { workers, width, l, dots: [], texts: {}, edges: {} });
    const edges = draw(flow.svg, "g", {});
    for (const [edge, paths] of Object.entries(routes(l))) {
      flow.edges[edge] = paths.map((d) => {
        const path = draw(edges, "path", { d, class: "edge" });
        return { path, length: path.getTotalLength() };
      });
    }
    const arrows = [[l.queue.x, l.axis, "r"], ...(l.boxes.length ? l.boxes : []).map((b) => [b.x, b.cy, "r"]), [l.store.x, l.store.cy, "r"],
      [l.queue.x + l.queue.w * 0.72, l.retry.y, "d"], [l.queue.x + l.queue.w * 0.28, l.queue.bottom, "u"], [l.failed.cx + 20, l.failed.y, "d"], [l.store.cx, l.badges.y, "d"]];
    const heads = { r: "-7 -4v8l7-4z", d: "-4 -7h8l-4 7z", u: "-4 7h8l-4-7z" };
    const frame = draw(flow.svg, "rect", { x: l.frame.x, y: l.frame.y, width: l.frame.w, height: l.frame.h, rx: 8, class: "frame" });
    edges.before(frame);
    for (const [x, y, way] of arrows) {
      const [, dx, dy, rest] = /^(-?\d+) ?(-?\d+)(.*)$/.exec(heads[way]);
      draw(edges, "path", { d: `M${x + Number(dx)} ${y + Number(dy)}${rest}`, class: "arrow" });
    }
    flow.layer = draw(flow.svg, "g", {});
    const boxOf = (b, hue) => draw(flow.svg, "rect", { x: b.x + 0.5, y: b.y + 0.5, width: b.w - 1, height: b.h - 1, rx: 8, class: `box ${hue ? `line-${hue}` : ""}` });
    const text = (key, x, y, classes, content, anchor) => { flow.texts[key] = draw(flow.svg, "text", { x, y, class: classes, "text-anchor": anchor || "start" }, content || ""); return flow.texts[key]; };
    boxOf(l.producers);
    text("p", l.producers.x + 12, l.producers.y + 24, "title", "Producers");
    text("accepted", l.producers.x + 12, l.producers.y + 52, "number");
    text("u1", l.producers.x + 12, l.producers.y + 68, "small second", "accepted");
    ["form", "file", "http", "others"].forEach((name, n) => {
      text(`l-${name}`, l.producers.x + 12, l.producers.y + 94 + n * 19, "second", { form: "Form", file: "File", http: "HTTP", others: data.demo ? "Load, others" : "Others" }[name]);
      text(name, l.producers.right - 12, l.producers.y + 94 + n * 19, "strong", "", "end");
    });
    text("l-kept", l.producers.x + 12, l.producers.y + 171, "second", "Outbox");
    text("kept", l.producers.right - 12, l.producers.y + 171, "strong", "", "end");
    boxOf(l.queue, "waiting");
    text("q", l.queue.x + 12, l.queue.y + 24, "title", "Queue");
    text("inQueue", l.queue.x + 12, l.queue.y + 52, "number ink-waiting");
    text("u2", l.queue.x + 12, l.queue.y + 68, "small second", "waiting");
    text("l-oldest", l.queue.x + 12, l.queue.y + 88, "small second", "oldest");
    text("oldest", l.queue.right - 12, l.queue.y + 88, "small strong", "", "end");
    text("l-empty", l.queue.x + 12, l.queue.y + 104, "small second", "empty in");
    text("empty", l.queue.right - 12, l.queue.y + 104, "small strong", "", "end");
    text("bar", l.queue.right - 12, l.queue.y + 52, "small second", "", "end");
    flow.stack = draw(flow.svg, "path", { class: "stack" });
    text("w", l.frame.x + 12, l.frame.y + 19, "title", "Workers");
    text("workers", l.frame.right - 12, l.frame.y + 19, "strong", "", "end");
    text("more", l.frame.x + 12, l.frame.bottom - 8, "small second");
    flow.boxes = l.boxes.map((b, n) => {
      const tall = b.h >= 44, y = tall ? b.y + 20 : b.cy + 4;
      const each = {
        group: draw(flow.svg, "g", {}), tall,
      };
      const inside = (x, at, classes, anchor) => draw(each.group, "text", { x, y: at, class: classes, "text-anchor": anchor || "start" }, "");
      each.box = draw(each.group, "rect", { x: b.x + 0.5, y: b.y + 0.5, width: b.w - 1, height: b.h - 1, rx: 6, class: "box" });
      each.title = draw(each.group, "title", {});
      each.name = inside(b.x + 10, y, "strong");
      each.state = inside(tall ? b.x + 40 : b.x + 40, y, "small second");
      each.rate = inside(b.right - 10, y, "small second", "end");
      each.job = inside(b.x + 10, b.y + 40, "small");
      each.room = b.w - 20;
      return each;
    });
    boxOf(l.store, "stored");
    text("s", l.store.x + 12, l.store.y + 24, "title", "Store");
    text("stored", l.store.x + 12, l.store.y + 52, "number ink-stored");
    text("u3", l.store.x + 12, l.store.y + 68, "small second", "stored");
    text("l-dup", l.store.x + 12, l.store.y + 90, "small second", "duplicates");
    text("duplicates", l.store.right - 12, l.store.y + 90, "small strong", "", "end");
    boxOf(l.badges, "badge");
    text("b", l.badges.x + 12, l.badges.y + 24, "title", "Badges");
    text("unlocked", l.badges.x + 12, l.badges.y + 52, "number ink-badge");
    text("u4", l.badges.x + 12, l.badges.y + 68, "small second", "unlocked");
    boxOf(l.retry);
    text("r", l.retry.x + 12, l.retry.y + 24, "title", "Retry");
    text("retrying", l.retry.right - 12, l.retry.y + 24, "strong ink-waiting", "", "end");
    text("r2", l.retry.x + 12, l.retry.y + 44, "small second", "waits, then again");
    flow.failedBox = boxOf(l.failed);
    text("f", l.failed.x + 12, l.failed.y + 24, "title", "Failed");
    text("failed", l.failed.right - 12, l.failed.y + 24, "strong ink-failed", "", "end");
    text("f2", l.failed.x + 12, l.failed.y + 44, "small second", "given up, kept to be repaired");
    const half = l.account.w / 2 - 4;
    [["lost", 0], ["doubled", half]].forEach(([name, dx]) => {
      text(`l-${name}`, l.account.x + (dx ? dx + 10 : 12), l.account.y + 18, "second", WRONG[name]);
      text(name, l.account.x + (dx ? dx + 10 : 12), l.account.y + 44, "number");
    });
    draw(flow.svg, "path", { d: `M${l.account.x + half} ${l.account.y + 6}v${l.account.h - 12}`, class: "grid" });
    [["waiting", "waiting"], ["stored", "stored"], ["failed", "failed"], ["badge", "badge"]].forEach(([hue, words], n) => {
      const y = l.legend.bottom - 4 - (3 - n) * 18;
      draw(flow.svg, "circle", { cx: l.legend.x + 16, cy: y - 4, r: 4, class: `fill-${hue}` });
      draw(flow.svg, "text", { x: l.legend.x + 28, y, class: "small second" }, words);
    });
    flow.pills = {};
    for (const [edge, [x, y]] of Object.entries(pills(l))) {
      const back = draw(flow.svg, "rect", { y: y - 10, height: 20, rx: 10, class: "pill" });
      flow.pills[edge] = { back, x, text: draw(flow.svg, "text", { x, y: y + 4, class: "small strong", "text-anchor": "middle" }, "") };
    }
    text("inRate", (l.producers.right + l.queue.x) / 2, l.axis + 20, "small second", "", "middle");
    text("outRate", l.store.x - (l.store.x - l.frame.right) * 0.26, l.store.bottom + 20, "small second");
    shownPlace = -1;
  }

  function fit(element, content, room) {
    element.textContent = content;
    for (let length = content.length; length > 4 && element.getComputedTextLength() > room; ) {
      length = Math.max(4, Math.floor(length * Math.min(0.95, room / element.getComputedTextLength())));
      element.textContent = `${content.slice(0, length)}…`;
    }
  }

  /** The workers that there is a box for: where not for all, those at work come first. */
  function shownWorkers(place) {
    const workers = value("workers", place), isIdle = ([, state, isSilent]) => isSilent || data.states[state] === "stopped";
    if (workers.length <= flow.boxes.length) return workers;
    return [...workers.filter((each) => !isIdle(each)), ...workers.filter(isIdle)].slice(0, flow.boxes.length);
  }

  function showFlow(place) {
    const l = flow.l, known = value("counted", place), set = (key, content) => { if (flow.texts[key]) flow.texts[key].textContent = content; };
    const count = (name) => (known ? Logic.shortCount(value(name, place)) : "–");
    for (const name of ["accepted", "stored", "failed", "duplicates", "kept"]) set(name, count(name));
    const seen = value("form", place) + value("file", place) + value("http", place);
    set("others", known ? Logic.shortCount(Math.max(0, value("accepted", place) - seen)) : "–");
    for (const name of ["form", "file", "http", "unlocked", "retrying"]) set(name, Logic.shortCount(value(name, place)));
    set("inQueue", Logic.shortCount(value("waiting", place)));
    const waiting = value("waiting", place), empty = value("emptyInS", place);
    set("oldest", waiting && value("oldestS", place) ? Logic.durationText(value("oldestS", place) * 1000) : "–");
    set("empty", !waiting ? "–" : empty === null ? "never" : Logic.durationText(empty * 1000));
    for (const name of ["lost", "doubled"]) {
      const wrong = wrongOf(name, place);
      set(name, wrong === null ? "–" : `${Logic.shortCount(wrong)} ${wrong ? "✕" : "✓"}`);
      flow.texts[name].setAttribute("class", `number ${wrong === null ? "second" : wrong ? "ink-failed" : "ink-stored"}`);
    }
    const top = l.queue.y + 114, room = l.queue.bottom - 10 - top, most = Math.floor(room / 5);
    const each = Logic.messagesABar(waiting, most), bars = Math.ceil(waiting / each);
    set("bar", each > 1 ? `1 bar = ${Logic.shortCount(each)}` : "");
    flow.stack.setAttribute("d", Array.from({ length: bars }, (_, n) => `M${l.queue.x + 12} ${(l.queue.bottom - 12 - n * 5).toFixed(1)}v-3h${(l.queue.w - 24).toFixed(1)}v3z`).join(""));
    flow.failedBox.setAttribute("class", `box ${value("failed", place) ? "line-failed" : ""}`);
    const shown = shownWorkers(place), total = value("workers", place).length + value("moreWorkers", place);
    set("workers", String(total));
    set("more", total > flow.boxes.length ? `and ${total - flow.boxes.length} more` : total ? "" : "no worker is known");
    flow.boxes.forEach((each, n) => {
      const worker = shown[n];
      each.group.setAttribute("visibility", worker ? "visible" : "hidden");
      if (!worker) return;
      const [number, state, isSilent, rate, job] = worker, words = isSilent ? "silent" : data.states[state];
      each.name.textContent = `W${number}`;
      each.title.textContent = data.workers[number - 1];
      each.state.textContent = words;
      each.rate.textContent = rate === null ? "" : `${Logic.rateText(rate)} /s`;
      const hue = isSilent ? "failed" : { running: "running", draining: "running", "on hold": "waiting", paused: "waiting" }[words];
      each.box.setAttribute("class", `box ${hue ? `line-${hue}` : ""} ${isSilent ? "dashed" : ""}`);
      each.group.setAttribute("class", isSilent || words === "stopped" ? "silent" : "");
      if (each.tall) fit(each.job, job === null ? "no job" : data.jobs[job], each.room);
      each.job.setAttribute("class", job === null ? "small second" : "small");
    });
    const isAway = ["offline", "refused"].includes(data.texts[value("connection", place)]);
    for (const edge of EDGES) {
      const pill = flow.pills[edge];
      pill.text.textContent = edge === "unlocked" ? Logic.shortCount(value(edge, place)) : count(edge);
      const width = Math.max(24, pill.text.getComputedTextLength() + 14);
      pill.back.setAttribute("x", pill.x - width / 2);
      pill.back.setAttribute("width", width);
      for (const { path } of flow.edges[edge]) path.setAttribute("class", isAway && ["sent", "taken", "returned"].includes(edge) ? "edge cut" : "edge");
    }
    set("inRate", isAway ? "cut off" : value("inPerS", place) === null ? "" : `${Logic.rateText(value("inPerS", place))} /s`);
    set("outRate", value("outPerS", place) === null ? "" : `${Logic.rateText(value("outPerS", place))} /s`);
    by("flow-text").textContent = `At ${Logic.timeText(times[place])}: ${count("accepted")} accepted, ${Logic.countText(waiting)} waiting, ${Logic.countText(value("running", place))} running at ${total} workers, ` +
      `${count("stored")} stored, ${count("failed")} failed, ${Logic.countText(value("retrying", place))} to be retried` +
      ["lost", "doubled"].map((name) => `, ${Logic.countText(wrongOf(name, place))} ${WRONG[name].toLowerCase()}`).join("") + ".";
  }

  function showDots() {
    let used = 0, most = 1;
    const place = Logic.placeAt(times, now), shown = shownWorkers(place);
    const able = flow.boxes.map((_, n) => n).filter((n) => shown[n] && !shown[n][2] && ["running", "draining"].includes(data.states[shown[n][1]]));
    if (!still.matches) {
      for (const edge of EDGES) {
        const ways = flow.edges[edge], room = ways.reduce((sum, way) => sum + way.length, 0) / DOT_ROOM;
        const { each, dots } = Logic.dotsAt(times, frames[edge], now, speed, Math.max(2, room));
        most = Math.max(most, each);
        for (const { number, share } of dots) {
          const way = ways.length > 1 && able.length ? ways[able[number % able.length]] : ways[0];
          const point = way.path.getPointAtLength(way.length * share);
          const dot = flow.dots[used] || (flow.dots[used] = draw(flow.layer, "circle", { r: 4 }));
          used += 1;
          dot.setAttribute("cx", point.x.toFixed(1));
          dot.setAttribute("cy", point.y.toFixed(1));
          dot.setAttribute("class", `fill-${DOT_HUES[edge]}`);
          dot.removeAttribute("visibility");
        }
      }
    }
    for (let n = used; n < flow.dots.length; n++) flow.dots[n].setAttribute("visibility", "hidden");
    const words = still.matches ? "counts on each edge" : most > 1 ? `a dot is up to ${Logic.countText(most)} workouts` : "one dot is one workout";
    if (by("dot-text").textContent !== words) by("dot-text").textContent = words;
  }

  // --- charts ------------------------------------------------------------------------------------------------------
  const rows = data.latency.rows, half = data.latency.spanMs / 2;
  const rowTimes = rows.map((row) => Math.min(lengthMs, row[0] + half));
  const gaps = frames.t.reduce((found, t, n) => {
    if (["offline", "refused"].includes(data.texts[frames.connection[n]])) {
      const last = found[found.length - 1], next = times[n + 1] === undefined ? t : times[n + 1];
      if (last && last[1] >= t) last[1] = next; else found.push([t, next]);
    }
    return found;
  }, []);
  const charts = [
    {
      svg: by("depth"), values: by("depth-values"), top: Math.max(1, ...frames.deepest, ...frames.running), isLog: false,
      lines: [{ name: "deepest", hue: "waiting", area: true }, { name: "running", hue: "running" }].map((line) => ({ ...line, times, counts: frames[line.name] })),
      read: (place) => [["Waiting", Logic.countText(value("waiting", place)), "waiting"], ["Running", Logic.countText(value("running", place)), "running"], ["Oldest", !value("oldestS", place) ? "–" : Logic.durationText(value("oldestS", place) * 1000), ""]],
    },
    {
      svg: by("latency"), values: by("latency-values"), isLog: true,
      lines: [[1, "waiting", "p50"], [2, "waiting", "p95"], [3, "running", "p50"], [4, "running", "p95"]].map(([column, hue, name]) => ({ hue, name, dashed: name === "p95", times: rowTimes, counts: rows.map((row) => row[column]) })),
      read: (place) => {
        const row = rows[Logic.placeAt(rows.map((each) => each[0]), times[place])];
        const isNear = row && row[0] <= times[place] && times[place] - row[0] < data.latency.spanMs * 2;
        return [["Wait p50", 1, "waiting"], ["p95", 2, "waiting"], ["Run p50", 3, "running"], ["p95", 4, "running"]].map(([title, column, hue]) => [title, Logic.durationText(isNear ? row[column] : null), hue]);
      },
    },
    {
      svg: by("rates"), values: by("rates-values"), top: Math.max(1, ...frames.inPerS, ...frames.outPerS), isLog: false,
      lines: [{ name: "inPerS", hue: "neutral" }, { name: "outPerS", hue: "stored", area: true }].map((line) => ({ ...line, times, counts: frames[line.name] })),
      read: (place) => [["In", Logic.rateText(value("inPerS", place)), ""], ["Out", Logic.rateText(value("outPerS", place)), "stored"], ["Failed so far", value("counted", place) ? Logic.countText(value("failed", place)) : "–", value("failed", place) ? "failed" : ""]],
    },
  ];

  function buildChart(chart) {
    const { svg } = chart, width = Math.max(200, svg.clientWidth), height = svg.clientHeight || 168;
    const [left, right, top, bottom] = [44, 10, 8, 22];
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const x = (t) => left + (width - left - right) * (lengthMs ? t / lengthMs : 0);
    const known = chart.lines.flatMap((line) => line.counts).filter((each) => each !== null && each > 0);
    const marks = chart.isLog ? Logic.logTicks(known.length ? Math.min(...known) : 10, known.length ? Math.max(...known) : 1000) : Logic.ticks(chart.top * 1.15, 3);
    const [low, high] = [marks[0], marks[marks.length - 1]];
    const share = chart.isLog ? (each) => Math.log10(Math.max(low, each) / low) / Math.log10(high / low) : (each) => each / high;
    const y = (each) => (each === null ? null : height - bottom - (height - top - bottom) * share(each));
    for (const [from, to] of gaps) draw(svg, "rect", { x: x(from), y: top, width: Math.max(1, x(to) - x(from)), height: height - top - bottom, class: "away" });
    const space = marks.length > 5 ? 2 : 1;
    marks.forEach((each, n) => {
      draw(svg, "path", { d: `M${left} ${y(each).toFixed(1)}H${width - right}`, class: "grid" });
      if (n % space === 0) draw(svg, "text", { x: left - 6, y: y(each) + 4, "text-anchor": "end" }, chart.isLog ? Logic.tickText(each) : Logic.shortCount(each));
    });
    for (const each of Logic.timeTicks(lengthMs, Math.max(2, Math.floor((width - left) / 70)))) {
      draw(svg, "text", { x: Math.min(x(each), width - right - 12), y: height - 5, "text-anchor": "middle" }, Logic.timeText(each));
    }
    for (const [at, kind] of data.marks) if (kind === "wrong") draw(svg, "path", { d: `M${x(at).toFixed(1)} ${top}V${height - bottom}`, class: "trouble" });
    for (const line of chart.lines) {
      const points = line.times.map((t, n) => [x(t), y(line.counts[n])]);
      const path = Logic.linePath(points);
      if (!path) continue;
      if (line.area) {
        draw(svg, "path", { d: Logic.areaPath(points, height - bottom), class: `area fill-${line.hue}` });
      }
      draw(svg, "path", { d: path, class: `curve line-${line.hue} ${line.dashed ? "dashed" : ""}` });
    }
    if (chart === charts[0] && data.summary.peak) {
      const [at, deepest] = data.summary.peak, near = x(at) > width - 70 ? "end" : x(at) < left + 40 ? "start" : "middle";
      draw(svg, "circle", { cx: x(at), cy: y(deepest), r: 3, class: "fill-waiting" });
      draw(svg, "text", { x: near === "end" ? x(at) - 8 : x(at) + (near === "start" ? 8 : 0), y: Math.max(top + 10, y(deepest) - 7), class: "ink-waiting", "text-anchor": near }, `peak ${Logic.countText(deepest)}`);
    }
    chart.cursor = draw(svg, "path", { class: "cursor" });
    chart.pointer = draw(svg, "path", { class: "pointer" });
    Object.assign(chart, { x, left, right, width, ends: [top, height - bottom] });
  }

  function showValues(chart, place, isPointed) {
    chart.values.replaceChildren(...chart.read(place).map(([title, text, hue]) => make("div", {}, make("dt", {}, title), make("dd", { class: hue ? `is-${hue}` : "" }, text))));
    by(`${chart.svg.id}-at`).textContent = `${isPointed ? "pointed at" : "at"} ${Logic.timeText(times[place])}`;
  }

  function listenToChart(chart) {
    const timeAt = (event) => {
      const inside = (event.clientX - chart.svg.getBoundingClientRect().left - chart.left) / (chart.width - chart.left - chart.right);
      return Math.round(Math.min(1, Math.max(0, inside)) * lengthMs);
    };
    chart.svg.addEventListener("pointermove", (event) => {
      const t = timeAt(event);
      chart.pointer.setAttribute("d", `M${chart.x(t).toFixed(1)} ${chart.ends[0]}V${chart.ends[1]}`);
      chart.isPointed = true;
      showValues(chart, Logic.placeAt(times, t), true);
      if (event.buttons) goTo(t);
    });
    chart.svg.addEventListener("pointerleave", () => {
      chart.pointer.removeAttribute("d");
      chart.isPointed = false;
      showValues(chart, Logic.placeAt(times, now), false);
    });
    chart.svg.addEventListener("pointerdown", (event) => goTo(timeAt(event)));
  }

  // --- player ------------------------------------------------------------------------------------------------------
  function buildTrack() {
    const svg = by("track"), width = svg.clientWidth;
    svg.replaceChildren();
    for (const [at, kind, text] of data.marks) {
      const x = lengthMs ? at / lengthMs * width : 0;
      const icon = draw(svg, "path", { d: SHAPES[kind], class: `fill-${HUES[kind]}`, transform: `translate(${(x - 6).toFixed(1)} 4) scale(.75)` });
      draw(icon, "title", {}, `${Logic.timeText(at)} ${text}`);
      icon.addEventListener("click", () => goTo(at));
    }
  }

  function showMarks() {
    const place = data.marks.length && data.marks[0][0] <= now ? Logic.placeAt(data.marks.map(([at]) => at), now) : -1;
    if (place === shownMark) return;
    const isNext = place === shownMark + 1 && isPlaying;
    shownMark = place;
    [...by("marks").querySelectorAll("button")].forEach((button, n) => {
      button.classList.toggle("to-come", n > place);
      button.classList.toggle("newest", n === place);
      if (n === place) button.setAttribute("aria-current", "time"); else button.removeAttribute("aria-current");
    });
    const current = by("marks").children[Math.max(0, place)];
    if (current && data.marks.length) {
      const list = by("marks"), above = current.offsetTop - list.offsetTop;
      if (above < list.scrollTop || above + current.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = above - list.clientHeight / 2;
    }
    const mark = data.marks[place];
    by("caption").textContent = mark ? `${Logic.timeText(mark[0])}  ${mark[2]}` : "";
    by("caption").className = `caption ${mark ? `is-${HUES[mark[1]] === "accent" ? "second" : HUES[mark[1]]}` : ""}`;
    if (isNext && mark) say(mark[2]);
  }

  function show() {
    const place = Logic.placeAt(times, now);
    if (value("workers", place).length !== flow.workers) buildFlow(value("workers", place).length);
    if (place !== shownPlace) {
      shownPlace = place;
      showLedger(place);
      showFlow(place);
      for (const chart of charts) if (!chart.isPointed) showValues(chart, place, false);
    }
    showDots();
    showMarks();
    for (const chart of charts) chart.cursor.setAttribute("d", `M${chart.x(now).toFixed(1)} ${chart.ends[0]}V${chart.ends[1]}`);
    by("now").textContent = Logic.timeText(now);
    by("slider").value = now;
    by("slider").style.setProperty("--played", `${lengthMs ? 100 * now / lengthMs : 0}%`);
    by("slider").setAttribute("aria-valuetext", `${Logic.timeText(now)} of ${Logic.timeText(lengthMs)}`);
  }

  function say(text) { by("live").textContent = text; }

  function describe() { say(by("flow-text").textContent + (value("counted", shownPlace) ? ` Ledger: ${data.texts[value("verdict", shownPlace)]}.` : "")); }

  function remember() {
    try { history.replaceState(null, "", `#t=${(now / 1000).toFixed(1)}`); } catch { /* a viewer that has no addresses */ }
  }

  function goTo(t) {
    now = Math.min(lengthMs, Math.max(0, t));
    lastTick = 0;
    show();
    if (!isPlaying) { remember(); describe(); }
  }

  function setPlaying(on) {
    if (on && now >= lengthMs) now = 0;
    isPlaying = on && lengthMs > 0;
    lastTick = 0;
    by("play-text").textContent = isPlaying ? "Pause" : "Play";
    by("play-icon").setAttribute("d", isPlaying ? "M7 5h4v14H7zM13 5h4v14h-4z" : "M8 5v14l11-7z");
    if (isPlaying) requestAnimationFrame(tick); else { show(); remember(); describe(); }
  }

  function tick(at) {
    if (!isPlaying) return;
    if (lastTick) now = Math.min(lengthMs, now + (at - lastTick) * speed);
    lastTick = at;
    show();
    if (now >= lengthMs) setPlaying(false); else requestAnimationFrame(tick);
  }

  function setSpeed(next) {
    speed = next;
    by("speed").textContent = `${speed}×`;
    by("slower").disabled = speed === Logic.SPEEDS[0];
    by("faster").disabled = speed === Logic.SPEEDS[Logic.SPEEDS.length - 1];
    if (flow.l) showDots();
  }

  function onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const onButton = event.target.closest && event.target.closest("button, summary");
    const step = event.shiftKey ? 10000 : 1000;
    const acts = {
      " ": onButton ? null : () => setPlaying(!isPlaying), ArrowRight: () => goTo(now + step), ArrowLeft: () => goTo(now - step), Home: () => goTo(0), End: () => goTo(lengthMs),
      "+": () => setSpeed(Logic.nextSpeed(speed, 1)), "=": () => setSpeed(Logic.nextSpeed(speed, 1)), "-": () => setSpeed(Logic.nextSpeed(speed, -1)), "−": () => setSpeed(Logic.nextSpeed(speed, -1)),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  function build() {
    charts.forEach(buildChart);
    buildTrack();
    buildFlow(value("workers", Logic.placeAt(times, now)).length);
    show();
  }

  fillHead();
  fillMarks();
  fillSummary();
  fillBadges();
  fillTable();
  now = Logic.timeOf(location.hash, lengthMs) || 0;
  setSpeed(speed);
  build();
  charts.forEach(listenToChart);
  by("play").addEventListener("click", () => setPlaying(!isPlaying));
  by("slower").addEventListener("click", () => setSpeed(Logic.nextSpeed(speed, -1)));
  by("faster").addEventListener("click", () => setSpeed(Logic.nextSpeed(speed, 1)));
  by("slider").addEventListener("input", () => goTo(Number(by("slider").value)));
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => { // by the pointer: Space is to play then, not to press this again
    const button = event.target.closest("button");
    if (button && event.detail) button.blur();
  });
  addEventListener("hashchange", () => { const t = Logic.timeOf(location.hash, lengthMs); if (t !== null) goTo(t); });
  let resizing = 0;
  addEventListener("resize", () => { cancelAnimationFrame(resizing); resizing = requestAnimationFrame(build); });
  still.addEventListener("change", show);
})();
