import type { Patient } from './patient.ts';

export type Outcome = { status: 'pass' | 'fail' | 'skip'; detail?: string };

/** One thing that a shop has to do right. */
export type Check = {
  /** Stable, for programs: `webhook.duplicate`. */
  id: string;
  /** What should be so. */
  title: string;
  /** What to do where it is not so, in a sentence or two. */
  fix: string;
  run(patient: Patient): Promise<Outcome>;
};

export type Finding = Pick<Check, 'id' | 'title' | 'fix'> & Outcome;

export const pass: Outcome = { status: 'pass' };
export const fail = (detail: string): Outcome => ({ status: 'fail', detail });
export const skip = (detail: string): Outcome => ({ status: 'skip', detail });

/** Fails with the first of these that is so. */
export function unless(faults: readonly [isSo: boolean, detail: string][]): Outcome {
  const found = faults.find(([isSo]) => isSo);
  return found ? fail(found[1]) : pass;
}
