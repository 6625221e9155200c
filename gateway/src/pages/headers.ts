import type { RequestHandler, Response } from 'express';
import helmet, { contentSecurityPolicy as policy } from 'helmet';

type Locals = { returnOrigin?: string };

/** Lets the forms of this page lead to the shop's origin, by way of a redirect. */
export function allowReturnTo(res: Response, origin: string): void {
  (res.locals as Locals).returnOrigin = origin;
}

/** What a page may load and where its forms may lead: our own, and the shop's when the way back is known. */
export const contentSecurityPolicy = policy({
  useDefaults: false,
  directives: {
    'default-src': ["'none'"],
    'style-src': ["'self'"],
    'img-src': ["'self'"],
    'form-action': ["'self'", (_req, res) => ((res as Response).locals as Locals).returnOrigin ?? "'self'"],
    'frame-ancestors': ["'none'"],
    'base-uri': ["'none'"],
  },
});

const others = helmet({
  contentSecurityPolicy: false,
  // The shop's window opens the checkout and is told by it how it ended.
  crossOriginOpenerPolicy: { policy: 'unsafe-none' },
  crossOriginResourcePolicy: { policy: 'same-origin' },
  referrerPolicy: { policy: 'no-referrer' },
  xFrameOptions: { action: 'deny' },
});

/** The headers of every answer below the pages' paths; `sendPage` sets the policy again when the way back is known. */
export const pageHeaders: RequestHandler = (req, res, next) => {
  res.setHeader('Cache-Control', 'no-store');
  others(req, res, (error?: unknown) => {
    if (error === undefined) contentSecurityPolicy(req, res, next);
    else next(error);
  });
};
