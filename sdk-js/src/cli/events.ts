import { Command, InvalidArgumentError } from 'commander';
import type { Event } from '../types.ts';
import { connect, type ConnectionFlags, withConnection } from './connection.ts';
import { plain } from './format.ts';
import { newestSequence } from './newest-sequence.ts';
import { asking, type Finish, type Terminal } from './terminal.ts';

type Flags = ConnectionFlags & {
  after?: number;
  type?: string[];
  object?: string;
  follow: boolean;
  json?: true;
};

const pageSize = 100;

/** `morrow events tail`: prints the feed of events as it grows. */
export function eventsCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('events').description("the merchant's feed of events");
  withConnection(command.command('tail'))
    .description('print events as they happen, until Ctrl-C')
    .option(
      '--after <number>',
      'begin behind this number, 0 for the first; without it, with what comes',
      toNumber,
    )
    .option('--type <type...>', 'only events of these types')
    .option('--object <id>', 'only events of this object, such as ord_…')
    .option('--no-follow', 'print what there is and end')
    .option('--json', 'print each event as a line of JSON')
    .addHelpText('after', '\nExit code: 0 ended, also by Ctrl-C, 2 the feed could not be read.')
    .action((flags: Flags) =>
      asking(async () => {
        await tail(flags, terminal);
        finish(0);
      }),
    );
  return command;
}

async function tail(flags: Flags, { print, note, signal }: Terminal): Promise<void> {
  const { morrow } = connect(flags);
  const after = flags.after ?? (flags.follow ? await newestSequence(morrow, signal) : 0);
  const query = { after, type: flags.type?.join(','), object_id: flags.object };
  if (flags.follow) note(`Waiting for what comes after event ${after}. Ctrl-C ends.\n`);
  const events = flags.follow
    ? morrow.events.follow({ ...query, signal })
    : morrow.events.list({ ...query, limit: pageSize }, { signal });
  for await (const event of events) print(flags.json ? `${JSON.stringify(event)}\n` : eventLine(event));
}

/** `     7  2026-03-01T08:30:00.000Z  order.authorized  ord_…` and what it says, on one line. */
export function eventLine(event: Event): string {
  const { sequence, occurred_at: at, type, object_id: object, data } = event;
  const said = Object.entries(data).flatMap(([name, value]) =>
    typeof value === 'object' ? [] : [`${plain(name)}=${plain(value)}`],
  );
  return (
    `${String(sequence).padStart(6)}  ${plain(at)}  ${plain(type)}  ${plain(object)}  ${said.join(' ')}`.trimEnd() +
    '\n'
  );
}

/** The number of an event, or 0. */
export function toNumber(value: string): number {
  if (!/^\d{1,15}$/.test(value))
    throw new InvalidArgumentError('Events have numbers from 1; 0 is before them.');
  return Number(value);
}
