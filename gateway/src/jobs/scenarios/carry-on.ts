import type { Context } from '../../context.ts';
import { dateIn } from '../../lib/dates.ts';
import { GatewayError } from '../../lib/errors.ts';
import { toJsonAmount } from '../../lib/money.ts';
import { type Tx, transact } from '../../lib/tx.ts';
import { finishPayments } from '../advance-walk.ts';
import { type Done, optionsOf, prepareAct } from './acts.ts';
import { type Act, compile } from './compile.ts';
import { arriveAt, moveToEnd, targetOf } from './move.ts';
import { reportOn } from './report.ts';
import { endRun, leaveRun, type RunState, saveState, type ScenarioRun } from './runs.ts';
import { tellEvents } from './tell-events.ts';

/** Thrown where somebody else has gone farther with a run: nothing of the act is kept. */
class Overtaken extends Error {}

/**
 * Carries a run on, act by act, to its end or to the signal; returns it as it then is. Each act is one transaction with
 * the note that it is done, so a run that was cut off goes on where it was, and nothing is done twice. What is refused
 * ends it with a report.
 */
export async function carryOn(
  context: Context,
  claimed: ScenarioRun,
  signal: AbortSignal,
): Promise<ScenarioRun> {
  const acts = compile(claimed.document);
  let run = claimed;
  try {
    for (;;) {
      // What a process that died had begun.
      await finishPayments(context, run.environmentId, signal);
      if (signal.aborted) break;
      run = await tellEvents(context, run);
      const act = acts[run.state.next];
      if (!act || run.state.refusal) return await finish(context, run);
      const next = await step(context, run, act, signal);
      if (!next) break;
      run = next;
    }
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error;
    return run;
  }
  await leaveRun(context, run);
  return run;
}

/** Does one act and returns the run after it; undefined when it has to wait for the clock or for the signal's sake. */
async function step(
  context: Context,
  run: ScenarioRun,
  act: Act,
  signal: AbortSignal,
): Promise<ScenarioRun | undefined> {
  try {
    if (act.do === 'move') return await move(context, run, act.to, signal);
    const commit = await prepareAct(context, run, act, signal);
    // What it waited for may not have come yet: it is prepared anew.
    if (signal.aborted) return undefined;
    return await transact(context, optionsOf(run, 'write'), async (tx) =>
      keep(tx, run, act, await commit(tx)),
    );
  } catch (error) {
    if (error instanceof Overtaken) throw error;
    // Somebody else moves the clock of the same sandbox.
    if (error instanceof GatewayError && error.code === 'clock_moving') return undefined;
    const refusal = refusalOf(context, run, error);
    return transact(context, optionsOf(run, 'write'), (tx) => keep(tx, run, act, { refusal }));
  }
}

/** A mistake of ours ends the run too: it would be met again each time the run is carried on. */
function refusalOf(context: Context, run: ScenarioRun, error: unknown): { code: string; detail: string } {
  if (error instanceof GatewayError) return { code: error.code, detail: error.message };
  context.log.error({ err: error, scenario: run.id }, 'a scenario could not be carried on');
  return { code: 'internal_error', detail: 'Something went wrong on our side.' };
}

/** The target is noted before the clock sets out for it, because afterwards the same words may mean another instant. */
async function move(
  context: Context,
  run: ScenarioRun,
  to: string,
  signal: AbortSignal,
): Promise<ScenarioRun | undefined> {
  const write = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    transact(context, optionsOf(run, 'write'), work);
  if (to === 'end') {
    if (!(await moveToEnd(context, run, signal))) return undefined;
  } else if (run.state.target === undefined) {
    const target = await targetOf(context, run, to);
    if (target) return write((tx) => store(tx, run, { ...run.state, target: target.toISOString() }));
  } else if (!(await arriveAt(context, run, new Date(run.state.target), signal))) {
    return undefined;
  }
  const { target: _arrived, ...state } = run.state;
  return write((tx) =>
    keep(tx, { ...run, state }, { do: 'move', to }, { told: { detail: `the clock is moved to ${to}` } }),
  );
}

async function keep(tx: Tx, run: ScenarioRun, act: Act, done: Done): Promise<ScenarioRun> {
  const name = act.do === 'move' ? 'advance' : act.do === 'authorize' ? 'order' : act.do;
  const { told, refusal } = done;
  const state: RunState = { ...run.state, ...done.state };
  if (refusal) return store(tx, run, { ...state, refusal: { step: name, ...refusal } });
  return store(tx, run, {
    ...state,
    next: run.state.next + 1,
    ...(told && {
      untold: {
        at: tx.now.toISOString(),
        on: dateIn(tx.environment.timeZone, tx.now),
        do: name,
        detail: told.detail,
        amount: told.amount === undefined ? null : toJsonAmount(told.amount),
      },
    }),
  });
}

async function store(tx: Tx, run: ScenarioRun, state: RunState): Promise<ScenarioRun> {
  if (!(await saveState(tx, run, state))) throw new Overtaken();
  return { ...run, state };
}

/** The report is made in the transaction that ends the run, so that it says how the books stood then. */
async function finish(context: Context, run: ScenarioRun): Promise<ScenarioRun> {
  return transact(context, optionsOf(run, 'write'), async (tx) => {
    const report = await reportOn(tx, run);
    const passed =
      report.failure === null && report.books.balanced && report.expectations.every(({ met }) => met);
    const status = passed ? 'passed' : 'failed';
    await endRun(tx, run, { status, report });
    return { ...run, status, report, finishedAt: tx.now };
  });
}
