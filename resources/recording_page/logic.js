// What the page works out, without the page: also loaded by the tests, under Node.
"use strict";
const Logic = (() => {
  const MOST_DOTS_PER_S = 20; // on one edge; at a higher rate one dot stands for several messages
  const TRAVEL_MS = 900; // of a dot, from one end of its edge to the other
  const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128];
  const LONGEST_PLAY_MS = 300000; // a longer recording begins at a higher speed

  /** 75,400 ms as `1:15`, or `1:02:05` from an hour on. */
  function timeText(ms) {
    const s = Math.floor(Math.max(0, ms) / 1000);
    const two = (n) => String(n).padStart(2, "0");
    const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
    return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
  }

  /** A length in words: `2 min 30 s`. */
  function lengthText(ms) {
    const s = Math.floor(ms / 1000);
    if (s < 60) return `${s} s`;
    const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
    return h ? `${h} h ${m} min` : `${m} min${s % 60 ? ` ${s % 60} s` : ""}`;
  }

  function countText(n) {
    return n === null || n === undefined ? "–" : String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ",");
  }

  /** `12.3k` where there is little room. */
  function shortCount(n) {
    if (n === null || n === undefined || n < 10000) return countText(n);
    if (n < 1000000) return `${(n / 1000).toFixed(n < 100000 ? 1 : 0)}k`;
    return `${(n / 1000000).toFixed(1)}M`;
  }

  function rateText(perS) {
    if (perS === null || perS === undefined) return "–";
    return perS >= 100 ? countText(perS) : perS.toFixed(perS >= 10 ? 1 : 2);
  }

  /** Number and unit of a duration: `82 ms`, `1.71 s`, `4.0 min`. */
  function durationText(ms) {
    if (ms === null || ms === undefined) return "–";
    if (ms < 1) return "<1 ms";
    if (ms < 1000) return `${Math.round(ms)} ms`;
    if (ms < 60000) return `${(ms / 1000).toFixed(ms < 10000 ? 2 : 1)} s`;
    return `${(ms / 60000).toFixed(1)} min`;
  }

  /** A power of ten of milliseconds, for an axis. */
  function tickText(ms) {
    return ms < 1000 ? `${ms} ms` : `${countText(ms / 1000)} s`;
  }

  /** The place of the last of ascending `times` that is not after `t`; 0 where all are. */
  function placeAt(times, t) {
    let [low, high] = [0, times.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (times[middle] <= t) low = middle; else high = middle - 1;
    }
    return low;
  }

  /** A count at any time, between those that are known. */
  function valueAt(times, counts, t) {
    const place = placeAt(times, t);
    const next = Math.min(place + 1, times.length - 1);
    const span = times[next] - times[place];
    if (span <= 0 || t <= times[place]) return counts[place];
    const share = Math.min(1, (t - times[place]) / span);
    return counts[place] + Math.max(0, counts[next] - counts[place]) * share;
  }

  /** The least of 1, 2, 5, 10 and so on of which at most `most` make that many. */
  function unitOf(number, most) {
    let each = 1;
    for (let step = 0; number > each * most; step++) each = step % 3 === 1 ? Math.floor(each / 2) * 5 : each * 2;
    return each;
  }

  /** How many messages a dot stands for, so that dots can be counted. */
  function messagesADot(perS) {
    return unitOf(perS, MOST_DOTS_PER_S);
  }

  /** How many messages a bar of the stack stands for, so that there are at most `most` bars. */
  function messagesABar(waiting, most) {
    return unitOf(waiting, Math.max(1, most));
  }

  /** Dots on an edge at the time `t`: each has its number, and how far it is, 0 to 1. What went over the edge up to
   * then is `counts`, so as many arrive as the recording says. A faster player has dots that are as quick to see.
   * `most`: that a short edge has room for. */
  function dotsAt(times, counts, t, speed, most = MOST_DOTS_PER_S) {
    const travelMs = TRAVEL_MS * speed;
    const arrived = valueAt(times, counts, t - travelMs), sent = valueAt(times, counts, t);
    const moving = sent - arrived;
    if (!(moving > 0)) return { each: 1, dots: [] };
    const each = unitOf(moving * 1000 / TRAVEL_MS, Math.min(most, MOST_DOTS_PER_S));
    const dots = [];
    for (let n = Math.floor(arrived / each) + 1; n * each <= sent; n++) dots.push({ number: n, share: (sent - n * each) / moving });
    return { each, dots };
  }

  /** Steps of a linear axis from 0: at most `most` of them, the last at or above `top`. */
  function ticks(top, most) {
    const raw = Math.max(top, 1) / most;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = Math.max(1, [1, 2, 5, 10].map((each) => each * power).find((each) => each >= raw - 1e-9));
    const found = [];
    for (let value = 0; value < top + step - 1e-9 || found.length < 2; value += step) found.push(value);
    return found;
  }

  /** Powers of ten around both values, in milliseconds. */
  function logTicks(lowest, highest) {
    const [from, to] = [Math.floor(Math.log10(Math.max(0.1, lowest))), Math.ceil(Math.log10(Math.max(0.2, highest)))];
    const found = [];
    for (let power = from; power <= Math.max(to, from + 1); power++) found.push(10 ** power);
    return found;
  }

  /** Times of an axis of that length: whole steps, at most `most` of them. */
  function timeTicks(lengthMs, most) {
    const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 604800];
    const step = (steps.find((s) => lengthMs / (s * 1000) <= most) || Math.ceil(lengthMs / 1000 / most)) * 1000;
    const found = [];
    for (let at = 0; at <= lengthMs; at += step) found.push(at);
    return found;
  }

  /** Rows `[time, ...figures]` of `spanMs` each, with an unknown one where some are missing, so that no line spans it. */
  function rowsWithGaps(rows, spanMs) {
    const isAfterGap = (n) => n > 0 && rows[n][0] - rows[n - 1][0] > spanMs * 1.5;
    return rows.flatMap((row, n) => (isAfterGap(n) ? [[rows[n - 1][0] + spanMs, ...row.slice(1).map(() => null)], row] : [row]));
  }

  /** The path of a line through known points; it is broken where one is not known, and a dot where one is alone. */
  function linePath(points) {
    let path = "", length = 0;
    for (const [x, y] of [...points, [0, null]]) {
      if (y === null || !Number.isFinite(y)) {
        if (length === 1) path += "h0";
        length = 0;
        continue;
      }
      path += `${length ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
      length += 1;
    }
    return path;
  }

  /** The path of what is below that line, down to `base`. */
  function areaPath(points, base) {
    let path = "", run = [];
    const close = () => {
      if (run.length) path += `${linePath(run)}L${run[run.length - 1][0].toFixed(1)} ${base}L${run[0][0].toFixed(1)} ${base}z`;
      run = [];
    };
    for (const point of points) if (point[1] === null || !Number.isFinite(point[1])) close(); else run.push(point);
    close();
    return path;
  }

  /** The time that a fragment such as `#t=76.5` names, in ms and within the recording; null without one. */
  function timeOf(fragment, lengthMs) {
    const found = /^#t=(\d{1,9}(?:\.\d{1,3})?)$/.exec(fragment || "");
    return found ? Math.min(lengthMs, Math.round(Number(found[1]) * 1000)) : null;
  }

  /** 1, or what plays a long recording in some minutes. */
  function firstSpeed(lengthMs) {
    return SPEEDS.find((speed) => speed >= 1 && lengthMs / speed <= LONGEST_PLAY_MS) || SPEEDS[SPEEDS.length - 1];
  }

  function nextSpeed(speed, step) {
    return SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, SPEEDS.indexOf(speed) + step))];
  }

  /** Boxes of the flow in a picture of this size, and how many of the workers there is room for. */
  function layout(width, height, workers) {
    const roomy = Math.min(1, Math.max(0, (width - 660) / 300));
    const mix = (low, high) => low + (high - low) * roomy;
    const more = Math.max(0, width - 960);
    const columns = [mix(112, 132) + more * 0.06, mix(116, 144) + more * 0.1, mix(186, 236) + more * 0.22, mix(122, 150) + more * 0.1];
    const gap = (width - 4 - columns.reduce((sum, each) => sum + each, 0)) / 3;
    const lefts = [2];
    for (const column of columns) lefts.push(lefts[lefts.length - 1] + column + gap);
    const lower = 58, between = 38, main = height - lower - between - 6, top = 4, below = top + main + between;
    const box = (x, y, w, h) => ({ x, y, w, h, right: x + w, bottom: y + h, cx: x + w / 2, cy: y + h / 2 });
    const queue = box(lefts[1], top, columns[1], main);
    const frame = box(lefts[2], top, columns[2], main);
    const producers = box(lefts[0], top + main * 0.5 - 92, columns[0], 184);
    const store = box(lefts[3], top + 10, columns[3], 102);
    const badges = box(lefts[3], top + main - 88, columns[3], 86);
    const inner = main - 36, least = 26, space = 6;
    const fitting = Math.floor((inner + space) / (least + space));
    const shown = workers <= fitting ? workers : fitting - 1;
    const each = Math.min(64, shown ? (inner - (workers > shown ? 20 : 0) + space) / shown - space : 64);
    const boxes = Array.from({ length: shown }, (_, n) => box(frame.x + 10, frame.y + 28 + n * (each + space), frame.w - 20, each));
    return {
      producers, queue, frame, store, badges, boxes,
      retry: box(queue.x, below, queue.w, lower),
      failed: box(frame.x + 10, below, frame.w - 20, lower),
      account: box(store.x, below, store.w, lower),
      legend: box(producers.x, below - 34, producers.w, lower + 34),
      axis: producers.cy,
    };
  }

  return {
    SPEEDS, TRAVEL_MS, timeText, lengthText, countText, shortCount, rateText, durationText, tickText, placeAt, valueAt, messagesADot, messagesABar,
    dotsAt, ticks, logTicks, timeTicks, rowsWithGaps, linePath, areaPath, timeOf, firstSpeed, nextSpeed, layout,
  };
})();
if (typeof module !== "undefined") module.exports = Logic;
