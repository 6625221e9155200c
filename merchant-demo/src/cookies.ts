import type { Request } from 'express';

/** The value of a cookie; empty when there is none. */
export function readCookie(req: Request, name: string): string {
  const pairs = (req.headers.cookie ?? '').split('; ').map((pair) => pair.split('='));
  return pairs.find(([given]) => given === name)?.[1] ?? '';
}
