import { type Request, type Response, Router } from 'express';
import type { Locale } from '../../shoppers/profile.ts';
import { queryOf, withQuery } from '../query.ts';
import { type Page, sendPage } from '../send-page.tsx';
import { chooseLocale } from '../texts/choose-locale.ts';
import { helpArticlePage } from './article.tsx';
import { helpListPage } from './list.tsx';
import { helpPath } from './paths.ts';

/** The help: for everybody, signed in or not. */
export function helpRouter(): Router {
  const router = Router();
  router.get(helpPath(), (req, res) => {
    const typed = queryOf(req, 'q');
    send(req, res, withQuery(helpPath(), { q: typed }), (locale) => helpListPage(locale, typed));
  });
  router.get(`${helpPath()}/:slug`, (req, res) =>
    send(req, res, req.path, (locale) => helpArticlePage(locale, req.params.slug)),
  );
  return router;
}

function send(req: Request, res: Response, self: string, page: (locale: Locale) => Page): void {
  const locale = chooseLocale(req, res);
  sendPage(req, res, page(locale), { locale, sandbox: false, self });
}
