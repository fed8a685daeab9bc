// The report: one file that needs no network, read in every light, on a phone, on paper, and without scripts.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DESK, PHONE, drawn, open, serve, shot, sound, visit } from "./workshop.js";

let browser, workshop;
const files = {};
const charted = {};
before(async () => {
  [browser, workshop] = [await open(), await serve()];
  // The page of a run is made from its file: `report` renders the recorded ones.
  for (const name of readdirSync(join(workshop.state, "runs"))) {
    const child = workshop.run("report", "--run", join(workshop.state, "runs", name));
    let path = "";
    child.stdout.on("data", (text) => { path += text; });
    const [code] = await once(child, "close");
    assert.equal(code, 0, `report of ${name}`);
    const kind = name.includes("product-search") ? "story" : "seam";
    files[kind] = path.trim();
    charted[kind] = "page" in JSON.parse(readFileSync(join(workshop.state, "runs", name), "utf8"));
  }
});
after(async () => { await browser?.close(); assert.equal(await workshop?.stop(), 0, "Ctrl-C ends the server"); });

for (const kind of ["seam", "story"]) {
  for (const [light, colorScheme] of [["light", "light"], ["dark", "dark"]]) {
    for (const [width, viewport] of [["desk", DESK], ["phone", PHONE]]) {
      test(`the report of a ${kind} is sound in the ${light} at ${width} width`, async () => {
        const page = await visit(browser, pathToFileURL(files[kind]).href, { colorScheme, viewport });
        // A run of an older bench has no curves, and a page all the same.
        for (const chart of charted[kind] ? ["percentiles", "slices"] : []) assert.ok(await drawn(page, chart), `${chart} is drawn`);
        await sound(page, `report ${kind} ${light} ${width}`);
        await shot(page, `report-${kind}-${light}-${width}`);
        await page.context().close();
      });
    }
  }
}

test("headings are in order, landmarks are there, and each chart has its table", async () => {
  const page = await visit(browser, pathToFileURL(files.seam).href);
  const levels = await page.$$eval("h1,h2,h3,h4", (all) => all.map((one) => Number(one.tagName[1])));
  assert.equal(levels.filter((level) => level === 1).length, 1);
  levels.reduce((above, level) => { assert.ok(level <= above + 1, `h${level} after h${above}`); return level; }, 0);
  assert.equal(await page.locator("main").count(), 1);
  for (const figure of await page.locator("figure.chart").all()) {
    assert.ok(await figure.locator("tbody tr").count() > 3, "a table behind the chart");
    assert.ok(await figure.locator("[role=img]").getAttribute("aria-label"));
  }
  await page.context().close();
});

test("without scripts everything is said all the same", async () => {
  const page = await visit(browser, pathToFileURL(files.seam).href, { javaScriptEnabled: false });
  const text = await page.locator("main").innerText();
  for (const part of ["Verdict", "Prediction", "p95", "Where the time goes", "database queries per request", "A typical and a slow request", "The change", "The machine", "Measure it again", "cargo lab measure"]) {
    assert.ok(text.includes(part), `${part} is said`);
  }
  await page.locator("figure.chart summary").first().click();
  assert.ok(await page.locator("figure.chart tbody tr").first().isVisible(), "the table unfolds without scripts");
  await page.context().close();
});

test("the keyboard reaches the tables that scroll, and unfolds what is folded", async () => {
  const page = await visit(browser, pathToFileURL(files.seam).href);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  const summary = page.locator("figure.chart summary").first();
  await summary.focus();
  await page.keyboard.press("Enter");
  assert.ok(await page.locator("figure.chart details").first().evaluate((one) => one.open));
  await page.context().close();
});

test("on paper it is light, unfolded, and a few pages long", async () => {
  const page = await visit(browser, pathToFileURL(files.seam).href, { colorScheme: "dark" });
  const paper = await page.pdf({ format: "A4" });
  if (process.env.SHOTS) writeFileSync(join(process.env.SHOTS, "report-seam.pdf"), paper);
  const pages = paper.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  assert.ok(pages >= 2 && pages <= 12, `${pages} pages`);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).color), "rgb(27, 31, 36)");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("what a run file says cannot become part of the page", async () => {
  const runs = join(workshop.state, "runs");
  const name = readdirSync(runs).find((one) => !one.includes("product-search"));
  const run = JSON.parse(readFileSync(join(runs, name), "utf8"));
  const evil = "</script><img src=x onerror=document.title='owned'>";
  run.page.title = run.exercise = evil;
  run.page.diff = `+${evil}`;
  run.page.arms[0].queries[0].statement = evil;
  run.page.arms[0].name = evil;
  run.baseline.variant = evil;
  const file = join(workshop.state, "evil.json");
  writeFileSync(file, JSON.stringify(run));
  const child = workshop.run("report", "--run", file);
  let path = "";
  child.stdout.on("data", (text) => { path += text; });
  await once(child, "close");
  assert.ok(path.startsWith(join(workshop.state, "reports")), path);
  const page = await visit(browser, pathToFileURL(path.trim()).href);
  assert.ok(!(await page.title()).includes("owned") || (await page.title()).includes("onerror"), "no script ran");
  assert.equal(await page.locator("img").count(), 0);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
