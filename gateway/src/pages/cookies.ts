import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';

/** `__Host-` binds a cookie to this very origin. The last three are told apart by their
 * paths, one for each checkout and agreement, and for the account in each environment. */
export const cookieNames = {
  shopper: '__Host-shopper',
  operator: '__Host-operator',
  member: '__Host-member',
  browser: '__Host-browser',
  language: '__Host-language',
  checkout: '__Secure-checkout',
  account: '__Secure-account',
  agreement: '__Secure-agreement',
} as const;

type CookieName = (typeof cookieNames)[keyof typeof cookieNames];

const browserShape = /^[A-Za-z0-9_-]{43}$/;
const browserLifeMs = 365 * 24 * 3_600_000;

/** The value of a cookie as it was sent; the first, where a name was sent twice. */
export function readCookie(req: Request, name: CookieName): string | undefined {
  const pairs = (req.get('cookie') ?? '').split(';').map((pair) => pair.trim());
  const found = pairs.find((pair) => pair.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}

/** Lax, because the shopper arrives by a link from the shop. Browsers take Secure cookies from http on loopback, too. */
export function setCookie(
  res: Response,
  name: CookieName,
  value: string,
  options: { path?: string; maxAgeMs?: number } = {},
): void {
  res.cookie(name, value, {
    secure: true,
    httpOnly: true,
    sameSite: 'lax',
    path: options.path ?? '/',
    ...(options.maxAgeMs !== undefined && { maxAge: options.maxAgeMs }),
    encode: String,
  });
}

export function clearCookie(res: Response, name: CookieName): void {
  res.clearCookie(name, { secure: true, httpOnly: true, sameSite: 'lax', path: '/' });
}

/** The random name of this browser, to which codes and forms are bound; undefined when it has none yet. */
export function browserOf(req: Request): string | undefined {
  const value = readCookie(req, cookieNames.browser);
  return value !== undefined && browserShape.test(value) ? value : undefined;
}

/** Gives the browser a name when it has none. */
export function nameBrowser(req: Request, res: Response): string {
  const known = browserOf(req);
  if (known !== undefined) return known;
  const browser = randomBytes(32).toString('base64url');
  setCookie(res, cookieNames.browser, browser, { maxAgeMs: browserLifeMs });
  return browser;
}
