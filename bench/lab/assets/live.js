// Follows a run: reads its events from the server, and keeps the charts, the steps and the tables up to date.
(function () {
  "use strict";
  const { update, number } = window.workshop;
  const at = (id) => document.getElementById(id);
  const CHARTS = { latency: {}, rate: { height: 170 }, errors: { height: 170, top: 1, whole: true }, busy: { height: 170, percent: true, top: 0.2 } };
  let run = null;
  let due = false;

  function fresh() { return { start: null, arms: [], slices: [], counts: {}, targets: [], steps: [], end: null }; }

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text != null) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function badge(kind, words) {
    const [className, mark] = { pass: ["good", "✓"], not_yet: ["bad", "✗"], behaviour_changed: ["bad", "✗"], running: ["", "●"], done: ["", "✓"] }[kind] || ["open", "?"];
    const made = element("span", null, "badge " + className);
    const sign = element("span", mark);
    sign.setAttribute("aria-hidden", "true");
    made.append(sign, " " + words);
    return made;
  }

  function arm(name) {
    if (name && !run.arms.includes(name)) run.arms.push(name);
    return run.arms.indexOf(name);
  }

  const known = {
    start(event) {
      // Said again as soon as the arms are known: then it is still the same run.
      const same = run.start && run.start.pid === event.pid && !run.arms.length && !run.slices.length && !run.end;
      if (!same) { run = fresh(); at("steps").replaceChildren(); }
      run.start = event;
      (event.arms || []).forEach(arm);
    },
    step(event) {
      run.steps.push(event);
      const item = element("li", event.text);
      if (event.t_s != null) item.append(element("time", number(event.t_s) + " s"));
      at("steps").append(item);
      at("steps").scrollTop = at("steps").scrollHeight;
    },
    slice(event) { arm(event.arm); run.slices.push(event); },
    counts(event) { arm(event.arm); run.counts[event.arm] = event.counts || {}; },
    targets(event) { run.targets = event.targets || []; },
    end(event) { run.end = event; },
  };

  function row(cells) {
    const made = element("tr");
    cells.forEach((cell, place) => {
      const td = element(place ? "td" : "th", null, place && cell.n !== false ? "n" : "");
      if (!place) td.scope = "row";
      td.append(cell.node || (cell.text ?? String(cell)));
      made.append(td);
    });
    return made;
  }

  const text = (value) => value == null ? "–" : number(value);
  // A count's name in words; a target brings its own sentence.
  const named = (name) => name.replaceAll("_per_request", " per request").replaceAll("_", " ");
  // As the report has them: shares in percent, times with their unit.
  const shown = (name, value) => /_share$|^share of/.test(name) ? (Math.round(value * 1000) / 10) + " %" : /_ms$/.test(name) ? number(value) + " ms" : number(value);
  const measured = (target) => target.value == null ? (target.note || "too few samples") : shown(target.name, target.value);
  const wanted = (target) => target.limit === 0 && !target.at_least ? shown(target.name, 0) : (target.at_least ? "at least " : "at most ") + shown(target.name, target.limit);
  const words = { pass: "pass", not_yet: "not yet", behaviour_changed: "behaviour changed", inconclusive: "inconclusive", unfit: "unfit", done: "done", interrupted: "interrupted" };

  function head() {
    const { start, end } = run;
    const latest = run.slices[run.slices.length - 1];
    let title = "Waiting for a run", note = "Type cargo lab measure, check, observe or watch in a terminal; this page follows it.", state = null;
    if (start) {
      title = start.command + " " + (start.exercise || "");
      note = run.arms.join(" against ") || "";
      if (latest && latest.round != null) note += ", " + (latest.phase || "latency") + ", round " + latest.round + (latest.of ? " of " + latest.of : "");
      state = end ? badge(end.verdict, words[end.verdict] || end.verdict || "ended") : run.gone ? badge("", "ended without a verdict") : badge("running", "running");
      if (end && end.message) note = end.message;
      else if (end && end.t_s != null) note = run.arms.join(" against ") + ", " + number(end.t_s) + " s";
    }
    at("state").replaceChildren(...(state ? [state, " "] : []), title);
    at("note").textContent = note;
    const link = at("to-report");
    link.hidden = !(start && end && start.exercise);
    if (!link.hidden) link.href = "/exercises/" + encodeURIComponent(start.exercise);
  }

  function series(value) {
    return run.arms.map((name, place) => ({
      name, arm: place,
      points: run.slices.filter((slice) => slice.arm === name && value(slice) != null).map((slice) => [slice.t_s, value(slice)]),
    }));
  }

  const VALUES = {
    latency: (slice) => slice.p50_ms,
    rate: (slice) => slice.rate_rps,
    errors: (slice) => slice.errors,
    busy: (slice) => slice.busy,
  };

  function charts() {
    for (const [name, kind] of Object.entries(CHARTS)) {
      const plotted = series(VALUES[name]);
      if (name === "latency") {
        // A p95 needs ten samples above it; a slice seldom has them.
        const tails = run.arms.map((arm, place) => ({ name: arm + " p95", arm: place, thin: true,
          points: run.slices.filter((slice) => slice.arm === arm && slice.p95_ms != null).map((slice) => [slice.t_s, slice.p95_ms]) }));
        plotted.push(...tails.filter((one) => one.points.length));
      }
      update(document.querySelector(`[data-chart=${name}]`), { ...kind, kind: "time", series: plotted });
    }
    for (const legend of document.querySelectorAll(".live .legend")) {
      if (legend.children.length === run.arms.length && legend.dataset.arms === run.arms.join()) continue;
      legend.dataset.arms = run.arms.join();
      legend.replaceChildren(...run.arms.map((name, place) => {
        const item = element("li");
        const key = element("span", null, "key arm" + Math.min(place, 3));
        key.setAttribute("aria-hidden", "true");
        item.append(key, name);
        return item;
      }));
    }
  }

  const saturation = (slice) => Object.entries(slice.saturation || {}).map(([name, value]) => name.replaceAll("_", " ") + " " + number(value)).join(", ");

  function tables() {
    // The newest first, and not without end.
    at("slices").replaceChildren(...run.slices.slice(-40).reverse().map((slice) => row([
      number(slice.t_s), { text: slice.arm, n: false }, { text: slice.phase || "", n: false }, text(slice.p50_ms), text(slice.p95_ms), text(slice.max_ms),
      text(slice.rate_rps), slice.requests ?? "–", slice.errors ?? "–", slice.busy == null ? "–" : Math.round(slice.busy * 100) + " %",
      { text: saturation(slice) || "–", n: false }, { text: slice.voided ? "no" : "yes", n: false },
    ])));
    const names = [...new Set(Object.values(run.counts).flatMap((counts) => Object.keys(counts)))].filter((name) => run.arms.some((arm) => (run.counts[arm] || {})[name] > 0)).sort();
    at("counts-part").hidden = !names.length;
    at("counts-head").replaceChildren(...["count", ...run.arms].map((name, place) => { const th = element("th", name, place ? "n" : ""); th.scope = "col"; return th; }));
    at("counts").replaceChildren(...names.map((name) => row([named(name), ...run.arms.map((arm) => text((run.counts[arm] || {})[name]))])));
    at("targets-part").hidden = !run.targets.length;
    at("targets").replaceChildren(...run.targets.map((target) => row([
      target.says || named(target.name), measured(target), wanted(target),
      { node: target.met == null ? badge("", "cannot be told") : badge(target.met ? "pass" : "not_yet", target.met ? "met" : "missed"), n: false },
    ])));
  }

  function show() {
    due = false;
    head();
    charts();
    tables();
  }

  // A burst of events is drawn once. Not by requestAnimationFrame: that stands still in a tab behind.
  function soon() { if (!due) { due = true; setTimeout(show, 60); } }

  run = fresh();
  show();
  const source = new EventSource("/live/events");
  source.addEventListener("reset", () => { run = fresh(); at("steps").replaceChildren(); soon(); });
  source.addEventListener("gone", () => { run.gone = true; soon(); });
  source.addEventListener("message", (message) => {
    let event;
    try { event = JSON.parse(message.data); } catch { return; }
    const take = known[event.event];
    if (take) { take(event); soon(); }
  });
  source.addEventListener("error", () => { at("connection").textContent = "This page is no longer served: cargo lab serve was stopped, or its terminal was closed. cargo lab serve starts it again; a run goes on without it."; });
  source.addEventListener("open", () => { at("connection").textContent = ""; });
})();
