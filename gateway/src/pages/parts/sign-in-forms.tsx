import type { VNode } from 'preact';
import { maskPhone } from '../format.ts';
import type { PageVisit } from '../page-visit.ts';
import type { SignInWays } from '../sign-in-ways.ts';
import { PasskeyForm } from '../staff/passkey-form.tsx';
import { textsOf } from '../texts/language.ts';
import type { NoticeText } from '../texts/shapes.ts';
import { PostForm, TextField } from './form.tsx';

/** What the forms of the sign-in are made from. `next` is the page of the place that they lead back to. */
export type SignInForms = { visit: PageVisit; token: string; notice: NoticeText | undefined; next?: string };

/**
 * The ways to sign in without a code, for those who have one; everybody is offered the same. The passkey's stays hidden
 * until a script can ask for it.
 */
export function OtherWays({
  visit,
  token,
  next,
  ways,
}: Omit<SignInForms, 'notice'> & { ways: SignInWays }): VNode {
  const t = textsOf[visit.locale].signingIn;
  const { passkey, outside } = ways;
  const { path } = visit.place;
  return (
    <>
      {passkey && (
        <div hidden>
          <PasskeyForm
            t={t.passkey}
            action={`${path}/passkey`}
            token={token}
            ceremony="get"
            options={passkey}
            button={t.passkey.use}
            hidden={next === undefined ? {} : { next }}
            isOptional
          />
        </div>
      )}
      {outside && (
        <PostForm action={`${path}/outside`} token={token}>
          <NextPage next={next} />
          <button class="button quiet" type="submit">
            {t.outside.use(outside.name)}
          </button>
        </PostForm>
      )}
    </>
  );
}

/** Asks for the phone that a code is sent to. */
export function PhoneForm({ visit, token, notice, next }: SignInForms): VNode {
  const t = textsOf[visit.locale].phone;
  return (
    <PostForm action={`${visit.place.path}/phone`} token={token} class="card">
      <NextPage next={next} />
      <TextField
        name="phone"
        label={t.label}
        hint={t.hint}
        notice={notice}
        inputmode="tel"
        autocomplete="tel"
        maxlength={30}
        value={visit.memory.typed?.phone}
      />
      <button class="button" type="submit">
        {t.send}
      </button>
      {visit.environment.kind === 'sandbox' && <p class="test-note">{t.sandbox}</p>}
    </PostForm>
  );
}

/** Says where the code was sent; where only known phones get one, it says so to everybody. */
export function codeIntro({ locale, memory }: Pick<PageVisit, 'locale' | 'memory'>): string {
  const t = textsOf[locale].code;
  const phone = maskPhone(memory.signIn?.phone ?? '');
  return memory.signIn?.toKnown ? t.introKnown(phone) : t.intro(phone);
}

/** Asks for the code that was sent, or for another one. */
export function CodeForms({ visit, token, notice, next }: SignInForms): VNode {
  const t = textsOf[visit.locale].code;
  const { path } = visit.place;
  return (
    <>
      <PostForm action={`${path}/code`} token={token} class="card">
        <NextPage next={next} />
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
        {visit.environment.kind === 'sandbox' && <p class="test-note">{t.sandbox}</p>}
      </PostForm>
      <div class="asides">
        <PostForm action={`${path}/code/again`} token={token}>
          <NextPage next={next} />
          <button class="link" type="submit">
            {t.again}
          </button>
        </PostForm>
        <PostForm action={`${path}/phone/other`} token={token}>
          <NextPage next={next} />
          <button class="link" type="submit">
            {t.other}
          </button>
        </PostForm>
      </div>
    </>
  );
}

function NextPage({ next }: { next: string | undefined }): VNode | null {
  return next === undefined ? null : <input type="hidden" name="next" value={next} />;
}
