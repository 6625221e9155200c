import type { VNode } from 'preact';
import { type Account, parseAccount } from '../../../ledger/accounts.ts';
import { addDays, addMs, dayMs, startOf } from '../../../lib/dates.ts';
import { currencies, isCurrency } from '../../../lib/money.ts';
import type { ConsoleInput } from '../input.ts';
import { isDate } from '../../parts/read-date.ts';
import { consolePath } from '../paths.ts';
import { queryOf } from '../../query.ts';

/** What a statement is asked for by, as it was written. */
export type AskedAccount = { account: string; currency: string; from: string; to: string };

export type AccountField = keyof AskedAccount;

/** What is to be read, or the field that is not written as it has to be. */
export type ReadAccount =
  { account: Account; currency: string; from: Date; to: Date } | { malformed: AccountField };

export function askedAccount({ req }: Pick<ConsoleInput, 'req'>): AskedAccount {
  return {
    account: queryOf(req, 'account'),
    currency: queryOf(req, 'currency'),
    from: queryOf(req, 'from'),
    to: queryOf(req, 'to'),
  };
}

/** A date counts whole: from its beginning, or until its end. Without them it is the 30 dates until `now`. */
export function readAccount(
  asked: AskedAccount,
  { now, timeZone }: { now: Date; timeZone: string },
): ReadAccount {
  const name = accountOf(asked.account);
  if (!name) return { malformed: 'account' };
  if (!isCurrency(asked.currency)) return { malformed: 'currency' };
  const to = asked.to === '' ? now : instantOf(asked.to, timeZone, 1);
  if (!to) return { malformed: 'to' };
  const from = asked.from === '' ? addMs(to, -30 * dayMs) : instantOf(asked.from, timeZone, 0);
  return from ? { account: name, currency: asked.currency, from, to } : { malformed: 'from' };
}

function accountOf(name: string): Account | undefined {
  try {
    return parseAccount(name).account;
  } catch {
    return undefined;
  }
}

const instantShape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

function instantOf(text: string, timeZone: string, daysAfter: 0 | 1): Date | undefined {
  if (isDate(text)) return startOf(addDays(text, daysAfter), timeZone);
  const instant = new Date(text);
  return instantShape.test(text) && !Number.isNaN(instant.getTime()) ? instant : undefined;
}

/** The form by which a statement of any account is asked for. */
export function AccountForm(props: {
  input: ConsoleInput;
  asked: AskedAccount;
  malformed?: AccountField | undefined;
}): VNode {
  const { input, asked, malformed } = props;
  const t = input.t.money;
  const fields = [
    { name: 'account', label: t.account, hint: t.accountHint },
    { name: 'from', label: t.from, hint: t.instantHint },
    { name: 'to', label: t.to, hint: t.instantHint },
  ] as const;
  const labels = { account: t.account, currency: t.currency, from: t.from, to: t.to };
  return (
    <section class="card" aria-labelledby="statement-heading">
      <h2 id="statement-heading">{t.statement}</h2>
      <p class="hint">{t.statementHint}</p>
      {malformed && (
        <p class="notice" role="alert" id="notice">
          <a href={`#${malformed}`}>{t.malformed(labels[malformed])}</a>
        </p>
      )}
      <form method="get" action={`${consolePath(input.visit.environment.id, 'money')}/account`} class="step">
        {fields.map(({ name, label, hint }) => (
          <div class="field">
            <label for={name}>{label}</label>
            <p class="hint" id={`${name}-hint`}>
              {hint}
            </p>
            <input
              type="text"
              id={name}
              name={name}
              value={asked[name]}
              aria-describedby={malformed === name ? `${name}-hint notice` : `${name}-hint`}
              aria-invalid={malformed === name ? 'true' : undefined}
              autocomplete="off"
              spellcheck={false}
              maxlength={120}
              required={name === 'account'}
            />
          </div>
        ))}
        <div class="field">
          <label for="currency">{t.currency}</label>
          <select id="currency" name="currency">
            {currencies.map((name) => (
              <option value={name} selected={name === asked.currency}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <button class="button" type="submit">
          {t.show}
        </button>
      </form>
    </section>
  );
}
