// Takes the README's two pictures from the newest run in a state folder: `node pictures.js STATE FOLDER`; scripts/pictures calls it.
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { drawn, open, serve, sound, visit } from "./workshop.js";

const [state, folder] = process.argv.slice(2).map((path) => resolve(path));
const workshop = await serve({ state });
const browser = await open();
try {
  const run = readdirSync(join(state, "runs")).filter((name) => name.endsWith("-ch01-related-products.json")).sort().at(-1);
  if (!run) throw new Error(`no run of ch01-related-products in ${state}`);
  const pictures = [
    ["report", `/runs/${run.replace(".json", "")}`, "percentiles", { width: 1100, height: 1330 }, "light"],
    ["live", "/live", "latency", { width: 1100, height: 880 }, "dark"],
  ];
  for (const [name, path, chart, viewport, colorScheme] of pictures) {
    const page = await visit(browser, workshop.url + path, { viewport, colorScheme });
    // The live view gets the run's events after the page itself.
    if (name === "live") await page.locator("#targets tr").first().waitFor();
    await sound(page, name);
    if (!(await drawn(page, chart))) throw new Error(`${name}: the chart is empty`);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await page.context().close();
  }
} finally {
  await browser.close();
  await workshop.stop();
}
