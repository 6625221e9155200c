import { readFileSync } from 'node:fs';
import { Reader, type Response } from 'mmdb-lib';
import { z } from 'zod';
import type { CountryOf } from './countries.ts';

const code = z.string().regex(/^[A-Z]{2}$/);

/** How the vendors of country files write one record: MaxMind and DB-IP, IPinfo, ip-location-db. */
const Entry = z.union([
  z.object({ country: z.object({ iso_code: code }) }).transform(({ country }) => country.iso_code),
  z.object({ country_code: code }).transform((entry) => entry.country_code),
  z.object({ country: code }).transform(({ country }) => country),
]);

/** What files write for an address that is nowhere. */
const nowhere = new Set(['ZZ', 'XX']);

/**
 * Countries from a file in the format of MaxMind DB, which is read into memory once. No such file comes with the gateway:
 * the licences of the best known forbid to decide about credit with them, and what is not kept up to date is wrong.
 *
 * @throws Error when the file is missing or is not such a file.
 */
export function readCountryFile(file: string): CountryOf {
  const reader = new Reader<Response>(readFileSync(file));
  return (address) => {
    const entry = Entry.safeParse(reader.get(address));
    return entry.success && !nowhere.has(entry.data) ? entry.data : null;
  };
}
