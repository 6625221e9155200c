import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Shop } from './shop.ts';

/** One browser. Its cart is kept on the server, under this id. */
export type Visit = { id: string; formToken: string };

const cookieName = 'shop_visit';
const cookieDays = 30;

/** Recognizes the browser by its signed cookie, or gives it one. */
export function recognizeVisit(shop: Shop): RequestHandler {
  const sign = (text: string) =>
    createHmac('sha256', shop.store.cookieSecret).update(text).digest('base64url');
  return (req, res, next) => {
    const [known = '', signature = ''] = readCookie(req).split('.');
    const isKnown = known !== '' && isEqual(signature, sign(`visit ${known}`));
    const id = isKnown ? known : randomBytes(16).toString('base64url');
    if (!isKnown) {
      res.cookie(cookieName, `${id}.${sign(`visit ${id}`)}`, {
        httpOnly: true,
        // Lax and not Strict: the shopper comes back from Morrow's site by a link, and must be recognized.
        sameSite: 'lax',
        secure: shop.origin.startsWith('https:'),
        maxAge: cookieDays * 86_400_000,
      });
    }
    const visit: Visit = { id, formToken: sign(`form ${id}`) };
    res.locals.visit = visit;
    next();
  };
}

export function visitOf(res: Response): Visit {
  return res.locals.visit as Visit;
}

/** Refuses forms that another site made the browser send: it knows neither the token nor how to fake Origin. */
export function refuseForeignForms(shop: Shop): RequestHandler {
  return (req, res, next) => {
    const { origin = shop.origin } = req.headers;
    const isOurs = origin === shop.origin && isEqual(readField(req, 'form_token'), visitOf(res).formToken);
    if (req.method !== 'POST' || isOurs) next();
    else
      res
        .status(403)
        .type('text/plain')
        .send('This form is not from this shop, or too old. Go back and reload.');
  };
}

/** A field of a form; empty when it was not sent, or twice. */
export function readField(req: Request, name: string): string {
  const value = (req.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

function readCookie(req: Request): string {
  const pairs = (req.headers.cookie ?? '').split('; ').map((pair) => pair.split('='));
  return pairs.find(([name]) => name === cookieName)?.[1] ?? '';
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
