import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Vault } from '../../lib/vault.ts';
import { cookieNames, readCookie, setCookie } from '../cookies.ts';
import { isNoticeCode, type NoticeCode } from '../texts/language.ts';

const lifeMs = 30 * 60_000;

const memorySchema = z.object({
  signIn: z.object({ challengeId: z.string(), phone: z.string() }).optional(),
  notice: z
    .object({ code: z.custom<NoticeCode>(isNoticeCode), values: z.record(z.string(), z.string()) })
    .optional(),
  /** What was typed into a form that was refused, so that nobody has to type it again. */
  typed: z.record(z.string(), z.string()).optional(),
});

/**
 * What one browser is to know of one checkout between two requests: the code that it waits for, and what to say about
 * the last form. It lies sealed in a cookie that is sent to this checkout only, because it holds a phone number.
 */
export type Memory = z.infer<typeof memorySchema>;

type Place = { vault: Vault; sessionId: string; path: string };

export function readMemory(req: Request, { vault, sessionId }: Place): Memory {
  const sealed = readCookie(req, cookieNames.checkout);
  if (sealed === undefined) return {};
  try {
    return memorySchema.parse(JSON.parse(vault.open(sealed, placeOf(sessionId))));
  } catch {
    // Changed on its way, of another checkout, or from before a change of its shape: as good as none.
    return {};
  }
}

export function writeMemory(res: Response, { vault, sessionId, path }: Place, memory: Memory): void {
  const sealed = vault.seal(JSON.stringify(memory), placeOf(sessionId));
  setCookie(res, cookieNames.checkout, sealed, { path, maxAgeMs: lifeMs });
}

function placeOf(sessionId: string): string {
  return `pages/checkout/${sessionId}`;
}
