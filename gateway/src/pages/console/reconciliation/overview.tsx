import type { VNode } from 'preact';
import { addMs, dayMs } from '../../../lib/dates.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { type BankAccount, listBankAccounts } from '../../../reconciliation/bank-accounts.ts';
import { type ImportWithSums, listImports } from '../../../reconciliation/imports.ts';
import { readReport, type ReconciliationReport } from '../../../reconciliation/report.ts';
import { formatInstant } from '../../format.ts';
import { PostForm, TextField } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import type { ConsoleInput } from '../input.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { consolePath } from '../paths.ts';
import { Queue, readQueue } from './queue.tsx';

const importsShown = 20;

/** How far others' books agree with ours, and what waits for somebody. */
export async function showReconciliation(tx: Tx, input: ConsoleInput): Promise<Page> {
  const t = input.t.reconciliation;
  const queue = await readQueue(tx, input, addMs(tx.wallNow, -7 * dayMs));
  const report = await readReport(tx);
  const imports = await listImports(tx, importsShown);
  const accounts = await listBankAccounts(tx);
  const path = consolePath(input.visit.environment.id, 'reconciliation');
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="reconciliation" title={t.title} intro={t.intro}>
        <PostForm action={`${path}/run`} token={input.token}>
          <button class="button quiet" type="submit" aria-describedby="run-hint">
            {t.run}
          </button>
          <p class="hint" id="run-hint">
            {t.runHint}
          </p>
        </PostForm>
        <Queue input={input} queue={queue} now={tx.wallNow} />
        <Suspense input={input} report={report} />
        <Upload input={input} path={path} />
        <Imports input={input} imports={imports} path={path} />
        <Accounts input={input} accounts={accounts} path={path} />
      </ConsoleFrame>
    ),
  };
}

function Suspense({ input, report }: { input: ConsoleInput; report: ReconciliationReport }): VNode | null {
  const held = report.suspense.filter(({ amount }) => amount !== 0n);
  if (held.length === 0) return null;
  const amounts = held.map((money) => formatMoney(input.visit.locale, money)).join(', ');
  return (
    <p>
      {input.t.reconciliation.suspense}: {amounts}
    </p>
  );
}

function Upload({ input, path }: { input: ConsoleInput; path: string }): VNode {
  const t = input.t.reconciliation;
  return (
    <section class="card" aria-labelledby="upload-heading">
      <h2 id="upload-heading">{t.upload}</h2>
      <PostForm action={`${path}/files`} token={input.token} class="step" files>
        <div class="field">
          <label for="file">{t.chooseFile}</label>
          <p class="hint" id="file-hint">
            {t.uploadHint}
          </p>
          <input type="file" id="file" name="file" required aria-describedby="file-hint" />
        </div>
        <button class="button" type="submit">
          {t.send}
        </button>
      </PostForm>
    </section>
  );
}

function Imports(props: { input: ConsoleInput; imports: readonly ImportWithSums[]; path: string }): VNode {
  const { input, imports, path } = props;
  const { visit } = input;
  const t = input.t.reconciliation;
  return (
    <section class="card" aria-labelledby="imports-heading">
      <h2 id="imports-heading">{t.imports}</h2>
      {imports.length === 0 && <p>{t.noImports}</p>}
      {imports.length > 0 && (
        <DataTable
          caption={t.imports}
          columns={[
            { label: t.at },
            { label: t.source },
            { label: t.status },
            { label: t.records, number: true },
            { label: t.matched, number: true },
            { label: t.came, number: true },
            { label: t.went, number: true },
          ]}
          rows={imports.map((one) => [
            <a href={`${path}/imports/${one.id}`}>
              {formatInstant(visit.locale, one.createdAt, visit.environment.timeZone)}
            </a>,
            `${t.sources[one.source]}, ${t.formats[one.format]}`,
            t.importStatuses[one.status],
            String(one.records),
            String(one.sums.reduce((total, { matched }) => total + matched, 0)),
            one.sums
              .map(({ came: amount, currency }) => formatMoney(visit.locale, { amount, currency }))
              .join(', '),
            one.sums
              .map(({ went: amount, currency }) => formatMoney(visit.locale, { amount, currency }))
              .join(', '),
          ])}
        />
      )}
    </section>
  );
}

function Accounts(props: { input: ConsoleInput; accounts: readonly BankAccount[]; path: string }): VNode {
  const { input, accounts, path } = props;
  const t = input.t.reconciliation;
  const notice = undefined;
  return (
    <section class="card" aria-labelledby="accounts-heading">
      <h2 id="accounts-heading">{t.accounts}</h2>
      <p class="hint">{t.accountsHint}</p>
      {accounts.length > 0 && (
        <DataTable
          caption={t.accounts}
          columns={[{ label: t.account }, { label: t.currency }, { label: t.name }]}
          rows={accounts.map(({ account, currency, name }) => [<code>{account}</code>, currency, name])}
        />
      )}
      <PostForm action={`${path}/accounts`} token={input.token} class="step">
        <TextField
          name="account"
          label={t.account}
          hint={t.accountHint}
          notice={notice}
          autocomplete="off"
          maxlength={50}
        />
        <TextField
          name="currency"
          label={t.currency}
          hint={t.currencyHint}
          notice={notice}
          autocomplete="off"
          maxlength={3}
        />
        <TextField
          name="name"
          label={t.name}
          hint={t.nameHint}
          notice={notice}
          autocomplete="off"
          maxlength={100}
        />
        <button class="button quiet" type="submit">
          {t.addAccount}
        </button>
      </PostForm>
    </section>
  );
}
