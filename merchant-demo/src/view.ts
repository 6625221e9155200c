import type { Request, RequestHandler, Response } from 'express';
import { readCookie } from './cookies.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { formatPrice } from './money.ts';
import type { Shop } from './shop.ts';
import { locales, texts } from './texts/index.ts';
import type { Locale, Texts } from './texts/index.ts';
import { visitOf } from './visits.ts';

/** What every page is written with: the visitor's language, and what belongs to their browser. */
export type View = {
  locale: Locale;
  t: Texts;
  /** ¥39.00 for 3900. */
  price: (amount: number) => string;
  /** May 1, 2026 for 2026-05-01. */
  date: (isoDate: string) => string;
  /** A moment, on the clocks of the shop. */
  time: (instant: string) => Html;
  formToken: string;
  cartCount: number;
  /** Of the page, for the links to its other languages. */
  path: string;
};

const cookieName = 'shop_language';
const shopTimeZone = 'Asia/Shanghai';

/** Chooses the language: what the address asks for, which is remembered; what is remembered; what the browser prefers. */
export function chooseView(shop: Shop): RequestHandler {
  return (req, res, next) => {
    const asked = toLocale(req.query.lang);
    if (asked) res.cookie(cookieName, asked, { sameSite: 'lax', maxAge: 365 * 86_400_000 });
    const preferred = req.acceptsLanguages('en', 'zh-CN', 'zh');
    const locale =
      asked ?? toLocale(readCookie(req, cookieName)) ?? (preferred && toLocale(preferred)) ?? 'en';
    res.locals.view = createView(shop, locale || 'en', req, res);
    next();
  };
}

export function viewOf(res: Response): View {
  return res.locals.view as View;
}

function toLocale(text: unknown): Locale | undefined {
  return text === 'zh' ? 'zh-CN' : locales.find((locale) => locale === text);
}

function createView(shop: Shop, locale: Locale, req: Request, res: Response): View {
  const { id, formToken } = visitOf(res);
  const moment = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: shopTimeZone,
  });
  // A due date is a date and not an instant, so it is the same in every time zone.
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  return {
    locale,
    t: texts[locale],
    price: (amount) => formatPrice(amount, locale),
    date: (isoDate) => day.format(new Date(`${isoDate}T00:00:00Z`)),
    time: (instant) => html`<time datetime="${instant}">${moment.format(new Date(instant))}</time>`,
    formToken,
    // Read when the page is written: the request may just have emptied the cart.
    get cartCount() {
      return Object.values(shop.store.cartOf(id)).reduce((total, quantity) => total + quantity, 0);
    },
    path: req.path,
  };
}
