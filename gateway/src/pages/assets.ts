import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import { type Response, Router } from 'express';

/** Read once, when the process starts. Each name carries a hash of the content, so a browser may keep it for ever. */
const stylesheet = load('pages.css', 'text/css; charset=utf-8');
const icon = load('icon.svg', 'image/svg+xml');
const popupScript = load('popup.js', 'text/javascript; charset=utf-8');
const counterScript = load('counter.js', 'text/javascript; charset=utf-8');
const passkeyScript = load('passkey.js', 'text/javascript; charset=utf-8');

export const stylesheetPath = stylesheet.path;
export const iconPath = icon.path;
export const popupScriptPath = popupScript.path;
export const counterScriptPath = counterScript.path;
export const passkeyScriptPath = passkeyScript.path;

type Asset = { path: string; type: string; content: Buffer; integrity: string };

function load(name: string, type: string): Asset {
  const source = readFileSync(new URL(`./assets/${name}`, import.meta.url));
  const content = name.endsWith('.css') ? withoutSpaces(source) : source;
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 12);
  const integrity = `sha384-${createHash('sha384').update(content).digest('base64')}`;
  return { path: `/assets/${hash}/${name}`, type, content, integrity };
}

/** A stylesheet is written for people and sent to browsers. Scripts are short, and sent so that everybody can read them. */
function withoutSpaces(source: Buffer): Buffer {
  const { code } = transformSync(source.toString(), { loader: 'css', minify: true });
  return Buffer.from(code);
}

const assets = [stylesheet, icon, popupScript, counterScript, passkeyScript];
const integrities = new Map(assets.map(({ path, integrity }) => [path, integrity]));

/** The `integrity` attribute (SRI) with which a page names a script or stylesheet of ours: nothing else runs in its place. */
export function integrityOf(path: string): string | undefined {
  return integrities.get(path);
}

/** Serves the stylesheet and the icon of all pages, and the scripts of the checkout's and the console's. */
export function assetsRouter(): Router {
  const router = Router();
  for (const asset of assets) {
    router.get(asset.path, (_req, res) => send(res, asset));
  }
  return router;
}

function send(res: Response, { type, content }: Asset): void {
  res.setHeader('Content-Type', type);
  res.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  res.end(content);
}
