/**
 * What became of approved decisions, as SQL for those who read them: a lateral join named `outcome` to `assessments a` in
 * the environment `:environment` at the instant `:now`, empty where no plan followed.
 *
 * | column | what |
 * |---|---|
 * | plan_id | the plan of the order or cash draw that followed; of a checkout that was decided several times, the last decision's |
 * | debt | what its installments come to in minor units |
 * | late | those of them that were paid, or are unpaid, four or more days after their due date |
 * | bad | whether one of those fell due within three months of the decision |
 * | known | whether it is bad, or all that fell due within three months is paid or four days behind its due date without being |
 *
 * Nobody is late while on a pause that was agreed.
 */
export const outcomeJoin = `
left join lateral (
  select coalesce(
    (select o.plan_id from orders o
      where o.environment_id = a.environment_id and o.checkout_session_id = a.checkout_session_id
        and not exists (select from assessments b
          where b.environment_id = a.environment_id and b.checkout_session_id = a.checkout_session_id and b.id > a.id)),
    (select d.plan_id from cash_draws d where d.environment_id = a.environment_id and d.id = a.draw_id),
    -- An agreement's order is made in its decision's transaction, right after it.
    (select o.plan_id from orders o
      where o.environment_id = a.environment_id and o.agreement_id = a.agreement_id and o.created_at = a.created_at
        and substr(o.id, 5) > substr(a.id, 5)
      order by o.id limit 1)) as plan_id
  where a.outcome = 'approved'
) followed on true
left join lateral (
  select p.id as plan_id,
    sum(i.amount) as debt,
    coalesce(sum(i.amount) filter (where i.days_late >= 4), 0) as late,
    coalesce(bool_or(i.days_late >= 4 and i.early), false) as bad,
    coalesce(bool_or(i.days_late >= 4 and i.early), false) or not coalesce(bool_or(i.undecided and i.early), true) as known
  from plans p
  cross join lateral (
    select j.amount,
      j.due_date <= ((a.created_at at time zone p.time_zone) + interval '3 months')::date as early,
      j.status not in ('paid', 'charged_off') and j.due_date + 4 > today.date as undecided,
      case
        when j.status = 'paid' then (
          select max((r.finished_at at time zone p.time_zone)::date) - j.due_date
          from repayment_allocations l
          join repayments r on r.environment_id = l.environment_id and r.id = l.repayment_id
          where l.environment_id = j.environment_id and l.plan_id = j.plan_id and l.installment_number = j.number)
        when j.paused_until is not null then 0
        else today.date - j.due_date
      end as days_late
    from installments j, (select (:now::timestamptz at time zone p.time_zone)::date as date) today
    where j.environment_id = p.environment_id and j.plan_id = p.id and j.status <> 'canceled'
  ) i
  where p.environment_id = a.environment_id and p.id = followed.plan_id
  group by p.id
) outcome on true`;

/** From so many days on an installment counts as late; docs and pages say the same. */
export const lateFromDays = 4;
