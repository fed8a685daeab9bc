// The served pages: clicked through as a learner would, in every light, on a desk and on a phone.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import http from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DESK, PHONE, drawn, open, serve, shot, sound, visit } from "./workshop.js";

let browser, workshop;
before(async () => { [browser, workshop] = [await open(), await serve()]; });
after(async () => { await browser?.close(); assert.equal(await workshop?.stop(), 0, "Ctrl-C ends the server"); });

test("a learner clicks from the syllabus through an exercise to a report and compares two runs", async () => {
  const page = await visit(browser, workshop.url);
  await sound(page, "syllabus");
  await page.getByRole("link", { name: "The shelf beside the hits" }).first().click();
  await page.waitForURL("**/exercises/ch01-related-products");
  assert.ok(await page.getByText("The database team was asked first.").isVisible(), "the exercise's text");
  await sound(page, "exercise");

  // A hint is shown only when it is asked for, and the bench remembers that.
  assert.equal(await page.getByText("Count before you time.").count(), 0);
  await page.getByRole("button", { name: "Show hint 1 of 3" }).click();
  await page.waitForURL("**#hint-1");
  assert.ok(await page.getByText("Count before you time.").isVisible());
  assert.match(readFileSync(join(workshop.state, "state.toml"), "utf8"), /hints = 1/);
  assert.ok(await page.getByRole("button", { name: "Show hint 2 of 3" }).isVisible());
  await sound(page, "exercise with a hint");
  await shot(page, "exercise-light-desk");

  await page.locator("main table a[href^='/runs/']").first().click();
  await page.waitForURL("**/runs/*");
  assert.ok(await drawn(page, "percentiles"));
  await sound(page, "served report");
  await page.getByRole("navigation").getByRole("link", { name: "Runs" }).click();
  await page.waitForURL("**/runs");
  await sound(page, "runs");
  await page.getByRole("button", { name: "Compare" }).click();
  await page.waitForURL("**/compare?*");
  assert.ok(await drawn(page, "percentiles"));
  await sound(page, "compare");
  await shot(page, "compare-light-desk");
  await page.context().close();
});

for (const [name, path] of [["syllabus", "/"], ["exercise", "/exercises/ch01-product-search"], ["runs", "/runs"], ["notebook", "/notebook"], ["nothing", "/nowhere"]]) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [width, viewport] of [["desk", DESK], ["phone", PHONE]]) {
      test(`${name} is sound in the ${colorScheme} at ${width} width`, async () => {
        const page = await visit(browser, workshop.url + path, { colorScheme, viewport });
        // The browser itself notes that a missing page is missing.
        if (name === "nothing") page.complaints.length = 0;
        await sound(page, `${name} ${colorScheme} ${width}`);
        await shot(page, `${name}-${colorScheme}-${width}`);
        await page.context().close();
      });
    }
  }
}

const ask = (path, options = {}) => new Promise((answered, failed) => {
  const { body, ...rest } = options;
  const request = http.request(workshop.url + path, rest, (response) => {
    let text = "";
    response.on("data", (part) => { text += part; }).on("end", () => answered({ status: response.statusCode, headers: response.headers, text }));
  });
  request.on("error", failed).end(body);
});

test("another name for this address is refused, whatever is asked", async () => {
  for (const path of ["/", "/runs", "/live/events", "/assets/page.css"]) {
    const answer = await ask(path, { headers: { host: "evil.example:8090" } });
    assert.equal(answer.status, 421, path);
    assert.ok(!answer.text.includes("ch01"), path);
  }
});

test("a hint cannot be asked for by another site, nor without the form's token", async () => {
  const before = readFileSync(join(workshop.state, "state.toml"), "utf8");
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const path = "/exercises/ch01-result-format/hints/1";
  const token = (await ask("/exercises/ch01-result-format")).text.match(/name="token" value="([0-9a-f]{32})"/)[1];
  for (const [headers, body] of [[form, ""], [form, "token=00000000000000000000000000000000"],
    [{ ...form, origin: "http://evil.example" }, `token=${token}`], [{ ...form, "sec-fetch-site": "cross-site" }, `token=${token}`]]) {
    assert.equal((await ask(path, { method: "POST", headers, body })).status, 403);
  }
  assert.equal((await ask("/exercises/ch01-result-format/hints/3", { method: "POST", headers: form, body: `token=${token}` })).status, 404, "hints come one by one");
  assert.equal(readFileSync(join(workshop.state, "state.toml"), "utf8"), before);
});

test("a path cannot lead out of the runs, and every answer forbids what it does not need", async () => {
  for (const path of ["/runs/..%2fstate", "/runs/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/compare?a=../state&b=x", "/exercises/..%2f..%2fetc"]) {
    assert.equal((await ask(path)).status, 404, path);
  }
  for (const path of ["/", "/runs", "/live"]) {
    const { headers } = await ask(path);
    assert.match(headers["content-security-policy"], /default-src 'none'.*frame-ancestors 'none'/);
    assert.doesNotMatch(headers["content-security-policy"], /unsafe/);
    assert.equal(headers["x-content-type-options"], "nosniff");
  }
});
