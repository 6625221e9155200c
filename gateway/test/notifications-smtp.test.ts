import type { AddressInfo } from 'node:net';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Id } from '../src/lib/ids.ts';
import type { Mailer } from '../src/notifications/mailer.ts';
import { type MessageRow, queueMessage } from '../src/notifications/messages.ts';
import { runNotifications } from '../src/notifications/run-notifications.ts';
import { sendQueuedMessages } from '../src/notifications/send.ts';
import { createSmtpMailer } from '../src/notifications/smtp.ts';
import { createEnvironment, inside, testHost, type TestHost } from './support/events-world.ts';
import { createShopper } from './support/shoppers-world.ts';

const minuteMs = 60_000;

type Received = { from: string; to: string[]; headers: Map<string, string>; text: string };

/** How the server answers a recipient, and a whole mail after it was taken; undefined is yes. */
type Behaviour = { recipient?: () => Error | undefined; mail?: () => Error | undefined; user?: string };

/** A real mail server on a port of this machine. */
type MailServer = { url: string; received: Received[]; behaviour: Behaviour; close(): Promise<void> };

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

async function startMailServer(): Promise<MailServer> {
  const received: Received[] = [];
  const behaviour: Behaviour = {};
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username }, _, done) =>
      username === behaviour.user
        ? done(null, { user: username })
        : done(new Error(`who is ${username ?? ''}?`)),
    onRcptTo: (_, __, done) => done(behaviour.recipient?.()),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          ...parseMail(Buffer.concat(chunks).toString()),
        });
        done(behaviour.mail?.());
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    behaviour,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

function parseMail(raw: string): { headers: Map<string, string>; text: string } {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())] as const;
    }),
  );
  const body = rest.join('\r\n\r\n');
  const encoding = headers.get('content-transfer-encoding');
  const text = encoding === 'base64' ? Buffer.from(body, 'base64').toString() : decodeQuoted(body, encoding);
  return { headers, text: text.trim() };
}

function decodeQuoted(text: string, encoding: string | undefined): string {
  if (encoding !== 'quoted-printable') return text;
  const bytes = text
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

/** The encoded words of RFC 2047. */
function decodeWords(value: string): string {
  return value.replaceAll(/=\?UTF-8\?([BQ])\?([^?]*)\?=\s*/gi, (_, form: string, word: string) =>
    form.toUpperCase() === 'B'
      ? Buffer.from(word, 'base64').toString()
      : decodeQuoted(word.replaceAll('_', ' '), 'quoted-printable'),
  );
}

const from = 'Morrow <no-reply@morrow.example>';
const recipient = 'fang.wang@example.com';

let database: TestDatabase;
let host: TestHost;
let server: MailServer;
let mailer: Mailer;
let shopperId: Id<'shp'>;

beforeAll(async () => {
  database = await freshDatabase();
  host = testHost(database.db);
  await createEnvironment(host, 'live', 'live');
  shopperId = await createShopper(host, 'live');
});
afterAll(() => database.drop());

beforeEach(async () => {
  server = await startMailServer();
  mailer = createSmtpMailer({ url: server.url, from });
});
afterEach(async () => {
  await server.close();
  await database.db('messages').delete();
});

async function queue(environmentId = 'live', channel: 'sms' | 'mail' = 'mail'): Promise<Id<'msg'>> {
  const id = await inside(host, environmentId, (tx) =>
    queueMessage(tx, {
      channel,
      recipient: channel === 'mail' ? recipient : '+8613800138000',
      locale: 'zh-CN',
      ...(environmentId === 'live' && { shopperId }),
      template: 'plan_paid',
      data: { purchase: { merchant: 'Tea & Co' } },
    }),
  );
  if (!id) throw new Error('not queued');
  return id;
}

function find(id: Id<'msg'>) {
  return database.db<MessageRow>('messages').where({ id }).first();
}

function send(by: Mailer | undefined = mailer, over: Partial<TestHost> = {}) {
  return sendQueuedMessages({ ...host, ...over, mailer: by });
}

describe('a live mail', () => {
  it('reaches its recipient once, named by the message’s id', async () => {
    const id = await queue();
    expect(await find(id)).toMatchObject({ status: 'queued' });
    expect(await send()).toBe(1);
    expect(await send()).toBe(0);
    expect(await find(id)).toMatchObject({ status: 'sent', next_try_at: null, failure: null });
    expect(server.received).toHaveLength(1);
    const [mail] = server.received;
    expect(mail).toMatchObject({ from: 'no-reply@morrow.example', to: [recipient] });
    expect(mail?.headers.get('message-id')).toBe(`<${id}@morrow.example>`);
    expect(mail?.headers.get('from')).toBe(from);
    expect(mail?.headers.get('to')).toBe(recipient);
    expect(mail?.headers.get('subject')).toBe('已全部付清');
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail?.text).toBe('您“Tea & Co”订单已全部付清，不再有任何欠款。谢谢您。');
  });

  it('is sent once by two processes at the same time', async () => {
    const ids = [await queue(), await queue(), await queue(), await queue()];
    const tried = await Promise.all([send(), send()]);
    expect(tried.reduce((sum, count) => sum + count, 0)).toBe(4);
    const sent = server.received.map(({ headers }) => headers.get('message-id') ?? '').sort();
    expect(sent).toEqual(ids.map((id) => `<${id}@morrow.example>`).sort());
  });

  it('holds no transaction while it is sent', async () => {
    await queue();
    let waiting: bigint | undefined;
    server.behaviour.recipient = () => undefined;
    const watching: Mailer = {
      send: async (mail) => {
        const { rows } = await database.db.raw<{ rows: { count: bigint }[] }>(
          `select count(*) from pg_stat_activity
           where datname = current_database() and state like 'idle in transaction%'`,
        );
        waiting = rows[0]?.count;
        return mailer.send(mail);
      },
    };
    await send(watching);
    expect(waiting).toBe(0n);
    expect(server.received).toHaveLength(1);
  });

  it('is sent again under the same Message-ID when the process died before it could record it', async () => {
    const id = await queue();
    const dying: Mailer = {
      send: async (mail) => {
        await mailer.send(mail);
        throw new Error('the process died');
      },
    };
    await expect(send(dying)).rejects.toThrow('the process died');
    expect(await send()).toBe(0); // claimed
    host.clock.advance(5 * minuteMs);
    expect(await send()).toBe(1);
    expect(await find(id)).toMatchObject({ status: 'sent', tries: 2 });
    const sent = server.received.map(({ headers }) => headers.get('message-id'));
    expect(sent).toEqual([`<${id}@morrow.example>`, `<${id}@morrow.example>`]);
  });

  it('has failed when the server does not know the recipient, whose address is not kept with it', async () => {
    const id = await queue();
    server.behaviour.recipient = () => refusal(550, `no such user: ${recipient}`);
    const lines: unknown[] = [];
    const log = Object.assign(Object.create(host.log) as typeof host.log, {
      error: (fields: unknown) => void lines.push(fields),
    });
    expect(await send(mailer, { log })).toBe(1);
    expect(await find(id)).toMatchObject({ status: 'failed', failure: 'smtp_550', next_try_at: null });
    expect(lines).toEqual([{ message: id, channel: 'mail', failure: 'smtp_550', tries: 1 }]);
    host.clock.advance(24 * 60 * minuteMs);
    expect(await send()).toBe(0);
  });

  it('has failed when the server refuses its text', async () => {
    const id = await queue();
    server.behaviour.mail = () => refusal(554, 'spam');
    await send();
    expect(await find(id)).toMatchObject({ status: 'failed', failure: 'smtp_554' });
  });

  it('is tried again after a while when the server asks for it', async () => {
    const id = await queue();
    server.behaviour.recipient = () => refusal(451, 'greylisted');
    expect(await send()).toBe(1);
    expect(await find(id)).toMatchObject({ status: 'queued', tries: 1, failure: null });
    server.behaviour.recipient = () => undefined;
    host.clock.advance(minuteMs - 1);
    expect(await send()).toBe(0);
    host.clock.advance(1);
    expect(await send()).toBe(1);
    expect(await find(id)).toMatchObject({ status: 'sent', tries: 2 });
  });

  it('is given up after five tries at a server that cannot be reached', async () => {
    const id = await queue();
    await server.close();
    for (const pauseMinutes of [1, 5, 30, 120]) {
      expect(await send()).toBe(1);
      expect(await find(id)).toMatchObject({ status: 'queued' });
      host.clock.advance(pauseMinutes * minuteMs);
    }
    expect(await send()).toBe(1);
    expect(await find(id)).toMatchObject({ status: 'failed', tries: 5, failure: 'ESOCKET' });
    expect(server.received).toEqual([]);
  });

  it('waits while the server does not take our password, and goes when it does', async () => {
    const id = await queue();
    const url = server.url.replace('smtp://', 'smtp://morrow:secret@');
    const signedIn = createSmtpMailer({ url, from });
    await send(signedIn);
    expect(await find(id)).toMatchObject({ status: 'queued', tries: 1 });
    server.behaviour.user = 'morrow';
    host.clock.advance(minuteMs);
    await send(signedIn);
    expect(await find(id)).toMatchObject({ status: 'sent' });
  });

  it('is left to whoever claimed it last by one whose claim ran out', async () => {
    const id = await queue();
    const busy: Mailer = { send: () => Promise.resolve({ status: 'later', failure: 'smtp_451' }) };
    const slow: Mailer = {
      send: async () => {
        host.clock.advance(5 * minuteMs);
        expect(await send(busy)).toBe(1);
        return { status: 'refused', failure: 'smtp_550' };
      },
    };
    await send(slow);
    expect(await find(id)).toMatchObject({ status: 'queued', tries: 2 });
    host.clock.advance(5 * minuteMs);
    await send();
    expect(await find(id)).toMatchObject({ status: 'sent' });
  });
});

describe('what cannot leave', () => {
  it('fails visibly: a short message, which nothing carries yet', async () => {
    const id = await queue('live', 'sms');
    await send();
    expect(await find(id)).toMatchObject({ status: 'failed', failure: 'no_sms_carrier' });
  });

  it('fails visibly: a mail without a mail server', async () => {
    const id = await queue();
    await sendQueuedMessages(host);
    expect(await find(id)).toMatchObject({ status: 'failed', failure: 'no_mail_server' });
  });

  it('stays in its sandbox', async () => {
    const id = await queue(await createEnvironment(host, 'sandbox'));
    expect(await send()).toBe(0);
    expect(await find(id)).toMatchObject({ status: 'kept' });
    expect(server.received).toEqual([]);
  });
});

it('is sent by the loop that the worker runs, which ends with its signal', async () => {
  const id = await queue();
  const stop = new AbortController();
  const stopping: Mailer = {
    send: async (mail) => {
      const outcome = await mailer.send(mail);
      stop.abort();
      return outcome;
    },
  };
  await runNotifications({ ...host, mailer: stopping }, { signal: stop.signal, idleMs: 1 });
  expect(await find(id)).toMatchObject({ status: 'sent' });
});
