import { createHash } from 'node:crypto';
import type { VNode } from 'preact';
import { mandateText } from '../../../banking/mandate-texts.ts';
import type { BankAccount } from '../../../banking/shopper-accounts.ts';
import { formatDate } from '../../../notifications/format.ts';
import { testBankAccounts, testBankNumber } from '../../../processor/test-bank-accounts.ts';
import { ConsentBox, PostForm, TextField } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../view.tsx';
import { Prove } from '../views/prove.tsx';
import { bankAccountsPath } from './actions.ts';
import type { BankFacts, ShownAccount, ShownMandate } from './show.ts';

type Props = { input: AccountInput; facts: BankFacts };

/** The bank accounts of somebody: what each may be debited for, another one to add, and what was allowed before. */
export function bankAccountsView(input: AccountInput, facts: BankFacts): Page {
  const { visit } = input;
  const t = textsOf[visit.locale].banks;
  return {
    title: t.title,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} title={t.title} intro={t.intro}>
        {facts.accounts.length === 0 && <p>{t.none}</p>}
        {facts.accounts.map((shown) => (
          <Bound input={input} shown={shown} />
        ))}
        {visit.shopper.isLevelThree ? (
          <Add input={input} facts={facts} />
        ) : (
          <Prove
            input={input}
            action={`${bankAccountsPath(visit.place.path)}/identity`}
            texts={t}
            facts={facts}
          />
        )}
        {facts.earlier.length > 0 && <Earlier input={input} facts={facts} />}
        <p class="asides">
          <a href={`${visit.place.path}/you`}>{t.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

function nameOf({ visit }: AccountInput, { bankName, last4 }: BankAccount): string {
  return textsOf[visit.locale].banks.name(bankName, last4);
}

function Bound({ input, shown }: { input: AccountInput; shown: ShownAccount }): VNode {
  const { visit, token } = input;
  const { account, boundOn, mandate } = shown;
  const t = textsOf[visit.locale].banks;
  const path = `${bankAccountsPath(visit.place.path)}/${account.id}`;
  const heading = `account-${account.id}`;
  return (
    <section class="card" aria-labelledby={heading}>
      <h2 id={heading}>{nameOf(input, account)}</h2>
      <p class="meta">{t.boundOn(formatDate(visit.locale, boundOn))}</p>
      {mandate ? (
        <>
          <p>{t.allowedOn(formatDate(visit.locale, mandate.givenOn))}</p>
          <Words input={input} mandate={mandate} />
          <p class="hint">{t.endHint}</p>
          <PostForm action={`${path}/mandate/end`} token={token}>
            <button class="button quiet" type="submit" aria-label={t.end(nameOf(input, account))}>
              {t.endButton}
            </button>
          </PostForm>
        </>
      ) : (
        <p>{t.notAllowed}</p>
      )}
      {!mandate && visit.shopper.isLevelThree && <Allow input={input} account={account} path={path} />}
      {visit.shopper.isLevelThree && (
        <PostForm action={`${path}/remove`} token={token}>
          <button class="link" type="submit" aria-label={t.remove(nameOf(input, account))}>
            {t.removeButton}
          </button>
        </PostForm>
      )}
    </section>
  );
}

/** The text of the mandate, which nobody has ticked but the shopper. */
function Allow({ input, account, path }: { input: AccountInput; account: BankAccount; path: string }): VNode {
  const { visit, token } = input;
  const t = textsOf[visit.locale].banks;
  const text = mandateText(visit.locale, account);
  return (
    <PostForm action={`${path}/mandate`} token={token} class="choice">
      <ConsentBox
        name="mandate"
        value={`${account.id}|${text.hash}`}
        title={text.title}
        body={text.body}
        agree={t.agree}
      />
      <button class="button" type="submit">
        {t.allow}
      </button>
    </PostForm>
  );
}

/** The very text that was agreed to, in the language that it was read in; texts of old versions are known by their hash. */
function Words({ input, mandate }: { input: AccountInput; mandate: ShownMandate }): VNode {
  const t = textsOf[input.visit.locale].banks;
  const text = mandateText(mandate.locale, mandate.account);
  return (
    <details>
      <summary>{t.read}</summary>
      {text.hash === mandate.textHash && <p lang={mandate.locale}>{text.body}</p>}
      <p class="fingerprint">
        {t.fingerprint}
        <code>{mandate.textHash}</code>
      </p>
    </details>
  );
}

function Earlier({ input, facts }: Props): VNode {
  const { locale } = input.visit;
  const t = textsOf[locale].banks;
  return (
    <section class="card" aria-labelledby="earlier-heading">
      <h2 id="earlier-heading">{t.earlierHeading}</h2>
      {facts.earlier.map((mandate) => (
        <div>
          <p>
            {t.earlier(
              nameOf(input, mandate.account),
              formatDate(locale, mandate.givenOn),
              formatDate(locale, mandate.endedOn ?? mandate.givenOn),
            )}{' '}
            <span class="hint">{t.endedBy[mandate.endedBy ?? 'shopper']}</span>
          </p>
          <Words input={input} mandate={mandate} />
        </div>
      ))}
    </section>
  );
}

function Add({ input, facts }: Props): VNode {
  const { visit, token, notice } = input;
  const t = textsOf[visit.locale].banks;
  if (!facts.mayAdd) return <p class="hint">{t.full}</p>;
  return (
    <>
      <PostForm action={`${bankAccountsPath(visit.place.path)}/add`} token={token}>
        <fieldset class="card">
          <legend>{t.addHeading}</legend>
          <p class="hint">{t.addIntro}</p>
          <TextField
            name="holder"
            label={t.holder}
            hint={t.holderHint}
            notice={notice}
            autocomplete="name"
            maxlength={100}
            value={visit.memory.typed?.holder ?? facts.verifiedName}
          />
          <TextField
            name="number"
            label={t.number}
            hint={t.numberHint}
            notice={notice}
            autocomplete="off"
            maxlength={42}
          />
          <button class="button" type="submit">
            {t.add}
          </button>
        </fieldset>
      </PostForm>
      {visit.environment.kind === 'sandbox' && <TestAccounts input={input} />}
    </>
  );
}

/** Test accounts to be copied; each shopper is shown numbers of their own, because an account is bound only once. */
function TestAccounts({ input }: { input: AccountInput }): VNode {
  const { locale, shopper } = input.visit;
  const t = textsOf[locale].banks;
  const choice = createHash('sha256').update(shopper.id).digest().readUInt32BE(0);
  return (
    <section class="card test" aria-labelledby="test-heading">
      <h2 id="test-heading">{t.testHeading}</h2>
      <p class="hint">{t.testIntro}</p>
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">{t.testNumber}</th>
            <th scope="col">{t.testResult}</th>
          </tr>
        </thead>
        <tbody>
          {testBankAccounts.map(({ name, label }) => (
            <tr>
              <th scope="row">
                <code>{testBankNumber(name, choice)}</code>
              </th>
              <td>{label[locale]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The way to the bank accounts, from the page about oneself. */
export function BankEntry({ input }: { input: AccountInput }): VNode {
  const t = textsOf[input.visit.locale].banks;
  return (
    <section class="card" aria-labelledby="bank-heading">
      <h2 id="bank-heading">{t.entryHeading}</h2>
      <p>{t.entry}</p>
      <p>
        <a href={bankAccountsPath(input.visit.place.path)}>{t.entryGo}</a>
      </p>
    </section>
  );
}
