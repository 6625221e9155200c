import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sandboxCountryOf, testAddresses } from '../src/fraud/countries.ts';
import { readCountryFile } from '../src/fraud/country-file.ts';
import { countryFile } from './support/country-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'morrow-countries-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bitsOf = (first: number): string => first.toString(2).padStart(8, '0');

describe('countries of addresses', () => {
  it('come from a file in the format of MaxMind DB, however its vendor writes a record', () => {
    const file = join(folder, 'countries.mmdb');
    writeFileSync(
      file,
      countryFile([
        { bits: bitsOf(1), record: { country: { iso_code: 'CN', names: { en: 'China' } } } },
        { bits: bitsOf(2), record: { country_code: 'FR', country: 'France' } },
        { bits: bitsOf(3), record: { country: 'US' } },
        { bits: bitsOf(4), record: { country_code: 'ZZ' } },
        { bits: bitsOf(5), record: { city: 'Nowhere' } },
      ]),
    );
    const countryOf = readCountryFile(file);
    const addresses = ['1.2.3.4', '2.0.0.1', '3.255.0.1', '4.4.4.4', '5.5.5.5', '6.6.6.6', '127.0.0.1'];
    expect(addresses.map(countryOf)).toEqual(['CN', 'FR', 'US', null, null, null, null]);
  });

  it('are not to be had of a file that is missing or something else', () => {
    expect(() => readCountryFile(join(folder, 'missing.mmdb'))).toThrow('ENOENT');
    const other = join(folder, 'other.txt');
    writeFileSync(other, 'not a database of addresses');
    expect(() => readCountryFile(other)).toThrow();
  });

  it('of documentation are what a sandbox knows, and nothing else', () => {
    expect(testAddresses.map(({ country }) => country)).toEqual(['CN', 'US', 'FR', 'BR']);
    expect(['192.0.2.255', '198.51.100.0', '203.0.113.9', '2001:db8:ffff::1'].map(sandboxCountryOf)).toEqual([
      'CN',
      'US',
      'FR',
      'BR',
    ]);
    expect(['192.0.3.0', '8.8.8.8', '::1', '2001:db9::1'].map(sandboxCountryOf)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
