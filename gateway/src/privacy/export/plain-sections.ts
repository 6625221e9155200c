/**
 * What of a shopper lies in plain, by the name that it has in their file. Each query takes `:environment` and `:shopper`
 * and names its columns as they are to be read. Amounts are integers in the currency's minor units.
 */
export const plainSections: Readonly<Record<string, string>> = {
  consents: `select c.purpose, c.version, c.text_hash, t.text, c.given_at, c.withdrawn_at
    from consents c left join agreed_texts t on t.environment_id = c.environment_id and t.hash = c.text_hash
    where c.environment_id = :environment and c.shopper_id = :shopper order by c.id`,
  sign_ins: `select created_at as signed_in_at, seen_at as last_used_at, ends_at, level
    from shopper_sessions where environment_id = :environment and shopper_id = :shopper order by id`,
  identity_checks: `select provider, status, code, started_at, settled_at from identity_checks
    where environment_id = :environment and shopper_id = :shopper order by id`,
  accounts_at_other_providers: `select issuer, linked_at, used_at from shopper_outside_accounts
    where environment_id = :environment and shopper_id = :shopper order by linked_at`,
  changes_of_sign_in: `select kind, at from sign_in_changes
    where environment_id = :environment and shopper_id = :shopper order by id`,
  data_exports: `select taken_at from data_exports
    where environment_id = :environment and shopper_id = :shopper order by taken_at`,
  payment_methods: `select id, kind, brand, last4, card_country, status, created_at
    from payment_methods where environment_id = :environment and shopper_id = :shopper order by id`,
  bank_accounts: `select id, bank_name, last4, status, bound_at, removed_at
    from shopper_bank_accounts where environment_id = :environment and shopper_id = :shopper order by id`,
  debit_mandates: `select m.id, m.bank_account_id, m.version, m.text_hash, t.text, m.given_at, m.ended_at, m.ended_by
    from debit_mandates m left join agreed_texts t on t.environment_id = m.environment_id and t.hash = m.text_hash
    where m.environment_id = :environment and m.shopper_id = :shopper order by m.id`,
  credit_lines: `select id, currency, limit_amount, target_limit, held, used, guaranteed, pledged, annual_rate_ppm,
      terms_since, next_review_on, status, created_at
    from credit_lines where environment_id = :environment and shopper_id = :shopper order by id`,
  limit_changes: `select c.id, c.credit_line_id, c.kind, c.from_limit, c.to_limit, c.from_rate_ppm, c.to_rate_ppm, c.reasons,
      c.score, c.policy_version, c.decided_on, c.status, c.expires_on, c.answered_on
    from limit_changes c join credit_lines l on l.environment_id = c.environment_id and l.id = c.credit_line_id
    where l.environment_id = :environment and l.shopper_id = :shopper order by c.id`,
  limits_of_your_own: `select kind, currency, amount, locked, asked_at, from_at
    from own_limits where environment_id = :environment and shopper_id = :shopper order by id`,
  decisions: `select a.id, a.created_at, a.model, a.model_hash, a.policy_version, a.inputs, (a.guards -> 'protection') - 'sealed' as protection,
      a.score, a.pd as estimated_risk, a.reasons, a.limit_amount, a.available_amount, a.amount, a.currency, a.outcome,
      a.decline_code, a.offers
    from assessments a where a.environment_id = :environment and a.shopper_id = :shopper order by a.id`,
  decisions_for_once: `select appeal_id, currency, amount, given_at, expires_at, used_at
    from score_grants where environment_id = :environment and shopper_id = :shopper order by given_at`,
  history_by_month: `select currency, month_end, billed, paid, days_past_due, paused, captured, paid_late
    from score_months where environment_id = :environment and shopper_id = :shopper order by currency, month_end`,
  orders: `select o.id, m.name as shop, o.merchant_reference, o.plan_id, s.lines, o.currency, o.authorized_amount, o.down_amount,
      o.captured_amount, o.voided_amount, o.refunded_amount, o.status, o.created_at
    from orders o join merchants m on m.environment_id = o.environment_id and m.id = o.merchant_id
    left join checkout_sessions s on s.environment_id = o.environment_id and s.id = o.checkout_session_id
    where o.environment_id = :environment and o.shopper_id = :shopper order by o.id`,
  checkouts: `select s.id, m.name as shop, s.merchant_reference, s.amount, s.currency, s.lines, s.status, s.created_at
    from checkout_sessions s join merchants m on m.environment_id = s.environment_id and m.id = s.merchant_id
    where s.environment_id = :environment and s.shopper_id = :shopper order by s.id`,
  shipments: `select c.id as capture_id, c.order_id, c.amount, c.carrier, c.tracking_number, c.created_at
    from captures c join orders o on o.environment_id = c.environment_id and o.id = c.order_id
    where o.environment_id = :environment and o.shopper_id = :shopper order by c.id`,
  refunds: `select r.id, r.order_id, r.amount, r.debt_amount, r.money_back_amount, r.status, r.created_at
    from refunds r join orders o on o.environment_id = r.environment_id and o.id = r.order_id
    where o.environment_id = :environment and o.shopper_id = :shopper order by r.id`,
  returns: `select r.id, r.order_id, r.declared_by, r.amount, r.items, r.reason, r.status, r.rejection, r.respond_by,
      r.created_at, r.ended_at
    from returns r join orders o on o.environment_id = r.environment_id and o.id = r.order_id
    where o.environment_id = :environment and o.shopper_id = :shopper order by r.id`,
  plans: `select p.id, p.order_id, p.draw_id, m.name as shop, f.name as funder, p.payment_method_id, p.currency, p.status,
      p.started_on, p.snapshot as agreed, p.snapshot_hash as agreed_hash, p.recovered_amount, p.created_at
    from plans p join funders f on f.environment_id = p.environment_id and f.id = p.funder_id
    left join merchants m on m.environment_id = p.environment_id and m.id = p.merchant_id
    where p.environment_id = :environment and p.shopper_id = :shopper order by p.id`,
  funders: `select f.name as funder, p.hold_id, p.currency, p.basis_points as part, p.category, p.ended
    from funder_placements p join funders f on f.environment_id = p.environment_id and f.id = p.funder_id
    where p.environment_id = :environment and p.shopper_id = :shopper order by p.hold_id, f.name`,
  schedule: `select i.plan_id, i.number, i.due_date, i.amount, i.principal, i.interest, i.fee, i.paid_amount, i.paused_until,
      i.status
    from installments i join plans p on p.environment_id = i.environment_id and p.id = i.plan_id
    where p.environment_id = :environment and p.shopper_id = :shopper order by i.plan_id, i.number`,
  changes_of_plans: `select e.plan_id, e.number, e.kind, e.amount, e.on_date, e.details
    from plan_entries e join plans p on p.environment_id = e.environment_id and p.id = e.plan_id
    where p.environment_id = :environment and p.shopper_id = :shopper order by e.plan_id, e.number`,
  receipts: `select r.plan_id, r.sequence, r.hash, r.jws, r.disclosures, r.created_at
    from plan_receipts r join plans p on p.environment_id = r.environment_id and p.id = r.plan_id
    where p.environment_id = :environment and p.shopper_id = :shopper order by r.plan_id, r.sequence`,
  payments: `select id, plan_id, guarantee_id, amount, returned_amount, currency, status, failure_code, created_at, finished_at
    from repayments where environment_id = :environment and shopper_id = :shopper order by id`,
  payments_by_installment: `select a.repayment_id as payment_id, a.plan_id, a.installment_number, a.amount, a.principal,
      a.interest, a.fee
    from repayment_allocations a join repayments r on r.environment_id = a.environment_id and r.id = a.repayment_id
    where r.environment_id = :environment and r.shopper_id = :shopper order by a.repayment_id, a.installment_number`,
  promises: `select id, plan_id, numbers as installments, made_on, promised_on, status, ended_on
    from promises where environment_id = :environment and shopper_id = :shopper order by id`,
  hardships: `select id, plan_id, reason, status, granted_by, paused_until, periods, shopper_rate_ppm, asked_on, granted_on,
      ended_on
    from hardships where environment_id = :environment and shopper_id = :shopper order by id`,
  reminders: `select r.plan_id, r.on_date, r.due_date, r.days
    from reminders r join plans p on p.environment_id = r.environment_id and p.id = r.plan_id
    where p.environment_id = :environment and p.shopper_id = :shopper order by r.plan_id, r.on_date`,
  cash_draws: `select id, currency, amount, payment_method_id, snapshot as agreed, status, plan_id, failure_code, created_at,
      finished_at
    from cash_draws where environment_id = :environment and shopper_id = :shopper order by id`,
  agreements_with_shops: `select a.id, m.name as shop, a.description, a.currency, a.order_ceiling, a.day_ceiling, a.month_ceiling,
      a.status, a.terms, a.agreed_at, a.ended_at, a.ended_by
    from agreements a join merchants m on m.environment_id = a.environment_id and m.id = a.merchant_id
    where a.environment_id = :environment and a.shopper_id = :shopper order by a.id`,
  guarantees: `select id, case when guarantor_id = :shopper then 'guarantor' else 'debtor' end as you_are, currency, cap,
      offered_on, expires_on, terms, status, called_amount, created_at, accepted_at, active_at, ended_at, ended_by
    from guarantees where environment_id = :environment and :shopper in (guarantor_id, debtor_id) order by id`,
  seen_at_decisions: `select kind, country, card_country, amount, currency, hour, device is not null as device_known,
      address is not null as address_known, seen_at
    from fraud_sightings where environment_id = :environment and shopper_id = :shopper order by number`,
  browsers_of_sign_ins: `select seen_at as last_signed_in_at
    from shopper_devices where environment_id = :environment and shopper_id = :shopper order by seen_at`,
  shops_you_belong_to: `select distinct m.name as shop from shopper_links l
    join merchants m on m.environment_id = l.environment_id and m.id = l.merchant_id
    where l.environment_id = :environment and l.shopper_id = :shopper order by shop`,
  events: `select id, type, object_id, data, occurred_at
    from events where environment_id = :environment and stream = :shopper order by recorded`,
};
