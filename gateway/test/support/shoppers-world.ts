import type { Knex } from '@morrow/db';
import { newId, type Id } from '../../src/lib/ids.ts';
import type { TxHost } from '../../src/lib/tx.ts';
import { answerChallenge, startChallenge, type Answer } from '../../src/shoppers/challenges.ts';
import type { CodeRules } from '../../src/shoppers/codes/rules.ts';
import { findOrCreateShopper, type Locale } from '../../src/shoppers/profile.ts';
import { inside } from './events-world.ts';

let phonesGiven = 0;

/** A mainland number that no other test of this file has. */
export function someonesPhone(): string {
  phonesGiven += 1;
  return `+86138${String(phonesGiven).padStart(8, '0')}`;
}

let addressesGiven = 0;

export function someonesAddress(): string {
  addressesGiven += 1;
  return `10.${addressesGiven >> 16}.${(addressesGiven >> 8) & 255}.${addressesGiven & 255}`;
}

export type Asking = {
  phone: string;
  merchantId: string | null;
  isInvited: boolean;
  browser: string;
  address: string;
  purpose: string;
};

export function asking(given: Partial<Asking> = {}): Asking {
  return {
    phone: someonesPhone(),
    merchantId: 'mer_shop',
    isInvited: false,
    browser: newId('req'),
    address: someonesAddress(),
    purpose: 'sign_in',
    ...given,
  };
}

export function start(host: TxHost, environmentId: string, input: Asking, rules?: CodeRules) {
  return inside(host, environmentId, (tx) => startChallenge(tx, input, rules));
}

export function answer(
  host: TxHost,
  environmentId: string,
  input: { challengeId: string; browser: string; purpose?: string; code: string; locale?: Locale },
): Promise<Answer> {
  return inside(host, environmentId, (tx) =>
    answerChallenge(tx, { purpose: 'sign_in', locale: 'en', ...input }),
  );
}

export async function createShopper(
  host: TxHost,
  environmentId: string,
  given: { phone?: string; locale?: Locale } = {},
): Promise<Id<'shp'>> {
  const { shopperId } = await inside(host, environmentId, (tx) =>
    findOrCreateShopper(tx, { phone: someonesPhone(), locale: 'en', ...given }),
  );
  return shopperId;
}

/** Every value of every column of these tables, as text: jsonb, bytea (as hex and as the characters in it) and all. */
export async function everythingStored(db: Knex, tables: readonly string[]): Promise<string> {
  const found: string[] = [];
  for (const table of tables) {
    const rows = (await db(table)) as Record<string, unknown>[];
    for (const value of rows.flatMap((row) => Object.values(row))) {
      if (Buffer.isBuffer(value)) found.push(value.toString('hex'), value.toString('latin1'));
      else
        found.push(
          typeof value === 'string'
            ? value
            : JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v)),
        );
    }
  }
  return found.join('\n');
}
