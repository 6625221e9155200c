/**
 * The origin at which staff use the console and the dashboard. Browsers make no passkeys for bare network addresses, so a gateway on a
 * loopback address is visited by its name `localhost`.
 */
export function staffOrigin(apiOrigin: string): string {
  const url = new URL(apiOrigin);
  if (isLoopbackAddress(url.hostname)) url.hostname = 'localhost';
  return url.origin;
}

/** The name for which passkeys are made: that origin's host. */
export function relyingPartyId(apiOrigin: string): string {
  return new URL(staffOrigin(apiOrigin)).hostname;
}

function isLoopbackAddress(hostname: string): boolean {
  return /^127\.\d+\.\d+\.\d+$/.test(hostname) || hostname === '[::1]';
}
