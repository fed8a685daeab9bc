// Draws every element with `data-chart` from the numbers in the page, by uPlot. Without this script the tables say the same.
(function () {
  "use strict";
  const DASHES = [[7, 4], [], [2, 3], [11, 3, 2, 3]];
  const drawn = new Map();

  const variable = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  // As the tables have them: whole from 100 on, one decimal from 10, else two.
  const number = (value) => value == null ? "–" : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) :
    Math.abs(value - Math.round(value)) < 5e-4 ? String(Math.round(value)) : value.toFixed(2);

  // Series of [x, y] on one axis of x; where a series has no point, there is a gap that its line crosses.
  function aligned(series) {
    const xs = [...new Set(series.flatMap((one) => one.points.map((point) => point[0])))].sort((a, b) => a - b);
    const places = new Map(xs.map((x, place) => [x, place]));
    return [xs, ...series.map((one) => {
      const values = new Array(xs.length).fill(null);
      for (const [x, y] of one.points) values[places.get(x)] = y;
      return values;
    })];
  }

  // The axis of percentiles is stretched towards the tail: each factor of ten in 1/(1 - q) takes the same room.
  const depth = (percentile) => -Math.log10(1 - percentile / 100);
  const MARKS = [[0, "p0"], [50, "p50"], [90, "p90"], [95, "p95"], [99, "p99"], [99.9, "p99.9"]];
  const percentile = (x) => "p" + String(Math.round((1 - 10 ** -x) * 1e5) / 1e3);

  function options(element, chart, data) {
    const ink = variable("--dim"), line = variable("--line");
    const stroke = (place) => variable("--a" + Math.min(place, 3));
    const curve = chart.kind === "percentiles";
    const font = "12px system-ui, sans-serif";
    const axis = { stroke: ink, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 } };
    const last = data[0].length ? data[0][data[0].length - 1] : 1;
    const readout = element.parentElement.querySelector(".readout");
    return {
      width: Math.max(260, element.clientWidth), height: chart.height || (element.clientWidth < 500 ? 220 : 280),
      legend: { show: false }, cursor: { y: false, drag: { x: false, y: false } }, padding: [10, 16, 0, 0],
      scales: { x: { time: false, range: curve ? [0, Math.max(last, 1)] : (u, low, high) => [0, Math.max(high || 0, chart.least || 1)] },
        y: { range: (u, low, high) => [0, Math.max((high || 0) * 1.06, chart.top || 1e-3)] } },
      axes: [
        { ...axis, size: 34, ...(curve ? { splits: () => MARKS.map(([q]) => depth(q)).filter((x) => x <= last + 1e-6),
          values: (u, splits) => splits.map((x) => { const mark = MARKS.find(([q]) => Math.abs(depth(q) - x) < 1e-9); return mark ? mark[1] : ""; }) }
          : { values: (u, splits) => splits.map((x) => x + " s"), space: 60 }) },
        { ...axis, size: 54, ...(chart.whole ? { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] } : {}), values: (u, splits) => splits.map((y) => chart.percent ? Math.round(y * 100) + " %" : String(Math.round(y * 1e4) / 1e4)) },
      ],
      series: [{}, ...chart.series.map((one, place) => ({
        label: one.name, stroke: stroke(one.arm ?? place), width: one.thin ? 1 : 2, dash: one.thin ? [1, 3] : DASHES[Math.min(one.arm ?? place, 3)],
        spanGaps: true, points: { show: !curve, size: one.thin ? 3 : 5, fill: stroke(one.arm ?? place), stroke: stroke(one.arm ?? place) },
      }))],
      hooks: { setCursor: [(u) => {
        if (!readout) return;
        const at = u.cursor.idx;
        if (at == null) { readout.textContent = ""; return; }
        const where = curve ? percentile(u.data[0][at]) : number(u.data[0][at]) + " s";
        const values = chart.series.map((one, place) => u.data[place + 1][at] == null ? null : one.name + " " + (chart.percent ? Math.round(u.data[place + 1][at] * 100) + " %" : number(u.data[place + 1][at])));
        readout.textContent = [where, ...values.filter(Boolean)].join("   ");
      }] },
    };
  }

  // Draws or redraws one chart; nothing where there is nothing to draw yet.
  function draw(element, chart) {
    const series = chart.kind === "percentiles" ? chart.series.map((one) => ({ ...one, points: one.points.map(([q, ms]) => [depth(q), ms]) })) : chart.series;
    const data = aligned(series);
    const before = drawn.get(element);
    if (before) before.plot.destroy();
    drawn.delete(element);
    if (!data[0].length) return;
    drawn.set(element, { chart, plot: new uPlot(options(element, chart, data), data, element) });
  }

  // Only the numbers have changed.
  function update(element, chart) {
    const before = drawn.get(element);
    if (!before || before.chart.series.length !== chart.series.length) { draw(element, chart); return; }
    before.chart = chart;
    before.plot.setData(aligned(chart.series));
  }

  function redraw() { for (const [element, { chart }] of [...drawn]) draw(element, chart); }

  const embedded = document.getElementById("data");
  const charts = embedded ? JSON.parse(embedded.textContent).charts || {} : {};
  for (const element of document.querySelectorAll("[data-chart]")) {
    const chart = charts[element.dataset.chart];
    if (chart) draw(element, chart);
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  let width = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; redraw(); } });
  // On paper all is unfolded, and drawn in the colours of paper.
  matchMedia("print").addEventListener("change", redraw);
  addEventListener("beforeprint", () => { for (const one of document.querySelectorAll("details:not([open])")) { one.open = true; one.dataset.folded = ""; } redraw(); });
  addEventListener("afterprint", () => { for (const one of document.querySelectorAll("details[data-folded]")) { one.open = false; delete one.dataset.folded; } redraw(); });

  window.workshop = { draw, update, number };
})();
