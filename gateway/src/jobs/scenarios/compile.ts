import type { ScenarioDocument, ScenarioStep } from './document.ts';

/** A step that changes something; moving the clock there is an act of its own. */
export type StepAct = Exclude<ScenarioStep, { do: 'advance' | 'miss' }>;

/** What a run does next, one transaction each, so that another process can go on after any of them. */
export type Act =
  | { do: 'open_session' | 'claim' | 'save_card' | 'confirm' | 'authorize' }
  | { do: 'move'; to: string }
  | { do: 'miss'; times: number }
  | StepAct;

/** The acts of a document in their order: faults, the order as a shop and its shopper place it, then the steps. */
export function compile(document: ScenarioDocument): Act[] {
  const { before, order, steps } = document;
  return [
    ...before.flatMap(actsOf),
    { do: 'open_session' },
    { do: 'claim' },
    { do: 'save_card' },
    { do: 'confirm' },
    { do: 'authorize' },
    ...(order.ship ? [{ do: 'ship', part: 'rest' } as const] : []),
    ...steps.flatMap(actsOf),
  ];
}

function actsOf(step: ScenarioStep): Act[] {
  if (step.do === 'advance') return [{ do: 'move', to: step.until }];
  // The card has to be declined when the clock arrives.
  if (step.do === 'miss') {
    return [
      { do: 'miss', times: step.times },
      { do: 'move', to: step.at },
    ];
  }
  return step.at === undefined ? [step] : [{ do: 'move', to: step.at }, step];
}
