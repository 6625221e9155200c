import { type Account, account } from '../accounts.ts';
import { type Cause, move, type Posting, posting } from '../posting.ts';

/** The funder's money for what it bought has arrived. */
export function funderWired(input: Cause & { funderId: string; amount: bigint }): Posting {
  return posting('funder_wired', input, [move('cash', account('funder_due', input.funderId), input.amount)]);
}

/** What the funder owes and what is payable to it are set off against each other. */
export function funderNetting(input: Cause & { funderId: string; amount: bigint }): Posting {
  const { funderId, amount } = input;
  return posting('funder_netting', input, [
    move(account('funder', funderId), account('funder_due', funderId), amount),
  ]);
}

/** The processor paid out what it had collected for us. */
export function processorSettled(input: Cause & { amount: bigint }): Posting {
  return posting('processor_settled', input, [move('cash', 'clearing', input.amount)]);
}

/** The processor kept its fee from what it had collected. */
export function processorFee(input: Cause & { amount: bigint }): Posting {
  return posting('processor_fee', input, [move('x_processor', 'clearing', input.amount)]);
}

/** We sent money to our balance at the processor, or a transfer that had left it came back to it. */
export function processorFunded(input: Cause & { amount: bigint }): Posting {
  return posting('processor_funded', input, [move('clearing', 'cash', input.amount)]);
}

/** We paid the funder what was payable to it. */
export function funderRemitted(input: Cause & { funderId: string; amount: bigint }): Posting {
  return posting('funder_remitted', input, [move(account('funder', input.funderId), 'cash', input.amount)]);
}

/** The bank tells of money that came (a positive amount) or went, and nobody knows yet what for. */
export function bankLineUnmatched(input: Cause & { amount: bigint }): Posting {
  return posting('bank_line_unmatched', input, [between('cash', 'suspense', input.amount)]);
}

/** What an unmatched line was for is known now: `target` is the account that its money came from or went to. */
export function bankLineMatched(input: Cause & { amount: bigint; target: Account }): Posting {
  return posting('bank_line_matched', input, [between('suspense', input.target, input.amount)]);
}

/** A positive amount moves from debit to credit, a negative one back. */
function between(debit: Account, credit: Account, amount: bigint) {
  return amount < 0n ? move(credit, debit, -amount) : move(debit, credit, amount);
}
