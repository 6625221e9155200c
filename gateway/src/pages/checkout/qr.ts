import type { Request, Response } from 'express';
import { renderSVG } from 'uqr';
import { findSession } from '../../checkout/sessions.ts';
import { isOver } from '../../checkout/state.ts';
import { GatewayError } from '../../lib/errors.ts';
import { transact } from '../../lib/tx.ts';
import type { PagesContext } from '../context.ts';
import { pagesActor } from '../page-visit.ts';
import { findSessionBySecret } from './find-session.ts';

/** The light margin that a reader needs around the code: four modules by ISO/IEC 18004. */
const quietZone = 4;
/** So that a code of our addresses comes to about 40 millimetres when it is printed at 96 dots an inch. */
const pixelsOfModule = 4;

/** The address of a checkout as a picture: dark on light, and readable when up to 15 % of it is hidden. */
export function qrCodeOf(address: string): string {
  const svg = renderSVG(address, { ecc: 'M', border: quietZone, pixelSize: pixelsOfModule });
  const side = /viewBox="0 0 (\d+) /.exec(svg)?.[1];
  if (side === undefined) throw new Error('the code has no size');
  return svg.replace('<svg ', `<svg width="${side}" height="${side}" shape-rendering="crispEdges" `);
}

/**
 * Answers with the code that a shopper scans at the counter or on the receipt. It is drawn for sessions of that kind only,
 * and only while they are open. A till on an origin of its own may show it.
 */
export async function showQrCode(context: PagesContext, req: Request, res: Response): Promise<void> {
  const secret = String(req.params.secret);
  const found = await findSessionBySecret(context.db, secret);
  const isShown =
    found &&
    (await transact(
      context,
      { environmentId: found.environmentId, actor: pagesActor, access: 'read' },
      async (tx) => {
        const session = await findSession(tx, { sessionId: found.sessionId });
        return session.channel === 'in_store' && session.status === 'open' && !isOver(session, tx.wallNow);
      },
    ));
  if (!isShown) throw new GatewayError('not_found', { detail: 'There is no code at this address.' });
  res.setHeader('Content-Type', 'image/svg+xml; charset=utf-8');
  res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  res.setHeader('Content-Disposition', 'inline; filename="checkout.svg"');
  res.end(qrCodeOf(`${context.config.origins.api}/c/${secret}`));
}
