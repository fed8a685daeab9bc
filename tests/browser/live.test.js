// The live view follows a run whose events are appended by another process: here by this test, from a recorded run.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DESK, PHONE, drawn, here, open, serve, shot, sound, visit } from "./workshop.js";

let browser, workshop;
before(async () => { [browser, workshop] = [await open(), await serve()]; });
after(async () => { await browser?.close(); assert.equal(await workshop?.stop(), 0, "Ctrl-C ends the server, live views or not"); });

const recorded = readFileSync(join(here, "fixtures/events.ndjson"), "utf8").trim().split("\n").map((line) => {
  const event = JSON.parse(line);
  // The process that is said to run is one that does.
  return JSON.stringify(event.pid ? { ...event, pid: process.pid } : event) + "\n";
});
// `start` is said again as soon as the arms are known.
const arms = recorded.map((line) => JSON.parse(line)).findLast((event) => event.event === "start").arms;
const feed = () => join(workshop.state, "live/events.ndjson");
const half = recorded.findIndex((line, place) => place > recorded.length / 2 && line.includes('"slice"'));

test("a run is followed from its first step to its verdict, and the next one begins anew", async () => {
  const page = await visit(browser, workshop.url + "/live");
  assert.match(await page.locator("#state").innerText(), /Waiting for a run/);
  await sound(page, "live, nothing on");

  writeFileSync(feed(), recorded[0]);
  await page.locator("#state", { hasText: "running" }).waitFor();
  for (const line of recorded.slice(1, half)) appendFileSync(feed(), line);
  // Half a line is not an event yet.
  appendFileSync(feed(), recorded[half].slice(0, 20));
  await page.locator("#steps li").nth(2).waitFor();
  await page.waitForFunction((count) => document.querySelectorAll("#slices tr").length === count, Math.min(40, recorded.slice(0, half).filter((line) => line.includes('"event":"slice"')).length));
  assert.ok(await drawn(page, "latency"), "latency of both sides");
  for (const chart of ["rate", "errors", "busy"]) assert.ok(await drawn(page, chart), chart);
  assert.deepEqual(await page.locator(".live .legend").first().locator("li").allInnerTexts(), arms);
  await sound(page, "live, running");
  await shot(page, "live-running-light-desk");

  // Elsewhere it is said that a run is in progress.
  const other = await visit(browser, workshop.url);
  assert.ok(await other.getByText("A run is in progress").isVisible());
  await sound(other, "syllabus while a run is on");
  await other.context().close();

  appendFileSync(feed(), recorded[half].slice(20));
  for (const line of recorded.slice(half + 1)) appendFileSync(feed(), line);
  const end = JSON.parse(recorded[recorded.length - 1]);
  await page.locator("#state .badge", { hasText: { pass: "pass", not_yet: "not yet", inconclusive: "inconclusive" }[end.verdict] }).waitFor();
  assert.ok(await page.locator("#targets tr").count() > 0, "targets as they are judged");
  assert.ok(await page.locator("#to-report").isVisible());
  await sound(page, "live, ended");
  await shot(page, "live-ended-light-desk");

  writeFileSync(feed(), recorded[0].replace(/"command":"\w+"/, '"command":"observe"') + recorded[1]);
  await page.locator("#state", { hasText: "observe" }).waitFor();
  assert.equal(await page.locator("#steps li").count(), 1, "what was said before is forgotten");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a run that was killed is said to be over", async () => {
  writeFileSync(feed(), recorded[0].replace(/"pid":\d+/, '"pid":2147483646'));
  const page = await visit(browser, workshop.url + "/live");
  await page.locator("#state", { hasText: "ended without a verdict" }).waitFor();
  await page.context().close();
});

for (const colorScheme of ["light", "dark"]) {
  for (const [width, viewport] of [["desk", DESK], ["phone", PHONE]]) {
    test(`a run that ended is sound in the ${colorScheme} at ${width} width`, async () => {
      writeFileSync(feed(), recorded.join(""));
      const page = await visit(browser, workshop.url + "/live", { colorScheme, viewport });
      await page.locator("#targets tr").first().waitFor();
      await page.locator("details summary").click();
      await sound(page, `live ${colorScheme} ${width}`);
      await page.locator("details summary").click();
      await shot(page, `live-${colorScheme}-${width}`);
      await page.context().close();
    });
  }
}
