import type { ComponentChildren, VNode } from 'preact';
import { Notice, PostForm } from '../parts/form.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { type ConsoleInput, may } from './input.ts';
import { consolePath, type Section, sections } from './paths.ts';
import type { SaidCode } from './texts/en.ts';

/** What is said about a step that did not go well. */
const problems: readonly SaidCode[] = [
  'passkey_last',
  'passkey_refused',
  'not_found',
  'personal_data_why',
  'shopper_unknown',
  'policy_malformed',
  'policy_conflict',
  'job_over',
  'terms_not_eased',
  'appeal_over',
  'appeal_malformed',
  'dispute_over',
  'dispute_malformed',
  'case_malformed',
  'case_about',
  'case_full',
  'payout_refused',
  'merchant_why',
  'merchant_account_refused',
  'business_stale',
  'business_malformed',
  'file_refused',
  'file_missing',
  'bank_account_malformed',
  'exception_over',
  'exception_differs',
  'exception_nothing',
  'exception_note',
  'ledger_alarm_malformed',
  'write_off_malformed',
  'write_off_impossible',
  'export_too_long',
];

/** Whether the page says so in its title that something went wrong. */
export function hasProblem({ said }: Pick<ConsoleInput, 'said'>): boolean {
  return said !== undefined && problems.includes(said);
}

/** A page of the console: the sections that the operator's roles open, the environment shown, and the way out. */
export function ConsoleFrame(props: {
  input: ConsoleInput;
  section: Section;
  title: string;
  intro?: string;
  children?: ComponentChildren;
}): VNode {
  const { input, section, title, intro, children } = props;
  const { visit, t, said, token } = input;
  const { id, kind } = visit.environment;
  const shown = (Object.keys(sections) as Section[]).filter((name) => may(input, sections[name].right));
  return (
    <div class="desk">
      <Tabs
        locale={visit.locale}
        label={t.nav.label}
        tabs={shown.map((name) => ({
          href: consolePath(id, name),
          name: t.nav[name],
          isCurrent: name === section,
          waiting: name === 'cases' ? input.waitingCases : undefined,
        }))}
      />
      <div class="step">
        <p class="hint">
          {t.environment} {kind === 'live' ? t.live : <code>{id}</code>}{' '}
          <a href={consolePath(id)}>{t.change}</a>
        </p>
        <h1>{title}</h1>
        <Notice notice={said && { good: !problems.includes(said), text: t.said[said] }} />
        {intro !== undefined && <p class="intro">{intro}</p>}
        {children}
        <PostForm action={`${consolePath(id)}/sign-out`} token={token} class="centered">
          <button class="link" type="submit">
            {t.signOut}
          </button>
        </PostForm>
      </div>
    </div>
  );
}
