import type { Request, Response } from 'express';
import { problemView } from '../staff/problem-view.tsx';
import { readableAt } from '../staff/send-staff-page.ts';
import { chooseLocale } from '../texts/choose-locale.ts';
import { textsOf } from '../texts/language.ts';
import { sendConsolePage } from './page.ts';
import { consolePath } from './paths.ts';
import type { ConsoleVisit } from './visit.ts';

/** Tells an operator that a page is not for their roles. */
export function sendForbidden(req: Request, res: Response, visit: ConsoleVisit): void {
  const { forbidden } = textsOf[visit.locale].console;
  const to = consolePath(visit.environment.id);
  const page = problemView(forbidden, { status: 403, to, link: forbidden.back });
  sendConsolePage(req, res, page, visit, { self: readableAt(req, to) });
}

/** Tells that there is nothing at this address, whether or not anybody is signed in. */
export function sendNothing(req: Request, res: Response, visit?: ConsoleVisit): void {
  const locale = visit?.locale ?? chooseLocale(req, res);
  const { nothing, forbidden } = textsOf[locale].console;
  const to = '/console';
  const page = problemView(nothing, { status: 404, to, link: forbidden.back });
  sendConsolePage(req, res, page, visit ?? { locale }, { self: readableAt(req, to) });
}
