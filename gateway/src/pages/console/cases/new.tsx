import { readersFor } from '../../../cases/messages.ts';
import { newId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { PostForm } from '../../parts/form.tsx';
import { queryOf } from '../../query.ts';
import type { Page } from '../../send-page.tsx';
import { CaseFields } from '../../staff/case-fields.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import type { ConsoleInput } from '../input.ts';
import { consolePath } from '../paths.ts';
import { MessageFields, type Typed } from './fields.tsx';

export const nothingTyped = (): Typed => ({
  text: '',
  readers: undefined,
  next: undefined,
  helpArticle: undefined,
  formKey: newId('req'),
});

/** An empty form, about what the address names. */
export function showNewCase(_tx: Tx, input: ConsoleInput): Promise<Page> {
  const about = queryOf(input.req, 'about');
  return Promise.resolve(newCasePage(input, { about, subject: '', typed: nothingTyped() }));
}

/** The form of a new case as it was filled in. */
export function newCasePage(
  input: ConsoleInput,
  asked: { about: string; subject: string; typed: Typed },
): Page {
  const t = input.t.cases;
  const path = consolePath(input.visit.environment.id, 'cases');
  return {
    title: t.open,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="cases" title={t.open} intro={t.openIntro}>
        <PostForm action={path} token={input.token} class="step">
          <CaseFields t={t} about={asked.about} subject={asked.subject} />
          {/* Whether there is a shop in it is known when it is sent. */}
          <MessageFields
            input={input}
            typed={asked.typed}
            readers={readersFor('operator', { merchantId: 'any' })}
            fitting={[]}
          />
        </PostForm>
        <p class="asides">
          <a href={path}>{t.back}</a>
        </p>
      </ConsoleFrame>
    ),
  };
}
