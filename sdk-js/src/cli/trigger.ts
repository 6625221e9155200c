import { Command } from 'commander';
import { connect, type Connection, type ConnectionFlags, withConnection } from './connection.ts';
import { eventLine } from './events.ts';
import { newestSequence } from './newest-sequence.ts';
import { UsageError } from './read-files.ts';
import { recipeOf, triggered } from './recipes.ts';
import { scenarioReport } from './scenario-report.ts';
import { asking, type Finish, type Terminal } from './terminal.ts';

type Flags = ConnectionFlags & { json?: true };

const arrivesWithinSeconds = 5;

/** `morrow trigger`: makes a real event in a sandbox, by the shortest story in which it happens. */
export function triggerCommand(terminal: Terminal, finish: Finish): Command {
  return withConnection(new Command('trigger'))
    .description('make an event happen in your sandbox: a test shopper buys, and what it takes follows')
    .argument('<event>', 'a type of event, or the name of a scenario')
    .option('--json', 'print each event as a line of JSON')
    .addHelpText(
      'after',
      `
Events: ${triggered.join(', ')}.
Everything else happens in one of the scenarios of \`morrow scenario list\`. Some stories move the sandbox's clock.

Exit code: 0 it happened, 1 it did not, 2 nothing was tried.`,
    )
    .action((what: string, flags: Flags) =>
      asking(async () => {
        finish(await trigger(what, flags, terminal));
      }),
    );
}

async function trigger(what: string, flags: Flags, { print, note, signal }: Terminal): Promise<0 | 1> {
  const recipe = recipeOf(what);
  if (!recipe && what.includes('.')) {
    throw new UsageError(`No story makes ${what}. These can be made: ${triggered.join(', ')}.`);
  }
  const connection = connect(flags);
  const before = await newestSequence(connection.morrow, signal);
  note('A test shopper buys …\n');
  const run = await connection.morrow.sandbox.runScenario(recipe ?? what, undefined, { signal });
  const told = run.steps.flatMap(({ events }) => events).length;
  await printEvents(connection, { after: before, told, json: flags.json }, { print, note, signal });
  if (run.status === 'passed') return 0;
  print(scenarioReport(run));
  return 1;
}

/** What the story, which tells of so many events, put into the feed; that numbers them a moment later. */
async function printEvents(
  { morrow }: Connection,
  { after, told, json }: { after: number; told: number; json: true | undefined },
  { print, signal }: Terminal,
): Promise<void> {
  for (let [last, seen] = [after, 0]; ;) {
    const page = await morrow.events.page(
      { after: last, wait: seen < told ? arrivesWithinSeconds : 0 },
      { signal },
    );
    if (page.data.length === 0) return;
    for (const event of page.data) print(json ? `${JSON.stringify(event)}\n` : eventLine(event));
    [last, seen] = [page.next_after, seen + page.data.length];
  }
}
