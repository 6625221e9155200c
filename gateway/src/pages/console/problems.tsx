import type { Request, Response } from 'express';
import type { Page } from '../send-page.tsx';
import { chooseLocale } from '../texts/choose-locale.ts';
import { textsOf } from '../texts/language.ts';
import { sendConsolePage } from './page.tsx';
import { consolePath } from './paths.ts';
import type { ConsoleVisit } from './visit.ts';

/** Tells an operator that a page is not for their roles. */
export function sendForbidden(req: Request, res: Response, visit: ConsoleVisit): void {
  const { forbidden } = textsOf[visit.locale].console;
  const page = problemPage(forbidden, {
    status: 403,
    to: consolePath(visit.environment.id),
    link: forbidden.back,
  });
  sendConsolePage(req, res, page, visit);
}

/** Tells that there is nothing at this address, whether or not anybody is signed in. */
export function sendNothing(req: Request, res: Response, visit?: ConsoleVisit): void {
  const locale = visit?.locale ?? chooseLocale(req, res);
  const { nothing, forbidden } = textsOf[locale].console;
  const page = problemPage(nothing, { status: 404, to: '/console', link: forbidden.back });
  sendConsolePage(req, res, page, visit ?? { locale });
}

function problemPage(
  t: { title: string; text: string },
  { status, to, link }: { status: number; to: string; link: string },
): Page {
  return {
    title: t.title,
    status,
    hasProblem: true,
    body: (
      <div class="step">
        <h1>{t.title}</h1>
        <section class="card">
          <p>{t.text}</p>
          <p>
            <a class="button" href={to}>
              {link}
            </a>
          </p>
        </section>
      </div>
    ),
  };
}
