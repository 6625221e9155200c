import type { Migration } from './migration.ts';

export const servicing: Migration = {
  name: '0013-servicing',
  up: (db) =>
    db.raw(`
-- A plan is the debt of one order or of one cash draw. Its business dates are those of time_zone: the merchant's, or for
-- a draw the environment's. The accrued and returned sums are what has been posted so far, cumulative; a charged-off
-- plan's legal debt is recoverable_amount, because the ledger carries it no more.
alter table plans
  alter column order_id drop not null,
  alter column merchant_id drop not null,
  add column draw_id text,
  add column time_zone text,
  add column accrued_on date,
  add column accrued_interest bigint not null default 0 check (accrued_interest >= 0),
  add column accrued_subsidy bigint not null default 0 check (accrued_subsidy >= 0),
  add column funded_subsidy bigint not null default 0 check (funded_subsidy >= 0),
  add column returned_interest bigint not null default 0 check (returned_interest >= 0),
  add column recoverable_amount bigint not null default 0 check (recoverable_amount >= 0),
  add column recovered_amount bigint not null default 0 check (recovered_amount >= 0),
  add check (num_nonnulls(order_id, draw_id) = 1),
  add check ((merchant_id is null) = (draw_id is not null)),
  add unique (environment_id, draw_id),
  drop constraint plans_status_check,
  add constraint plans_status_check
    check (status in ('pending', 'active', 'paid', 'canceled', 'charged_off', 'recovered'));
update plans p set time_zone = m.time_zone
  from merchants m where m.environment_id = p.environment_id and m.id = p.merchant_id;
alter table plans alter column time_zone set not null;
create index plans_open on plans (environment_id, id) where status = 'active';

-- An entry that moves no money, such as a pause, has the amount 0; details says what it changes.
alter table plan_entries
  drop constraint plan_entries_kind_check,
  drop constraint plan_entries_amount_check,
  add column details jsonb not null default '{}',
  add constraint plan_entries_kind_check check (kind in (
    'capture', 'refund', 'repayment', 'late_fee', 'fee_waived', 'pause', 'resume', 'reschedule', 'hardship', 'charge_off')),
  add constraint plan_entries_amount_check check (
    case when kind in ('capture', 'refund', 'repayment', 'late_fee', 'fee_waived') then amount > 0 else amount = 0 end);

-- The interest of an installment that lies ahead is what it will be when everything is paid on its date.
alter table installments
  add column principal bigint not null default 0 check (principal >= 0),
  add column interest bigint not null default 0 check (interest >= 0),
  add column fee bigint not null default 0 check (fee >= 0),
  add column paid_principal bigint not null default 0 check (paid_principal between 0 and principal),
  add column paid_interest bigint not null default 0 check (paid_interest between 0 and interest),
  add column paid_fee bigint not null default 0 check (paid_fee between 0 and fee),
  add column paused_until date;
update installments set principal = amount, paid_principal = paid_amount;
alter table installments
  add check (principal + interest + fee = amount),
  add check (paid_principal + paid_interest + paid_fee = paid_amount);

alter table repayment_allocations
  add column fee bigint not null default 0 check (fee >= 0),
  add column interest bigint not null default 0 check (interest >= 0),
  add column principal bigint not null default 0 check (principal >= 0);
update repayment_allocations set principal = amount;
alter table repayment_allocations add check (fee + interest + principal = amount);

-- A refund gives back the interest on the refunded goods as well: off the debt first, then as money.
alter table refunds
  add column interest_returned bigint not null default 0 check (interest_returned >= 0),
  drop constraint refunds_check,
  add constraint refunds_check check (debt_amount + money_back_amount = amount + interest_returned);

alter table settlement_lines
  drop constraint settlement_lines_kind_check,
  add constraint settlement_lines_kind_check check (kind in (
    'capture', 'capture_fee', 'refund', 'refund_fee', 'carried_over', 'subsidy', 'subsidy_returned'));

-- What of a charged-off debt the platform covers for the funder, in basis points of the principal.
alter table funders
  add column first_loss_basis_points integer not null default 0 check (first_loss_basis_points between 0 and 10000);
`),
};
