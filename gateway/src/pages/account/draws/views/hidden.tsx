import type { VNode } from 'preact';
import type { AskedDraw } from '../asked.ts';

/** What a form carries on of the way to borrow that it is about. */
export function AskedFields({ asked }: { asked: AskedDraw }): VNode {
  return (
    <>
      <input type="hidden" name="amount" value={String(asked.amount)} />
      <input type="hidden" name="months" value={String(asked.months)} />
      <input type="hidden" name="funder" value={asked.funderId} />
    </>
  );
}
