import { MorrowError } from '../errors.ts';
import { plain } from './format.ts';
import { UsageError } from './read-files.ts';

/** Where a command speaks, and how it hears that it is to end. */
export type Terminal = {
  /** What was asked for, for people or programs: standard output. */
  print: (text: string) => void;
  /** How far long work has come, for people only: standard error. */
  note: (text: string) => void;
  /** Aborted by Ctrl-C: the command puts back what it changed, and ends. */
  signal: AbortSignal;
};

/** Tells the exit code of a command. */
export type Finish = (exitCode: number) => void;

/** Runs what asks a gateway; what that refuses, and what cannot be used, is told instead of thrown as a crash. */
export async function asking<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MorrowError) && !(error instanceof TypeError)) throw error;
    throw new UsageError(plain(error.message));
  }
}
