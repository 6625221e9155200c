import type { Request, Response } from 'express';
import type { Page } from '../send-page.tsx';
import { sendStaffPage } from '../staff/send-staff-page.ts';
import { textsOf } from '../texts/language.ts';
import type { ConsoleVisit } from './visit.ts';

/** Sends a page of the console; `nonce` is its script's and `self` the address of its languages, as in `sendStaffPage`. */
export function sendConsolePage(
  req: Request,
  res: Response,
  page: Page,
  visit: Pick<ConsoleVisit, 'locale'> & Partial<Pick<ConsoleVisit, 'environment'>>,
  more: { nonce?: string | undefined; self?: string | undefined } = {},
): void {
  sendStaffPage(req, res, page, { ...visit, place: textsOf[visit.locale].console.title, ...more });
}
