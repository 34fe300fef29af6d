/** What a walk past the pages does again and again: forms are sent, codes are read from the mail, and the page that follows is waited for. */

/** Types an address into the address page and asks for a code. */
export async function sendAddress(page, address) {
  await page.locator("input[type=email]").fill(address);
  await answered(page, page.locator("form button").first().click());
}

/** From the address page to where the sign-in leads, `to`, by the code from the mail. */
export async function typeCode(nightlatch, page, address, to) {
  const before = (await nightlatch.mailbox(address)).length;
  await sendAddress(page, address);
  const { code } = await nightlatch.mail(address, { after: before });
  await page.locator("#code").fill(code);
  await page.waitForURL(to, { waitUntil: "load" });
}

/** Presses the first form's button; gives the answer. */
export const press = (page, selector = "main form button") => answered(page, page.locator(selector).first().click());

/** Waits for the page that an action leads to; gives its status, after redirects. */
export async function answered(page, action) {
  await Promise.all([page.waitForEvent("load"), action]);
  // The page is asked itself, so that nothing hangs on what the browser's driver reports of the redirects before it.
  return page.evaluate(() => performance.getEntriesByType("navigation")[0].responseStatus);
}
