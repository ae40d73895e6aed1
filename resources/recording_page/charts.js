// The charts, with a cursor at the moment that is played and the values under the pointer.
const rows = Logic.rowsWithGaps(data.latency.rows, data.latency.spanMs), half = data.latency.spanMs / 2;
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
