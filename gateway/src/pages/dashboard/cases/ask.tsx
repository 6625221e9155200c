import { newId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { PostForm } from '../../parts/form.tsx';
import { queryOf } from '../../query.ts';
import type { Page } from '../../send-page.tsx';
import { CaseFields } from '../../staff/case-fields.tsx';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { MessageFields } from './fields.tsx';

export type Asked = {
  about: string;
  subject: string;
  text: string;
  readers: 'merchant' | 'all';
  formKey: string;
};

/** An empty form, about what the address names. */
export function showAsk(_tx: Tx, input: DashboardInput): Promise<Page> {
  const about = queryOf(input.req, 'about');
  return Promise.resolve(
    askPage(input, { about, subject: '', text: '', readers: 'merchant', formKey: newId('req') }),
  );
}

/** The form of a question as it was filled in. */
export function askPage(input: DashboardInput, asked: Asked): Page {
  const t = input.t.cases;
  return {
    title: t.ask,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="cases" title={t.ask} intro={t.askIntro}>
        <PostForm action={dashboardPath('cases')} token={input.token} class="step">
          <CaseFields t={t} about={asked.about} subject={asked.subject} />
          <MessageFields input={input} formKey={asked.formKey} readers={asked.readers} text={asked.text} />
        </PostForm>
        <p class="asides">
          <a href={dashboardPath('cases')}>{t.back}</a>
        </p>
      </DashboardFrame>
    ),
  };
}
