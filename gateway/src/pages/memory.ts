import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Vault } from '../lib/vault.ts';
import { cookieNames, readCookie, setCookie } from './cookies.ts';
import { isNoticeCode, type NoticeCode } from './texts/language.ts';

const lifeMs = 30 * 60_000;

const memorySchema = z.object({
  /** With `toKnown` the code was sent only if the phone is known. */
  signIn: z
    .object({ challengeId: z.string(), phone: z.string(), toKnown: z.literal(true).optional() })
    .optional(),
  /** The code that was sent to confirm a purchase. */
  stepUp: z.object({ challengeId: z.string() }).optional(),
  /** Who came back from an outside provider, to be linked with the phone that they prove next. */
  outside: z.object({ issuer: z.string(), subject: z.string() }).optional(),
  notice: z
    .object({ code: z.custom<NoticeCode>(isNoticeCode), values: z.record(z.string(), z.string()) })
    .optional(),
  /** What was typed into a form that was refused, so that nobody has to type it again. */
  typed: z.record(z.string(), z.string()).optional(),
});

/**
 * What one browser is to know of one place between two requests: the code that it waits for, and what to say about the
 * last form. It lies sealed in a cookie that is sent to this place only, because it holds a phone number.
 */
export type Memory = z.infer<typeof memorySchema>;

/** One checkout or agreement, by its id, or the account in one environment; `path` has no slash at its end. */
export type Place = { area: 'checkout' | 'account' | 'agreement'; id: string; path: string };

export function readMemory(req: Request, vault: Vault, place: Place): Memory {
  const sealed = readCookie(req, cookieNames[place.area]);
  if (sealed === undefined) return {};
  try {
    return memorySchema.parse(JSON.parse(vault.open(sealed, nameOf(place))));
  } catch {
    // Changed on its way, of another place, or from before a change of its shape: as good as none.
    return {};
  }
}

export function writeMemory(res: Response, vault: Vault, place: Place, memory: Memory): void {
  const sealed = vault.seal(JSON.stringify(memory), nameOf(place));
  setCookie(res, cookieNames[place.area], sealed, { path: place.path, maxAgeMs: lifeMs });
}

/** What was said once is not said again when the page is loaded again. */
export function forgetNotice(res: Response, vault: Vault, place: Place, memory: Memory): void {
  const { notice, typed, ...kept } = memory;
  if (notice !== undefined || typed !== undefined) writeMemory(res, vault, place, kept);
}

/** Remembers to say something about the last form. What was remembered of codes that were sent stays. */
export function say(
  { memory }: { memory: Memory },
  code: NoticeCode,
  more: { values?: Record<string, string>; typed?: Memory['typed'] } = {},
): Memory {
  const { signIn, stepUp, outside } = memory;
  return {
    ...(signIn && { signIn }),
    ...(stepUp && { stepUp }),
    ...(outside && { outside }),
    ...(more.typed && { typed: more.typed }),
    notice: { code, values: more.values ?? {} },
  };
}

function nameOf({ area, id }: Place): string {
  return `pages/${area}/${id}`;
}
