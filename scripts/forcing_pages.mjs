// What scripts/forcing-pages runs: opens pages of what was forced, uses each tab, and takes a picture of one.
// usage: node forcing_pages.mjs CHROMIUM FOLDER NAME:TAB:MARK…
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, folder, ...wanted] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
for (const [name, shown, mark] of wanted.map(text => text.split(":"))) {
  const page = await browser.newPage({ viewport: { width: 1100, height: 620 } });
  const errors = [];
  page.on("pageerror", error => errors.push(error.message));
  page.on("request", request => { if (!request.url().startsWith("file:")) errors.push(`asked for ${request.url()}`); });
  await page.goto(pathToFileURL(join(here, `${name}.html`)).href);
  assert(await page.locator("mark").count() > 5, `${name}: thunks are marked`);
  await page.locator("mark").nth(Number(mark)).click();
  assert.match(await page.locator("#about").innerText(), /fate/, `${name}: a mark tells its fate`);
  await page.locator(".fate").first().click();
  assert(await page.locator("mark.hidden").count() > 0, `${name}: a fate can be hidden`);
  await page.locator(".fate").first().click();
  for (const tab of ["order", "time", "flames", "source"]) {
    await page.locator(`[data-tab=${tab}]`).click();
    assert(await page.locator(`#${tab}`).isVisible(), `${name}: ${tab} is shown`);
  }
  await page.locator("[data-tab=order]").click();
  assert(await page.locator(".step").count() > 5, `${name}: steps are listed`);
  await page.locator("[data-tab=time]").click();
  const told = [];
  for (let x = 2; x < 1000; x += 9) {
    await page.locator("#timeline").hover({ position: { x, y: 5 } });
    told.push(await page.locator("#hover").innerText());
  }
  assert(told.some(text => text !== ""), `${name}: the timeline tells what is under the pointer`);
  await page.locator(`[data-tab=${shown}]`).click();
  if (shown === "source") await page.locator("mark").nth(Number(mark)).click();
  await page.screenshot({ path: join(folder, `forcing-${name}.png`) });
  assert.deepEqual(errors, [], name);
  await page.setViewportSize({ width: 390, height: 800 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert(width <= 390, `${name}: the page fits a phone, but is ${width} wide`);
  await page.close();
}
await browser.close();
console.log(`${wanted.length} pages work; their pictures are in ${folder}`);
