// What scripts/test-report-browser runs: opens pages as a reader does and checks what they do.
// usage: node test.mjs THUNKPROOF CHROMIUM [SCREENSHOTS] [SITE PICTURES]
// With SITE and PICTURES it only takes the pictures of that site which the documentation shows.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import upng from "upng-js";

const [program, executablePath, screenshots, site, pictures] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "thunkproof-browser-"));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Runs with what is hard about them: many cases, names that mean something in HTML and in URLs, long outputs.
const CASES = 10_000;
const NASTY = "odd & <b>name</b> #1 = 100% \"q\" + é\nsecond line";
const outcome = (stdout, stderr = "", status = 0) => ({ ending: `exit status ${status}`, status, stdout, stderr, seconds: 0.0123 });
const line = (index, late) => {
  const classes = ["eval-okay", "eval-fail", "parse-okay"];
  const made = {
    name: `case-${index}`, suite: "lang", class: classes[index % 3], file: `lang/case-${index}.nix`,
    source: `let x = ${index}; in x`, verdict: "agree", level: null, bucket: null, subject: "old",
    outcomes: { old: outcome(`${index}\n`), new: outcome(`${index}\n`) },
  };
  const differ = (verdict, level, bucket, ours, theirs) =>
    Object.assign(made, { verdict, level, bucket, outcomes: { old: ours, new: theirs } });
  if (index % 500 === 7) differ("diverge", "value", "value: integer / float", outcome("1\n"), outcome("1.5\n"));
  if (index % 1000 === 9) {
    const trace = (word) => `error:\n       … while calling the '${word}' builtin\n       error: expected a list\n`;
    differ("diverge", "message", "message: type <x> / y&z", outcome("", trace("head"), 1), outcome("", trace("tail"), 1));
  }
  if (index % 2000 === 11) Object.assign(made, { verdict: "inconclusive", bucket: "inconclusive: time", reason: "no end after 2 s" });
  if (index % 2000 === 12) differ("known", "stderr", "stderr: position", outcome("1\n", "a"), outcome("1\n", "b"));
  if (late && index === 20) differ("diverge", "value", "value: integer / float", outcome("3\n"), outcome("4\n"));
  if (index === 30) {
    differ("diverge", "value", "value: string / string", outcome("\"</script><script>document.title='broken'</script>\"\n"), outcome("\"<img src=x onerror=alert(1)>\"\n"));
    Object.assign(made, { name: NASTY, source: "\"</script>\" # needle-in-source \\xff\\u{1b}", file: undefined, class: undefined, suite: undefined });
  }
  return made;
};
const write = (name, started, late, edit = (text) => text) => {
  const lines = Array.from({ length: CASES }, (_, index) => line(index, late));
  const engine = (version) => ({ engine: "cmd:/usr/bin/nix-instantiate", version: `nix-instantiate (Nix) ${version}`, rate: 51.2 });
  lines.push({ cases: CASES, verdicts: {}, subject: "old", seconds: 200, problems: [], started, commit: "0123456789abcdef", engines: { old: engine("2.26.3"), new: engine("2.34.8") } });
  writeFileSync(join(folder, name), lines.map((it) => edit(JSON.stringify(it)) + "\n").join(""));
};
mkdirSync(join(folder, "past"));
write("past/one.jsonl", "2026-05-01T03:00:00Z", false);
write("past/two.jsonl", "2026-05-02T03:00:00Z", true);
// The same run when nothing differed yet, and with engines that older releases called by their paths.
const agreed = (text) => text.replace(/"verdict":"diverge","level":"[a-z]*","bucket":"[^"]*"/, '"verdict":"agree","level":null,"bucket":null');
write("early.jsonl", "2026-04-01T03:00:00Z", true, agreed);
const path = (name) => `cmd:/nix/store/${"abcdefgh".repeat(4)}-${name}-with-a-very-long-name-of-its-own-${"1".repeat(30)}/bin/nix-instantiate`;
write("paths.jsonl", "2026-04-01T03:00:00Z", true, (text) => text.replaceAll('"old"', JSON.stringify(path("old"))).replaceAll('"new"', JSON.stringify(path("new"))));
// A matrix of as many cases as a site must bear, with a finding and past runs.
const ENGINES = ["ours", "2.34.8", "2.26.3", "2.8.0", "2.3.7"];
const matrix = (cases, started, late) => {
  const builtins = ["map", "genList", "sort", "match"];
  const made = Array.from({ length: cases }, (_, index) => {
    const name = builtins[index % 4];
    const exact = { verdict: "exact", failed: false, ending: "exit status 0", seconds: 0.01 };
    const answers = Object.fromEntries(ENGINES.map((engine) => [engine, exact]));
    const differ = (engine, verdict, ending, differences, more = {}) =>
      Object.assign(answers, { [engine]: { verdict, failed: true, ending, seconds: 0.01, differences, ...more } });
    const stderr = [{ stream: "stderr", expected: "trace: needle\n", came: "trace: a\ntrace: needle\n" }];
    if (index % 10 === 3) differ("2.8.0", "stderr-differs", "exit status 0", stderr, { level: "stderr", bucket: "stderr: trace" });
    if (index % 10 === 3) differ("2.3.7", "stderr-differs", "exit status 0", stderr, { level: "stderr", bucket: "stderr: trace" });
    if (index % 50 === 7) differ("2.3.7", "wrong", "exit status 0", [{ stream: "stdout", expected: `[ ${index} ]\n`, came: "<b>1</b>\n" }], { level: "value", bucket: "value: list / string" });
    if (index % 1000 === 9) differ("2.8.0", "crashed", "ended by signal 11 (SIGSEGV)", [], { level: "fails-alike", bucket: "fails-alike: crash" });
    if (index === 12 || (late && index === 16)) differ("ours", "wrong", "exit status 1", [{ stream: "stderr", expected: "", came: "error: no\n" }], { known: "waits for a decision", failed: false });
    return {
      name: `eval-${index % 3 ? "okay" : "fail"}-${name}-case-${index}`, suite: "lang", class: `eval-${index % 3 ? "okay" : "fail"}`,
      source: `# needle ${index}\nbuiltins.${name} (x: "</script><b>${index}") [ ]`, file: `lang/${index}.nix`, expected_status: 0,
      recorded: { stdout: `[ ${index} ]\n`, stderr: "trace: needle\n" }, answers,
    };
  });
  const engines = Object.fromEntries(ENGINES.map((name) => [name, { engine: `cmd:${name}`, version: `nix-instantiate (Nix) ${name}` }]));
  return JSON.stringify({ started, commit: "0123456789abcdef0123456789abcdef01234567", level: "stderr", order: ENGINES, engines, fixtures: {}, cases: made });
};
mkdirSync(join(folder, "nights"));
writeFileSync(join(folder, "matrix.json"), matrix(5000, "2026-05-02T03:00:00Z", true));
writeFileSync(join(folder, "nights/a.json"), matrix(100, "2026-05-01T03:00:00Z", false));
writeFileSync(join(folder, "nights/b.json"), matrix(100, "2026-05-02T03:00:00Z", true));
mkdirSync(join(folder, "found/buckets"), { recursive: true });
writeFileSync(join(folder, "found/summary.json"), JSON.stringify({ subject: "2.3.7", reference: "2.34.8", engines: { "2.3.7": { version: "2.3.7" }, "2.34.8": { version: "2.34.8" } }, cases: 23192, seconds: 300, signatures: { "effects: more often": 41 } }));
writeFileSync(join(folder, "found/buckets/a.json"), JSON.stringify({
  signature: "effects: more often", program: 'map (x: builtins.trace "</script>" x) [ 1 ]', reduced: true, again: "thunkproof diff -E '1'",
  subject: { ending: "exit status 0", stdout: "[ 1 ]\n", stderr: "trace: a\ntrace: a\n" }, reference: { ending: "exit status 0", stdout: "[ 1 ]\n", stderr: "trace: a\n" },
}));
const thunkproof = (...words) => execFileSync(program, words, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
thunkproof("report", "past/two.jsonl", "--html", "report.html");
thunkproof("history", "past", "--out", "site");
assert.equal(spawnSync(program, ["compare", "past/one.jsonl", "past/two.jsonl", "--html", "compare.html"], { cwd: folder }).status, 1);
assert.equal(spawnSync(program, ["compare", "early.jsonl", "past/two.jsonl", "--html", "many.html"], { cwd: folder }).status, 1);
thunkproof("site", "pages", "matrix.json", "past/two.jsonl", "found", "--history", "nights");
thunkproof("report", "paths.jsonl", "past/two.jsonl", "--html", "paths.html");

// Each page has a browser of its own, so that one that is unwell spoils no other page. That a tab does not open says
// nothing of the page: it is asked again in a new browser, and the third time there is no browser to test with.
const open = async (attempt = 1) => {
  let browser;
  try {
    browser = await chromium.launch({
      executablePath,
      headless: true,
      // A signal ends this script, not only its browser; the script's caller sees to what is left.
      handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
    return [browser, await browser.newPage({ viewport: { width: 1280, height: 900 } })];
  } catch (error) {
    await browser?.close().catch(() => {});
    console.log(`the browser opened no tab: ${error.message.split("\n")[0]}`);
    if (attempt === 3) process.exit(2);
    return open(attempt + 1);
  }
};
let failed = 0;
const url = (name, fragment = "") => pathToFileURL(join(folder, name)).href + fragment;

// Opens a page, does the checks, and holds that nothing was complained about and nothing else asked for.
const test = async (name, address, checks, options = {}) => {
  const [browser, page] = await open();
  const troubles = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && troubles.push(message.text()));
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("request", (request) => /^(file|data):/.test(request.url()) || troubles.push(`asks for ${request.url()}`));
  page.setDefaultTimeout(30_000);
  try {
    if (options.width) await page.setViewportSize({ width: options.width, height: 844 });
    await page.emulateMedia({ colorScheme: options.scheme ?? "light" });
    await page.goto(address);
    await checks(page);
    assert.deepEqual(troubles, []);
    console.log(`ok      ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}\n${error.stack}`);
  }
  await browser.close();
};
const rows = (page) => page.locator(".list > li");
const count = (page) => page.locator(".count");
const counted = (page, text) => page.waitForFunction((text) => document.querySelector(".count").textContent === text, text);
const tags = (page) => page.$$eval(".list .tag", (all) => [...new Set(all.map((it) => it.textContent.trim().split(" ").pop()))]);
const hash = (page) => page.evaluate(() => location.hash);
const opened = (page) => page.$$eval("details.case[open]", (all) => all.map((it) => it.dataset.id));
const fits = async (page) => {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= room, `the page is ${wide} wide on a screen of ${room}`);
};
const accessible = async (page) => {
  // Through the protocol: the page's own policy forbids scripts that it does not name.
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"] }));
  assert.deepEqual(found.violations.map((it) => [it.id, it.nodes.map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`).slice(0, 3)]), []);
};
const picture = async (page, name) => screenshots && page.screenshot({ path: join(screenshots, `${name}.png`) });
if (screenshots) mkdirSync(screenshots, { recursive: true });

if (site) {
  const shown = [
    ["site", "index.html", "", 1180],
    ["site-case", "cases.html", "#builtin=fromTOML&case=eval-okay-builtin-fromTOML-timestamps", 1180],
    ["finding", "findings.html", "#finding-1", 620],
  ];
  for (const [name, file, fragment, height] of shown) {
    await test(`the picture of ${file}`, pathToFileURL(join(site, file)).href + fragment, async (page) => {
      await page.setViewportSize({ width: 1000, height });
      if (fragment) await page.waitForSelector("details.case[open] .body");
      await page.evaluate(() => {
        document.activeElement?.blur();
        document.querySelector("details.case[open]")?.scrollIntoView({ block: "start" });
      });
      // With 256 colours, a picture takes a third of its room.
      const picture = upng.decode(await page.screenshot());
      const small = upng.encode(upng.toRGBA8(picture), picture.width, picture.height, 256);
      writeFileSync(join(pictures, `${name}.png`), Buffer.from(small));
    });
  }
  process.exit(failed ? 1 : 0);
}
await test("a page of many cases draws only the first, the worst first", url("report.html"), async (page) => {
  await counted(page, "10,000 cases");
  assert.ok((await rows(page).count()) < 500);
  assert.match(await rows(page).first().textContent(), /diverge/);
  assert.equal(await page.title(), "old against new · Thunkproof");
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await page.waitForFunction(() => document.querySelectorAll(".list > li").length > 150);
  await picture(page, "long");
});
await test("filters narrow the list and have addresses; the back button goes back", url("report.html"), async (page) => {
  await page.click(".verdicts a.diverge");
  await counted(page, "32 of 10,000 cases");
  assert.equal(await hash(page), "#verdict=diverge");
  assert.deepEqual(await tags(page), ["diverge"]);
  await page.selectOption("select[name=level]", "message");
  await counted(page, "10 of 10,000 cases");
  assert.equal(await hash(page), "#verdict=diverge&level=message");
  await page.selectOption("select[name=class]", "eval-okay");
  await page.waitForFunction(() => location.hash.includes("class=eval-okay"));
  const narrowed = await rows(page).count();
  assert.ok(narrowed > 0 && narrowed < 10);
  await page.goBack();
  await counted(page, "10 of 10,000 cases");
  assert.equal(await page.inputValue("select[name=class]"), "");
  await page.goBack();
  await counted(page, "32 of 10,000 cases");
  await page.goForward();
  await counted(page, "10 of 10,000 cases");
  await page.reload();
  await counted(page, "10 of 10,000 cases");
  assert.equal(await page.inputValue("select[name=level]"), "message");
  await page.click("button[type=reset]");
  await counted(page, "10,000 cases");
  await page.selectOption("select[name=verdict]", "inconclusive");
  await counted(page, "5 of 10,000 cases");
  await page.selectOption("select[name=verdict]", "");
  await page.selectOption("select[name=engine]", "new");
  await counted(page, "42 of 10,000 cases");
});
await test("signatures and classes in the overview are links to their cases", url("report.html"), async (page) => {
  await page.click(".buckets a:has-text('message: type <x> / y&z')");
  await counted(page, "10 of 10,000 cases");
  assert.equal(await page.inputValue("select[name=bucket]"), "message: type <x> / y&z");
  await page.click("tbody th a:has-text('eval-fail')");
  await counted(page, "3,333 of 10,000 cases");
});
await test("search looks into names, programs and outputs", url("report.html"), async (page) => {
  const find = async (text, expected) => {
    await page.fill("input[name=q]", text);
    await counted(page, expected);
  };
  await find("case-4321", "1 of 10,000 cases");
  await find("NEEDLE-in-source", "1 of 10,000 cases");
  await find("calling 'tail'", "10 of 10,000 cases");
  await find("case-4321 'tail'", "0 of 10,000 cases");
  await find("  ", "10,000 cases");
  await page.fill("input[name=q]", "case-43");
  await page.waitForFunction(() => location.hash === "#q=case-43");
  await page.goBack();
  await counted(page, "10,000 cases");
  assert.equal(await page.inputValue("input[name=q]"), "");
});
await test("a link leads to its case, however far down", url("report.html", "#case=case-9998"), async (page) => {
  assert.deepEqual(await opened(page), ["case-9998"]);
  assert.ok(await page.locator("details.case[open] > summary").isVisible());
  const top = await page.$eval("details.case[open] > summary", (it) => it.getBoundingClientRect().top);
  assert.ok(top >= 0 && top < 900, `it is in view, at ${top}`);
  assert.match(await page.locator("details.case[open] .source").textContent(), /let x = 9998/);
});
await test("what a program says stays text, and its name may hold anything", url("report.html", `#case=${encodeURIComponent(NASTY)}`), async (page) => {
  assert.deepEqual(await opened(page), [NASTY]);
  const body = page.locator("details.case[open] .body");
  assert.match(await body.locator(".source pre").textContent(), /"<\/script>" # needle-in-source \\xff/);
  assert.match(await body.locator(".diff").textContent(), /onerror=alert/);
  assert.equal(await page.locator(".body img, .body b, .body script").count(), 0);
  assert.match(await page.title(), /^old against new/);
  const link = await body.locator("a.permalink").getAttribute("href");
  assert.equal(link, `#case=${encodeURIComponent(NASTY)}`);
});
await test("opening a case gives it an address, and going back closes it", url("report.html", "#verdict=diverge"), async (page) => {
  const summary = page.locator("details.case > summary").nth(1);
  await summary.focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.includes("&case="));
  const [id] = await opened(page);
  assert.equal(await hash(page), `#verdict=diverge&case=${encodeURIComponent(id)}`);
  assert.ok((await page.locator("details.case[open] .diff mark").count()) > 0, "what differs within a line is marked");
  await page.goBack();
  await page.waitForFunction(() => !document.querySelector("details.case[open]"));
  assert.equal(await hash(page), "#verdict=diverge");
});
await test("a link to a case that is not there says so", url("report.html", "#case=absent"), async (page) => {
  await counted(page, "10,000 cases (there is no case of the linked name)");
});
await test("the keyboard reaches search and skips to the content", url("report.html"), async (page) => {
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.name), "q");
});
await test("the theme follows the system until it is chosen, and the choice stays", url("report.html"), async (page) => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await background();
  assert.notEqual(light, dark);
  await page.click("#theme");
  assert.equal(await background(), light);
  await page.reload();
  assert.equal(await background(), light);
  await page.click("#theme");
  await page.click("#theme");
  assert.equal(await page.textContent("#theme"), "Theme: system");
});
await test("a history leads to runs, to what changed, and from there to the case", url("site/index.html"), async (page) => {
  await picture(page, "history");
  assert.equal(await page.locator(".plot").count() >= 4, true);
  await page.locator(".plot a[aria-label*='2026-05-02']:has(circle)").first().click();
  await counted(page, "10,000 cases");
  await page.click("nav a:has-text('What changed')");
  assert.match(await page.textContent("main"), /1 broke/);
  await picture(page, "compare");
  await page.click(".changes summary:has-text('case-20')");
  await page.click(".change[open] a:has-text('This case in its run')");
  await page.waitForSelector("details.case[open] .diff");
  assert.deepEqual(await opened(page), ["case-20"]);
  await page.click("nav a:has-text('Run before')");
  await counted(page, "10,000 cases");
  await page.click("nav a:has-text('All runs')");
  await page.locator(".plot a:has(line)").first().click({ force: true });
  assert.match(page.url(), /compare/);
});
await test("a comparison shows what was answered before and after", url("compare.html"), async (page) => {
  await page.click(".changes summary:has-text('case-20')");
  const body = page.locator(".change[open] .body");
  assert.match(await body.locator(".source").textContent(), /let x = 20; in x/);
  const diff = await body.locator("figure:has(.diff)").first().textContent();
  assert.match(diff, /before \(exit status 0\)[^]*after \(exit status 0\)[^]*-20[^]*\+3/);
  const answers = await body.locator(".engine").allTextContents();
  assert.equal(answers.length, 2);
  assert.match(answers[0], /old[^]*before[^]*20[^]*after[^]*3/);
  assert.match(await page.textContent("dl.words"), /value[^]*standard output differs/);
  await accessible(page);
});
await test("a comparison is searched, and what is looked for is in the address", url("compare.html"), async (page) => {
  const items = page.locator(".changes > li:visible");
  await counted(page, "1 change");
  await page.fill("input[name=q]", "nothing is called so");
  await counted(page, "0 of 1 change");
  assert.equal(await items.count(), 0);
  await page.fill("input[name=q]", "LET x = 20;");
  await counted(page, "1 change");
  assert.equal(await items.count(), 1);
  assert.equal(await hash(page), "#q=LET%20x%20%3D%2020%3B");
  await page.reload();
  assert.equal(await page.inputValue("input[name=q]"), "LET x = 20;");
  await page.goBack();
  await page.waitForFunction(() => document.querySelector("input[name=q]").value === "");
});
await test("a change that many others surround is found by its answer", url("many.html"), async (page) => {
  await counted(page, "32 changes");
  await page.fill("input[name=q]", "'tail'");
  await counted(page, "10 of 32 changes");
  assert.equal(await page.locator("section[data-changes]:visible").count(), 1);
});
await test("the words of signatures are explained where they stand", url("report.html"), async (page) => {
  const words = await page.locator("dl.words dt").allTextContents();
  assert.deepEqual(words, ["value", "message", "stderr", "inconclusive: time"]);
  await page.goto(url("report.html", "#case=case-9"));
  assert.match(await page.locator("details.case[open] dl.facts").textContent(), /message: both fail/);
});
await test("a site's first page loads nothing, and a number leads to its cases", url("pages/index.html"), async (page) => {
  assert.equal(await page.locator("script[src]").count(), 0);
  assert.match(await page.textContent(".engines"), /ours[^]*2\.3\.7[^]*100 wrong/);
  await page.click("section:has(#table-0) .engines a:has-text('100 wrong')");
  await counted(page, "100 of 5,000 cases");
  assert.equal(await hash(page), "#engine=2.3.7&mark=wrong");
  await page.goBack();
  await page.click("section:has(#table-0) .heat tbody tr:has-text('eval-fail') td:last-child a");
  await counted(page, "1,667 of 5,000 cases");
});
await test("answers count by what is asked for, and the choice has an address", url("pages/index.html"), async (page) => {
  const shown = () => page.locator("section:has(#table-0) .engines li").nth(3).locator(".score span:visible").textContent();
  assert.equal(await shown(), "89.9 %");
  await page.click("input[value=alike]");
  assert.equal(await shown(), "99.9 %");
  assert.equal(await hash(page), "#judge=alike");
  await page.reload();
  assert.equal(await shown(), "99.9 %");
});
await test("areas, builtins and forms are searched and sorted", url("pages/index.html"), async (page) => {
  const rows = page.locator("#area-table tbody tr");
  assert.equal(await rows.count(), 4);
  await page.keyboard.press("/");
  await page.keyboard.type("genl");
  await page.waitForFunction(() => document.querySelectorAll("#area-table tbody tr").length === 1);
  await page.selectOption("select[name=kind]", "builtin");
  assert.match(await rows.first().textContent(), /genList1250/);
  await page.click("#area-table tbody td:last-child a");
  await counted(page, "1,250 of 5,000 cases");
  assert.equal(await page.inputValue("select[name=builtin]"), "genList");
});
await test("the cases of a site are filtered, searched and opened, with what each engine printed", url("pages/cases.html"), async (page) => {
  await counted(page, "5,000 cases");
  assert.ok((await rows(page).count()) < 300);
  await page.selectOption("select[name=engine]", "2.8.0");
  await page.selectOption("select[name=mark]", "crashed");
  await counted(page, "5 of 5,000 cases");
  await page.selectOption("select[name=engine]", "");
  await page.selectOption("select[name=mark]", "known");
  await counted(page, "2 of 5,000 cases");
  await page.goBack();
  await page.goBack();
  await counted(page, "5 of 5,000 cases");
  await page.click("button[type=reset]");
  await page.fill("input[name=q]", "sort case-1234");
  await counted(page, "1 of 5,000 cases");
  await page.fill("input[name=q]", "needle 4321");
  await counted(page, "0 of 5,000 cases");
  await page.check("input[name=deep]");
  await counted(page, "1 of 5,000 cases");
  await page.fill("input[name=q]", "");
  await page.selectOption("select[name=class]", "eval-okay");
  await page.selectOption("select[name=mark]", "wrong");
  await page.locator("details.case > summary").first().click();
  await page.waitForSelector("details.case[open] .diff");
  const body = page.locator("details.case[open] .body");
  assert.match(await body.textContent(), /builtins\.match[^]*recorded answers exit status 0[^]*2\.3\.7 exit status 0/);
  assert.match(await body.locator(".diff").first().textContent(), /-\[ 7 \][^]*\+<b>1<\/b>/);
  assert.equal(await page.locator(".body b, .body script").count(), 0);
  await picture(page, "site-case");
});
await test("a link to a case of a site opens it, whichever table and however far down", url("pages/cases.html", "#case=eval-okay-genList-case-4993"), async (page) => {
  await page.waitForSelector("details.case[open] .body");
  assert.deepEqual(await opened(page), ["eval-okay-genList-case-4993"]);
  const top = await page.$eval("details.case[open] > summary", (it) => it.getBoundingClientRect().top);
  const below = await page.$eval(".filters", (it) => it.getBoundingClientRect().bottom);
  assert.ok(top >= below - 1 && top < 900, `it is in view below the filters, at ${top} and ${below}`);
  await page.selectOption("select[name=set]", "1");
  await counted(page, "10,000 cases");
  await page.goto(url("pages/cases.html", "#set=1&case=case-9"));
  await page.reload();
  await page.waitForSelector("details.case[open] .body");
  assert.match(await page.locator("details.case[open]").textContent(), /while calling the 'head' builtin/);
});
await test("the keyboard moves along the cases of a site", url("pages/cases.html"), async (page) => {
  await counted(page, "5,000 cases");
  await page.keyboard.press("/");
  await page.keyboard.type("map-case-4");
  await page.waitForFunction(() => location.hash === "#q=map-case-4" && !document.querySelector(".count").textContent.startsWith("Loading"));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForSelector("details.case[open] .body");
  const second = await page.locator("details.case").nth(1).getAttribute("data-id");
  assert.deepEqual(await opened(page), [second]);
});
await test("findings and trends of a site", url("pages/findings.html", "#finding-1"), async (page) => {
  const finding = page.locator("details.finding[open]");
  assert.match(await finding.textContent(), /41 programs[^]*− 2\.34\.8[^]*\+ 2\.3\.7[^]*\+trace: a[^]*thunkproof diff -E/);
  await page.click("nav a:has-text('Over time')");
  assert.match(await page.textContent("main"), /1 changed|1 broke|ours against recorded answers/);
  await page.locator(".plot a:has(circle)").last().click();
  assert.match(await hash(page), /^#run-/);
});
for (const scheme of ["light", "dark"]) {
  for (const width of [1300, 390]) {
    const views = [["site", "index.html", ""], ["site-cases", "cases.html", "#engine=2.3.7&mark=wrong&case=eval-okay-match-case-7"], ["site-findings", "findings.html", "#finding-1"], ["site-trends", "trends.html", ""]];
    for (const [name, file, fragment] of views) {
      await test(`${name} fits and is accessible, ${scheme}, ${width} wide`, url(`pages/${file}`, fragment), async (page) => {
        if (fragment.includes("case=")) await page.waitForSelector("details.case[open] .body");
        await fits(page);
        await picture(page, `${name}-${scheme}-${width}`);
        await accessible(page);
      }, { scheme, width });
    }
  }
}
for (const scheme of ["light", "dark"]) {
  for (const width of [1300, 390]) {
    const views = [["named by paths", "paths.html", ""], ["report", "report.html", ""], ["case", "report.html", "#verdict=diverge&case=case-9"], ["compare", "compare.html", ""], ["history", "site/index.html", ""]];
    for (const [name, file, fragment] of views) {
      await test(`${name} fits and is accessible, ${scheme}, ${width} wide`, url(file, fragment), async (page) => {
        await fits(page);
        await picture(page, `${name}-${scheme}-${width}`);
        await accessible(page);
      }, { scheme, width });
    }
  }
}

rmSync(folder, { recursive: true, force: true });
console.log(failed ? `${failed} failed` : "all pages work");
process.exitCode = failed ? 1 : 0;
