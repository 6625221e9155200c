import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';

/** A connection that would have led, or did lead, to an address it must not reach. Nothing was written to it. */
export class AddressForbidden extends Error {
  constructor(host: string) {
    super(`${host} leads to an address that must not be reached`);
    this.name = 'AddressForbidden';
  }
}

export type ConnectorOptions = {
  isAllowed: (address: string) => boolean;
  timeoutMs: number;
  /** How names are resolved; the system's resolver when not given. */
  lookup?: LookupFunction;
};

/**
 * Connects only where `isAllowed` says yes for every address of the host. The addresses that were checked are the
 * ones that are connected to, so a name cannot lead elsewhere between the check and the use. A literal address is
 * never looked up and is checked by itself; at last the peer's own address is, before anyone gets the socket.
 */
export function createConnector(options: ConnectorOptions): buildConnector.connector {
  const { isAllowed, timeoutMs } = options;
  const connect = buildConnector({
    timeout: timeoutMs,
    // Said outright, because NODE_TLS_REJECT_UNAUTHORIZED would change the default.
    rejectUnauthorized: true,
    lookup: checkedLookup(isAllowed, options.lookup ?? systemLookup),
  });
  return (target, callback) => {
    const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(host) !== 0 && !isAllowed(host)) {
      callback(new AddressForbidden(host), null);
      return;
    }
    connect({ ...target, hostname: host }, (error, socket) => {
      if (error) {
        callback(error, null);
      } else if (socket.remoteAddress === undefined || !isAllowed(socket.remoteAddress)) {
        socket.destroy();
        callback(new AddressForbidden(host), null);
      } else {
        callback(null, socket);
      }
    });
  };
}

function checkedLookup(isAllowed: (address: string) => boolean, lookup: LookupFunction): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error) {
        callback(error, []);
        return;
      }
      const addresses = found as LookupAddress[];
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => isAllowed(address))) {
        callback(new AddressForbidden(host), []);
      } else if (options.all) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}
