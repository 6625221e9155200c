import { z } from 'zod';
import type { Place } from './memory.ts';

/** Where somebody goes on who was led to a page that is not ours: the place, and the address of a page there. */
export type BackTo = { place: Place; address: string };

const schema = z.object({
  area: z.enum(['checkout', 'account', 'agreement']),
  id: z.string(),
  path: z.string(),
  address: z.string(),
});

/** What is kept of it, sealed, because the address of a checkout is a secret. `address` is one of ours, and never as typed. */
export function writeBackTo({ area, id, path }: Place, address: string): string {
  return JSON.stringify({ area, id, path, address });
}

export function readBackTo(kept: string): BackTo {
  const { address, ...place } = schema.parse(JSON.parse(kept));
  return { place, address };
}
