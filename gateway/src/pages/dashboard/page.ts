import type { Request, Response } from 'express';
import type { Page } from '../send-page.tsx';
import { problemView } from '../staff/problem-view.tsx';
import { readableAt, sendStaffPage } from '../staff/send-staff-page.ts';
import { chooseLocale } from '../texts/choose-locale.ts';
import { textsOf } from '../texts/language.ts';
import { dashboardPath } from './paths.ts';
import type { DashboardVisit } from './visit.ts';

/** Sends a page of the dashboard; `nonce` is its script's and `self` the address of its languages, as in `sendStaffPage`. */
export function sendDashboardPage(
  req: Request,
  res: Response,
  page: Page,
  visit: Pick<DashboardVisit, 'locale'> & Partial<Pick<DashboardVisit, 'environment'>>,
  more: { nonce?: string | undefined; self?: string | undefined } = {},
): void {
  sendStaffPage(req, res, page, { ...visit, place: textsOf[visit.locale].dashboard.title, ...more });
}

/** Tells a member that a page is not for their role. */
export function sendForbidden(req: Request, res: Response, visit: DashboardVisit): void {
  const { forbidden } = textsOf[visit.locale].dashboard;
  const to = dashboardPath();
  const page = problemView(forbidden, { status: 403, to, link: forbidden.back });
  sendDashboardPage(req, res, page, visit, { self: readableAt(req, to) });
}

/** Tells that there is nothing at this address. */
export function sendNothing(req: Request, res: Response, visit?: DashboardVisit): void {
  const locale = visit?.locale ?? chooseLocale(req, res);
  const { nothing, forbidden } = textsOf[locale].dashboard;
  const to = dashboardPath();
  const page = problemView(nothing, { status: 404, to, link: forbidden.back });
  sendDashboardPage(req, res, page, visit ?? { locale }, { self: readableAt(req, to) });
}
