import { isIP } from 'node:net';
import { GatewayError } from '../lib/errors.ts';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';

/** Where a webhook may go: to the public internet, or to a loopback target that the operator listed for sandboxes. */
export type Target = { url: URL; reach: 'public' | 'loopback' };

export type TargetPolicy = {
  environment: 'live' | 'sandbox';
  /** `host:port` of loopback receivers that the operator allows, such as the demo shop's. */
  loopbackTargets: readonly string[];
};

const publicPorts = new Set(['443', '8443']);
const mostCharacters = 2048;

/**
 * Checks what can be told from the URL alone; where its name leads is checked at each connection. The URL parser
 * has already turned every spelling of an IPv4 address (0x7f000001, 2130706433, 127.1) into the usual one.
 * @throws GatewayError `url_forbidden`
 */
export function checkTarget(text: string, policy: TargetPolicy): Target {
  if (text.length > mostCharacters || !URL.canParse(text)) throw forbidden('The URL cannot be read.');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw forbidden('The URL contains credentials.');
  if (isListedLoopback(url, policy)) return { url, reach: 'loopback' };
  if (url.protocol !== 'https:') throw forbidden('The URL is not an https URL.');
  if (!publicPorts.has(portOf(url))) throw forbidden('The port is neither 443 nor 8443.');
  const host = hostOf(url);
  const reachable = isIP(host) === 0 ? isPublicName(host) : isPublicAddress(host);
  if (!reachable) throw forbidden('The host is not on the public internet.');
  return { url, reach: 'public' };
}

function isListedLoopback(url: URL, policy: TargetPolicy): boolean {
  if (policy.environment !== 'sandbox') return false;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return false;
  const host = hostOf(url);
  if (host !== 'localhost' && !isLoopbackAddress(host)) return false;
  return policy.loopbackTargets.includes(`${url.hostname}:${portOf(url)}`);
}

function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80');
}

/** The host without the brackets of an IPv6 address and the final dot of a rooted name. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

/** RFC 6761 keeps `localhost` and all below it for loopback; a name without a dot is known inside a network only. */
function isPublicName(host: string): boolean {
  return host.includes('.') && !host.endsWith('.localhost');
}

function forbidden(detail: string): GatewayError {
  return new GatewayError('url_forbidden', {
    detail,
    hint: 'Use an https URL on port 443 or 8443 whose host has public addresses only.',
  });
}
