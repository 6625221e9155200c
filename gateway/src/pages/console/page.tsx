import type { Request, Response } from 'express';
import { type Page, sendPage } from '../send-page.tsx';
import { textsOf } from '../texts/language.ts';
import type { ConsoleVisit } from './visit.ts';

/** Sends a page of the console; `nonce` is its script's, where it has one. */
export function sendConsolePage(
  req: Request,
  res: Response,
  page: Page,
  visit: Pick<ConsoleVisit, 'locale'> & Partial<Pick<ConsoleVisit, 'environment'>>,
  nonce?: string,
): void {
  const { locale, environment } = visit;
  const sandbox = environment?.kind === 'sandbox';
  const title = `${page.title} · ${textsOf[locale].console.title}`;
  sendPage(req, res, { ...page, title }, { locale, sandbox, self: selfOf(req), staff: { nonce } });
}

/** The address of this page without the language and what was said about the last form. */
function selfOf(req: Request): string {
  const kept = new URLSearchParams();
  for (const [name, value] of Object.entries(req.query))
    if (typeof value === 'string' && value.length <= 200 && name !== 'lang' && name !== 'said')
      kept.set(name, value);
  return kept.size === 0 ? req.path : `${req.path}?${kept.toString()}`;
}
