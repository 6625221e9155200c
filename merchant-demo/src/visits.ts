import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { readCookie } from './cookies.ts';
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
    const [known = '', signature = ''] = readCookie(req, cookieName).split('.');
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

/** Compares secrets in a time that tells nothing about them. */
export function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
