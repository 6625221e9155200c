import { Command } from 'commander';
import { verifyFiles } from './verify-files.ts';

const exitCodes = { verified: 0, refused: 1, undecided: 2 } as const;

/** `morrow verify`: `end` is given its exit code. */
export function verifyCommand(print: (text: string) => void, end: (exitCode: number) => void): Command {
  return new Command('verify')
    .description('verify signed receipts of a plan and proofs from the sealed ledger, offline')
    .argument(
      '<file...>',
      'receipts or proofs as downloaded from an account or the API; receipts also compact, a line each',
    )
    .option('--jwks <file or url>', "the gateway's public keys; without them the signatures are not checked")
    .option('--text <file>', 'a text that should be one that was agreed to (may be repeated)', collect)
    .addHelpText('after', '\nExit code: 0 verified, 1 refused, 2 nothing could be decided.')
    .action(async (files: string[], { jwks, text = [] }: { jwks?: string; text?: string[] }) => {
      end(exitCodes[await verifyFiles({ files, jwks, texts: text }, print)]);
    });
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
