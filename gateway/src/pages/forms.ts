import type { Request } from 'express';
import { secretsEqual, type Vault } from '../lib/vault.ts';
import { browserOf } from './cookies.ts';

export const formTokenField = 'form_token';

/** Proves that a form was made by us for this browser and this place. */
export function formToken(vault: Vault, input: { browser: string; placeId: string }): string {
  return vault.stamp('form', `${input.browser}\n${input.placeId}`);
}

/**
 * Whether a posted form comes from our own page in this browser. The token decides; what browsers say about the origin
 * may only refuse. Our pages send no referrer, which makes browsers send `Origin: null`, so that counts as silence.
 */
export function isOwnForm(req: Request, input: { vault: Vault; placeId: string; origin: string }): boolean {
  const origin = req.get('origin');
  if (origin !== undefined && origin !== 'null' && origin !== input.origin) return false;
  const site = req.get('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin') return false;
  const browser = browserOf(req);
  if (browser === undefined) return false;
  return secretsEqual(
    field(req, formTokenField),
    formToken(input.vault, { browser, placeId: input.placeId }),
  );
}

/** A field of a posted form; empty when it is missing. */
export function field(req: Request, name: string): string {
  return fields(req, name)[0] ?? '';
}

/** All values of a field, as of a group of checkboxes. Nobody types a NUL, and PostgreSQL keeps no text with one. */
export function fields(req: Request, name: string): string[] {
  const body = (req.body ?? {}) as Record<string, unknown>;
  const value = Object.hasOwn(body, name) ? body[name] : undefined;
  return [value]
    .flat()
    .filter((item): item is string => typeof item === 'string')
    .map((item) => item.replaceAll('\0', ''));
}
