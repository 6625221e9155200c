import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

export type Breach = { id: string; help: string; nodes: string[] };

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe-core, with every rule that it has for WCAG and best practice, complains about on this page. The page's
 * window must have been opened with `bypassCSP`.
 */
export async function breachesOn(page: Page): Promise<Breach[]> {
  await page.evaluate(axe);
  return page.evaluate<Breach[]>(
    'axe.run().then(({ violations }) => violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html, failureSummary }) => html + failureSummary) })))',
  );
}

/** What is too small to press, or too near to something else (WCAG 2.2, 2.5.8), which axe looks for only when asked. */
export async function smallTargetsOn(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate<string[]>(
    "axe.run({ runOnly: ['target-size'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ' ' + html)))",
  );
}
