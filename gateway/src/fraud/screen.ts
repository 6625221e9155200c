import { addMs, minuteMs } from '../lib/dates.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { DeclineCode } from '../pay-score/assessments.ts';
import { type Action, evaluate, type Hit } from './evaluate.ts';
import { lookBack } from './look-back.ts';
import { measuresInForce } from './measures.ts';
import { rulesNamed } from './rule-sets.ts';
import { keepSighting, type LineInUse, type Screened, seenOf, sightingOf } from './sightings.ts';
import { readStored, type Stored } from './stored.ts';

/** So long does an answered code hold for its session, by the wall's clock. */
const passMs = 15 * minuteMs;

/** What is kept with the decision: which rules, by their version and hash, found what. */
export type ScreeningRecord = {
  /** What was decided about, as it was counted. */
  purchase: string;
  rules: { version: number; hash: string };
  action: Action;
  points: number;
  hits: Hit[];
  not_known: string[];
  /** Whether a code that was asked for has been answered; null when none was asked for. */
  challenge: 'due' | 'passed' | null;
};

export type Screening = {
  code: Extract<DeclineCode, 'suspicious' | 'challenge_required'> | null;
  record: ScreeningRecord;
};

/** `line` and `stored` may be on their way: what is looked back on is asked for before the line is known. */
type ToScreen = Omit<Screened, 'line'> & {
  line: LineInUse | Promise<LineInUse>;
  stored?: Promise<Stored>;
  isProven?: boolean;
};

/**
 * Judges by the rules in force whether a decision may go on, and keeps what it saw. A code is asked for before anything is
 * refused for its looks; an answered one holds for 15 minutes in its session, and `isProven` says that the shopper has
 * shown more than a code (level 3). Decisions from one device wait for each other. `stored` is what `readStored` reads,
 * where that was asked for already.
 */
export async function screen(tx: Tx, input: ToScreen): Promise<Screening> {
  const { isProven = false, stored: asked, line, ...screened } = input;
  const stored = await (asked ?? readStored(tx, screened));
  const rules = await rulesNamed(tx, stored.rules);
  const seen = seenOf(tx, screened, stored);
  const measures = measuresInForce(rules.set);
  const [{ factsOf, hasPassed }, inUse] = await Promise.all([
    lookBack(tx, { seen, measures, sessionId: screened.visit?.sessionId }),
    line,
  ]);
  const sighting = sightingOf(seen, inUse);
  keepSighting(tx, sighting);
  const facts = factsOf(sighting);
  const { action, points, hits, notKnown } = evaluate(rules.set, facts);
  const challenge = action === 'challenge' ? (isProven || hasPassed ? 'passed' : 'due') : null;
  return {
    code: action === 'refuse' ? 'suspicious' : challenge === 'due' ? 'challenge_required' : null,
    record: {
      purchase: screened.purchase,
      rules: { version: rules.version, hash: rules.hash },
      action,
      points,
      hits,
      not_known: notKnown,
      challenge,
    },
  };
}

/** The code was answered: for 15 minutes, what asks for one goes on in this session. */
export async function passChallenge(tx: Tx, sessionId: Id<'sse'>): Promise<void> {
  await tx
    .sql('fraud_passes')
    .insert({
      environment_id: tx.environment.id,
      session_id: sessionId,
      passed_at: tx.wallNow,
      until: addMs(tx.wallNow, passMs),
    })
    .onConflict(['environment_id', 'session_id', 'passed_at'])
    .ignore();
}

/** Whether this session has answered a code that still holds. */
export async function hasPassedChallenge(tx: Tx, sessionId: Id<'sse'>): Promise<boolean> {
  const row = await tx
    .sql('fraud_passes')
    .where({ environment_id: tx.environment.id, session_id: sessionId })
    .where('until', '>', tx.wallNow)
    .first('until');
  return row !== undefined;
}

/** Forgets the answers that hold no more; returns how many. */
export async function forgetPasses(tx: Tx): Promise<number> {
  return tx
    .sql('fraud_passes')
    .where({ environment_id: tx.environment.id })
    .where('until', '<=', tx.wallNow)
    .delete();
}
