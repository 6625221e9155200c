import { createHash, randomUUID } from 'node:crypto';
import { type SigningKey, signedHeaders } from '../../gateway/test/support/sign.ts';
import type { Plan } from './plan.ts';
import type { SignatureFault, Signer } from './plan-signature.ts';

export type NewKey = { signing: SigningKey; jwk: Record<string, unknown> };

/** What placeholders stand for, and who signs. */
export type Objects = {
  /** What is signed as the API's origin. */
  origin: string;
  merchants: Record<Signer, SigningKey>;
  funders: Record<Signer, SigningKey>;
  /** Keys that are not registered; a `signing` names its key by the kid alone. */
  newKeys: readonly NewKey[];
  /** Ids and texts by the kind that placeholders name. */
  pools: Readonly<Record<string, string[]>>;
  /** A proof that the holder of a key made for the main merchant. */
  prove: (key: NewKey) => string;
};

/** A request as it goes over the wire. */
export type BuiltRequest = {
  method: string;
  target: string;
  headers: [name: string, value: string][];
  body: Buffer;
  octets: Buffer;
};

/** Puts objects in the place of placeholders, signs, and then spoils what the plan wants spoiled. */
export function buildRequest(
  plan: Plan,
  objects: Objects,
  idempotencyKey: string = newKeyOf(plan),
): BuiltRequest {
  const fill = (text: string): string => fillIn(text, objects);
  const target = fill(withQueryOf(plan));
  const body = plan.body
    ? Buffer.from(fill(plan.body.text), plan.body.latin1 ? 'latin1' : 'utf8')
    : Buffer.alloc(0);
  const headers: [string, string][] = [['host', new URL(objects.origin).host]];
  if (plan.contentType) headers.push(['content-type', plan.contentType]);
  const { caller } = plan;
  let sent = body;
  if (caller.kind === 'page')
    headers.push(...caller.headers.map(([name, value]): [string, string] => [name, fill(value)]));
  else if (caller.kind !== 'nobody') {
    const signed = sign({ plan, target, body, idempotencyKey }, objects, caller);
    headers.push(...Object.entries(signed).filter(([name]) => name !== 'content-type'));
    if (caller.fault.swapBody) sent = Buffer.concat([body, Buffer.from(' ')]);
  }
  if (sent.length > 0 || ['POST', 'PUT', 'PATCH', 'DELETE'].includes(plan.method)) {
    headers.push(['content-length', String(sent.length)]);
  }
  for (const { kind, name, value } of plan.headers) change(headers, kind, name, fill(value));
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = Buffer.from(`${plan.method} ${target} HTTP/1.1\r\n${lines}\r\n`, 'latin1');
  return { method: plan.method, target, headers, body: sent, octets: Buffer.concat([head, sent]) };
}

function newKeyOf({ idempotencyKey }: Plan): string {
  return idempotencyKey ?? randomUUID();
}

function withQueryOf({ target, caller }: Plan): string {
  if (caller.kind !== 'page' || caller.inQuery.length === 0) return target;
  return `${target}${target.includes('?') ? '&' : '?'}${caller.inQuery.join('&')}`;
}

function fillIn(text: string, { pools, newKeys, prove }: Objects): string {
  return text
    .replaceAll(/"@@jwk:(\d+)@@"/g, (_, index: string) => JSON.stringify(keyAt(newKeys, Number(index)).jwk))
    .replaceAll(/@@(\w+):(\d+)@@/g, (_, kind: string, index: string) => {
      if (kind === 'proof') return prove(keyAt(newKeys, Number(index)));
      const pool = pools[kind] ?? [];
      return pool[Number(index) % pool.length] ?? `${kind}_${'0'.repeat(31)}2`;
    });
}

function keyAt(keys: readonly NewKey[], index: number): NewKey {
  const key = keys[index % keys.length];
  if (!key) throw new Error('there are no keys');
  return key;
}

type ToSign = { plan: Plan; target: string; body: Buffer; idempotencyKey: string };

function sign(
  { plan, target, body, idempotencyKey }: ToSign,
  objects: Objects,
  { kind, signer, fault }: { kind: 'merchant' | 'newKey' | 'funder'; signer: Signer; fault: SignatureFault },
): Record<string, string> {
  const keys = {
    merchant: objects.merchants[signer],
    funder: objects.funders[signer],
    newKey: newKeyIn(plan, objects),
  };
  const impostor = fault.impostor && objects.merchants[fault.impostor];
  // It signs with its own key, of its own kind, in the other one's name.
  const key = impostor ? { ...impostor, keyid: keys[kind].keyid } : keys[kind];
  const { parameters = {}, createdIn = 0 } = fault;
  return signedHeaders({
    method: plan.method,
    url: objects.origin + target,
    ...(body.length > 0 && { body }),
    key,
    created: Math.floor(Date.now() / 1000) + createdIn,
    ...(fault.components && { components: fault.components }),
    ...(['GET', 'HEAD'].includes(plan.method) ? {} : { idempotencyKey }),
    headers: plan.contentType ? { 'content-type': plan.contentType } : {},
    tamper: {
      ...(fault.digest !== undefined && { digest: fault.digest }),
      ...(fault.label !== undefined && { label: fault.label }),
      parameters: Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => [name, value ?? undefined]),
      ),
      componentParameters: fault.componentParameters as never,
      signature: (octets) => spoil(octets, fault.octets),
    },
  });
}

/** The key whose public half the body brings. */
function newKeyIn({ body }: Plan, { newKeys }: Objects): SigningKey {
  const [, index = '0'] = /@@jwk:(\d+)@@/.exec(body?.text ?? '') ?? [];
  return keyAt(newKeys, Number(index)).signing;
}

function spoil(octets: Buffer, how: SignatureFault['octets']): Buffer {
  if (how === 'none') return Buffer.alloc(0);
  if (how === 'cut') return octets.subarray(1);
  if (how === 'longer') return Buffer.concat([octets, octets]);
  if (how === 'flipped') return Buffer.from(octets.map((octet, index) => (index === 0 ? octet ^ 1 : octet)));
  return octets;
}

function change(headers: [string, string][], kind: string, name: string, value: string): void {
  const at = headers.findIndex(([each]) => each === name);
  const found = headers[at];
  if (kind === 'append' || !found) headers.push([name, value]);
  else if (kind === 'set') found[1] = value;
  else if (kind === 'drop') headers.splice(at, 1);
  else headers.push([...found]);
}

const shownCharacters = 600;

/** A request as somebody could send it again, cut where it is long. */
export function showRequest({ method, target, headers, body }: BuiltRequest): string {
  const cut = (text: string): string =>
    text.length <= shownCharacters
      ? text
      : `${text.slice(0, shownCharacters)}… (${text.length} characters, sha-256 ${sha256(text)})`;
  const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  return [
    `curl -i -X ${method} --path-as-is ${quoted(`$GATEWAY${cut(target)}`)}`,
    ...headers
      .filter(([name]) => name !== 'content-length')
      .map(([name, value]) => `-H ${quoted(`${name}: ${cut(value)}`)}`),
    ...(body.length > 0 ? [`--data-binary ${quoted(cut(body.toString()))}`] : []),
  ].join(' \\\n      ');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
