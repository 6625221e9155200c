import type { VNode } from 'preact';
import type { DatedInstallment } from '../debts.ts';
import type { AccountInput } from '../view.tsx';

/** In words what the calendar shows by its marks; nothing is said of a payment whose day is yet to come. */
export function State(props: {
  input: AccountInput;
  status: DatedInstallment['status'] | 'paused';
}): VNode | null {
  const { input, status } = props;
  return status === 'scheduled' ? null : (
    <>
      {' '}
      <span class={`state ${status}`}>{input.t.plan.states[status]}</span>
    </>
  );
}
