import type { Page } from 'playwright-core';
import { type OpenedBrowser, type Watched, watch } from '../browser.ts';
import { type Check, fail, type Outcome, pass, skip, unless } from '../check.ts';
import { agree, giveUp, newSessions, pathOf, type Patient, settled } from '../patient.ts';
import type { Profile } from '../profile.ts';

type Popup = NonNullable<Profile['popup']>;
type Visit = Watched & { popup: Popup };

const settleMs = 15_000;

/** A check that needs a browser and a shop that opens checkouts in a window. */
function inBrowser(
  check: Omit<Check, 'run'> & { script?: string; run: (patient: Patient, visit: Visit) => Promise<Outcome> },
): Check {
  const { script, run, ...about } = check;
  return {
    ...about,
    async run(patient) {
      const { browser, profile } = patient;
      if (!profile.popup) return skip('The profile names no "popup".');
      if (typeof browser === 'string') return skip(browser);
      return visiting(patient, browser, script, (watched) =>
        run(patient, { ...watched, popup: profile.popup! }),
      );
    },
  };
}

async function visiting(
  patient: Patient,
  browser: OpenedBrowser,
  script: string | undefined,
  run: (watched: Watched) => Promise<Outcome>,
): Promise<Outcome> {
  const watched = await watch(browser, patient.origin, script);
  try {
    return await run(watched);
  } catch (error) {
    // What a page does not have, the browser waits for in vain.
    return fail(`In Chromium: ${(error as Error).message.split('\n')[0] ?? ''}`);
  } finally {
    patient.seen.push(...watched.answers);
    await watched.context.close();
  }
}

/** Fills the cart as a person does, and stands before the button. */
async function goToButton(patient: Patient, { page, popup }: Visit): Promise<void> {
  const { origin, profile } = patient;
  for (const { page: path, form, fields = {} } of profile.cart) {
    await page.goto(origin + path);
    const own = page.locator(`form[action$="${form}"]`).first();
    for (const [name, value] of Object.entries(fields)) await own.locator(`[name="${name}"]`).fill(value);
    await Promise.all([page.waitForEvent('load'), own.locator('button, input[type=submit]').first().click()]);
  }
  await page.goto(origin + popup.page);
  await newSessions(patient);
  for (const selector of popup.before ?? []) await page.click(selector);
}

const opened: Check = inBrowser({
  id: 'browser.popup',
  title: 'The window opens inside the click',
  fix: 'Call `browser.popup(start)` directly in the click’s listener, and ask your server inside `start`: a window that is opened after an `await` is blocked by browsers.',
  async run(patient, visit) {
    await goToButton(patient, visit);
    const { context, page, popup, opens } = visit;
    const [window] = await Promise.all([
      context.waitForEvent('page').catch(() => undefined),
      page.click(popup.click),
    ]);
    await window?.waitForURL((url) => url.origin !== patient.origin && url.protocol !== 'about:');
    for (const session of await newSessions(patient)) await giveUp(patient, session);
    return unless([
      [opens.length === 0, 'The click opened no window.'],
      [opens.includes(false), 'window.open was called in a later task than the click.'],
      [window === undefined, 'No window came.'],
    ]);
  },
});

const finished: Check = inBrowser({
  id: 'browser.finish',
  title: 'When the window has gone, the page leads to the order',
  fix: 'When `browser.popup` resolves, go to your return address with the session’s id, whatever the status says, and let your server look.',
  async run(patient, visit) {
    await goToButton(patient, visit);
    const { context, page, popup } = visit;
    const [window] = await Promise.all([context.waitForEvent('page'), page.click(popup.click)]);
    await window.waitForURL(/\/c\//);
    const [session] = await newSessions(patient);
    if (!session) return fail('The click opened no session.');
    await agree(patient, session);
    await window.close();
    const path = pathOf(patient.profile.order_page, session);
    await arriveAt(page, path);
    const { status } = await settled(patient, session.id, 'completed');
    return status === 'completed'
      ? pass
      : fail(`The page led to ${path}, and the session is still ${status}.`);
  },
});

function arriveAt(page: Page, path: string): Promise<void> {
  return page.waitForURL((url) => url.pathname === path, { timeout: settleMs });
}

const blocked: Check = inBrowser({
  id: 'browser.blocked',
  title: 'Where the window is blocked, the checkout opens in place of the page',
  fix: 'Leave the page to `browser.popup`, which goes to the hosted page itself (`redirecting`) when there is no window; or send your form.',
  script: 'window.open = () => null',
  async run(patient, visit) {
    await goToButton(patient, visit);
    const { page, popup } = visit;
    await page.click(popup.click);
    await page.waitForURL(/\/c\//);
    for (const session of await newSessions(patient)) await giveUp(patient, session);
    return pass;
  },
});

const csp: Check = {
  id: 'browser.csp',
  title: 'No page breaks its own Content-Security-Policy',
  fix: 'Move inline scripts and styles into files, and allow what your pages do load; the violation names the directive.',
  async run(patient) {
    const { browser, origin, profile } = patient;
    if (typeof browser === 'string') return skip(browser);
    return visiting(patient, browser, undefined, async ({ page, violations }) => {
      for (const path of profile.pages) {
        await page.goto(origin + path, { waitUntil: 'networkidle' });
        const [violation] = violations;
        if (violation !== undefined) return fail(`${path}: ${violation}`);
      }
      return pass;
    });
  },
};

/** What only a browser shows. */
export const browserChecks: Check[] = [opened, finished, blocked, csp];
