import { Command, CommanderError } from 'commander';
import { UsageError } from './read-files.ts';
import { scenarioCommand } from './scenario.ts';
import { verifyCommand } from './verify-command.ts';

/** The exit code when nothing could be done: the call itself was wrong. */
const wrongCall = 2;

/** Runs the program with the arguments after its name and returns its exit code. */
export async function main(args: readonly string[], print: (text: string) => void): Promise<number> {
  let exitCode = wrongCall;
  const finish = (code: number): void => void (exitCode = code);
  const commands = [verifyCommand(print, finish), scenarioCommand(print, finish)];
  const program = new Command('morrow').description(
    'Checks what Morrow has signed, without asking Morrow, and plays bad days in a sandbox.',
  );
  for (const command of commands) program.addCommand(command);
  // A command that is added has its own way to end and to print.
  for (const command of [program, ...commands])
    command.exitOverride().configureOutput({ writeOut: print, writeErr: print });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongCall;
    if (!(error instanceof UsageError)) throw error;
    print(`${error.message}\n`);
    return wrongCall;
  }
}
