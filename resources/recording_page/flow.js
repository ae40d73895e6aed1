// The flow as a picture: boxes, edges with their counts, and dots that move as the recording counted them.
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
    text(`l-${name}`, l.producers.x + 12, l.producers.y + 94 + n * 19, "second", { form: "Form", file: "File", http: "HTTP", others: "Others" }[name]);
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
    const tall = b.h >= 42, y = tall ? b.cy - 4 : b.cy + 4;
    const each = {
      group: draw(flow.svg, "g", {}), tall,
    };
    const inside = (x, at, classes, anchor) => draw(each.group, "text", { x, y: at, class: classes, "text-anchor": anchor || "start" }, "");
    each.box = draw(each.group, "rect", { x: b.x + 0.5, y: b.y + 0.5, width: b.w - 1, height: b.h - 1, rx: 6, class: "box" });
    each.title = draw(each.group, "title", {});
    each.name = inside(b.x + 10, y, "strong");
    each.state = inside(b.x + 40, y, "small second");
    each.rate = inside(b.right - 10, y, "small second", "end");
    each.job = inside(b.x + 10, b.cy + 14, "small");
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
