import { Command, CommanderError } from 'commander';
import { clockCommand } from './clock.ts';
import { doctorCommand } from './doctor/command.ts';
import { eventsCommand } from './events.ts';
import { keysCommand } from './keys.ts';
import { listenCommand } from './listen.ts';
import { UsageError } from './read-files.ts';
import { scenarioCommand } from './scenario.ts';
import type { Terminal } from './terminal.ts';
import { triggerCommand } from './trigger.ts';
import { verifyCommand } from './verify-command.ts';

/** The exit code when nothing could be done: the call itself was wrong. */
const wrongCall = 2;
/** As shells have it for a program that was ended by Ctrl-C. */
const interrupted = 130;

/**
 * Runs the program with the arguments after its name and returns its exit code. `note` gets what is no result, such as
 * how far long work has come; `signal` ends a command in order.
 */
export async function main(
  args: readonly string[],
  print: (text: string) => void,
  { note = print, signal = new AbortController().signal }: Partial<Omit<Terminal, 'print'>> = {},
): Promise<number> {
  const terminal: Terminal = { print, note, signal };
  let exitCode = wrongCall;
  const finish = (code: number): void => void (exitCode = code);
  const program = new Command('morrow').description(
    'For merchants who integrate Morrow: keys, events on your own machine, a sandbox and its bad days, a doctor for ' +
      'your shop, and proof of what was signed.',
  );
  const commands = [keysCommand, eventsCommand, listenCommand, triggerCommand, clockCommand, scenarioCommand];
  for (const make of [...commands, doctorCommand]) program.addCommand(make(terminal, finish));
  program.addCommand(verifyCommand(print, finish));
  speakThrough(program, terminal);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongCall;
    if (error instanceof UsageError) {
      print(`${error.message}\n`);
      return wrongCall;
    }
    if (!signal.aborted) throw error;
    note('Interrupted.\n');
    return interrupted;
  }
}

/** A command that is added has its own way to end and to print. */
function speakThrough(command: Command, terminal: Terminal): void {
  command.exitOverride().configureOutput({ writeOut: terminal.print, writeErr: terminal.print });
  for (const child of command.commands) speakThrough(child, terminal);
}
