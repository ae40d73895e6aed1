// The moment that is played, and all that changes it: buttons, slider, keys, links.
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
