/**
 * A person before the pages, over HTTP: wherever a client sends them they go, type address and code where they are asked for
 * them, and are sent back. The pages are found by the fields that they ask for, not by their looks.
 */

/** Opens what a client asks for and gives the address at which the person is back, at `backAt`. `browser` is an `HttpBrowser`. */
export async function goAndComeBack(nightlatch, browser, url, { address, backAt }) {
  let page = await browser.get(String(url), { stopAt: backAt });
  if (!isBack(page, backAt)) page = await signInByCode(nightlatch, browser, page, { address, backAt });
  if (!isBack(page, backAt)) throw new Error(`not sent back to ${backAt}, but left at ${page.url} (${page.status}): ${page.html.text()}`);
  return page.location;
}

/** From the address page on: asks for a code, reads the mail, types it; gives what comes then, a redirect to `backAt` unfollowed. */
export async function signInByCode(nightlatch, browser, page, { address, backAt }) {
  const before = (await nightlatch.mailbox(address)).length;
  const codePage = await browser.submit(page, { email: address });
  const { code } = await nightlatch.mail(address, { after: before });
  return browser.submit(codePage, { code }, { stopAt: backAt });
}

const isBack = (page, backAt) => page.location?.startsWith(backAt) ?? false;
