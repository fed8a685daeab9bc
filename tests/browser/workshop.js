// A server with a state of its own, a browser, and what every test asks of a page.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

export const here = dirname(fileURLToPath(import.meta.url));
export const root = resolve(here, "../..");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const lab = process.env.LAB ?? join(root, "target/perf/lab");
const browsers = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

export const PHONE = { width: 390, height: 844 };
// The narrowest phone in common use.
export const SMALL = { width: 360, height: 740 };
export const DESK = { width: 1280, height: 900 };

// `cargo lab serve` on a free port: over a copy of the recorded runs, over a state folder that is given, or, with a course of its
// own, over what `prepare` puts into an empty one.
export async function serve({ state: given, course, prepare } = {}) {
  const state = given ?? mkdtempSync(join(tmpdir(), "workshop-pages-"));
  if (!given) {
    mkdirSync(join(state, "live"));
    (prepare ?? recorded)(state);
  }
  const environment = { ...process.env, WORKSHOP_STATE: state, ...(course && { WORKSHOP_ROOT: course }) };
  const run = (...args) => {
    const child = spawn(lab, args, { cwd: root, env: environment, stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.setEncoding("utf8");
    return child;
  };
  const server = run("--json", "serve", "--port", "0");
  const [line] = await Promise.race([
    once(server.stdout, "data"),
    once(server, "exit").then(([code]) => { throw new Error(`lab serve ended with ${code}`); }),
  ]);
  return {
    state, run, url: JSON.parse(line).url.replace(/\/$/, ""),
    async stop() {
      server.kill("SIGINT");
      const [code] = server.exitCode === null ? await once(server, "exit") : [server.exitCode];
      if (!given) rmSync(state, { recursive: true, force: true });
      return code;
    },
  };
}

function recorded(state) {
  cpSync(join(here, "fixtures/runs"), join(state, "runs"), { recursive: true });
  cpSync(join(here, "fixtures/state.toml"), join(state, "state.toml"));
}

export async function open() {
  const executablePath = browsers.find((path) => path && existsSync(path));
  assert.ok(executablePath, "no Chromium: set CHROMIUM");
  // Chromium's sandbox refuses root, who runs the tests in a container.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
}

// A page that remembers everything the console complains about, and every request that leaves the server.
export async function visit(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: DESK, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) page.complaints.push(message.text()); });
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("request", (request) => {
    const allowed = /^(data|blob|file):/.test(request.url()) || request.url().startsWith(new URL(url).origin);
    if (!allowed) page.complaints.push("asked the network: " + request.url());
  });
  await page.goto(url, { waitUntil: "load" });
  return page;
}

// No complaint in the console, nothing wider than the window, and no violation that axe-core finds.
export async function sound(page, what) {
  assert.deepEqual(page.complaints, [], what);
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= window + 1, `${what} is ${content} px wide in a window of ${window}`);
  // Evaluated through the debugger: the pages' own policy forbids scripts that they do not name.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  assert.deepEqual(violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + " " + (node.any[0]?.message ?? ""))]), [], what);
}

export async function shot(page, name, options = {}) {
  if (!process.env.SHOTS) return;
  mkdirSync(process.env.SHOTS, { recursive: true });
  await page.screenshot({ path: join(process.env.SHOTS, name + ".png"), fullPage: true, ...options });
}

// Something was drawn on the canvas: it has pixels that are not of one colour.
export async function drawn(page, chart) {
  return page.$eval(`[data-chart=${chart}] canvas`, (canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set();
    for (let at = 0; at < data.length; at += 4) if (data[at + 3]) colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
    return colours.size > 3;
  });
}
