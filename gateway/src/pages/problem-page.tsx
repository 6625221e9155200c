import type { Request, Response } from 'express';
import type { Locale } from '../shoppers/profile.ts';
import { type Page, sendPage } from './send-page.tsx';
import { textsOf, type Texts } from './texts/language.ts';

export type PageProblem = Exclude<keyof Texts['problems'], 'too_often' | 'reload' | 'account' | 'request'>;

const statusOf: Record<PageProblem, number> = {
  not_found: 404,
  not_yours: 404,
  form: 403,
  busy: 503,
  too_large: 413,
  no_return: 409,
  outside_over: 410,
  identity_over: 410,
  failed: 500,
};

/**
 * A page that says what happened and what to do. `reload` is the address of the page that the shopper was at, where
 * there is one, `account` that of their account; `requestId` is what we can find the failure by.
 */
export function sendProblemPage(
  req: Request,
  res: Response,
  problem: PageProblem,
  frame: { locale: Locale; sandbox: boolean; reload?: string; account?: string; requestId?: string },
): void {
  const { locale, sandbox, reload, account, requestId } = frame;
  const t = textsOf[locale].problems;
  const { title, text, next } = t[problem];
  const page: Page = {
    title,
    status: statusOf[problem],
    hasProblem: true,
    body: (
      <div class="step">
        <h1>{title}</h1>
        <section class="card">
          <p>{text}</p>
          <p>{next}</p>
          {reload !== undefined && (
            <p>
              <a class="button" href={reload}>
                {t.reload}
              </a>
            </p>
          )}
          {account !== undefined && (
            <p>
              <a class="button" href={account}>
                {t.account}
              </a>
            </p>
          )}
          {requestId !== undefined && (
            <p class="fingerprint">
              {t.request}
              <code>{requestId}</code>
            </p>
          )}
        </section>
      </div>
    ),
  };
  sendPage(req, res, page, { locale, sandbox, self: reload ?? req.path });
}
