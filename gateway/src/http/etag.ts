import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';

/** Ends an answer that clients may keep: with its content, or with 304 where they have it already (RFC 9110 13.1.2). */
export function endWithEtag(req: Request, res: Response, content: string | Buffer): void {
  const digest = createHash('sha256').update(content).digest('base64url');
  res.setHeader('ETag', `"${digest.slice(0, 22)}"`);
  if (req.fresh) {
    res.statusCode = 304;
    res.end();
  } else {
    res.end(content);
  }
}
