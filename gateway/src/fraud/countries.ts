import { BlockList, isIPv6 } from 'node:net';

/** The country of an IP address, ISO 3166-1 alpha-2; null when it is not known. */
export type CountryOf = (address: string) => string | null;

/**
 * Addresses that are kept for documentation (RFC 5737, RFC 3849) and belong to nobody: in a sandbox they come from these
 * countries, and every other address comes from nowhere.
 */
export const testAddresses = [
  { network: '192.0.2.0', prefix: 24, family: 'ipv4', country: 'CN' },
  { network: '198.51.100.0', prefix: 24, family: 'ipv4', country: 'US' },
  { network: '203.0.113.0', prefix: 24, family: 'ipv4', country: 'FR' },
  { network: '2001:db8::', prefix: 32, family: 'ipv6', country: 'BR' },
] as const;

const blocks = testAddresses.map(({ network, prefix, family, country }) => {
  const block = new BlockList();
  block.addSubnet(network, prefix, family);
  return { block, country };
});

export const sandboxCountryOf: CountryOf = (address) => {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  return blocks.find(({ block }) => block.check(address, family))?.country ?? null;
};
