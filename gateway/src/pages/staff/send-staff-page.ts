import type { Request, Response } from 'express';
import type { Environment } from '../../lib/tx.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { type Page, sendPage } from '../send-page.tsx';

/**
 * Sends a page of the console or the dashboard, named by `place`. `nonce` is its script's, where it has one; `self` is where
 * the links to the other languages lead, which is its own address unless it answers a form that was posted elsewhere.
 */
export function sendStaffPage(
  req: Request,
  res: Response,
  page: Page,
  frame: {
    locale: Locale;
    place: string;
    environment?: Environment | undefined;
    nonce?: string | undefined;
    self?: string | undefined;
  },
): void {
  const { locale, place, environment, nonce, self = selfOf(req) } = frame;
  const sandbox = environment?.kind === 'sandbox';
  const title = `${page.title} · ${place}`;
  sendPage(req, res, { ...page, title }, { locale, sandbox, self, staff: { nonce } });
}

/** The address of this page without the language and what was said about the last form. */
function selfOf(req: Request): string {
  const kept = new URLSearchParams();
  for (const [name, value] of Object.entries(req.query))
    if (typeof value === 'string' && value.length <= 200 && name !== 'lang' && name !== 'said')
      kept.set(name, value);
  return kept.size === 0 ? req.path : `${req.path}?${kept.toString()}`;
}

/** The address of what was asked for, or `instead` where that was a form's, which nobody can read by its address. */
export function readableAt(req: Request, instead: string): string {
  return req.method === 'GET' || req.method === 'HEAD' ? selfOf(req) : instead;
}
