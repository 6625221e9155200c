import { Command, InvalidArgumentError } from 'commander';
import type { ClockDestination } from '../sandbox.ts';
import { connect, type ConnectionFlags, withConnection } from './connection.ts';
import { plain } from './format.ts';
import { UsageError } from './read-files.ts';
import { asking, type Finish, type Terminal } from './terminal.ts';

type Flags = ConnectionFlags & { to?: string; nextEvent?: true; json?: true };

const progressMs = 2_000;

/** `morrow clock advance`: moves a sandbox's clock forward; all that falls due on the way happens. */
export function clockCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('clock').description('the one clock of a sandbox');
  withConnection(command.command('advance'))
    .description('move the clock forward: all that falls due on the way happens')
    .argument('[days]', 'so many days on', toDays)
    .option('--to <instant>', 'to this instant, such as 2026-05-01T00:00:00Z')
    .option('--next-event', 'to the next thing that happens by itself')
    .option('--json', 'print what the API answers')
    .addHelpText('after', '\nExit code: 0 the clock has arrived, 2 it was not moved.')
    .action((days: number | undefined, flags: Flags) =>
      asking(async () => {
        await advance(destinationOf(days, flags), flags, terminal);
        finish(0);
      }),
    );
  return command;
}

function destinationOf(days: number | undefined, { to, nextEvent }: Flags): ClockDestination {
  const asked: ClockDestination[] = [
    ...(days === undefined ? [] : [{ days }]),
    ...(to === undefined ? [] : [{ to }]),
    ...(nextEvent ? [{ until: 'next_event' as const }] : []),
  ];
  const [destination, ...more] = asked;
  if (!destination || more.length > 0)
    throw new UsageError('Say one: a number of days, --to, or --next-event.');
  return destination;
}

async function advance(to: ClockDestination, flags: Flags, { print, note, signal }: Terminal): Promise<void> {
  const { sandbox } = connect(flags).morrow;
  const from = (await sandbox.get({ signal })).clock.now;
  // Years take a while, date by date.
  const telling = setInterval(() => {
    sandbox.get({ signal }).then(
      ({ clock }) => note(`  ${plain(clock.now)}\n`),
      () => undefined,
    );
  }, progressMs);
  try {
    const moved = await sandbox.advanceClock(to, { signal });
    const { now, next_event: next } = moved.clock;
    if (flags.json) print(`${JSON.stringify(moved, null, 2)}\n`);
    else {
      print(`The clock went from ${plain(from)} to ${plain(now)}.\n`);
      print(
        next
          ? `Next: ${plain(next.at)}, ${next.kinds.map(plain).join(', ')}.\n`
          : 'Nothing is left that happens by itself.\n',
      );
    }
  } finally {
    clearInterval(telling);
  }
}

function toDays(value: string): number {
  const days = Number(value);
  if (!Number.isInteger(days) || days < 1 || days > 3660) {
    throw new InvalidArgumentError('Days are a whole number from 1 to 3660.');
  }
  return days;
}
