import type { Response } from 'express';
import type { EvidenceFile } from '../disputes/evidence/files.ts';

/** Sends a file that a stranger gave: to be kept and never shown, so that nothing of it runs where our pages do. */
export function sendEvidence(res: Response, { file, bytes }: { file: EvidenceFile; bytes: Buffer }): void {
  res.attachment(file.name);
  res.setHeader('Content-Type', file.contentType);
  res.setHeader(
    'Content-Security-Policy',
    "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
  );
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('Cache-Control', 'no-store');
  res.end(bytes);
}
