import type { VNode } from 'preact';
import { type MerchantAccount, unnamedAccount } from '../../../banking/merchant-accounts.ts';
import { PostForm } from '../../parts/form.tsx';
import type { ConsoleInput } from '../input.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { consolePath } from '../paths.ts';

type Props = { input: ConsoleInput; accounts: readonly MerchantAccount[] };

/** Where merchants are to be paid: what one operator has entered and another one has to approve, and the form to enter it. */
export function MerchantAccounts({ input, accounts }: Props): VNode {
  const t = input.t.payouts.accounts;
  return (
    <section class="card" aria-labelledby="accounts-heading">
      <h2 id="accounts-heading">{t.heading}</h2>
      <p class="hint">{t.intro}</p>
      {accounts.length === 0 && <p>{t.none}</p>}
      {accounts.length > 0 && (
        <DataTable
          caption={t.waiting}
          columns={[{ label: t.merchant }, { label: t.account }, { label: t.enteredBy }, { label: t.step }]}
          rows={accounts.map((account) => [
            <>
              {account.holder}
              <br />
              <code>{account.merchantId}</code>
            </>,
            t.named(account.bankName, account.last4, account.payoutAccount),
            <code>{account.enteredBy}</code>,
            <Steps input={input} account={account} />,
          ])}
        />
      )}
      <Enter input={input} />
    </section>
  );
}

function pathOf({ visit }: ConsoleInput): string {
  return `${consolePath(visit.environment.id, 'payouts')}/accounts`;
}

/** Whoever entered it can only take it back. */
function Steps({ input, account }: { input: ConsoleInput; account: MerchantAccount }): VNode {
  const t = input.t.payouts.accounts;
  const isOwn = account.enteredBy === input.visit.operator.id;
  return (
    <>
      {isOwn ? (
        <span class="state">{t.own}</span>
      ) : (
        <StepForm
          input={input}
          id={account.id}
          step="approve"
          isUnnamed={account.payoutAccount === unnamedAccount}
        />
      )}{' '}
      <StepForm input={input} id={account.id} step="reject" />
    </>
  );
}

function StepForm(props: {
  input: ConsoleInput;
  id: string;
  step: 'approve' | 'reject';
  isUnnamed?: boolean;
}): VNode {
  const { input, id, step, isUnnamed = false } = props;
  const label = input.t.payouts.accounts[step];
  return (
    <PostForm action={`${pathOf(input)}/${id}/${step}`} token={input.token}>
      {isUnnamed && (
        <input
          type="text"
          name="processor"
          aria-label={input.t.payouts.accounts.processor}
          placeholder={input.t.payouts.accounts.processor}
          autocomplete="off"
          spellcheck={false}
          maxlength={200}
          required
        />
      )}
      <button class="link" type="submit" aria-label={`${label} ${id}`}>
        {label}
      </button>
    </PostForm>
  );
}

function Enter({ input }: { input: ConsoleInput }): VNode {
  const t = input.t.payouts.accounts;
  const fields = [
    ['merchant', t.merchantId],
    ['holder', t.holder],
    ['number', t.number],
    ['bank', t.bank],
    ['processor', t.processor],
  ] as const;
  return (
    <details>
      <summary>{t.enter}</summary>
      <PostForm action={pathOf(input)} token={input.token} class="step">
        {fields.map(([name, label]) => (
          <div class="field">
            <label for={`account-${name}`}>{label}</label>
            <input
              type="text"
              id={`account-${name}`}
              name={name}
              autocomplete="off"
              spellcheck={false}
              maxlength={200}
              required
            />
          </div>
        ))}
        <button class="button quiet" type="submit">
          {t.button}
        </button>
      </PostForm>
    </details>
  );
}
