import { randomBytes } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import helmet, { contentSecurityPolicy as policy } from 'helmet';
import { pagePermissions } from '../http/permissions-policy.ts';

type Locals = { formOrigins?: string[]; scriptNonce?: string; scriptAsks?: boolean };

/** Lets the forms of this page lead to another origin, by way of a redirect: the shop's, or a provider's. */
export function allowLeadingTo(res: Response, origin: string): void {
  const locals = res.locals as Locals;
  locals.formOrigins = [...(locals.formOrigins ?? []), origin];
}

/** Lets the scripts of this page run that carry the nonce that comes back. */
export function allowScript(res: Response): string {
  const locals = res.locals as Locals;
  locals.scriptNonce ??= randomBytes(16).toString('base64');
  return locals.scriptNonce;
}

/** Lets the scripts of this page ask us for something, too. */
export function allowAsking(res: Response): void {
  (res.locals as Locals).scriptAsks = true;
}

type Directives = NonNullable<NonNullable<Parameters<typeof policy>[0]>['directives']>;

const directives: Directives = {
  'default-src': ["'none'"],
  'style-src': ["'self'"],
  'img-src': ["'self'"],
  'form-action': [
    "'self'",
    (_req, res) => ((res as Response).locals as Locals).formOrigins?.join(' ') ?? "'self'",
  ],
  'frame-ancestors': ["'none'"],
  'base-uri': ["'none'"],
};
const withoutScript = policy({ useDefaults: false, directives });
const withScript = policy({
  useDefaults: false,
  directives: {
    ...directives,
    'script-src': [(_req, res) => `'nonce-${((res as Response).locals as Locals).scriptNonce}'`],
    'connect-src': [(_req, res) => (((res as Response).locals as Locals).scriptAsks ? "'self'" : "'none'")],
  },
});

/** What a page may load and where its forms may lead: our own, and the shop's when the way back is known. */
export const contentSecurityPolicy: RequestHandler = (req, res, next) => {
  const { scriptNonce } = res.locals as Locals;
  (scriptNonce === undefined ? withoutScript : withScript)(req, res, next);
};

const othersFor = (opener: 'unsafe-none' | 'same-origin') =>
  helmet({
    contentSecurityPolicy: false,
    crossOriginOpenerPolicy: { policy: opener },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });

/** The headers of every answer below the pages' paths; `sendPage` sets the policy again when the way back is known. */
function headersFor(opener: 'unsafe-none' | 'same-origin'): RequestHandler {
  const others = othersFor(opener);
  return (req, res, next) => {
    res.setHeader('Cache-Control', 'no-store');
    res.setHeader('Permissions-Policy', pagePermissions);
    others(req, res, (error?: unknown) => {
      if (error === undefined) contentSecurityPolicy(req, res, next);
      else next(error);
    });
  };
}

/** The shop's window opens the checkout and is told by it how it ended. */
export const checkoutHeaders = headersFor('unsafe-none');

/** No other window has to do with any other page. */
export const pageHeaders = headersFor('same-origin');
