import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Response, Router } from 'express';

/** Read once, when the process starts. Each name carries a hash of the content, so a browser may keep it for ever. */
const stylesheet = load('pages.css', 'text/css; charset=utf-8');
const docsStylesheet = load('docs.css', 'text/css; charset=utf-8');
const icon = load('icon.svg', 'image/svg+xml');
const popupScript = load('popup.js', 'text/javascript; charset=utf-8');
const passkeyScript = load('passkey.js', 'text/javascript; charset=utf-8');

export const stylesheetPath = stylesheet.path;
export const docsStylesheetPath = docsStylesheet.path;
export const iconPath = icon.path;
export const popupScriptPath = popupScript.path;
export const passkeyScriptPath = passkeyScript.path;

type Asset = { path: string; type: string; content: Buffer };

function load(name: string, type: string): Asset {
  const content = readFileSync(new URL(`./assets/${name}`, import.meta.url));
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 12);
  return { path: `/assets/${hash}/${name}`, type, content };
}

/** Serves the stylesheets and the icon of all pages, and the scripts of the checkout's and the console's. */
export function assetsRouter(): Router {
  const router = Router();
  for (const asset of [stylesheet, docsStylesheet, icon, popupScript, passkeyScript]) {
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
