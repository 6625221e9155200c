import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type RequestHandler, Router } from 'express';
import { endWithEtag } from '../http/etag.ts';

/** The SDK for pages as `npm run build:sdk` makes it, in one file. */
const builtScript = new URL('../../../sdk-js/dist/morrow.iife.js', import.meta.url);
/** What was released of it, a folder for each version, with the list of their hashes. */
const releasedScripts = new URL('../../../sdk-js/releases/', import.meta.url);

/** An address that stays gets a new version within minutes. */
const sameAddress = 'public, max-age=300';
/** An address that names its version never changes what it gives. */
const forEver = 'public, max-age=31536000, immutable';

type Release = { version: string; integrity: string };

/**
 * Serves the SDK to the pages of any shop: the newest at `/sdk/v1/morrow.js`, every released version at an address of its
 * own, and their Subresource Integrity at `/sdk/v1/integrity.json`. What has not been built when the process starts is
 * left to whoever comes after, as what leads nowhere.
 *
 * @throws Error when a released file is not the one that was released: pages that pin it would break, and nobody else
 * would notice.
 */
export function sdkRouter(script: URL = builtScript, releases: URL = releasedScripts): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const released = JSON.parse(readFileSync(new URL('releases.json', releases), 'utf8')) as Release[];
  for (const { version, integrity } of released) {
    const content = readFileSync(new URL(`${version}/morrow.js`, releases));
    if (integrityOf(content) !== integrity) throw new Error(`SDK ${version} is not what was released.`);
    router.get(pathOf(version), serve({ type: javascript, content, keep: forEver }));
  }
  const list = Buffer.from(JSON.stringify(listOf(released)));
  router.get('/sdk/v1/integrity.json', serve({ type: 'application/json', content: list, keep: sameAddress }));
  if (existsSync(script)) {
    const content = readFileSync(script);
    router.get('/sdk/v1/morrow.js', serve({ type: javascript, content, keep: sameAddress }));
  }
  return router;
}

const javascript = 'text/javascript; charset=utf-8';

function pathOf(version: string): string {
  return `/sdk/v1/${version}/morrow.js`;
}

function integrityOf(content: Buffer): string {
  return `sha384-${createHash('sha384').update(content).digest('base64')}`;
}

/** Each version's address and `integrity` attribute, and which of them is the newest. */
function listOf(released: readonly Release[]): object {
  const files = released.map(({ version, integrity }) => [version, { path: pathOf(version), integrity }]);
  return { newest: released.at(-1)?.version ?? null, versions: Object.fromEntries(files) };
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
