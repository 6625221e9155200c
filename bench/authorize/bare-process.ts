import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { verifyRequest } from '../../gateway/src/http/signatures/verify.ts';
import { importMerchantKey } from '../../gateway/src/lib/jwk.ts';
import { purchaseHeader } from './purchases.ts';
import { pendingTransfer, type Transaction, valuesFor } from './statements.ts';

/** What the parent sends first. */
export type BareSettings = {
  databaseUrl: string;
  connections: number;
  origin: string;
  ownerId: string;
  jwk: unknown;
  transactions: Record<string, Transaction>;
};

type Connection = Client & {
  connection: { stream: { cork(): void; uncork(): void } };
};

/**
 * The least that a server can do: node:http, the gateway's own verification, and its SQL, prepared, in one transaction that
 * is sent as a whole. It is started in a process of its own.
 */
async function serveBare(settings: BareSettings): Promise<number> {
  const { databaseUrl, connections, origin, ownerId, transactions } = settings;
  const key = { ...importMerchantKey(settings.jwk), ownerId, sandbox: false };
  const config = { connectionString: databaseUrl, pipeline: true };
  const free = Array.from({ length: connections }, () => new Client(config) as Connection);
  await Promise.all(free.map((client) => client.connect()));
  const waiting: ((client: Connection) => void)[] = [];
  const acquire = async (): Promise<Connection> =>
    free.pop() ?? (await new Promise<Connection>((resolve) => void waiting.push(resolve)));
  const release = (client: Connection): void => {
    const next = waiting.shift();
    if (next) next(client);
    else free.push(client);
  };
  const answer = JSON.stringify({ object: 'order', status: 'authorized' });

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const { method = '', url: target = '', headersDistinct } = req;
    const message = { method, target, headersDistinct, body: Buffer.concat(chunks) };
    const wallNow = new Date();
    await verifyRequest(message, { origin, wallNow, write: true, findKey: async () => key });
    JSON.parse(message.body.toString());
    const [kind = '', slot, ...ids] = String(req.headers[purchaseHeader]).split(',');
    const transaction = transactions[kind];
    if (!transaction) throw new Error(`there is no transaction ${kind}`);
    const client = await acquire();
    try {
      await run(client, kind, transaction, valuesFor(transaction, { ids, slot: Number(slot) }));
    } finally {
      release(client);
    }
    res.writeHead(201, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) });
    res.end(answer);
  }

  const server = createServer((req, res) => {
    serve(req, res).catch((error: unknown) => {
      res.statusCode = 500;
      res.end(String(error));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Sends everything in one packet; it waits only for the id that a later statement needs. */
async function run(
  client: Connection,
  kind: string,
  { statements, pendingFrom }: Transaction,
  values: readonly (readonly unknown[])[],
): Promise<void> {
  const { stream } = client.connection;
  const sent: Promise<{ rows: { id?: unknown }[] }>[] = [];
  let pending: unknown;
  stream.cork();
  for (const [index, { text }] of statements.entries()) {
    const given = values[index] ?? [];
    if (pending === undefined && given.includes(pendingTransfer)) {
      stream.uncork();
      pending = (await sent[pendingFrom ?? -1])?.rows[0]?.id;
      stream.cork();
    }
    const own = given.map((value) => (value === pendingTransfer ? pending : value));
    sent.push(client.query(own.length > 0 ? { name: `${kind}_${index}`, text, values: own } : text) as never);
  }
  stream.uncork();
  await Promise.all(sent);
}

process.once('message', (settings: BareSettings) => {
  void serveBare(settings).then((port) => process.send?.({ port }));
});
