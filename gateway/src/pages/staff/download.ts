import type { Response } from 'express';

/** A file of figures that an operator takes along. */
export type Download = { name: string; text: string };

/** Sends a file to be kept, not shown: nothing of it runs in the console's origin. The name is one of ours. */
export function sendDownload(res: Response, { name, text }: Download): void {
  res.setHeader('Content-Type', 'text/csv; charset=utf-8');
  res.setHeader('Content-Disposition', `attachment; filename="${name.replaceAll(/[^\w.-]/g, '_')}"`);
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.end(text);
}
