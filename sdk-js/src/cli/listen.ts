import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { MorrowError } from '../errors.ts';
import type { Event } from '../types.ts';
import { connect, type Connection, type ConnectionFlags, withConnection } from './connection.ts';
import { toNumber } from './events.ts';
import { plain } from './format.ts';
import { newestSequence } from './newest-sequence.ts';
import { UsageError } from './read-files.ts';
import { newWebhookSecret, signWebhook, webhookBody } from './sign-webhook.ts';
import { asking, type Finish, type Terminal } from './terminal.ts';

type Flags = ConnectionFlags & { forward: string; after?: number; type?: string[]; state?: string };

/** What a listener remembers: with it the next one goes on, signed alike. */
type State = { merchant_id: string; secret: string; after: number };

/** A shop that is being restarted is back in a moment; what it refuses for longer is left to it. */
const pausesMs = [0, 500, 1_000, 2_000];
const answerWithinMs = 10_000;

/** `morrow listen`: forwards events to a local URL as webhooks, without a tunnel. */
export function listenCommand(terminal: Terminal, finish: Finish): Command {
  return withConnection(new Command('listen'))
    .description('forward events to an address of yours as signed webhooks, without a tunnel, until Ctrl-C')
    .requiredOption('--forward <url>', 'where to, such as http://localhost:4100/webhooks')
    .option(
      '--after <number>',
      'begin behind this event, 0 for the first; without it, with what comes',
      toNumber,
    )
    .option('--type <type...>', 'only events of these types')
    .option('--state <file>', 'keep the secret and the last number here, and go on from there the next time')
    .addHelpText(
      'after',
      `
The secret that is printed is what your shop verifies with (verifyWebhook), as long as you listen;
MORROW_WEBHOOK_SECRET sets one of your own. Each event is tried four times, then the next one's turn has come.

Exit code: 0 ended, also by Ctrl-C, 2 it could not listen.`,
    )
    .action((flags: Flags) =>
      asking(async () => {
        await listen(flags, terminal);
        finish(0);
      }),
    );
}

async function listen(flags: Flags, terminal: Terminal): Promise<void> {
  const { print, signal } = terminal;
  const connection = connect(flags);
  const url = readTarget(flags.forward);
  const state = await readState(flags, connection, signal);
  const from = { merchantId: state.merchant_id, environment: await environmentOf(connection) };
  print(`Events after number ${state.after} go to ${url}.\nThe secret is ${state.secret}\n`);
  const query = { after: state.after, type: flags.type?.join(','), signal };
  for await (const event of connection.morrow.events.follow(query)) {
    const message = { id: event.id, body: webhookBody(event, from) };
    const outcome = await forward(url, message, state.secret, signal);
    // Interrupted on the way, it is sent again the next time.
    if (outcome === undefined) break;
    print(forwardedLine(event, outcome));
    state.after = event.sequence;
    keep(state, flags.state);
  }
  print(
    flags.state === undefined
      ? `Stopped behind event ${state.after}: --after ${state.after} goes on from there.\n`
      : `Stopped behind event ${state.after}; ${flags.state} remembers it.\n`,
  );
}

function readTarget(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw new UsageError(`${text} is no http address.`);
  return new URL(text).href;
}

async function readState(
  flags: Flags,
  { merchantId, morrow }: Connection,
  signal: AbortSignal,
): Promise<State> {
  const file = flags.state;
  const kept = file !== undefined && existsSync(file) ? parseState(file) : undefined;
  if (kept && kept.merchant_id !== merchantId) throw new UsageError(`${file} is of another merchant.`);
  const state: State = {
    merchant_id: merchantId,
    secret: process.env.MORROW_WEBHOOK_SECRET ?? kept?.secret ?? newWebhookSecret(),
    after: flags.after ?? kept?.after ?? (await newestSequence(morrow, signal)),
  };
  if (!/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(state.secret)) {
    throw new UsageError('MORROW_WEBHOOK_SECRET is not "whsec_" and at least 24 bytes in base64.');
  }
  keep(state, file);
  return state;
}

function parseState(file: string): State {
  try {
    const state = JSON.parse(readFileSync(file, 'utf8')) as Partial<State>;
    if (typeof state.secret === 'string' && Number.isSafeInteger(state.after)) return state as State;
  } catch {
    // Told below: it is not what this command wrote.
  }
  throw new UsageError(`${file} is not the state of a listener.`);
}

function keep(state: State, file: string | undefined): void {
  if (file !== undefined) writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
}

/** A sandbox's id; a live merchant has none. */
export async function environmentOf({ morrow }: Connection): Promise<string> {
  try {
    return (await morrow.sandbox.get()).id;
  } catch (error) {
    if (error instanceof MorrowError && [403, 404].includes(error.status)) return 'live';
    throw error;
  }
}

/** Signed anew for each attempt, as the gateway does it. Returns the status, or why there was none; undefined by the signal. */
async function forward(
  url: string,
  { id, body }: { id: string; body: string },
  secret: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  let answered = '';
  for (const pauseMs of pausesMs) {
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return undefined;
    const { headers } = signWebhook({ id, body, sentAt: new Date() }, secret);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body,
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
      });
      await response.arrayBuffer();
      answered = String(response.status);
      if (response.ok) return answered;
    } catch (error) {
      if (signal.aborted) return undefined;
      const { cause, message } = error as Error;
      answered = plain(cause instanceof Error ? cause.message : message);
    }
  }
  return `${answered}, given up`;
}

function forwardedLine({ sequence, type, object_id: object }: Event, outcome: string): string {
  return `${String(sequence).padStart(6)}  ${plain(type)}  ${plain(object)}  → ${outcome}\n`;
}
