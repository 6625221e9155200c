import type { Request, Response } from 'express';
import type { Locale } from '../../shoppers/profile.ts';
import { cookieNames, readCookie, setCookie } from '../cookies.ts';
import { preferredLocale, toLocale } from './language.ts';

const lifeMs = 365 * 24 * 3_600_000;

/** The page's language: as the address asks (`?lang=`), which is remembered; as remembered; as the browser prefers. */
export function chooseLocale(req: Request, res: Response): Locale {
  const asked = toLocale(req.query.lang);
  if (asked) setCookie(res, cookieNames.language, asked, { maxAgeMs: lifeMs });
  return asked ?? toLocale(readCookie(req, cookieNames.language)) ?? preferredLocale(req);
}
