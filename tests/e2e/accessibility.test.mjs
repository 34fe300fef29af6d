/**
 * axe-core finds nothing on any page of the running Worker, and nothing runs out of a narrow screen: in each language; light and dark, narrow and
 * wide in the two that a page's looks depend on, for the others have the first one's colours and direction.
 * `PICTURES=folder` leaves a picture of each there, to be looked at.
 */

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import axe from "axe-core";
import { everyPage, playSite, WALK_CLIENT, WALK_SETTINGS } from "./support/every-page.mjs";
import { browser, startNightlatch } from "./support/harness.mjs";

const ALL_LOOKS = ["light", "dark"].flatMap((colorScheme) => [360, 1280].map((width) => ({ colorScheme, width })));
const ONE_LOOK = [{ colorScheme: "light", width: 360 }];
const LOOKS = { en: ALL_LOOKS, ar: ALL_LOOKS, de: ONE_LOOK, es: ONE_LOOK, fr: ONE_LOOK, pt: ONE_LOOK, zh: ONE_LOOK, ja: ONE_LOOK };
/** WCAG 2.2 AA, reflow (1.4.10): no scrolling to the side at this width. */
const NARROWEST = 320;
const PAGES = 42;
const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const { PICTURES } = process.env;

describe("every page is accessible", { timeout: 300_000, concurrency: true }, () => {
  let nightlatch, chromium;

  before(async () => {
    nightlatch = await startNightlatch({ settings: WALK_SETTINGS, clients: [WALK_CLIENT] });
    chromium = await browser();
    if (PICTURES) mkdirSync(PICTURES, { recursive: true });
  });

  after(async () => {
    await chromium?.close();
    await nightlatch?.stop();
  });

  for (const [language, looks] of Object.entries(LOOKS)) {
    test(`in "${language}", ${looks.length === 1 ? "on a narrow screen" : "light and dark, narrow and wide"}`, async () => {
      const context = await chromium.newContext({ locale: language });
      await playSite(context);
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      const problems = [];
      let pages = 0;
      for await (const name of everyPage(nightlatch, page, `person-${language}`)) {
        pages += 1;
        problems.push(...(await problemsOf(page, { language, looks, name })).map((problem) => `${name}: ${problem}`));
      }
      await context.close();
      assert.deepEqual(problems, []);
      assert.equal(pages, PAGES);
    });
  }

  async function problemsOf(page, { language, looks, name }) {
    const problems = [];
    if ((await page.locator("html").getAttribute("lang")) !== language) problems.push("the language is another");
    await page.evaluate(axe.source);
    for (const { colorScheme, width } of looks) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name} ${language} ${colorScheme} ${width}.png`), fullPage: true });
      problems.push(...(await axeProblems(page)).map((problem) => `${colorScheme}, ${width} px: ${problem}`));
    }
    await page.setViewportSize({ width: NARROWEST, height: 800 });
    const [needed, there] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    if (needed > there) problems.push(`${needed} px wide on a screen of ${there} px`);
    return problems;
  }
});

async function axeProblems(page) {
  const { violations } = await page.evaluate((values) => globalThis.axe.run({ runOnly: values, resultTypes: ["violations"] }), STANDARDS);
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id} (${help}): ${html}`));
}
