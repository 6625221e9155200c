import { describe, expect, it } from 'vitest';
import { daysPastDue, statusOf } from '../src/plans/status.ts';

const open = { dueDate: '2027-02-28', amount: 2500n, paidAmount: 1000n };

describe('the state of an installment', () => {
  it('goes from scheduled to due on its date and to overdue on the next', () => {
    expect(statusOf(open, '2027-02-27')).toBe('scheduled');
    expect(statusOf(open, '2027-02-28')).toBe('due');
    expect(statusOf(open, '2027-03-01')).toBe('overdue');
  });

  it('is paid or canceled whatever the day', () => {
    for (const today of ['2027-02-27', '2027-02-28', '2027-03-01']) {
      expect(statusOf({ ...open, paidAmount: 2500n }, today)).toBe('paid');
      expect(statusOf({ ...open, amount: 0n, paidAmount: 0n }, today)).toBe('canceled');
    }
  });
});

describe('days past due', () => {
  it('count from the oldest installment that is not paid', () => {
    const paid = { dueDate: '2027-01-31', amount: 2500n, paidAmount: 2500n };
    const canceled = { dueDate: '2027-02-01', amount: 0n, paidAmount: 0n };
    const later = { dueDate: '2027-03-14', amount: 2500n, paidAmount: 0n };
    const all = [later, paid, canceled, open];
    expect(daysPastDue(all, '2027-02-28')).toBe(0);
    expect(daysPastDue(all, '2027-03-01')).toBe(1);
    expect(daysPastDue(all, '2027-03-20')).toBe(20);
    expect(daysPastDue([later], '2027-03-20')).toBe(6);
    expect(daysPastDue([paid, canceled], '2027-03-20')).toBe(0);
    expect(daysPastDue([], '2027-03-20')).toBe(0);
  });
});
