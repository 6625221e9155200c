import { BlockList, isIP } from 'node:net';

type Range = readonly [network: string, prefix: number];

/** IPv4 that is not for the public, by the IANA special-purpose registry, and addresses of cloud metadata services. */
const specialV4: readonly Range[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carrier-grade NAT, and the metadata service of Alibaba Cloud
  ['127.0.0.0', 8],
  ['168.63.129.16', 32], // Azure's host, which answers every machine there
  ['169.254.0.0', 16], // link-local, and most metadata services
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/**
 * All public IPv6 lies in 2000::/3, so loopback, unique local, link-local, mapped (::ffff:0:0/96) and NAT64
 * (64:ff9b::/96) addresses need no entry of their own.
 */
const globalV6: Range = ['2000::', 3];
const specialV6: readonly Range[] = [
  ['2001::', 23], // protocol assignments: Teredo, benchmarking, ORCHID
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4: an IPv4 address in disguise
  ['3fff::', 20],
];

const notPublicV4 = rangesOf(specialV4, 'ipv4');
const publicV6 = rangesOf([globalV6], 'ipv6');
const notPublicV6 = rangesOf(specialV6, 'ipv6');
const loopbackV4 = rangesOf([['127.0.0.0', 8]], 'ipv4');

/** One list per family: a BlockList with ::ffff:0:0/96 in it would match every IPv4 address. */
function rangesOf(ranges: readonly Range[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family);
  return list;
}

/** Whether `address`, an IP address in text, is one that anybody on the internet reaches; false for anything else. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !notPublicV4.check(address, 'ipv4');
    case 6:
      return publicV6.check(address, 'ipv6') && !notPublicV6.check(address, 'ipv6');
    default:
      return false;
  }
}

/** Whether `address` is this machine's own: 127.0.0.0/8 or ::1. */
export function isLoopbackAddress(address: string): boolean {
  return isIP(address) === 4 ? loopbackV4.check(address, 'ipv4') : address === '::1';
}
