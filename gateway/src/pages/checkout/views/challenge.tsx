import { maskPhone } from '../../format.ts';
import { PostForm, TextField } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { StepFrame, type ViewInput } from '../view.tsx';

/** Asks for one more code before anything is refused: first whether to send it, then for what was sent. */
export function challengeView(input: ViewInput): Page {
  const { visit, token, notice } = input;
  const t = input.t.challenge;
  const phone = maskPhone(visit.shopper?.phone ?? '');
  const isSent = visit.memory.stepUp !== undefined;
  const path = `${visit.path}/challenge`;
  return {
    title: t.title,
    hasProblem: notice !== undefined,
    body: (
      <StepFrame input={input} title={t.title} intro={isSent ? t.sent(phone) : t.intro(phone)}>
        {isSent && (
          <PostForm action={path} token={token} class="card">
            <TextField
              name="code"
              label={t.label}
              hint={t.hint}
              notice={notice}
              inputmode="numeric"
              autocomplete="one-time-code"
              maxlength={12}
              class="code"
            />
            <button class="button" type="submit">
              {t.check}
            </button>
            {visit.environment.kind === 'sandbox' && <p class="test-note">{input.t.code.sandbox}</p>}
          </PostForm>
        )}
        <PostForm action={`${path}/send`} token={token} {...(!isSent && { class: 'card' })}>
          <button class={isSent ? 'link' : 'button'} type="submit">
            {isSent ? t.again : t.send}
          </button>
        </PostForm>
        <details>
          <summary>{t.whyHeading}</summary>
          <p>{t.why}</p>
        </details>
      </StepFrame>
    ),
  };
}
