import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type RequestHandler, Router } from 'express';
import { endWithEtag } from '../http/etag.ts';

/** The SDK for pages as `npm run build:sdk` makes it, in one file. */
const builtScript = new URL('../../../sdk-js/dist/morrow.iife.js', import.meta.url);

/** An address that stays gets a new version within minutes. */
const sameAddress = 'public, max-age=300';
/** An address that names its content never changes what it gives. */
const forEver = 'public, max-age=31536000, immutable';

/**
 * Serves the SDK to the pages of any shop, with its integrity (SRI); what has not been built when the process starts is
 * left to whoever comes after, as what leads nowhere.
 */
export function sdkRouter(script: URL = builtScript): Router {
  const router = Router({ caseSensitive: true, strict: true });
  if (!existsSync(script)) return router;
  const content = readFileSync(script);
  const digest = createHash('sha384').update(content).digest();
  const exactPath = `/sdk/v1/${digest.toString('base64url').slice(0, 12)}/morrow.js`;
  const integrity = JSON.stringify({
    'morrow.js': { path: exactPath, integrity: `sha384-${digest.toString('base64')}` },
  });
  const type = 'text/javascript; charset=utf-8';
  router.get('/sdk/v1/morrow.js', serve({ type, content, keep: sameAddress }));
  router.get(exactPath, serve({ type, content, keep: forEver }));
  router.get(
    '/sdk/v1/integrity.json',
    serve({ type: 'application/json', content: Buffer.from(integrity), keep: sameAddress }),
  );
  return router;
}

/** Any page may load and read it: there is nothing in it but what everybody gets. */
function serve({ type, content, keep }: { type: string; content: Buffer; keep: string }): RequestHandler {
  return (req, res) => {
    res.setHeader('Content-Type', type);
    res.setHeader('Cache-Control', keep);
    res.setHeader('Access-Control-Allow-Origin', '*');
    res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    endWithEtag(req, res, content);
  };
}
