import type { VNode } from 'preact';
import { listMerchantAccounts, type MerchantAccount } from '../../../banking/merchant-accounts.ts';
import type { Tx } from '../../../lib/tx.ts';
import { findMerchant } from '../../../merchants/merchants.ts';
import { accountHeldUntil } from '../../../settlement/holds.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { formatInstant } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { Field } from '../developers/field.tsx';
import { Refused } from '../developers/refused.tsx';
import type { RefusedForm } from '../developers/steps.ts';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import { type DashboardInput, may } from '../input.ts';
import { dashboardPath } from '../paths.ts';

/** Where the merchant is paid, what waits for approval, and the form of a change. */
export async function showBank(tx: Tx, input: DashboardInput, form?: RefusedForm): Promise<Page> {
  const t = input.t.bank;
  const merchant = await findMerchant(tx, input.visit.merchant.id);
  const accounts = await listMerchantAccounts(tx, merchant.id);
  const heldUntil = accountHeldUntil(tx, merchant);
  const active = accounts.find(({ status }) => status === 'active');
  const waiting = accounts.find(({ status }) => status === 'proposed');
  return {
    title: t.title,
    wide: true,
    hasProblem: form !== undefined || hasProblem(input),
    body: (
      <DashboardFrame input={input} section="bank" title={t.title} intro={t.intro}>
        <Refused error={form?.error} />
        <section class="card" aria-labelledby="now-heading">
          <h2 id="now-heading">{t.now}</h2>
          <p>{active ? t.named(active.bankName, active.last4) : t.none}</p>
          {heldUntil && <p role="status">{t.held(instantOf(input, heldUntil))}</p>}
        </section>
        {waiting && <Waiting input={input} account={waiting} />}
        {!waiting && may(input, 'change_bank_account') && <Change input={input} form={form} />}
        {accounts.length > 0 && <Accounts input={input} accounts={accounts} />}
      </DashboardFrame>
    ),
  };
}

function instantOf({ visit }: DashboardInput, instant: Date): string {
  return formatInstant(visit.locale, instant, visit.environment.timeZone);
}

function Waiting({ input, account }: { input: DashboardInput; account: MerchantAccount }): VNode {
  const t = input.t.bank;
  return (
    <section class="card" aria-labelledby="waiting-heading">
      <h2 id="waiting-heading">{t.waiting}</h2>
      <p>{t.named(account.bankName, account.last4)}</p>
      <p class="hint">{t.waitingText}</p>
      {may(input, 'change_bank_account') && (
        <PostForm action={dashboardPath('bank')} token={input.token}>
          <input type="hidden" name="step" value="take_back" />
          <input type="hidden" name="account" value={account.id} />
          <button class="button quiet" type="submit">
            {t.takeBack}
          </button>
        </PostForm>
      )}
    </section>
  );
}

function Change({ input, form }: { input: DashboardInput; form: RefusedForm | undefined }): VNode {
  const t = input.t.bank;
  const { environment, merchant } = input.visit;
  const isSandbox = environment.kind === 'sandbox';
  return (
    <section class="card" aria-labelledby="change-heading">
      <h2 id="change-heading">{t.change}</h2>
      <p class="hint">{isSandbox ? t.sandboxHint : t.changeHint}</p>
      <PostForm action={dashboardPath('bank')} token={input.token} class="step">
        <input type="hidden" name="step" value="propose" />
        <Field
          id="holder"
          label={t.holder}
          hint={t.holderHint(merchant.name)}
          value={form?.values('holder')[0]}
          maxlength={200}
        />
        <Field id="number" label={t.number} hint={t.numberHint} maxlength={50} />
        {!isSandbox && (
          <Field
            id="bank_name"
            label={t.bank}
            hint={t.bankHint}
            value={form?.values('bank_name')[0]}
            maxlength={100}
          />
        )}
        <button class="button" type="submit">
          {t.button}
        </button>
      </PostForm>
    </section>
  );
}

function Accounts({
  input,
  accounts,
}: {
  input: DashboardInput;
  accounts: readonly MerchantAccount[];
}): VNode {
  const t = input.t.bank;
  return (
    <section class="card" aria-labelledby="accounts-heading">
      <h2 id="accounts-heading">{t.list}</h2>
      <DataTable
        caption={t.newest}
        columns={[{ label: t.account }, { label: t.holder }, { label: t.status }, { label: t.entered }]}
        rows={accounts.map(({ bankName, last4, holder, status, enteredAt }) => [
          t.named(bankName, last4),
          holder,
          t.statuses[status],
          instantOf(input, enteredAt),
        ])}
      />
    </section>
  );
}
