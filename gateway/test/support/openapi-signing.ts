import { createHash, type KeyObject, randomUUID, sign } from 'node:crypto';
import type { Middleware } from 'openapi-fetch';

/**
 * Signs every request of an openapi-fetch client with an Ed25519 key, by RFC 9421 and RFC 9530. `keyid` is
 * `<merchant id>/<kid>`, or the `kid` alone while the key is being registered.
 */
export function signRequests({ keyid, privateKey }: { keyid: string; privateKey: KeyObject }): Middleware {
  return {
    async onRequest({ request }) {
      const headers = new Headers(request.headers);
      const covered = { '@method': request.method, '@target-uri': request.url } as Record<string, string>;
      if (request.method !== 'GET') {
        const key = headers.get('idempotency-key') ?? `"${randomUUID()}"`;
        headers.set('idempotency-key', key);
        covered['idempotency-key'] = key;
      }
      const body = request.body ? Buffer.from(await request.clone().arrayBuffer()) : undefined;
      if (body?.length) {
        const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
        headers.set('content-digest', digest);
        covered['content-digest'] = digest;
      }
      const names = Object.keys(covered).map((name) => `"${name}"`);
      const created = Math.floor(Date.now() / 1000);
      const parameters = `(${names.join(' ')});created=${created};keyid="${keyid}"`;
      const lines = Object.entries(covered).map(([name, value]) => `"${name}": ${value}`);
      const base = [...lines, `"@signature-params": ${parameters}`].join('\n');
      const signature = sign(null, Buffer.from(base), privateKey).toString('base64');
      headers.set('signature-input', `morrow=${parameters}`);
      headers.set('signature', `morrow=:${signature}:`);
      return new Request(request, { headers });
    },
  };
}
