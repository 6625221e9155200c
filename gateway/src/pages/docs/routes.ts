import { type RequestHandler, Router } from 'express';
import { endWithEtag } from '../../http/etag.ts';
import type { OpenApi } from '../../http/openapi.ts';
import { pageHeaders } from '../headers.ts';
import { readContract } from './contract.ts';
import { renderPage } from './frame.tsx';
import { pagesOf } from './pages.tsx';

/**
 * The documentation of the API, made from the contract that it documents: no scripts, nothing from elsewhere. A page is
 * drawn when it is first asked for, and kept, because nothing in it changes while the process runs. What leads nowhere
 * is left to whoever comes after.
 */
export function docsRouter(document: OpenApi): Router {
  const contract = readContract(document);
  const pages = pagesOf(contract);
  const drawn = new Map<string, string>();
  const show: RequestHandler = (req, res, next) => {
    const { path } = req;
    const makePage = pages.get(path);
    if (!makePage) {
      next();
      return;
    }
    const html = drawn.get(path) ?? renderPage(contract, { ...makePage(), path });
    drawn.set(path, html);
    res.setHeader('Content-Type', 'text/html; charset=utf-8');
    res.setHeader('Cache-Control', 'public, max-age=300');
    endWithEtag(req, res, html);
  };
  const router = Router({ caseSensitive: true, strict: true });
  router.get(/^\/docs(?:\/|$)/, pageHeaders, show);
  return router;
}
