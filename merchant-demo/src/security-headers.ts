import type { RequestHandler } from 'express';
import type { Shop } from './shop.ts';

/** Nothing comes from elsewhere but Morrow's one script, which may talk to the gateway and to nobody else. */
export function securityHeaders({ gatewayOrigin, publishableKey }: Shop): RequestHandler {
  const hasScript = publishableKey !== undefined;
  const policy = [
    "default-src 'none'",
    "img-src 'self'",
    "style-src 'self'",
    `script-src 'self'${hasScript ? ` ${gatewayOrigin}/sdk/v1/morrow.js` : ''}`,
    `connect-src 'self'${hasScript ? ` ${gatewayOrigin}` : ''}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    // Browsers hold the redirect after a form against this too, and the checkout form leads to Morrow's page.
    `form-action 'self' ${gatewayOrigin}`,
  ].join('; ');
  return (_req, res, next) => {
    res.set({
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      // Not no-referrer, with which browsers would send our own forms with `Origin: null`.
      'Referrer-Policy': 'same-origin',
    });
    next();
  };
}
