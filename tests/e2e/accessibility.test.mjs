/**
 * axe-core finds nothing on any page of the running Worker, and nothing runs out of a narrow screen: in each language; by every rule, light and dark,
 * narrow and wide in the two that a page's looks depend on, for the others have the first one's colours and direction.
 * No template is left out, and none of its words: what the walk should have met and hasn't is named.
 * `PICTURES=folder` leaves a picture of each there, to be looked at.
 */

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import axe from "axe-core";
import { everyPage, playSite, WALK_BACKEND, WALK_CLIENT, WALK_SETTINGS } from "./support/every-page.mjs";
import { browser, startNightlatch } from "./support/harness.mjs";
import { englishTexts, pageTemplates, wordsOfTemplates } from "./support/templates.mjs";

const ALL_LOOKS = ["light", "dark"].flatMap((colorScheme) => [360, 1280].map((width) => ({ colorScheme, width })));
const ONE_LOOK = [{ colorScheme: "light", width: 360 }];
const LOOKS = { en: ALL_LOOKS, ar: ALL_LOOKS, de: ONE_LOOK, es: ONE_LOOK, fr: ONE_LOOK, pt: ONE_LOOK, zh: ONE_LOOK, ja: ONE_LOOK };
/** WCAG 2.2 AA, reflow (1.4.10): no scrolling to the side at this width. */
const NARROWEST = 320;
const PAGES = 82;
/** Words that need another Nightlatch than the walk's: with Turnstile, as `turnstile.test.mjs`; with a mailbox that is still empty, as `npm start`. */
const NOT_WALKED = ["address_robot_script", "mailbox_empty"];
const STANDARDS = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
/** The rules whose answer hangs on the language's own words. */
const OF_WORDS = {
  type: "rule",
  values: ["button-name", "document-title", "empty-heading", "html-has-lang", "html-lang-valid", "image-alt", "label", "link-name", "target-size", "valid-lang"],
};
/** The rules whose answer hangs on colours and sizes: all that a page's second look can break. */
const OF_LOOKS = { type: "rule", values: ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"] };
/** Several browsers on a busy machine take their time. */
const STEP_MS = 60_000;
const { PICTURES } = process.env;

describe("every page is accessible", { timeout: 900_000, concurrency: 2 }, () => {
  let nightlatch, chromium;

  before(async () => {
    nightlatch = await startNightlatch({ settings: WALK_SETTINGS, clients: [WALK_CLIENT, WALK_BACKEND] });
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
      page.setDefaultTimeout(STEP_MS);
      const problems = [];
      const seen = [];
      let pages = 0;
      for await (const name of everyPage(nightlatch, page, `person-${language}`)) {
        pages += 1;
        if (language === "en") seen.push(await page.content());
        problems.push(...(await problemsOf(page, { language, looks, name })).map((problem) => `${name}: ${problem}`));
      }
      await context.close();
      assert.deepEqual(problems, []);
      assert.equal(pages, PAGES);
      if (language === "en") assert.deepEqual(unseen(seen), { templates: [], words: [] });
    });
  }

  /** Templates of which nothing was on any of these pages, and words of templates that weren't. */
  function unseen(htmls) {
    const texts = englishTexts();
    const isSeen = (text) => htmls.some((html) => html.includes(text));
    const isSaid = (key) => isSeen(texts[key].replaceAll("&", "&amp;").replaceAll("\u00a0", "&nbsp;"));
    const templates = pageTemplates();
    for (const { name, pieces, words } of templates) assert.ok(pieces.length + words.length > 0, `${name} can't be told from the others`);
    return {
      templates: templates.filter(({ pieces, words }) => !pieces.some(isSeen) && !words.some(isSaid)).map(({ name }) => name),
      words: wordsOfTemplates().filter((key) => !NOT_WALKED.includes(key) && !isSaid(key)),
    };
  }

  async function problemsOf(page, { language, looks, name }) {
    const problems = [];
    if ((await page.locator("html").getAttribute("lang")) !== language) problems.push("the language is another");
    await page.evaluate(axe.source);
    for (const look of looks) {
      const { colorScheme, width } = look;
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name} ${language} ${colorScheme} ${width}.png`), fullPage: true });
      const found = await axeProblems(page, rulesFor(look, looks));
      problems.push(...found.map((problem) => `${colorScheme}, ${width} px: ${problem}`));
    }
    await page.setViewportSize({ width: NARROWEST, height: 800 });
    const [needed, there] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    if (needed > there) problems.push(`${needed} px wide on a screen of ${there} px`);
    return problems;
  }
});

/** All rules in the first of all looks, and in the others what hangs on looks; where there is but one, the others' languages have shown the rest. */
function rulesFor(look, looks) {
  if (looks === ONE_LOOK) return OF_WORDS;
  return look === looks[0] ? STANDARDS : OF_LOOKS;
}

async function axeProblems(page, runOnly) {
  const { violations } = await page.evaluate((options) => globalThis.axe.run(options), { runOnly, resultTypes: ["violations"] });
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id} (${help}): ${html}`));
}
