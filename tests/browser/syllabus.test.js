// The syllabus with 52 planted exercises: one aligned list, filtered by mouse, keyboard and address, with and without scripts.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exercises, plant } from "./fifty.js";
import { DESK, SMALL, open, serve, shot, sound, visit } from "./workshop.js";

let browser, workshop;
const course = mkdtempSync(join(tmpdir(), "workshop-fifty-"));
before(async () => {
  browser = await open();
  workshop = await serve({ course, prepare: (state) => plant(course, state) });
});
after(async () => {
  await browser?.close();
  const code = await workshop?.stop();
  rmSync(course, { recursive: true, force: true });
  assert.equal(code, 0, "Ctrl-C ends the server");
});

const titles = (page) => page.locator("table.syllabus a").allInnerTexts();
const chosen = (page) => page.locator("form.filter select").evaluateAll((all) => Object.fromEntries(all.map((one) => [one.name, one.value])));

test("52 exercises are one list: no head repeats, all columns are aligned, and it is a few screens long", async () => {
  const page = await visit(browser, workshop.url);
  assert.deepEqual((await titles(page)).toSorted(), exercises.map((one) => one.title).toSorted());
  assert.equal(await page.locator("table.syllabus thead").count(), 1);
  const chapters = await page.locator("tr.chapter th").allInnerTexts();
  assert.equal(new Set(chapters).size, 14);
  assert.equal(chapters.length, 14);
  assert.match(chapters[5], /^6 Caches\s+1 of 4 passed$/);
  // Each column begins, or for numbers ends, at the same place in every row.
  const edges = await page.locator("table.syllabus tbody tr:not(.chapter)").evaluateAll((rows) => rows.map((row) =>
    [...row.cells].map((cell) => Math.round(cell.getBoundingClientRect()[cell.className === "n" ? "right" : "left"])).join()));
  assert.equal(new Set(edges).size, 1);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  assert.ok(height < 3 * DESK.height, `${height} px`);
  await page.context().close();
});

test("the head of the list stays in sight", async () => {
  const page = await visit(browser, workshop.url);
  await page.getByRole("link", { name: "The whole notebook" }).scrollIntoViewIfNeeded();
  await page.mouse.wheel(0, 400);
  const head = await page.locator("table.syllabus thead th").first().boundingBox();
  assert.ok(head.y >= -1 && head.y < DESK.height / 2, `the head is at ${head.y}`);
  await page.context().close();
});

for (const javaScriptEnabled of [true, false]) {
  test(`filters narrow the list and stay chosen, ${javaScriptEnabled ? "with" : "without"} scripts`, async () => {
    const page = await visit(browser, workshop.url, { javaScriptEnabled });
    await page.getByLabel("chapter").selectOption("6");
    await page.getByLabel("service").selectOption("search");
    await page.getByRole("button", { name: "Filter" }).click();
    await page.waitForURL("**/?chapter=6&service=search&status=");
    assert.deepEqual((await titles(page)).toSorted(), ["Every five seconds", "Nothing to be found, again and again", "The sawtooth"]);
    assert.deepEqual(await chosen(page), { chapter: "6", service: "search", status: "" });
    assert.ok(await page.getByText("3 exercises of 52").isVisible());
    assert.equal(await page.locator("table.syllabus td p").count(), 3, "a short list has the symptoms");
    await page.getByLabel("status").selectOption("passed");
    await page.getByRole("button", { name: "Filter" }).click();
    await page.waitForURL("**&status=passed");
    assert.deepEqual(await titles(page), ["Every five seconds"]);
    await page.goBack();
    assert.equal((await titles(page)).length, 3);
    await page.getByRole("link", { name: "Show all" }).click();
    await page.waitForURL(workshop.url + "/");
    assert.equal((await titles(page)).length, 52);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

test("topics are in the page only when they are asked for", async () => {
  const page = await visit(browser, workshop.url + "/?chapter=6");
  assert.ok(!(await page.content()).includes("stampede"));
  await page.getByRole("link", { name: "Show topics" }).click();
  await page.waitForURL("**/?chapter=6&topics=shown");
  assert.ok(await page.locator("table.syllabus").getByText("cache stampede, single-flight").isVisible());
  await page.getByLabel("chapter").selectOption("");
  await page.getByLabel("topic").selectOption("outbox");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.waitForURL("**topic=outbox**");
  assert.deepEqual(await titles(page), ["Orders nobody packed"]);
  await sound(page, "syllabus with topics");
  await page.getByRole("link", { name: "Hide topics" }).click();
  await page.waitForURL(workshop.url + "/");
  assert.ok(!(await page.content()).includes("stampede"));
  await page.context().close();
});

test("by keyboard alone: choose a chapter, filter, and open the first exercise", async () => {
  const page = await visit(browser, workshop.url);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  const at = () => page.evaluate(() => document.activeElement.name || document.activeElement.textContent);
  for (let presses = 0; await at() !== "chapter"; presses += 1) {
    assert.ok(presses < 5, `after the content's start: ${await at()}`);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.type("6 C");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assert.equal(await at(), "Filter");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(outline, "none", "the focus is seen");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/?chapter=6**");
  const first = page.locator("table.syllabus a").first();
  const name = await first.innerText();
  for (let presses = 0; await at() !== name; presses += 1) {
    assert.ok(presses < 20, `the list is not reached: ${await at()}`);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.waitForURL("**/exercises/ch06-*");
  await page.getByRole("link", { name: "Chapter 6: Caches" }).click();
  await page.waitForURL("**/?chapter=6");
  await page.context().close();
});

test("an unknown filter is refused with the known values", async () => {
  const page = await visit(browser, workshop.url);
  const answer = await page.goto(workshop.url + "/?chapter=99&status=");
  assert.equal(answer.status(), 404);
  assert.ok(await page.getByText("14 (The whole shop)").isVisible());
  await page.context().close();
});

for (const [name, path] of [["fifty", "/"], ["fifty-chapter", "/?chapter=6"], ["fifty-topics", "/?topics=shown"], ["fifty-none", "/?chapter=6&service=edge"]]) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [width, viewport] of [["desk", DESK], ["phone", SMALL]]) {
      test(`${name} is sound in the ${colorScheme} at ${width} width`, async () => {
        const page = await visit(browser, workshop.url + path, { colorScheme, viewport });
        await sound(page, `${name} ${colorScheme} ${width}`);
        await shot(page, `${name}-${colorScheme}-${width}`);
        if (name === "fifty" && width === "phone") {
          const height = await page.evaluate(() => document.documentElement.scrollHeight);
          assert.ok(height < 6 * viewport.height, `${height} px`);
        }
        await page.context().close();
      });
    }
  }
}
