import { isIP } from 'node:net';
import { subscriberOf } from '../lib/address.ts';
import type { Tx } from '../lib/tx.ts';
import { fingerprintOf } from '../processor/payment-methods.ts';
import { indexOf } from '../shoppers/sealing.ts';
import { type CountryOf, sandboxCountryOf } from './countries.ts';
import type { ListKey } from './rules.ts';

/** From where somebody acts, as keyed hashes: nothing of it can be read back. */
export type Visit = {
  /** The signed-in session; a code that it answered is remembered by it. */
  sessionId: string | undefined;
  device: Buffer;
  /** Of the part of the address that one subscriber holds; null when the server was not told it. */
  address: Buffer | null;
  country: string | null;
};

/** What the gateway was told of a visit, in plain, for as long as it takes to hash it. */
export type PlainVisit = {
  sessionId: string | undefined;
  /** The random name in the browser's cookie. */
  browser: string;
  /** The IP address, where it is known. */
  address: string | undefined;
};

/** Hashes a visit. Countries come from `countryOf`; in a sandbox from its documented test addresses. */
export function seeVisit(tx: Tx, { sessionId, browser, address }: PlainVisit, countryOf?: CountryOf): Visit {
  const known = address !== undefined && isIP(address.split('%', 1)[0] ?? '') !== 0 ? address : undefined;
  const look = tx.environment.kind === 'sandbox' ? sandboxCountryOf : countryOf;
  return {
    sessionId,
    device: hashSignal(tx, 'device', browser),
    address: known === undefined ? null : hashSignal(tx, 'address', known),
    country: (known !== undefined && look?.(known)) || null,
  };
}

/**
 * The keyed hash by which somebody is counted and listed: of a browser's name, an IP address, the processor's fingerprint
 * of a card, or a shopper's id. A phone's is the one that its shopper has (`listedPhone`). Throws for what is no address.
 */
export function hashSignal(tx: Tx, key: HashedSignal, plain: string): Buffer {
  return hashes[key](tx, plain);
}

type HashedSignal = Exclude<ListKey, 'phone'>;

const hashes: Record<HashedSignal, (tx: Tx, plain: string) => Buffer> = {
  device: (tx, plain) => indexOf(tx, 'fraud.device', plain),
  address: (tx, plain) => indexOf(tx, 'fraud.address', subscriberOf(plain)),
  card: fingerprintOf,
  shopper: (tx, plain) => indexOf(tx, 'fraud.shopper', plain),
};
