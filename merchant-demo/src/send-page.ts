import type { Response } from 'express';
import type { Html } from './html.ts';
import { page } from './pages/layout.ts';
import type { Shop } from './shop.ts';
import { viewOf } from './view.ts';

/** Sends a page of the shop to the visitor. */
export function sendPage(shop: Shop, res: Response, title: string, body: Html, script?: string): void {
  res.type('html').send(page({ view: viewOf(res), shop, title, body, script }).text);
}
