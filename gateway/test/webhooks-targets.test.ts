import { once } from 'node:events';
import { type AddressInfo, createServer, type LookupFunction } from 'node:net';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isLoopbackAddress, isPublicAddress } from '../src/webhooks/addresses.ts';
import { createConnector } from '../src/webhooks/connector.ts';
import { createOutbound } from '../src/webhooks/outbound.ts';
import { checkTarget, type TargetPolicy } from '../src/webhooks/targets.ts';
import { type Receiver, startReceiver } from './support/receiver.ts';
import { codeOf } from './support/refusal.ts';

const live: TargetPolicy = { environment: 'live', loopbackTargets: ['127.0.0.1:4100'] };
const sandbox: TargetPolicy = {
  environment: 'sandbox',
  loopbackTargets: ['127.0.0.1:4100', 'localhost:4100'],
};

describe('a webhook URL', () => {
  it.each([
    'https://127.0.0.1/hooks',
    'https://[::1]/hooks',
    'https://[::ffff:127.0.0.1]/hooks',
    'https://[::ffff:8.8.8.8]/hooks',
    'https://0x7f000001/hooks',
    'https://2130706433/hooks',
    'https://127.1/hooks',
    'https://0177.0.0.1/hooks',
    'https://127.0.0.1./hooks',
    'https://１２７.0.0.1/hooks',
    'https://2852039166/latest/meta-data',
    'https://0xa9.254.0251.0376/latest/meta-data',
    'https://[::127.0.0.1]/hooks',
    'https://[::ffff:a9fe:a9fe]/latest/meta-data',
    'https://[64:ff9b:1::a9fe:a9fe]/hooks',
    'https://0/hooks',
    'https://localhost/hooks',
    'https://localhost./hooks',
    'https://shop.localhost/hooks',
    'https://intranet/hooks',
    'https://169.254.169.254/latest/meta-data',
    'https://168.63.129.16/',
    'https://10.0.0.1/hooks',
    'https://172.31.255.255/hooks',
    'https://192.168.1.1/hooks',
    'https://100.64.0.1/hooks',
    'https://[fd00::1]/hooks',
    'https://[fe80::1]/hooks',
    'https://[64:ff9b::7f00:1]/hooks',
    'https://[2002:7f00:1::]/hooks',
    'https://[2001:db8::1]/hooks',
    'http://hooks.example.com/hooks',
    'ftp://hooks.example.com/hooks',
    'https://user:pass@hooks.example.com/hooks',
    'https://user@hooks.example.com/hooks',
    'https://hooks.example.com:22/hooks',
    'https://hooks.example.com:4100/hooks',
    `https://hooks.example.com/${'a'.repeat(2048)}`,
    'hooks.example.com',
    '',
  ])('is refused, live and in a sandbox: %s', (url) => {
    expect(codeOf(() => checkTarget(url, live))).toBe('url_forbidden');
    expect(codeOf(() => checkTarget(url, sandbox))).toBe('url_forbidden');
  });

  it.each([
    'https://hooks.example.com/hooks?shop=1',
    'https://hooks.example.com:8443/',
    'https://8.8.8.8/hooks',
    'https://[2606:4700:4700::1111]/hooks',
  ])('is accepted: %s', (url) => {
    expect(checkTarget(url, live).reach).toBe('public');
  });

  it('may lead to a listed loopback target, in a sandbox only', () => {
    for (const url of ['http://127.0.0.1:4100/hooks', 'http://localhost:4100/', 'https://127.0.0.1:4100/']) {
      expect(checkTarget(url, sandbox).reach).toBe('loopback');
      expect(codeOf(() => checkTarget(url, live))).toBe('url_forbidden');
    }
    for (const url of ['http://127.0.0.1:4101/', 'http://[::1]:4100/', 'http://a:b@127.0.0.1:4100/']) {
      expect(codeOf(() => checkTarget(url, sandbox))).toBe('url_forbidden');
    }
  });

  it('does not make a host loopback by being listed', () => {
    const careless: TargetPolicy = {
      environment: 'sandbox',
      loopbackTargets: ['10.0.0.1:80', 'db.internal:80'],
    };
    expect(codeOf(() => checkTarget('http://10.0.0.1/', careless))).toBe('url_forbidden');
    expect(codeOf(() => checkTarget('http://db.internal/', careless))).toBe('url_forbidden');
  });
});

describe('an address', () => {
  it('in a private IPv4 range is never public, nor is any way to write it in IPv6', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const ranges = fc.oneof(
      fc.tuple(fc.constantFrom(0, 10, 127), octet, octet, octet),
      fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
    );
    fc.assert(
      fc.property(ranges, (octets) => {
        const address = octets.join('.');
        const [a, b, c, d] = octets.map((value) => value.toString(16).padStart(2, '0'));
        expect(isPublicAddress(address)).toBe(false);
        expect(isPublicAddress(`::ffff:${address}`)).toBe(false);
        expect(isPublicAddress(`::${address}`)).toBe(false);
        expect(isPublicAddress(`64:ff9b::${address}`)).toBe(false);
        expect(isPublicAddress(`2002:${a}${b}:${c}${d}::1`)).toBe(false);
      }),
    );
  });

  it('of the internet is public', () => {
    for (const address of [
      '1.1.1.1',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '172.32.0.1',
    ]) {
      expect(isPublicAddress(address)).toBe(true);
    }
    expect(isPublicAddress('2a00:1450:4001:81b::200e')).toBe(true);
  });

  it('that cannot be read is neither public nor loopback', () => {
    for (const text of ['', 'localhost', '1.2.3', '1.2.3.4/8', 'fe80::1%lo']) {
      expect(isPublicAddress(text)).toBe(false);
      expect(isLoopbackAddress(text)).toBe(false);
    }
  });

  it('is loopback in 127.0.0.0/8 and as ::1', () => {
    expect(['127.0.0.1', '127.9.8.7', '::1', '128.0.0.1', '10.0.0.1', '::2'].map(isLoopbackAddress)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('a connection', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await receiver.close();
  });

  /** A resolver that knows one answer. */
  function resolving(...addresses: string[]): LookupFunction {
    return (_host, _options, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
  }

  function connect(host: string, isAllowed: (address: string) => boolean, lookup?: LookupFunction) {
    const connector = createConnector({ isAllowed, timeoutMs: 2000, lookup });
    const port = receiver.target.split(':')[1] ?? '';
    return new Promise<string>((resolve) => {
      connector({ hostname: host, protocol: 'http:', port }, (error, socket) => {
        socket?.destroy();
        resolve(error ? error.name : 'connected');
      });
    });
  }

  it('to a literal address is checked although nothing is looked up', async () => {
    for (const host of ['127.0.0.1', '[::1]', '::ffff:127.0.0.1']) {
      expect(await connect(host, isPublicAddress)).toBe('AddressForbidden');
    }
    expect(receiver.connections()).toBe(0);
    expect(await connect('127.0.0.1', isLoopbackAddress)).toBe('connected');
  });

  it('is refused when one of the addresses of the name is', async () => {
    expect(await connect('hooks.example.com', isPublicAddress, resolving('127.0.0.1'))).toBe(
      'AddressForbidden',
    );
    expect(await connect('hooks.example.com', isPublicAddress, resolving('8.8.8.8', '10.0.0.1'))).toBe(
      'AddressForbidden',
    );
    expect(await connect('hooks.example.com', isPublicAddress, resolving())).toBe('AddressForbidden');
    expect(receiver.connections()).toBe(0);
    expect(await connect('hooks.example.com', isLoopbackAddress, resolving('127.0.0.1'))).toBe('connected');
  });

  it('is dropped before anything is written when its peer is not who was checked', async () => {
    // Allowed while it is looked up, and not any more when the connection stands.
    let asked = 0;
    const changing = (): boolean => {
      asked += 1;
      return asked === 1;
    };
    expect(await connect('hooks.example.com', changing, resolving('127.0.0.1'))).toBe('AddressForbidden');
    expect(receiver.received).toEqual([]);
  });

  it('reports a name that leads inside, and one that leads nowhere, as such', async () => {
    const target = checkTarget('https://hooks.example.com/', live);
    const inside = createOutbound({ lookup: resolving('169.254.169.254') });
    expect(await inside.post({ target, headers: {}, body: '{}' })).toEqual({ failure: 'address_forbidden' });
    await inside.close();
    const nowhere = createOutbound({
      lookup: (_host, _options, callback) =>
        callback(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []),
    });
    expect(await nowhere.post({ target, headers: {}, body: '{}' })).toEqual({ failure: 'name_not_found' });
    await nowhere.close();
  });

  function listed(scheme = 'http') {
    const policy: TargetPolicy = { environment: 'sandbox', loopbackTargets: [receiver.target] };
    return { target: checkTarget(`${scheme}://${receiver.target}/hooks`, policy), headers: {}, body: '{}' };
  }

  it('follows no redirect', async () => {
    const outbound = createOutbound();
    receiver.answer((_request, response) => response.writeHead(302, { location: '/elsewhere' }).end());
    expect(await outbound.post(listed())).toEqual({ status: 302 });
    expect(receiver.received.map(({ url }) => url)).toEqual(['/hooks']);
    await outbound.close();
  });

  it('is given up when the answer goes on and on', async () => {
    const outbound = createOutbound();
    const offered = 64 * 1024 * 1024;
    let written = 0;
    receiver.answer((_request, response) => {
      response.writeHead(200);
      const write = (): void => {
        while (!response.destroyed && written < offered) {
          written += 16 * 1024;
          if (!response.write(Buffer.alloc(16 * 1024))) {
            response.once('drain', write);
            return;
          }
        }
        response.end();
      };
      write();
    });
    expect(await outbound.post(listed())).toEqual({ status: 200 });
    // More than the cap, by what the sockets' buffers hold, and far less than what was on offer.
    expect(written).toBeLessThan(offered / 4);
    await outbound.close();
  });

  it('is given up when a name, a handshake or an answer takes too long', async () => {
    const silent = createServer();
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo;
    const policy: TargetPolicy = { environment: 'sandbox', loopbackTargets: [`127.0.0.1:${port}`] };
    const to = (url: string) => ({ target: checkTarget(url, policy), headers: {}, body: '{}' });
    const quick = createOutbound({ connectTimeoutMs: 100 });
    expect(await quick.post(to(`https://127.0.0.1:${port}/`))).toEqual({ failure: 'connect_timeout' });
    await quick.close();
    const patient = createOutbound({ connectTimeoutMs: 500, totalTimeoutMs: 200, lookup: () => undefined });
    expect(await patient.post(to(`http://127.0.0.1:${port}/`))).toEqual({ failure: 'timeout' });
    expect(await patient.post(to('https://hooks.example.com/'))).toEqual({ failure: 'timeout' });
    await patient.close();
    silent.close();
  });

  it('is given up when its answer comes byte by byte', async () => {
    const outbound = createOutbound({ totalTimeoutMs: 300 });
    let timer: NodeJS.Timeout | undefined;
    receiver.answer((request) => {
      const { socket } = request;
      socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
      timer = setInterval(() => socket.write('a'), 20);
    });
    expect(await outbound.post(listed())).toEqual({ failure: 'timeout' });
    clearInterval(timer);
    await outbound.close();
  });

  it('uses no proxy of the environment', async () => {
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY']) vi.stubEnv(name, 'http://127.0.0.1:1');
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    const outbound = createOutbound();
    expect(await outbound.post(listed())).toEqual({ status: 204 });
    await outbound.close();
  });

  it('tells a failed handshake from a refused connection', async () => {
    const outbound = createOutbound();
    expect(await outbound.post(listed('https'))).toEqual({ failure: 'tls_failed' });
    const closed = listed();
    await receiver.close();
    expect(await outbound.post(closed)).toEqual({ failure: 'connection_failed' });
    await outbound.close();
  });
});
