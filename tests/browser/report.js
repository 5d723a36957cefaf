// Opens a report in a browser without a network, as a reader does. Told by tests/reports.rs:
//   node report.js BROWSER FILE
// Needs playwright-core; axe-core is found by REGULARS_AXE (its axe.min.js) or beside playwright-core.
"use strict";
const fs = require("fs");
const { pathToFileURL } = require("url");
const { chromium } = require("playwright-core");

const [executablePath, file] = process.argv.slice(2);
const url = pathToFileURL(file).href;
const wrong = [];
const expect = (what, found, wanted) => {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    wrong.push(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
  }
};

const axe = () => {
  try {
    return fs.readFileSync(process.env.REGULARS_AXE || require.resolve("axe-core/axe.min.js"), "utf8");
  } catch {
    console.log("skipped: axe-core is not installed");
    return null;
  }
};

(async () => {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const open = async (options) => {
    const context = await browser.newContext({ offline: true, ...options });
    const page = await context.newPage();
    page.on("request", (request) => {
      if (request.url() !== url && !request.url().startsWith("data:")) wrong.push(`a request to ${request.url()}`);
    });
    page.on("dialog", (dialog) => {
      wrong.push(`something of the data ran: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on("console", (message) => message.type() === "error" && wrong.push(`the console says ${message.text()}`));
    page.on("pageerror", (error) => wrong.push(`an error: ${error}`));
    await page.goto(url);
    return page;
  };

  // Tables: the first of the page has 10,000 rows, 1,000 of which are in it.
  const page = await open({ viewport: { width: 1400, height: 900 }, colorScheme: "light" });
  const table = page.locator(".rg-table").first();
  const column = (place) => table.locator(`tbody tr td:nth-child(${place})`).allTextContents();
  const rows = () => table.locator("tbody tr").count();
  const status = page.locator("[role=status]").first();
  expect("rows of the first page", await rows(), 25);
  expect("status", await status.textContent(), "1–25 of 1,000");
  await page.getByRole("button", { name: "Next" }).first().click();
  expect("status of the second page", await status.textContent(), "26–50 of 1,000");
  const heads = table.locator("thead th");
  await heads.nth(0).getByRole("button").click();
  expect("sorted upwards", (await column(1)).slice(0, 3), ["0", "1", "2"]);
  expect("is told as sorted", await heads.nth(0).getAttribute("aria-sort"), "ascending");
  await heads.nth(0).getByRole("button").click();
  expect("sorted downwards", (await column(1)).slice(0, 3), ["999", "998", "997"]);
  await heads.nth(0).getByRole("button").click();
  expect("in their own order", await heads.nth(0).getAttribute("aria-sort"), null);
  await page.getByLabel("Search").first().fill("customer 99");
  expect("found", await status.textContent(), "1–19 of 19 found, 1,000");
  await page.getByLabel("Search").first().fill("nobody");
  expect("nothing found", await status.textContent(), "none of 1,000");
  await page.getByLabel("Search").first().fill("");

  // The second table is small and awkward: shares by their whole value, missing ones last either way.
  const second = page.locator(".rg-table").nth(1);
  const place = (await second.locator("thead .rg-column").allTextContents()).indexOf("amount") + 1;
  const amounts = () => second.locator(`tbody tr td:nth-child(${place})`).allTextContents();
  const sort = second.locator(`thead th:nth-child(${place})`).getByRole("button");
  await sort.click();
  expect("numbers as numbers", await amounts(), ["0.50", "3.25", "1,234,567.89", "–"]);
  await sort.click();
  expect("missing last", await amounts(), ["1,234,567.89", "3.25", "0.50", "–"]);
  expect("a customer", await page.getByText("<script>alert(1)</script>").count() > 0, true);

  // Colours: of the page and of the pictures.
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const paper = () => page.evaluate(() => getComputedStyle(document.querySelector(".rg-picture svg rect")).fill);
  const light = [await ground(), await paper()];
  await page.getByRole("button", { name: "Dark colours" }).click();
  const dark = [await ground(), await paper()];
  expect("light ground", light, ["rgb(255, 255, 255)", "rgb(255, 255, 255)"]);
  expect("other colours", light.some((colour, at) => colour === dark[at]), false);
  const asked = await open({ viewport: { width: 1400, height: 900 }, colorScheme: "dark" });
  expect("dark where the system is", await asked.evaluate(() => getComputedStyle(document.body).backgroundColor), dark[0]);
  await asked.emulateMedia({ media: "print", colorScheme: "dark" });
  expect("light on paper", await asked.evaluate(() => getComputedStyle(document.body).backgroundColor), light[0]);

  // Code is folded, and all of it opens at once; contents lead to where they say.
  expect("folded", await page.locator("details.code[open]").count(), 0);
  await page.getByRole("button", { name: "Show code" }).click();
  expect("open", await page.locator("details.code:not([open])").count(), 0);
  const lost = await page.evaluate(() =>
    [...document.querySelectorAll("a[href^='#']")].filter((link) => !document.getElementById(decodeURIComponent(link.hash.slice(1)))).length);
  expect("links to nowhere", lost, 0);
  const names = await page.evaluate(() => [...document.querySelectorAll("[id]")].map((one) => one.id));
  expect("names that stand twice", names.length - new Set(names).size, 0);

  // Nothing hangs over the edge, and everybody can read it.
  const source = axe();
  for (const width of [1400, 390]) {
    for (const colorScheme of ["light", "dark"]) {
      const seen = await open({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
      const over = await seen.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(`wider than ${width}`, Math.max(over, 0), 0);
      if (source) {
        await seen.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
        await seen.evaluate(source);
        const found = await seen.evaluate(() => axe.run());
        for (const one of found.violations) {
          wrong.push(`axe at ${width}, ${colorScheme}: ${one.id}, ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join("\n    ")}`);
        }
      }
      await seen.context().close();
    }
  }

  // Without its code the page still holds everything.
  const still = await open({ javaScriptEnabled: false });
  expect("rows without code", await still.locator(".rg-table").first().locator("tbody tr").count(), 1000);

  await browser.close();
  if (wrong.length) {
    console.log(wrong.join("\n"));
    process.exit(1);
  }
})().catch((error) => {
  console.log(String(error && error.stack));
  process.exit(1);
});
