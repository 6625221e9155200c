import type { Request, RequestHandler } from 'express';
import type { Shop } from './shop.ts';
import { viewOf } from './view.ts';
import { isEqual, visitOf } from './visits.ts';

/** A field of a form; empty when it was not sent, or twice. */
export function readField(req: Request, name: string): string {
  const value = (req.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

/** Refuses forms that another site made the browser send: it knows neither the token nor how to fake Origin. */
export function refuseForeignForms(shop: Shop): RequestHandler {
  return (req, res, next) => {
    const { origin = shop.origin } = req.headers;
    const isOurs = origin === shop.origin && isEqual(readField(req, 'form_token'), visitOf(res).formToken);
    if (req.method !== 'POST' || isOurs) next();
    else res.status(403).type('text/plain').send(viewOf(res).t.shop.oldForm);
  };
}
